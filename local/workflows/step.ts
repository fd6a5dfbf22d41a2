import type { Change } from './change.ts';
import { contextObject } from './context-object.ts';
import type { State } from './definition.ts';
import type { Definitions } from './definitions.ts';
import type { ExpressionScope } from './expression.ts';
import type { Integrations } from './integrations.ts';
import type { ExecutionRow, Frame, Journal, MapItem, Visit } from './journal.ts';
import { QueryFault } from './query.ts';
import type { StateError } from './retry.ts';
import { fitsDataLimit, isObject, type Json, limits } from './state-data.ts';

/** What every step may use. */
export interface Tools {
  readonly journal: Journal;
  readonly definitions: Definitions;
  readonly integrations: Integrations;
  readonly region: string;
  /** From 0 up to, not including, 1. */
  readonly random: () => number;
}

/** What one step works on: a frame of an execution, in the state where it stands. */
export interface Step {
  readonly tools: Tools;
  readonly change: Change;
  readonly execution: ExecutionRow;
  readonly frame: Frame;
  readonly state: State;
  readonly visit: Visit;
}

/** The step that a frame is in; `undefined` when the frame is gone, or has not entered its state. */
export function stepOf(tools: Tools, change: Change, frameId: number | null): Step | undefined {
  const frame = frameId === null ? undefined : change.frame(frameId);
  const execution = frame === undefined ? undefined : change.execution(frame.execution);
  const visit = frame?.data.visit;
  if (frame === undefined || execution === undefined || visit === undefined) return undefined;
  return { tools, change, execution, frame, state: stateOf(tools, execution, frame), visit };
}

/** @throws when the definition has no such state */
export function stateOf({ definitions }: Tools, execution: ExecutionRow, frame: Frame): State {
  try {
    return definitions.state(execution.definitionHash, frame.path, frame.state);
  } catch (error) {
    throw new Error(`${execution.arn}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Writes an event that follows the last one of the frame. */
export function addEvent({ change, execution, frame }: Step, type: string, detail: object): number {
  frame.data.previousEvent = change.addEvent(execution, frame.data.previousEvent, type, detail);
  return frame.data.previousEvent;
}

/** A state that could not do its work. Retry and Catch may handle it; else it ends the frame. */
export class StateFault extends Error implements StateError {
  readonly error: string | null;
  override readonly cause: string | null;
  readonly isMissedHeartbeat: boolean;
  /** Set when a field could not be evaluated: the service tells of that in an event of its own. */
  readonly evaluation: { readonly location?: string } | undefined;

  constructor({ error, cause, isMissedHeartbeat = false }: StateError, evaluation?: { location?: string }) {
    super(`${error ?? 'no error name'}: ${cause ?? 'no cause'}`);
    this.error = error;
    this.cause = cause;
    this.isMissedHeartbeat = isMissedHeartbeat;
    this.evaluation = evaluation;
  }
}

/** What only some expressions may read. */
export interface Readable {
  readonly result?: Json;
  readonly errorOutput?: Json;
}

/**
 * All that the expressions of this step see.
 *
 * @param item for ItemSelector, which sees the item of an iteration that has no frame of its own to read it from
 */
export function scopeOf(step: Step, readable: Readable = {}, item?: MapItem): ExpressionScope {
  const { tools, change, frame } = step;
  // Most templates hold no expression, and what an execution carries with it may be long.
  const variables = once(() => visibleVariables(change, frame));
  const states = once(() => ({
    input: frame.data.input,
    context: overlay(contextObject(step, item ?? frame.data.item), frame.data.trial?.context),
    ...readable,
  }));
  return {
    get variables() {
      return variables();
    },
    get states() {
      return states();
    },
    nowMs: change.nowMs,
    random: tools.random,
  };
}

/** A test says what it wants otherwise in some groups of the context: `{"State": {"RetryCount": 2}}`. */
function overlay(
  context: Readonly<Record<string, unknown>>,
  given: Readonly<Record<string, Json>> = {},
): Record<string, unknown> {
  const laid = Object.entries(given).map(([group, value]) => {
    const known = Object.hasOwn(context, group) ? context[group] : undefined;
    return [group, isObject(known) && isObject(value) ? { ...known, ...value } : value];
  });
  return { ...context, ...Object.fromEntries(laid) };
}

function once<Value>(compute: () => Value): () => Value {
  let computed: { readonly value: Value } | undefined;
  return () => {
    computed ??= { value: compute() };
    return computed.value;
  };
}

/** The frame's own variables and those of the frames round it, which stand still while there are frames inside them. */
function visibleVariables(change: Change, frame: Frame): Record<string, Json> {
  if (frame.parent === null) return frame.data.variables;
  const outer = change.seeFrame(frame.parent);
  return outer === undefined
    ? frame.data.variables
    : { ...visibleVariables(change, outer), ...frame.data.variables };
}

/**
 * The service's sentence about a state, with what is wrong in it. TestState leaves out where that was.
 *
 * @see https://github.com/floci-io/floci/pull/2689, and LocalStack's snapshot of test_state_map_context_object
 */
export function causeOf({ frame, visit }: Pick<Step, 'frame' | 'visit'>, problem: string): string {
  if (frame.data.trial !== undefined) return problem.slice(0, limits.causeCharacters);
  const where = `An error occurred while executing the state '${frame.state}' (entered at the event id #${visit.enteredEvent})`;
  return `${where}. ${problem}`.slice(0, limits.causeCharacters);
}

/** @throws what is no fault of the state's, unchanged */
export function faultOf(step: Step, error: unknown): StateFault {
  if (error instanceof StateFault) return error;
  if (!(error instanceof QueryFault)) throw error;
  const { location, problem } = error;
  const cause = causeOf(step, problem);
  return new StateFault(
    { error: 'States.QueryEvaluationError', cause },
    location === undefined ? {} : { location },
  );
}

/** The fault of a text that is longer than the service takes; `undefined` for one that fits. */
export function oversizeOf(text: string, name: string): StateFault | undefined {
  if (fitsDataLimit(text)) return undefined;
  const cause = `The state/task '${name}' returned a result with a size exceeding the maximum number of bytes service limit.`;
  return new StateFault({ error: 'States.DataLimitExceeded', cause });
}

/** @throws StateFault `States.DataLimitExceeded` */
export function checkSize(text: string, name: string): void {
  const oversize = oversizeOf(text, name);
  if (oversize !== undefined) throw oversize;
}

/** History holds all data whole, and says so as the service does. */
export function untruncated(
  field: 'input' | 'output' | 'assignedVariables',
): Record<string, { truncated: false }> {
  return { [`${field}Details`]: { truncated: false } };
}

export function withoutNulls(values: Record<string, string | null>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== null),
  );
}
