import type { Severity } from '../check-outcome.ts';
import { type Instant, secondsBetween } from '../instant.ts';
import type { Text } from '../text.ts';
import type { Heartbeat } from './heartbeat.ts';

export interface HeartbeatRhythm {
  /** How often the job runs. */
  readonly everyMinutes: number;
  /** How late it may be, and how long it may run. */
  readonly graceMinutes: number;
}

export interface HeartbeatVerdict {
  readonly severity: Severity;
  readonly summary: Text;
  /** Since the last good call; undefined before the first. */
  readonly ageMinutes?: number;
}

/**
 * Judges a job by its calls. A job that said that it failed is critical at once; one that is silent, when its time and the
 * grace have passed. Before the first call there is nothing to judge: the operators hear of it, the customer does not.
 */
export function judgeHeartbeat(
  { everyMinutes, graceMinutes }: HeartbeatRhythm,
  { at: lastGood, failedAt, message }: Heartbeat,
  at: Instant,
): HeartbeatVerdict {
  const age = lastGood === undefined ? {} : { ageMinutes: minutesBetween(lastGood, at) };
  if (failedAt !== undefined && (lastGood === undefined || failedAt > lastGood)) {
    const said = message === undefined || message === '' ? undefined : message;
    return {
      severity: 'critical',
      ...age,
      summary: {
        ja: `ジョブが失敗を知らせました${said === undefined ? '' : `: ${said}`}`,
        en: `the job said that it failed${said === undefined ? '' : `: ${said}`}`,
      },
    };
  }
  if (age.ageMinutes === undefined) {
    return {
      severity: 'unknown',
      summary: {
        ja: 'ジョブからの呼び出しがまだ一度もありません。監視項目の URL をジョブの最後に呼び出すように設定してください',
        en: 'the job has never called; let it call the URL of this monitor when it ends',
      },
    };
  }
  const shown = { ja: wordsOf(age.ageMinutes, '分', '時間'), en: wordsOf(age.ageMinutes, ' min', ' h') };
  const most = everyMinutes + graceMinutes;
  const allowed = { ja: wordsOf(most, '分', '時間'), en: wordsOf(most, ' min', ' h') };
  const isLate = age.ageMinutes > most;
  return {
    severity: isLate ? 'critical' : 'ok',
    ...age,
    summary: isLate
      ? {
          ja: `ジョブの最後の呼び出しは ${shown.ja}前で、許容の ${allowed.ja}を過ぎています`,
          en: `the job last called ${shown.en} ago, more than the ${allowed.en} allowed`,
        }
      : { ja: `ジョブは ${shown.ja}前に呼び出しました`, en: `the job called ${shown.en} ago` },
  };
}

const minutesBetween = (from: Instant, to: Instant): number => Math.max(0, secondsBetween(from, to) / 60);

/** Minutes up to two hours, then hours. */
const wordsOf = (minutes: number, minute: string, hour: string): string =>
  minutes < 120 ? `${Math.floor(minutes)}${minute}` : `${(minutes / 60).toFixed(1)}${hour}`;
