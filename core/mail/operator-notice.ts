import type { Settings } from '../settings.ts';
import type { Text } from '../text.ts';
import type { Block, RenderedMail } from './document.ts';
import { oneLine } from './neutralise.ts';
import { renderHtml } from './render-html.ts';
import { renderText } from './render-text.ts';

/** State of a notice in its headers; a notice that cannot be delivered makes no further notice. */
export const operatorState = 'OPERATORS';

const maxParagraphs = 60;

/**
 * Writes a notice to the MSP's operators, in their language.
 *
 * @param body paragraphs, one a line; what is beyond the bounds is left off, with a line that says so
 */
export function renderOperatorNotice({
  subject,
  body,
  settings,
}: {
  readonly subject: Text;
  readonly body: Text;
  readonly settings: Pick<Settings, 'mailFromName' | 'operators'>;
}): RenderedMail {
  const { language } = settings.operators;
  const title = oneLine(subject[language], 120);
  const given = body[language]
    .slice(0, 20_000)
    .split(/\r\n|\n|\r/)
    .filter((line) => line.trim() !== '');
  const paragraphs = given
    .slice(0, maxParagraphs)
    .map((line): Block => ({ kind: 'paragraph', text: oneLine(line, 500) }));
  const isCut = body[language].length > 20_000 || given.length > maxParagraphs;
  const words = noticeWords[language];
  const document = {
    language,
    title: `[Mimamori ${operatorState}] ${title}`,
    blocks: [
      { kind: 'headline', tone: 'notice', label: words.label, text: title },
      ...paragraphs,
      ...(isCut ? [{ kind: 'paragraph', text: words.cut } as const] : []),
      { kind: 'footer', lines: [words.footer(oneLine(settings.mailFromName, 80))] },
    ] satisfies Block[],
  };
  return {
    subject: document.title,
    text: renderText(document),
    html: renderHtml(document),
    headers: {
      'X-Mimamori-State': operatorState,
      'Content-Language': language,
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
    },
  };
}

const noticeWords = {
  ja: {
    label: '運用担当へのお知らせ',
    cut: '長いため、以降を省略しています。',
    footer: (sender: string) => `このメールは ${sender} が運用担当の宛先に自動で送信しています。`,
  },
  en: {
    label: 'FOR OPERATORS',
    cut: 'The rest is left out, as it is long.',
    footer: (sender: string) => `Sent automatically by ${sender} to its operators.`,
  },
};
