import type { Alert, Incident } from '../incident/incident.ts';
import { type Holds, isHeld, noHolds } from '../maintenance/hold.ts';
import type { PlannedStep } from '../runbook/plan-steps.ts';
import type { Repair, StepRun } from './repair.ts';

/** Sent a second time at most: a command that ends the connection each time would else never come to an end. */
const mostTries = 2;

export type StepDecision =
  /** Send the command. */
  | { readonly step: 'send'; readonly planned: PlannedStep; readonly tries: number }
  /** It may have run, nobody knows what it ended with, and it must not run again. */
  | { readonly step: 'give-up'; readonly planned: PlannedStep }
  /** It has run; the next one is due. */
  | { readonly step: 'next' }
  /** No further command: see whether it helped. */
  | { readonly step: 'verify' };

/**
 * Decides about one step of a repair's plan.
 *
 * @throws when the repair has no plan yet
 */
export function decideStep(repair: Repair, index: number): StepDecision {
  if (repair.plan === undefined) {
    throw new Error(
      `repair ${repair.number} of ${repair.incident} has no plan; it is prepared before it runs`,
    );
  }
  const planned = repair.plan.steps[index];
  if (planned === undefined) return { step: 'verify' };
  const run = repair.runs[index];
  if (run === undefined) return { step: 'send', planned, tries: 1 };
  if (run.result !== undefined) return { step: mayGoOn(planned, run) ? 'next' : 'verify' };
  const isSafe = planned.repeatable || !planned.changes;
  const again = isSafe && run.tries < mostTries;
  return again ? { step: 'send', planned, tries: run.tries + 1 } : { step: 'give-up', planned };
}

/** After a step that failed the later ones would stand on nothing. */
const mayGoOn = ({ mayFail }: PlannedStep, { result }: StepRun): boolean => mayFail || result?.exitCode === 0;

/** Why no further command of a repair runs; undefined while it goes on. */
export type Halt = 'healed' | 'called-off' | 'held';

/**
 * Looks before each command whether it is still wanted.
 *
 * A repair that an operator asked for is wanted although its alert was left to people before, or is in maintenance.
 */
export function haltOf(incident: Incident, repair: Repair, holds: Holds = noHolds): Halt | undefined {
  const alert: Alert | undefined = incident.alerts[repair.alert];
  if (alert === undefined || alert.wellAt !== undefined) return 'healed';
  if (incident.state === 'closed') return 'called-off';
  if (repair.requested === undefined && isHeld(alert, holds)) return 'held';
  if (alert.unrepaired === undefined) return undefined;
  const wasLeftBefore = repair.requested !== undefined && alert.unrepaired.at <= repair.at;
  return wasLeftBefore ? undefined : 'called-off';
}
