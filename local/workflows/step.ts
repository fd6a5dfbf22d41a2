import type { Change } from './change.ts';
import { contextObject } from './context-object.ts';
import type { State } from './definition.ts';
import type { ExecutionRow, Frame, Visit } from './journal.ts';
import { QueryFault } from './query.ts';
import { queryFunctions } from './query-functions.ts';
import type { StateError } from './retry.ts';
import { fitsDataLimit, type Json, limits } from './state-data.ts';

/** What one step works on: a frame of an execution, in the state where it stands. */
export interface Step {
  readonly change: Change;
  readonly execution: ExecutionRow;
  readonly frame: Frame;
  readonly state: State;
  readonly visit: Visit;
  /** From 0 up to, not including, 1. */
  readonly random: () => number;
}

/** A state that could not do its work. Retry and Catch may handle it; else it ends the execution. */
export class StateFault extends Error implements StateError {
  readonly error: string | null;
  override readonly cause: string | null;
  readonly isMissedHeartbeat: boolean;
  /** The field whose expression failed: the service tells of that in an event of its own. */
  readonly location: string | undefined;

  constructor({ error, cause, isMissedHeartbeat = false }: StateError, location?: string) {
    super(`${error ?? 'no error name'}: ${cause ?? 'no cause'}`);
    this.error = error;
    this.cause = cause;
    this.isMissedHeartbeat = isMissedHeartbeat;
    this.location = location;
  }
}

/** What only some expressions may read. */
export interface Readable {
  readonly result?: Json;
  readonly errorOutput?: Json;
}

/** All that the expressions of this step see, by name without `$`. */
export function bindingsOf(step: Step, readable: Readable = {}): Record<string, unknown> {
  const { change, execution, frame, state, visit, random } = step;
  const context = contextObject(execution, frame, state, visit);
  return {
    ...frame.data.variables,
    ...queryFunctions({ nowMs: change.nowMs, random }),
    states: { input: frame.data.input, context, ...readable },
  };
}

/** The service's sentence about a state, with what is wrong in it. */
export function causeOf({ frame, visit }: Step, problem: string): string {
  const where = `An error occurred while executing the state '${frame.state}' (entered at the event id #${visit.enteredEvent})`;
  return `${where}. ${problem}`.slice(0, limits.causeCharacters);
}

/** @throws what is no fault of the state's, unchanged */
export function faultOf(step: Step, error: unknown): StateFault {
  if (error instanceof StateFault) return error;
  if (!(error instanceof QueryFault)) throw error;
  const cause = causeOf(step, error.problem);
  return new StateFault({ error: 'States.QueryEvaluationError', cause }, error.location);
}

/** The fault of a text that is longer than the service takes; `undefined` for one that fits. */
export function oversizeOf(text: string, name: string): StateFault | undefined {
  if (fitsDataLimit(text)) return undefined;
  const cause = `The state/task '${name}' returned a result with a size exceeding the maximum number of bytes service limit.`;
  return new StateFault({ error: 'States.DataLimitExceeded', cause });
}
