import { type Alert, alertKey, byPriority, type Incident } from '../incident/incident.ts';
import type { Unrepaired } from '../incident/response.ts';
import { type Holds, isHeld, noHolds } from '../maintenance/hold.ts';
import type { MonitorResponse } from '../monitor.ts';
import type { Plan } from '../server.ts';
import { isGuarded } from './guard.ts';
import type { MonitorRepair } from './repair.ts';

/** What is known of the monitors that an incident's alerts are of. */
export interface Treatment {
  readonly response?: MonitorResponse | undefined;
  /** By an operator: what is paused is checked and not acted on. */
  readonly isPaused?: boolean;
  readonly repairs: readonly MonitorRepair[];
}

export interface Grounds {
  /** Whether a log-in is set up for the server. */
  readonly hasLogin: boolean;
  /** By monitor; absent for one that is no longer watched. */
  readonly treatments: ReadonlyMap<string, Treatment>;
  /** Nothing is tried in maintenance. @default none */
  readonly holds?: Holds;
}

export type RepairChoice =
  | {
      readonly choice: 'try';
      readonly alert: Alert;
      readonly runbook: string;
      readonly requested?: { readonly by: string; readonly at: string };
    }
  /** Nothing (more) can be tried for these alerts: they are left to people. */
  | { readonly choice: 'leave'; readonly alerts: readonly string[]; readonly reason: Unrepaired['reason'] }
  /** The runbook that was asked for is of no use any more. */
  | { readonly choice: 'forget-request' }
  | { readonly choice: 'end' };

/** A warning is mailed only, and nobody works on what the customer has not been told of. */
export const needsRepair = ({ wellAt, severity, problemMail, unrepaired }: Alert): boolean =>
  wellAt === undefined && severity === 'critical' && problemMail !== undefined && unrepaired === undefined;

/** The alert that is worked on next: of those that are open, and not in maintenance, the one of the highest priority. */
export const firstToRepair = ({ alerts }: Incident, holds: Holds = noHolds): Alert | undefined =>
  byPriority(Object.values(alerts)).find((one) => needsRepair(one) && !isHeld(one, holds));

/**
 * Decides what a first response does next, from the incident as it is now: asked again after each repair, so that an
 * alert that joined or healed meanwhile counts. What an operator asked for comes first; it passes the guard and, as somebody
 * decided it who knows of the work on the server, maintenance too.
 */
export function chooseRepair(incident: Incident, { hasLogin, treatments, holds }: Grounds): RepairChoice {
  if (incident.state === 'closed') return { choice: 'end' };
  const requested = incident.response?.requested;
  if (requested !== undefined) {
    const alert = incident.alerts[requested.alert];
    if (alert === undefined || alert.wellAt !== undefined || !hasLogin) return { choice: 'forget-request' };
    const { runbook, by, at } = requested;
    return { choice: 'try', alert, runbook, requested: { by, at } };
  }
  const alert = firstToRepair(incident, holds);
  if (alert === undefined) return { choice: 'end' };
  const leave = (reason: Unrepaired['reason']): RepairChoice => ({
    choice: 'leave',
    alerts: [alertKey(alert)],
    reason,
  });
  const { response, isPaused = false, repairs = [] } = treatments.get(alert.monitor) ?? {};
  if (isPaused) return leave('operator');
  const runbooks = response === undefined ? [] : runbooksOf(response, incident.plan);
  if (!hasLogin || response === undefined || runbooks.length === 0) return leave('no-runbook');
  if (isGuarded(response.guard, repairs, alert.failingSince)) return leave('guarded');
  const tried = new Set(alert.attempts?.map(({ runbook }) => runbook));
  const runbook = runbooks.find((one) => !tried.has(one));
  return runbook === undefined ? leave('tried-all') : { choice: 'try', alert, runbook };
}

/** The account's own come before the standard one (managed). */
const runbooksOf = ({ custom, standard }: MonitorResponse, plan: Plan): string[] => [
  ...(plan === 'managed' ? custom : []),
  ...(standard === undefined ? [] : [standard]),
];
