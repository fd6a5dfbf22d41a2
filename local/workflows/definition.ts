import type { Json } from './state-data.ts';

/** A checked definition in the Amazon States Language, JSONata mode. */
export interface MachineDefinition {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
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

export interface TaskState extends Transition {
  readonly Type: 'Task';
  readonly Resource: string;
  readonly Arguments?: Template;
  readonly Assign?: Assignments;
  readonly Output?: Template;
  readonly TimeoutSeconds?: number | string;
  readonly HeartbeatSeconds?: number | string;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
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

export type State = PassState | TaskState | ChoiceState | WaitState | SucceedState | FailState;

/** The source inside `{% … %}`; `undefined` for plain text. */
export function expressionIn(text: string): string | undefined {
  return text.length >= 4 && text.startsWith('{%') && text.endsWith('%}')
    ? text.slice(2, -2).trim()
    : undefined;
}
