import type { Json } from './state-data.ts';

/** States with the one to begin with: a machine, a branch of a Parallel, or what a Map does with each item. */
export interface StateGroup {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

/** A checked definition in the Amazon States Language, JSONata mode. */
export interface MachineDefinition extends StateGroup {
  readonly TimeoutSeconds?: number;
}

interface Transition {
  readonly Next?: string;
  readonly End?: true;
}
/** A value in which every string of the form `{% … %}` is an expression. */
export type Template = Json;
export type Assignments = Readonly<Record<string, Template>>;

export interface PassState extends Transition {
  readonly Type: 'Pass';
  readonly Assign?: Assignments;
  readonly Output?: Template;
}

/** What a state that can fail does about it. */
interface Recovering {
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
}

export interface TaskState extends Transition, Recovering {
  readonly Type: 'Task';
  readonly Resource: string;
  /** The role that the task is to take on: told in the history, as one machine has one account. */
  readonly Credentials?: Template;
  readonly Arguments?: Template;
  readonly Assign?: Assignments;
  readonly Output?: Template;
  readonly TimeoutSeconds?: number | string;
  readonly HeartbeatSeconds?: number | string;
}

export interface ParallelState extends Transition, Recovering {
  readonly Type: 'Parallel';
  readonly Branches: readonly StateGroup[];
  readonly Arguments?: Template;
  readonly Assign?: Assignments;
  readonly Output?: Template;
}

export interface MapState extends Transition, Recovering {
  readonly Type: 'Map';
  readonly ItemProcessor?: StateGroup;
  /** The older name of ItemProcessor. */
  readonly Iterator?: StateGroup;
  readonly Items?: Template;
  readonly ItemSelector?: Template;
  readonly MaxConcurrency?: number | string;
  readonly ToleratedFailureCount?: number | string;
  readonly ToleratedFailurePercentage?: number | string;
  readonly Assign?: Assignments;
  readonly Output?: Template;
}

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL' | 'NONE';
}

export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
  readonly Assign?: Assignments;
  readonly Output?: Template;
}

export interface ChoiceState {
  readonly Type: 'Choice';
  readonly Choices: readonly ChoiceRule[];
  readonly Default?: string;
  readonly Assign?: Assignments;
  readonly Output?: Template;
}

export interface ChoiceRule {
  readonly Condition: string | boolean;
  readonly Next: string;
  readonly Assign?: Assignments;
  readonly Output?: Template;
}

export interface WaitState extends Transition {
  readonly Type: 'Wait';
  readonly Seconds?: number | string;
  readonly Timestamp?: string;
  readonly Assign?: Assignments;
  readonly Output?: Template;
}

export interface SucceedState {
  readonly Type: 'Succeed';
  readonly Output?: Template;
}

export interface FailState {
  readonly Type: 'Fail';
  readonly Error?: string;
  readonly Cause?: string;
}

export type State =
  | PassState
  | TaskState
  | ParallelState
  | MapState
  | ChoiceState
  | WaitState
  | SucceedState
  | FailState;

/** The states inside a Parallel (one group for each branch) or a Map (one); none in others. */
export function groupsIn(state: State): readonly StateGroup[] {
  if (state.Type === 'Parallel') return state.Branches;
  const group = state.Type === 'Map' ? (state.ItemProcessor ?? state.Iterator) : undefined;
  return group === undefined ? [] : [group];
}

/** The source inside `{% … %}`; `undefined` for plain text. */
export function expressionIn(text: string): string | undefined {
  return text.length >= 4 && text.startsWith('{%') && text.endsWith('%}')
    ? text.slice(2, -2).trim()
    : undefined;
}
