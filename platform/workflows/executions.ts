import type { Instant } from '../../core/instant.ts';
import type { Machine } from '../../core/machine.ts';

export const executionStatuses = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'] as const;
export type ExecutionStatus = (typeof executionStatuses)[number];

/** An execution of one of our state machines, without its data. */
export interface Execution {
  readonly machine: Machine;
  readonly name: string;
  readonly status: ExecutionStatus;
  readonly startedAt: Instant;
  readonly endedAt?: Instant;
}

/** The state that an execution is in, or in which it ended, by its name in the definition. */
export interface ExecutionStep {
  readonly name: string;
  readonly since: Instant;
}

/** Executions that `list` gives at once. */
export const mostListed = 1_000;

/** What the workflows are doing, for people who look. It may lag by a second or two. */
export interface Executions {
  /** The last started first; 1,000 at most. */
  list(machine: Machine, wanted: { status: ExecutionStatus; limit: number }): Promise<Execution[]>;
  /** Undefined for one that never was, or ended so long ago that it is forgotten. */
  execution(machine: Machine, name: string): Promise<Execution | undefined>;
  /**
   * Where it stands: of states that run side by side the one entered last. One read of its last events; undefined where
   * these do not tell.
   */
  step(machine: Machine, name: string): Promise<ExecutionStep | undefined>;
  /** Where people look at an execution: the console's page, or that of one machine. */
  url(machine: Machine, name: string): string;
  machineUrl(machine: Machine): string;
}
