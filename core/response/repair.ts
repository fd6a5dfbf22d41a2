import type { RepairAttempt } from '../incident/response.ts';
import type { Instant } from '../instant.ts';
import type { PlannedStep } from '../runbook/plan-steps.ts';

/** What is known of a command that was begun. */
export interface StepRun {
  /** Written before the command is sent: whoever finds no result knows that it may have run. */
  readonly startedAt: Instant;
  /** How often it was sent; more than once only where its runbook says that this does no harm. */
  readonly tries: number;
  readonly result?: StepResult;
}

export interface StepResult {
  /** Absent when it was cut off, or when nobody knows what it ended with. */
  readonly exitCode?: number;
  /** Bounded, and free of secrets. */
  readonly output: string;
  readonly truncated: boolean;
  readonly timedOut: boolean;
  readonly durationMs: number;
}

/**
 * How a repair ended; `not-needed`: it was well before anything was changed; `held`: maintenance began, and what still fails
 * after it is repaired then.
 */
export type RepairEnd = RepairAttempt['outcome'] | 'not-needed' | 'held';

/** One runbook tried for one alert, as it goes on. */
export interface Repair {
  readonly incident: string;
  /** Counts the repairs of the incident. */
  readonly number: number;
  /** Key of the alert. */
  readonly alert: string;
  readonly monitor: string;
  readonly runbook: string;
  /** Of the runbook; absent before it was read. */
  readonly version?: string;
  /** The execution that carries it out. */
  readonly holder: string;
  readonly at: Instant;
  /** Name of the operator who asked for it, and when. */
  readonly requested?: { readonly by: string; readonly at: Instant };
  /** Frozen when the server was looked at: from then on nobody's change of the runbook counts. */
  readonly plan?: { readonly steps: readonly PlannedStep[]; readonly verifyAfterSeconds?: number };
  /** By the step's place in the plan. */
  readonly runs: readonly StepRun[];
  readonly end?: RepairEnd;
  /** Every write raises it and is conditional on the one before. */
  readonly revision: number;
}

/** A monitor was repaired: it was seen well after a runbook had changed something. */
export interface MonitorRepair {
  readonly at: Instant;
  /** `acme.web-1-7#2`: the incident and the repair's number. */
  readonly by: string;
}

export const repairKey = ({ incident, number }: Pick<Repair, 'incident' | 'number'>): string =>
  `${incident}#${number}`;

/** Whether a command that changes something may have run. */
export const hasChanged = ({ plan, runs }: Repair): boolean =>
  plan?.steps.some(({ changes }, index) => changes && runs[index] !== undefined) ?? false;
