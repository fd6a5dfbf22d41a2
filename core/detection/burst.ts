import type { CheckOutcome } from '../check-outcome.ts';

/** How many servers of one sweep may fail before our own way out is doubted. */
export interface BurstLimits {
  readonly servers: number;
  readonly share: number;
}

export const defaultBurst: BurstLimits = { servers: 5, share: 0.2 };

/**
 * True when so many of the checked servers fail at once that our own network is the likelier cause.
 * In a small fleet that is all of them.
 */
export function isBurst(
  failingServers: number,
  checkedServers: number,
  limits: BurstLimits = defaultBurst,
): boolean {
  const bound = Math.max(limits.servers, checkedServers * limits.share);
  return failingServers >= Math.min(bound, checkedServers);
}

/** A failure seen while our own way out was broken says nothing about the target. */
export const behindBrokenWayOut = (outcome: CheckOutcome): CheckOutcome => ({
  severity: 'unknown',
  summary: {
    en: `Not judged: our own connection to the outside is down. Seen: ${outcome.summary.en}`,
    ja: `監視元の外部接続に問題があるため判定していません。観測結果: ${outcome.summary.ja}`,
  },
  durationMs: outcome.durationMs,
  values: {},
});
