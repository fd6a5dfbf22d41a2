import type { Block, Fact, MailDocument, Tone } from './document.ts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => entities[character] ?? '');

/** White on each is readable, and each stands out on a white and on a black page. */
const colours: Readonly<Record<Tone, string>> = {
  problem: '#b3261e',
  warning: '#8a5a00',
  recovery: '#1b6e3c',
  notice: '#345995',
};

const sans = "-apple-system,'Segoe UI','Hiragino Sans','Noto Sans JP','Noto Sans CJK JP',Meiryo,sans-serif";
const mono = "ui-monospace,SFMono-Regular,Menlo,Consolas,'Noto Sans Mono CJK JP',monospace";

/**
 * Lays a mail out as HTML: no tables, no scripts, nothing loaded from elsewhere. Styles stand at the elements, as
 * several mail clients drop style sheets; only the headline and the badges set colours, so that a dark client's
 * own page and text colours fit.
 */
export function renderHtml({ language, title, blocks }: MailDocument): string {
  return `<!doctype html>
<html lang="${language}" style="color-scheme:light dark">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escapeHtml(title)}</title>
</head>
<body style="margin:0;padding:0;font:16px/1.6 ${sans};overflow-wrap:anywhere">
<div style="max-width:640px;margin:0 auto;padding:16px">
${blocks.map(htmlOf).join('\n')}
</div>
</body>
</html>
`;
}

function htmlOf(block: Block): string {
  switch (block.kind) {
    case 'headline':
      return `<div style="background:${colours[block.tone]};color:#fff;border-radius:8px;padding:12px 16px">
<div style="font-size:13px;font-weight:700;letter-spacing:.06em">${escapeHtml(block.label)}</div>
<h1 style="margin:2px 0 0;font-size:20px;line-height:1.4">${escapeHtml(block.text)}</h1>
</div>`;
    case 'address':
      return `<p style="margin:16px 0 0">${block.lines.map(escapeHtml).join('<br>')}</p>`;
    case 'heading':
      return `<h2 style="margin:28px 0 8px;font-size:16px;line-height:1.4">${escapeHtml(block.text)}</h2>`;
    case 'paragraph':
      return `<p style="margin:8px 0">${escapeHtml(block.text)}</p>`;
    case 'item':
      return `<div style="margin:8px 0;padding:10px 14px;border-left:4px solid ${colours[block.tone]};background:rgba(128,128,128,.12);border-radius:0 6px 6px 0">
<div style="font-weight:700">${escapeHtml(block.title)} <span style="display:inline-block;padding:0 8px;border-radius:10px;background:${colours[block.tone]};color:#fff;font-size:12px;line-height:20px">${escapeHtml(block.badge)}</span></div>
${block.facts.map(factHtml).join('\n')}
</div>`;
    case 'output':
      return `<div style="margin:12px 0">
<div style="font-size:14px;font-weight:700">${escapeHtml(block.title)}</div>
<div style="font:12px/1.5 ${mono};opacity:.75">$ ${escapeHtml(block.command)}</div>
<pre style="margin:4px 0 0;padding:8px 10px;border:1px solid rgba(128,128,128,.4);border-radius:6px;background:rgba(128,128,128,.1);font:12px/1.5 ${mono};white-space:pre-wrap;overflow-wrap:anywhere">${escapeHtml(block.lines.join('\n'))}</pre>${
        block.note === undefined
          ? ''
          : `\n<div style="font-size:13px;opacity:.75">${escapeHtml(block.note)}</div>`
      }
</div>`;
    case 'picture': {
      const { cid, alt, width, height } = block.picture;
      return `<p style="margin:8px 0"><img src="cid:${escapeHtml(cid)}" alt="${escapeHtml(alt)}" width="${width}" height="${height}" style="display:block;width:100%;max-width:${width}px;height:auto;border:0"></p>`;
    }
    case 'link':
      return `<p style="margin:16px 0 0"><a href="${escapeHtml(block.url)}" style="display:inline-block;padding:10px 18px;border-radius:6px;background:${colours.notice};color:#fff;text-decoration:none;font-weight:700">${escapeHtml(block.text)}</a></p>`;
    case 'actions':
      return block.links
        .map(
          ({ text, url }) =>
            `<p style="margin:8px 0"><a href="${escapeHtml(url)}" style="display:block;padding:9px 14px;border-radius:6px;border:1px solid ${colours.notice};background:rgba(80,130,210,.12);color:inherit;text-decoration:none;font-weight:700">${escapeHtml(text)}</a></p>`,
        )
        .join('\n');
    case 'footer':
      return `<div style="margin:32px 0 0;padding:12px 0 0;border-top:1px solid rgba(128,128,128,.4);font-size:13px;opacity:.75">${block.lines.map(escapeHtml).join('<br>')}</div>`;
  }
}

function factHtml({ label, value, detail }: Fact): string {
  const more =
    detail === undefined
      ? ''
      : ` <span style="display:inline-block;font-size:13px;opacity:.75">${escapeHtml(detail.trim())}</span>`;
  return `<div style="margin-top:4px"><span style="font-size:13px;opacity:.75">${escapeHtml(label)}</span><br>${escapeHtml(value)}${more}</div>`;
}
