import type { AccessFinding } from '../../core/access/access.ts';
import type { Instant } from '../../core/instant.ts';
import type { Language } from '../../core/text.ts';
import type { OperatorNotice } from '../mail/tell-operators.ts';

/** What a server's verification found that is news. */
export interface ServerNews {
  /** `acme.web-1` */
  readonly server: string;
  readonly findings: readonly AccessFinding[];
}

/** More lines than this in one notice help nobody. */
const linesPerNotice = 50;

function linesOf(news: readonly ServerNews[], language: Language): string {
  const lines = news.flatMap(({ server, findings }) =>
    findings.map(({ text }) => `${server}: ${text[language]}`),
  );
  const more = lines.length - linesPerNotice;
  const rest = language === 'ja' ? `ほか ${more} 件` : `and ${more} more`;
  return [...lines.slice(0, linesPerNotice), ...(more > 0 ? [rest] : [])].join('\n');
}

/** @param at the scheduled time of the verification, which is the same when it is repeated */
export const accessFailedNotice = (at: Instant, news: readonly ServerNews[]): OperatorNotice => ({
  key: `access-failed.${at}`,
  at,
  subject: {
    en: `A first response would fail on ${named(news, 'en')}`,
    ja: `一次対応に必要な接続・権限を確認できません: ${named(news, 'ja')}`,
  },
  body: {
    en: `The daily verification found what an incident would have met:\n${linesOf(news, 'en')}\nEach of these is told once, and again when it is mended. Ask the customer what was changed; mimamori runbook test rehearses a runbook on a server.`,
    ja: `毎日の接続確認で次の問題を検知しました。\n${linesOf(news, 'ja')}\n同じ問題は解消するまで再通知しません。お客様に変更の有無をご確認ください。mimamori runbook test で手順書を確認できます。`,
  },
});

export const accessRestoredNotice = (at: Instant, news: readonly ServerNews[]): OperatorNotice => ({
  key: `access-restored.${at}`,
  at,
  subject: {
    en: `A first response would work again on ${named(news, 'en')}`,
    ja: `一次対応に必要な接続・権限が回復しました: ${named(news, 'ja')}`,
  },
  body: {
    en: `The daily verification no longer finds:\n${linesOf(news, 'en')}`,
    ja: `毎日の接続確認で、次の問題の解消を確認しました。\n${linesOf(news, 'ja')}`,
  },
});

export const notVerifiedNotice = (at: Instant, servers: number): OperatorNotice => ({
  key: `access-not-verified.${at}`,
  at,
  subject: {
    en: `${servers} servers were not verified today: there was no time left`,
    ja: `本日の接続確認を実施できなかったサーバーがあります: ${servers} 台`,
  },
  body: {
    en: `The verification of ${at} ran out of time, and ${servers} servers have their next turn tomorrow. Many servers that do not answer are the usual cause.`,
    ja: `${at} の接続確認は時間内に終わらず、${servers} 台は翌日の確認になります。多数のサーバーが応答していない可能性があります。`,
  },
});

function named(news: readonly ServerNews[], language: Language): string {
  const [first] = news;
  if (first === undefined || news.length === 1) return first?.server ?? '';
  return language === 'ja' ? `${news.length} 台のサーバー` : `${news.length} servers`;
}
