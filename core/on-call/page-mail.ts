import type { Account } from '../account.ts';
import { type Alert, type Incident, openAlerts } from '../incident/incident.ts';
import type { Instant } from '../instant.ts';
import type { Block, RenderedMail } from '../mail/document.ts';
import { localTime } from '../mail/local-time.ts';
import { headerValue, oneLine } from '../mail/neutralise.ts';
import { incidentUrl } from '../mail/portal-link.ts';
import { renderHtml } from '../mail/render-html.ts';
import { renderText } from '../mail/render-text.ts';
import type { Server } from '../server.ts';
import type { Settings } from '../settings.ts';
import type { Language, Text } from '../text.ts';
import { acknowledgeSeconds } from './next-page.ts';

const maxItems = 10;
const maxAttempts = 3;

export interface PageInput {
  readonly incident: Incident;
  readonly account: Pick<Account, 'id' | 'name' | 'timeZone'>;
  readonly server: Pick<Server, 'id' | 'name'>;
  readonly settings: Pick<Settings, 'mailFromName' | 'portalUrl'>;
  readonly number: number;
  readonly at: Instant;
}

/**
 * Writes a page to an engineer: what fails where and since when, what was tried, and by when it must be acknowledged.
 * Names and summaries come from customers and their servers, and nothing in them acts.
 *
 * @param acknowledgeUrl opens a page with one button; absent where the desk must be told by telephone
 */
export function renderPage(
  input: PageInput,
  engineer: { readonly name: string; readonly language: Language },
  acknowledgeUrl?: string,
): RenderedMail {
  const { incident, account, server, settings, number } = input;
  const { language } = engineer;
  const words = pageWords[language];
  const failing = openAlerts(incident).filter(({ severity }) => severity !== 'warning');
  const [first] = failing;
  const subject = oneLine(
    `[Mimamori PAGE] ${account.id} ${server.id}${first === undefined ? '' : ` ${first.monitor}`} — ${words.subject}`,
    160,
  );
  const minutes = acknowledgeSeconds / 60;
  const blocks: Block[] = [
    { kind: 'headline', tone: 'problem', label: words.label, text: words.headline(oneLine(server.name, 80)) },
    { kind: 'paragraph', text: words.task(oneLine(engineer.name, 80), minutes) },
    ...linkOf(acknowledgeUrl, words.acknowledge),
    { kind: 'heading', text: words.failing(failing.length) },
    ...failing.slice(0, maxItems).map((one) => itemOf(one, account.timeZone, language)),
    ...(failing.length > maxItems
      ? [{ kind: 'paragraph', text: words.more(failing.length - maxItems) } as const]
      : []),
    ...linkOf(incidentUrl(settings.portalUrl, incident, 'operator'), words.portal),
    {
      kind: 'footer',
      lines: [
        words.footer(oneLine(incident.id, 80), number),
        words.sender(oneLine(settings.mailFromName, 80)),
      ],
    },
  ];
  const document = { language, title: subject, blocks };
  return {
    subject,
    text: renderText(document),
    html: renderHtml(document),
    headers: {
      'X-Mimamori-State': 'PAGE',
      'X-Mimamori-Account': headerValue(account.id),
      'X-Mimamori-Server': headerValue(server.id),
      'X-Mimamori-Incident': headerValue(incident.id),
      'Content-Language': language,
      Importance: 'high',
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
    },
  };
}

function itemOf(alert: Alert, timeZone: string, language: Language): Block {
  const words = pageWords[language];
  const facts = [
    { label: words.observed, value: oneLine(alert.summary[language], 400) },
    { label: words.since, value: localTime(alert.failingSince, timeZone, language) },
    ...(alert.attempts ?? [])
      .slice(-maxAttempts)
      .map(({ summary }) => ({ label: words.tried, value: oneLine(summary[language], 300) })),
  ];
  return { kind: 'item', tone: 'problem', title: alert.monitor, badge: words.badge, facts };
}

const linkOf = (url: string | undefined, text: string): Block[] =>
  url !== undefined && /^https?:\/\/[!-~]{1,1000}$/.test(url) ? [{ kind: 'link', text, url }] : [];

/** What the operators' desk reads when every engineer on call was silent, or nobody is on call. */
export function deskPage(
  { incident, account, server }: Pick<PageInput, 'incident' | 'account' | 'server'>,
  isRotaEmpty: boolean,
): { readonly subject: Text; readonly body: Text } {
  const { id } = incident;
  const name = oneLine(`${account.name} ${server.name}`, 120);
  const why = isRotaEmpty
    ? {
        ja: '現在、当番のエンジニアがいません。',
        en: 'No engineer is on call now.',
      }
    : {
        ja: '当番のエンジニア全員に連絡しましたが、誰も対応を受け付けていません。',
        en: 'Every engineer on call was paged and none has acknowledged.',
      };
  return {
    subject: {
      ja: `エンジニアが応答していません: ${id}`,
      en: `No engineer has taken incident ${id}`,
    },
    body: {
      ja: `${why.ja}\nフルマネージドの障害 ${id}（${name}）が続いています。対応できる人に連絡し、受け付けたことを記録してください。記録されるまで、当番への連絡を繰り返します。`,
      en: `${why.en}\nIncident ${id} (${name}) of the managed plan goes on. Reach somebody who can work on it and record who has taken it. The rota is paged again until then.`,
    },
  };
}

interface PageWords {
  readonly subject: string;
  readonly label: string;
  headline(server: string): string;
  task(name: string, minutes: number): string;
  readonly acknowledge: string;
  failing(count: number): string;
  readonly badge: string;
  readonly observed: string;
  readonly since: string;
  readonly tried: string;
  more(count: number): string;
  readonly portal: string;
  footer(incident: string, number: number): string;
  sender(name: string): string;
}

const pageWords: Record<Language, PageWords> = {
  ja: {
    subject: '当番の呼び出し',
    label: '当番の呼び出し',
    headline: (server) => `${server} の障害に対応してください。`,
    task: (name, minutes) =>
      `${name} さんは当番です。${minutes} 分以内に対応を受け付けてください。受け付けがない場合は、次の当番を呼び出します。`,
    acknowledge: '対応を受け付ける',
    failing: (count) => `続いている異常（${count} 件）`,
    badge: '異常',
    observed: '状況',
    since: '発生',
    tried: '一次対応',
    more: (count) => `ほか ${count} 件あります。`,
    portal: 'ポータル',
    footer: (incident, number) => `障害番号 ${incident}（呼び出し ${number} 回目）`,
    sender: (name) => `このメールは ${name} が当番のエンジニアに自動で送信しています。`,
  },
  en: {
    subject: 'you are on call',
    label: 'PAGE',
    headline: (server) => `There is a failure on ${server} that needs an engineer.`,
    task: (name, minutes) =>
      `${name}, you are on call. Acknowledge within ${minutes} minutes; after that the next engineer is paged.`,
    acknowledge: 'Acknowledge',
    failing: (count) => `What is failing (${count})`,
    badge: 'critical',
    observed: 'Observed',
    since: 'Since',
    tried: 'First response',
    more: (count) => `And ${count} more.`,
    portal: 'Portal',
    footer: (incident, number) => `Incident ${incident}, page ${number}`,
    sender: (name) => `Sent automatically by ${name} to its engineers on call.`,
  },
};
