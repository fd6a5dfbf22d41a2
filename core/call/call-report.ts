import type { Account } from '../account.ts';
import { type Alert, byPriority, type Incident } from '../incident/incident.ts';
import type { Unrepaired } from '../incident/response.ts';
import type { Server } from '../server.ts';
import type { Settings } from '../settings.ts';
import type { Language, Text } from '../text.ts';
import { alertsToTell } from './next-call.ts';
import { spokenText, spokenTime } from './spoken-text.ts';

interface Detail {
  readonly alerts: number;
  readonly attempts: number;
  readonly summary: number;
}

/** How much is said, from everything that a listener can keep in mind down to the bare failure. The mail has everything. */
const details: readonly [Detail, ...Detail[]] = [
  { alerts: 3, attempts: 2, summary: 140 },
  { alerts: 2, attempts: 1, summary: 80 },
  { alerts: 1, attempts: 1, summary: 40 },
  { alerts: 1, attempts: 0, summary: 0 },
];
const longestName = 60;

/** A report of this many characters is read out within a minute, so that there is time for the key. */
const longestReport: Record<Language, number> = { ja: 360, en: 840 };

export interface CallReportOptions {
  readonly incident: Incident;
  readonly account: Pick<Account, 'name' | 'timeZone'>;
  readonly server: Pick<Server, 'name'>;
  readonly settings: Pick<Settings, 'mailFromName'>;
  readonly language: Language;
}

/**
 * What whoever picks up hears: who calls, which server, what fails and since when, what was tried, and the key that
 * confirms. Names and summaries come from customers and their servers: they are made harmless and cut.
 *
 * @returns 800 characters at most
 */
export function callReport(options: CallReportOptions): string {
  const reports = details.map((detail) => reportIn(detail, options));
  const fitting = reports.find((report) => report.length <= longestReport[options.language]);
  return fitting ?? reports.at(-1) ?? '';
}

function reportIn(
  detail: Detail,
  { incident, account, server, settings, language }: CallReportOptions,
): string {
  const words = reportWords[language];
  const told = alertsToTell(incident);
  const alerts = told.length > 0 ? told : byPriority(Object.values(incident.alerts)).slice(0, 1);
  const since = alerts.map(({ failingSince }) => failingSince).sort()[0];
  const name = (given: string) => spokenText(given, longestName);
  return [
    words.caller(name(settings.mailFromName)),
    words.where(name(account.name), name(server.name)),
    ...alerts.slice(0, detail.alerts).map((alert) => {
      const summary = sentence(alert.summary, detail.summary, language);
      return words.failure(name(alert.service ?? alert.monitor), summary);
    }),
    ...(alerts.length > detail.alerts ? [words.more(alerts.length - detail.alerts)] : []),
    ...(since === undefined ? [] : [words.since(spokenTime(since, account.timeZone, language))]),
    ...tried(alerts, detail, language),
    words.confirm,
  ].join(language === 'ja' ? '' : ' ');
}

function tried(alerts: readonly Alert[], detail: Detail, language: Language): string[] {
  const words = reportWords[language];
  const attempts = alerts.flatMap((alert) => alert.attempts ?? []);
  const said = detail.attempts === 0 ? [] : attempts.slice(-detail.attempts);
  if (said.length > 0)
    return [words.tried(said.map(({ summary }) => sentence(summary, detail.summary, language)))];
  const reason = attempts.length > 0 ? 'tried-all' : alerts[0]?.unrepaired?.reason;
  return [words.untried[reason ?? 'tried-all']];
}

const sentence = (text: Text, maxLength: number, language: Language): string =>
  spokenText(text[language], maxLength).replace(/[.。]+$/, '');

interface ReportWords {
  caller(sender: string): string;
  where(account: string, server: string): string;
  failure(monitor: string, summary: string): string;
  more(count: number): string;
  since(time: string): string;
  tried(summaries: readonly string[]): string;
  readonly untried: Readonly<Record<Unrepaired['reason'], string>>;
  readonly confirm: string;
}

const reportWords: Record<Language, ReportWords> = {
  ja: {
    caller: (sender) => `こちらは、${sender}の監視システムです。`,
    where: (account, server) => `${account}様のサーバー、${server}で、障害を検知しました。`,
    failure: (monitor, summary) => `監視項目、${monitor}。${summary === '' ? '' : `${summary}。`}`,
    more: (count) => `このほかに、${count}件の異常があります。`,
    since: (time) => `${time}から続いています。`,
    tried: (summaries) => `一次対応を実施しました。${summaries.join('。')}。`,
    untried: {
      'no-runbook': 'この障害には、自動で実施できる復旧手順がありません。',
      'tried-all': '一次対応では、復旧しませんでした。',
      guarded: '復旧作業を繰り返しても再発するため、一次対応を見合わせています。',
      'no-access': 'サーバーにログインできないため、一次対応を実施できませんでした。',
      'host-key': 'サーバーの認証鍵が変わっているため、一次対応を実施していません。',
      stopped: '運用担当が、一次対応を中止しました。',
      operator: '運用担当の判断で、ご連絡しています。',
      fault: '当社側の問題により、一次対応を完了できませんでした。',
    },
    confirm: 'この連絡を確認された方は、電話機の、1を、押してください。',
  },
  en: {
    caller: (sender) => `This is the monitoring system of ${sender}.`,
    where: (account, server) => `There is a failure on the server ${server} of ${account}.`,
    failure: (monitor, summary) => `Monitor ${monitor}${summary === '' ? '' : `: ${summary}`}.`,
    more: (count) => `There are ${count} more failures.`,
    since: (time) => `It has been failing since ${time}.`,
    tried: (summaries) => `We tried a first response. ${summaries.join('. ')}.`,
    untried: {
      'no-runbook': 'There is no procedure with which we could repair it.',
      'tried-all': 'Our first response did not repair it.',
      guarded: 'It comes back after each repair, so we have stopped repairing it.',
      'no-access': 'We could not log in to the server for a first response.',
      'host-key': 'The server has another host key than before, so we did not log in.',
      stopped: 'Our operators have stopped the first response.',
      operator: 'Our operators want you to know.',
      fault: 'A fault of ours kept us from finishing the first response.',
    },
    confirm: 'If you have heard this report, press 1 on your telephone.',
  },
};

/** What else is said in a call, by the contact flow. */
export const callPhrases: Record<
  Language,
  { readonly again: string; readonly thanks: string; readonly unrecorded: string; readonly goodbye: string }
> = {
  ja: {
    again: '確認された方は、1を、押してください。',
    thanks: 'ありがとうございます。ご確認を記録しました。詳しくは、メールをご覧ください。失礼いたします。',
    unrecorded: 'ご確認を記録できませんでした。詳しくは、メールをご覧ください。失礼いたします。',
    goodbye: 'ご確認がないため、電話を終わります。詳しくは、メールをご覧ください。',
  },
  en: {
    again: 'To confirm, press 1.',
    thanks: 'Thank you. We have noted that you know. The mail has the details. Goodbye.',
    unrecorded: 'We could not note your answer. The mail has the details. Goodbye.',
    goodbye: 'As nobody has confirmed, we end this call. The mail has the details. Goodbye.',
  },
};
