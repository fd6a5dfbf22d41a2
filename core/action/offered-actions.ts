import { alertKey, type Incident, openAlerts } from '../incident/incident.ts';
import type { ActionKind } from '../incident/operator-deed.ts';
import { addSeconds, type Instant } from '../instant.ts';
import type { WatchedMonitor } from '../monitor.ts';
import { applyAction, type OperatorAction, runbooksFor, subjectOf } from './operator-action.ts';

export interface OfferedAction {
  readonly action: ActionKind;
  readonly subject: string;
}

/** Alerts and paused monitors that a mail offers actions for; a mail with more links helps nobody. */
const subjectsOffered = 5;

/** The actions that could be done on an incident as it stands, the likeliest first. */
export function offeredActions(
  incident: Incident,
  monitors: readonly WatchedMonitor[],
  at: Instant,
): OfferedAction[] {
  const open = openAlerts(incident).slice(0, subjectsOffered);
  const paused = monitors.filter(({ state }) => state.pause !== undefined).slice(0, subjectsOffered);
  const pausedIds = new Set(paused.map(({ monitor }) => monitor.id));
  const resumes = paused.map(({ monitor }) => ({ action: 'resume', monitor: monitor.id }) as const);
  const wished: OperatorAction[] = [
    { action: 'acknowledge' },
    ...open.flatMap((one) =>
      runbooksFor(one, incident.plan, monitors).map(
        (runbook) => ({ action: 'run-runbook', alert: alertKey(one), runbook }) as const,
      ),
    ),
    { action: 'escalate' },
    { action: 'skip-calls' },
    ...open
      .filter(({ monitor }) => !pausedIds.has(monitor))
      .map(({ monitor }) => ({
        action: 'pause' as const,
        monitor,
        until: addSeconds(at, 3600),
        reason: 'x',
      })),
    ...resumes,
    { action: 'resolve' },
  ];
  const isPossible = (action: OperatorAction): boolean =>
    applyAction(incident, { action, key: '', by: '', at }, monitors).kind === 'acts';
  return (open.length === 0 ? resumes : wished)
    .filter(isPossible)
    .map((action) => ({ action: action.action, subject: subjectOf(action) }));
}
