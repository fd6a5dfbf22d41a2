import type { CheckOutcome } from '../../core/check-outcome.ts';
import { type MonitorRef, monitorKey } from '../../core/ids.ts';
import type { Instant } from '../../core/instant.ts';
import type { Language } from '../../core/text.ts';
import type { OperatorNotice } from '../mail/tell-operators.ts';

/** More lines than this in one notice help nobody. */
const linesPerNotice = 50;

export interface UnknownMonitor {
  readonly ref: MonitorRef;
  readonly outcome: CheckOutcome;
}

export function wayOutDownNotice(shard: number, at: Instant, endpoints: readonly string[]): OperatorNotice {
  const tried = endpoints.join(', ');
  return {
    key: `way-out-down.${shard}.${at}`,
    at,
    subject: {
      en: `Our way out is down (shard ${shard}); alerts are held`,
      ja: `監視元の外部接続が失われています (シャード ${shard})。アラートを保留しています`,
    },
    body: {
      en: `Many servers failed at once at ${at}, and none of our reference endpoints answered: ${tried}.\nFailures are not believed until one of them answers again. Look at the NAT gateway, its address and the routes.`,
      ja: `${at} に多数のサーバーで同時に異常を検知しましたが、参照先のいずれにも接続できませんでした: ${tried}\n参照先に接続できるまで、異常とは判定しません。NATゲートウェイ、IPアドレス、経路を確認してください。`,
    },
  };
}

export function wayOutRestoredNotice(shard: number, downSince: Instant, at: Instant): OperatorNotice {
  return {
    key: `way-out-restored.${shard}.${downSince}`,
    at,
    subject: {
      en: `Our way out works again (shard ${shard})`,
      ja: `監視元の外部接続が復旧しました (シャード ${shard})`,
    },
    body: {
      en: `It was down since ${downSince}. Failures are believed again from ${at}; what still fails is now confirmed as usual.`,
      ja: `${downSince} から失われていた外部接続が復旧しました。${at} から通常の判定に戻り、継続中の異常は通常どおり再確認します。`,
    },
  };
}

export function unknownNotice(
  shard: number,
  at: Instant,
  unknown: readonly UnknownMonitor[],
): OperatorNotice {
  const count = unknown.length;
  return {
    key: `unknown.${shard}.${at}`,
    at,
    subject: { en: `${count} checks could not be carried out`, ja: `${count} 件の監視を実施できません` },
    body: {
      en: `Twice in a row, for a reason of ours. Customers are not told. The mend is in each line.\n\n${lines(unknown, 'en')}`,
      ja: `当社側の理由で2回続けて実施できませんでした。お客様には通知していません。各行の内容に従って対処してください。\n\n${lines(unknown, 'ja')}`,
    },
  };
}

function lines(unknown: readonly UnknownMonitor[], language: Language): string {
  const shown = unknown
    .slice(0, linesPerNotice)
    .map(({ ref, outcome }) => `${monitorKey(ref)}: ${outcome.summary[language]}`);
  const more = unknown.length - shown.length;
  return [...shown, ...(more > 0 ? [`+ ${more}`] : [])].join('\n');
}

export function overloadNotice(shard: number, at: Instant, notReached: number): OperatorNotice {
  return {
    // Once an hour: an overload lasts.
    key: `overload.${shard}.${at.slice(0, 13)}`,
    at,
    subject: {
      en: `A sweep is overloaded: ${notReached} checks were not reached (shard ${shard})`,
      ja: `監視処理が過負荷です: ${notReached} 件を実施できませんでした (シャード ${shard})`,
    },
    body: {
      en: `In the minute of ${at}. Raise the number of shards, or the checks in flight.`,
      ja: `${at} の回で発生しました。シャード数または同時実行数を増やしてください。`,
    },
  };
}

export function metricsLostNotice(shard: number, at: Instant, lost: number, reason: string): OperatorNotice {
  return {
    key: `metrics-lost.${shard}.${at.slice(0, 13)}`,
    at,
    subject: {
      en: `${lost} measurements could not be stored (shard ${shard})`,
      ja: `${lost} 件の計測値を保存できませんでした (シャード ${shard})`,
    },
    body: {
      en: `In the minute of ${at}. Detection goes on; the graphs have a gap. Reason: ${reason}`,
      ja: `${at} の回で発生しました。検知は継続していますが、グラフに欠損が生じます。理由: ${reason}`,
    },
  };
}
