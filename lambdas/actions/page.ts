import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import type { Language } from '../../core/text.ts';
import { commonHeaders, type HttpResponse } from '../http/exchange.ts';

/** A piece of a page. What is put into it is escaped, unless it is such a piece itself. */
export type Html = ReturnType<typeof html>;
export { html } from 'hono/html';

/** As the pages of one machine look; whole in each page, as nothing else is served here. */
const style = `
:root{color-scheme:light dark;--paper:#f6f7f5;--card:#fff;--raised:#eef1ee;--line:#dbe0dc;--line-strong:#8b958f;--ink:#17211d;--ink-soft:#55625b;--accent:#0b6353;--accent-ink:#fff;--focus:#0b57d0;--critical:#b3261e;--critical-ink:#fff}
@media (prefers-color-scheme:dark){:root{--paper:#101513;--card:#181f1c;--raised:#202925;--line:#2c3732;--line-strong:#6b7a72;--ink:#e8eeea;--ink-soft:#a3b0a9;--accent:#63d0b8;--accent-ink:#06231c;--focus:#8ab4f8;--critical:#ff8f85;--critical-ink:#2b0b08}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:400 1rem/1.6 system-ui,-apple-system,"Segoe UI","Hiragino Sans","Yu Gothic UI","Noto Sans JP","Noto Sans CJK JP",sans-serif;overflow-wrap:anywhere}
header{background:var(--card);border-bottom:1px solid var(--line)}
header div,main{max-width:42rem;margin-inline:auto;padding-inline:1rem}
header div{display:flex;justify-content:space-between;align-items:baseline;padding-block:.75rem}
.brand{font-weight:700}
.brand span,.quiet{color:var(--ink-soft);font-size:.875rem;font-weight:400}
a{color:var(--accent)}
main{padding-block:1.25rem 3rem}
.card{display:flex;flex-direction:column;gap:1rem;padding:1.25rem;background:var(--card);border:1px solid var(--line);border-radius:10px}
h1{margin:0;font-size:1.375rem;line-height:1.35}
p,dl,ul{margin:0}
dl{display:grid;grid-template-columns:minmax(5.5rem,max-content) 1fr;gap:.4rem 1rem}
dt{color:var(--ink-soft);font-size:.875rem;line-height:1.75}
dd{margin:0;min-width:0}
ul{padding-inline-start:1.1rem}
form{display:flex;flex-direction:column;gap:.4rem;padding-block-start:.25rem}
label{font-weight:600;margin-block-start:.5rem}
input,select,textarea{width:100%;padding:.55rem .7rem;border:1px solid var(--line-strong);border-radius:8px;background:var(--paper);color:var(--ink);font:inherit}
textarea{min-height:7rem}
button{margin-block-start:1rem;min-height:2.9rem;padding:.5rem 1.2rem;border:0;border-radius:8px;background:var(--accent);color:var(--accent-ink);font:inherit;font-weight:600;cursor:pointer}
a.button{display:inline-block;margin-block-start:.5rem;padding:.6rem 1.4rem;border-radius:8px;background:var(--accent);color:var(--accent-ink);font-weight:600;text-decoration:none}
button.strong{background:var(--critical);color:var(--critical-ink)}
.fault{padding:.6rem .8rem;border-radius:8px;background:var(--raised);border-inline-start:4px solid var(--critical)}
:focus-visible{outline:3px solid var(--focus);outline-offset:2px}
`;

const styleHash = createHash('sha256').update(style).digest('base64');

/** Its own style and its own form, and nothing else: no script runs, nothing is loaded, nobody frames it. */
const policy = [
  "default-src 'none'",
  `style-src 'sha256-${styleHash}'`,
  // The empty icon: else browsers ask for one that is not there.
  'img-src data:',
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const words = {
  ja: { other: 'English', operators: '運用担当', portal: '見守り' },
  en: { other: '日本語', operators: 'operators', portal: '見守り' },
};

export interface PageParts {
  readonly status: number;
  readonly language: Language;
  readonly title: string;
  readonly main: Html;
  /** Whose page it is. @default 'operators' */
  readonly part?: 'operators' | 'portal';
  /** Where the page stands in the other language. @default the same address */
  readonly otherLanguage?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export async function page({
  status,
  language,
  title,
  main,
  part = 'operators',
  otherLanguage,
  headers = {},
}: PageParts): Promise<HttpResponse> {
  const other = language === 'ja' ? 'en' : 'ja';
  const body = await html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<link rel="icon" href="data:,">
<title>${title} · Mimamori</title>
<style>${raw(style)}</style>
</head>
<body>
<header><div><span class="brand" translate="no">Mimamori <span${part === 'portal' ? raw(' lang="ja"') : ''}>${words[language][part]}</span></span><a href="${otherLanguage ?? `?lang=${other}`}" lang="${other}" hreflang="${other}" rel="nofollow">${words[language].other}</a></div></header>
<main><div class="card"><h1>${title}</h1>
${main}
</div></main>
</body>
</html>
`;
  return {
    statusCode: status,
    headers: {
      ...commonHeaders,
      'content-type': 'text/html; charset=utf-8',
      'content-language': language,
      'content-security-policy': policy,
      ...headers,
    },
    body: String(body),
  };
}
