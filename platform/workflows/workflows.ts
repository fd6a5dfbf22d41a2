import type { Machine } from '../../core/machine.ts';

export interface Workflows {
  /**
   * Starts an execution under a name that makes it one of its kind.
   * @returns `exists` when the name was used before, running or ended
   */
  start(machine: Machine, name: string, input: unknown): Promise<'started' | 'exists'>;
  /** Whether the execution of this name is under way; false when it has ended, or never was. */
  isRunning(machine: Machine, name: string): Promise<boolean>;
  /**
   * Answers a task that waits.
   * @returns `nobody-waits` when the task has ended, timed out or never was
   */
  succeed(token: string, output: unknown): Promise<'told' | 'nobody-waits'>;
}
