import type { Incident } from '../incident/incident.ts';
import type { Instant } from '../instant.ts';
import type { Block, RenderedMail } from '../mail/document.ts';
import { localTime } from '../mail/local-time.ts';
import { headerValue, oneLine } from '../mail/neutralise.ts';
import { renderHtml } from '../mail/render-html.ts';
import { renderText } from '../mail/render-text.ts';
import type { Settings } from '../settings.ts';
import type { Language, Text } from '../text.ts';

export interface ReportReminder {
  readonly incident: Incident;
  readonly recoveredAt: Instant;
  readonly due: Instant;
  /** 1 asks for the report, 2 comes before it is due, 3 when it is, and later ones are late. */
  readonly number: number;
  /** Of the business calendar. */
  readonly timeZone: string;
}

/** Asks the engineer for the cause report, or reminds of it. */
export function renderReportReminder(
  reminder: ReportReminder,
  engineer: { readonly name: string; readonly language: Language },
  settings: Pick<Settings, 'mailFromName'>,
  writeUrl?: string,
): RenderedMail {
  const { language } = engineer;
  const words = reminderWords[language];
  const title = reminderTitle(reminder)[language];
  const blocks: Block[] = [
    { kind: 'headline', tone: reminder.number > 2 ? 'warning' : 'notice', label: words.label, text: title },
    { kind: 'paragraph', text: words.task(oneLine(engineer.name, 80)) },
    { kind: 'paragraph', text: timesText(reminder)[language] },
    ...(writeUrl !== undefined && /^https?:\/\/[!-~]{1,1000}$/.test(writeUrl)
      ? [{ kind: 'link', text: words.write, url: writeUrl } as const]
      : []),
    { kind: 'footer', lines: [words.sender(oneLine(settings.mailFromName, 80))] },
  ];
  const document = { language, title: `[Mimamori REPORT] ${title}`, blocks };
  return {
    subject: document.title,
    text: renderText(document),
    html: renderHtml(document),
    headers: {
      'X-Mimamori-State': 'REPORT',
      'X-Mimamori-Incident': headerValue(reminder.incident.id),
      'Content-Language': language,
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
    },
  };
}

/** The same for the operators, with whom it lies. */
export function reminderNotice(
  reminder: ReportReminder,
  engineer: string | undefined,
): { readonly subject: Text; readonly body: Text } {
  const times = timesText(reminder);
  const who = engineer === undefined ? undefined : oneLine(engineer, 80);
  return {
    subject: reminderTitle(reminder),
    body: {
      ja: `${who === undefined ? '報告を書くエンジニアが決まっていません。担当者を決めてください。' : `${who} さんに報告を求めています。`}\n${times.ja}`,
      en: `${who === undefined ? 'No engineer has taken the incident; find one who writes the report.' : `${who} has been asked for it.`}\n${times.en}`,
    },
  };
}

function reminderTitle({ incident: { id }, number }: ReportReminder): Text {
  if (number === 1)
    return { ja: `原因報告を作成してください: ${id}`, en: `Please write the cause report: ${id}` };
  if (number === 2)
    return { ja: `原因報告の期限が近づいています: ${id}`, en: `The cause report is due soon: ${id}` };
  if (number === 3) return { ja: `原因報告の期限です: ${id}`, en: `The cause report is due now: ${id}` };
  return { ja: `原因報告の期限を過ぎています: ${id}`, en: `The cause report is late: ${id}` };
}

const timesText = ({ recoveredAt, due, timeZone }: ReportReminder): Text => ({
  ja: `復旧: ${localTime(recoveredAt, timeZone, 'ja')}。期限: ${localTime(due, timeZone, 'ja')}。`,
  en: `Recovered: ${localTime(recoveredAt, timeZone, 'en')}. Due: ${localTime(due, timeZone, 'en')}.`,
});

const reminderWords = {
  ja: {
    label: '原因報告',
    task: (name: string) =>
      `${name} さん、お客様への原因報告（原因、対応内容、再発防止策）を期限までに提出してください。提出されると、お客様にメールで届きます。`,
    write: '報告を書く',
    sender: (name: string) => `このメールは ${name} が自動で送信しています。`,
  },
  en: {
    label: 'CAUSE REPORT',
    task: (name: string) =>
      `${name}, the customer is owed a report of the cause, what was done, and how it is prevented. It is mailed to them when you submit it.`,
    write: 'Write the report',
    sender: (name: string) => `Sent automatically by ${name}.`,
  },
};
