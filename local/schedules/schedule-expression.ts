import { type Occurrences, parseCron } from './cron.ts';
import { instantOfWallTime } from './wall-time.ts';

const unitMs: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * Reads `rate(…)`, `cron(…)` or `at(…)` as EventBridge Scheduler takes them.
 *
 * A rate counts from the epoch here, not from the day the schedule was made: a one-minute schedule fires on the
 * minute, and in every run at the same times.
 *
 * @throws RangeError that says what is wrong with it
 */
export function parseScheduleExpression(expression: string, timeZone = 'UTC'): Occurrences {
  const [, kind, inner = ''] = /^(rate|cron|at)\((.*)\)$/.exec(expression.trim()) ?? [];
  if (kind === 'rate') return parseRate(inner, expression);
  if (kind === 'cron') return parseCron(inner, timeZone);
  if (kind === 'at') return parseAt(inner, timeZone);
  throw new RangeError(`schedule ${expression} is not known; write rate(…), cron(…) or at(…)`);
}

function parseRate(inner: string, expression: string): Occurrences {
  const [, count, unit] = /^([1-9][0-9]*) (minute|hour|day)s?$/.exec(inner) ?? [];
  const periodMs = Number(count) * (unitMs[unit ?? ''] ?? Number.NaN);
  if (!Number.isFinite(periodMs)) {
    throw new RangeError(`schedule ${expression} is not a rate; write rate(1 minute) or rate(5 minutes)`);
  }
  return { nextAfter: (ms) => (Math.floor(ms / periodMs) + 1) * periodMs };
}

/** Once, at a wall time to the second. */
function parseAt(inner: string, timeZone: string): Occurrences {
  const wallMs = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(inner) ? Date.parse(`${inner}Z`) : Number.NaN;
  const at = Number.isNaN(wallMs) ? undefined : instantOfWallTime(wallMs, timeZone);
  if (at === undefined) {
    throw new RangeError(`schedule at(${inner}) is not an instant; write at(yyyy-mm-ddThh:mm:ss)`);
  }
  return { nextAfter: (ms) => (at > ms ? at : undefined) };
}
