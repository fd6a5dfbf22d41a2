import type { Change } from './change.ts';
import type { ExecutionRow } from './journal.ts';
import { untruncated, withoutNulls } from './step.ts';

export type ExecutionEnd =
  | { readonly output: string }
  | { readonly error: string | null; readonly cause: string | null };

const statusAfter = {
  ExecutionSucceeded: 'SUCCEEDED',
  ExecutionFailed: 'FAILED',
  ExecutionAborted: 'ABORTED',
  ExecutionTimedOut: 'TIMED_OUT',
} as const;

/** Writes the last event of an execution, and takes away all that would let it go on. */
export function endExecution(
  change: Change,
  execution: ExecutionRow,
  previousEvent: number,
  type: keyof typeof statusAfter,
  end: ExecutionEnd,
): void {
  const detail =
    'output' in end ? { output: end.output, ...untruncated('output') } : withoutNulls({ ...end });
  change.addEvent(execution, previousEvent, type, detail, true);
  execution.status = statusAfter[type];
  if ('output' in end) execution.output = end.output;
  else if (type !== 'ExecutionTimedOut') {
    // The error of a time-out stands in its event alone: measured in https://github.com/floci-io/floci/issues/2733.
    execution.error = end.error;
    execution.cause = end.cause;
  }
  execution.stoppedMs = change.nowMs;
  change.endExecution(execution);
}
