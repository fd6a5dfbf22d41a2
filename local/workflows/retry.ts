import type { Retrier } from './definition.ts';

/** What ended a state's attempt, as Retry and Catch see it. `null` where a failure came without name or cause. */
export interface StateError {
  readonly error: string | null;
  readonly cause: string | null;
  /** A missed heartbeat is told as `States.Timeout`, but answers to its own name too. */
  readonly isMissedHeartbeat?: boolean;
}

/** Errors that `States.TaskFailed` does not match, though it stands for all others. */
const noFailuresOfTasks = new Set([
  'States.Timeout',
  'States.HeartbeatTimeout',
  'States.DataLimitExceeded',
  'States.Runtime',
]);

/**
 * Whether one name of a Retry's or Catch's `ErrorEquals` covers this error. `States.ALL` covers `States.DataLimitExceeded` too:
 * the documentation denies it, and a recording of the service shows it (LocalStack's snapshot of
 * `test_service_task_lambada_catch_state_all_data_limit_exceeded_on_large_utf8_response`, 2024-03-21).
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
export function coversError(
  errorEquals: readonly string[],
  { error, isMissedHeartbeat }: StateError,
): boolean {
  // The service never lets its own breakdowns be handled, whatever they are listed under.
  if (error === 'States.Runtime') return false;
  return errorEquals.some((name) => {
    if (name === error) return true;
    if (name === 'States.HeartbeatTimeout') return isMissedHeartbeat === true;
    if (name === 'States.TaskFailed') return error === null || !noFailuresOfTasks.has(error);
    return name === 'States.ALL';
  });
}

/** Whether this retrier allows another attempt after `retries` of its own in this visit of the state. */
export function allowsRetry(retrier: Retrier, retries: number): boolean {
  return retries < (retrier.MaxAttempts ?? 3);
}

/**
 * How long to wait before the next attempt, in milliseconds.
 *
 * @param retries retries that this retrier has granted before, 0 for the first
 * @param random from 0 up to, not including, 1; used for full jitter only
 */
export function retryDelayMs(retrier: Retrier, retries: number, random: () => number): number {
  const grownMs = (retrier.IntervalSeconds ?? 1) * (retrier.BackoffRate ?? 2) ** retries * 1_000;
  const longestMs = (retrier.MaxDelaySeconds ?? Number.POSITIVE_INFINITY) * 1_000;
  // Without the last bound a long series of retries would grow past what a date can hold.
  const delayMs = Math.min(grownMs, longestMs, 365 * 24 * 3_600_000);
  return Math.round(retrier.JitterStrategy === 'FULL' ? delayMs * random() : delayMs);
}
