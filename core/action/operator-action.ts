import { z } from 'zod';
import { pauseAt } from '../detection/pause.ts';
import { monitorId, runbookId } from '../ids.ts';
import { type Alert, alertKey, type Incident, openAlerts } from '../incident/incident.ts';
import { type ActionKind, type OperatorDeed, operatorReason } from '../incident/operator-deed.ts';
import type { Response } from '../incident/response.ts';
import { type Instant, instant, secondsBetween } from '../instant.ts';
import type { WatchedMonitor } from '../monitor.ts';

const alertName = z
  .string()
  .max(40)
  .regex(/^[a-z0-9-]+-[0-9]{1,9}$/, 'write the key of an alert, for example https-3');

/** What an operator wants done on an incident. */
export const operatorAction = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('acknowledge') }),
  z.strictObject({ action: z.literal('run-runbook'), alert: alertName, runbook: runbookId }),
  z.strictObject({ action: z.literal('escalate') }),
  z.strictObject({ action: z.literal('skip-calls') }),
  z.strictObject({
    action: z.literal('pause'),
    monitor: monitorId,
    until: instant,
    reason: z
      .string()
      .transform(operatorReason)
      .refine((reason) => reason !== '', 'say why'),
  }),
  z.strictObject({ action: z.literal('resume'), monitor: monitorId }),
  z.strictObject({ action: z.literal('resolve') }),
]);
export type OperatorAction = z.output<typeof operatorAction>;

/** Why an action cannot be done now. */
export type ActionRefusal =
  | 'closed'
  | 'plan'
  | 'no-open-alert'
  | 'no-such-runbook'
  | 'asked-already'
  | 'nothing-to-escalate'
  | 'calling-already'
  | 'skipped-already'
  | 'acknowledged-already'
  | 'not-watched'
  | 'not-paused'
  | 'until-out-of-range'
  | 'too-many';

export type ActionEnd =
  | { readonly kind: 'acts'; readonly after: Incident; readonly deed: OperatorDeed }
  /** The link or the request was used before: nothing is done again, but for what that use left unfinished. */
  | { readonly kind: 'done-before'; readonly deed: OperatorDeed }
  | { readonly kind: 'refused'; readonly refusal: ActionRefusal };

/** A link is of no use after this, and what used it need not be remembered longer. */
export const linkSeconds = 72 * 3600;
/** An operator's pause is an exception, and ends by itself. */
export const longestPauseSeconds = 31 * 86_400;
/** Together they stay far below what one item of the table holds. */
const mostDeeds = 60;

export interface ActionRequest {
  readonly action: OperatorAction;
  /** Of the link or the request; see {@link OperatorDeed}. */
  readonly key: string;
  /** Name of the operator. */
  readonly by: string;
  readonly at: Instant;
}

/**
 * Decides what an operator's action makes of an incident. The use of its link is part of the same write, so that of two
 * uses in the same moment one acts.
 *
 * @param monitors those of the incident's server
 */
export function applyAction(
  incident: Incident,
  { action, key, by, at }: ActionRequest,
  monitors: readonly WatchedMonitor[],
): ActionEnd {
  const { deeds = [] } = incident;
  const before = deeds.find((one) => one.key === key);
  if (before !== undefined) return { kind: 'done-before', deed: before };

  const recent = deeds.filter((one) => secondsBetween(one.at, at) <= linkSeconds);
  const change =
    recent.length >= mostDeeds ? ('too-many' as const) : changeBy(incident, action, by, at, monitors);
  if (typeof change === 'string') return { kind: 'refused', refusal: change };
  const subject = subjectOf(action);
  const deed: OperatorDeed = {
    key,
    action: action.action,
    ...(subject !== '' && { subject }),
    by,
    at,
    ...(action.action === 'pause' && { until: action.until, reason: action.reason }),
    ...(writesMonitors.has(action.action) && { isUnfinished: true }),
  };
  const { news, version } = incident;
  return {
    kind: 'acts',
    deed,
    after: { ...incident, ...change, deeds: [...recent, deed], news: news + 1, version: version + 1 },
  };
}

/** These write the states of monitors after the incident. */
const writesMonitors: ReadonlySet<ActionKind> = new Set(['pause', 'resume', 'resolve']);

/** The incident once a deed's monitors are written too; undefined when it says so already. */
export function finishDeed(incident: Incident, key: string): Incident | undefined {
  const { deeds = [], version } = incident;
  if (!deeds.some((one) => one.key === key && one.isUnfinished === true)) return undefined;
  const finished = deeds.map((one) => {
    if (one.key !== key) return one;
    const { isUnfinished: _ended, ...deed } = one;
    return deed;
  });
  return { ...incident, deeds: finished, version: version + 1 };
}

function changeBy(
  incident: Incident,
  action: OperatorAction,
  by: string,
  at: Instant,
  monitors: readonly WatchedMonitor[],
): Partial<Incident> | ActionRefusal {
  switch (action.action) {
    case 'pause': {
      if (!monitors.some(({ monitor }) => monitor.id === action.monitor)) return 'not-watched';
      const seconds = secondsBetween(at, action.until);
      return seconds > 0 && seconds <= longestPauseSeconds ? {} : 'until-out-of-range';
    }
    case 'resume': {
      const watched = monitors.find(({ monitor }) => monitor.id === action.monitor);
      if (watched === undefined) return 'not-watched';
      return pauseAt(watched.state, at) === undefined ? 'not-paused' : {};
    }
    default:
      break;
  }
  if (incident.state === 'closed') return 'closed';
  switch (action.action) {
    case 'acknowledge':
      return isAcknowledged(incident) ? 'acknowledged-already' : {};
    case 'run-runbook':
      return askForRunbook(incident, action, by, at, monitors);
    case 'escalate':
      return escalate(incident, at);
    case 'skip-calls': {
      if (incident.plan === 'notify') return 'plan';
      if (incident.response?.skipCalls === true) return 'skipped-already';
      return withResponse(incident, { skipCalls: true });
    }
    case 'resolve':
      return resolve(incident, at);
  }
}

export const isAcknowledged = ({ deeds = [] }: Incident): boolean =>
  deeds.some(({ action }) => action === 'acknowledge');

function withResponse({ response = { rounds: 0 } }: Incident, change: Partial<Response>) {
  return { response: { ...response, ...change } };
}

function askForRunbook(
  incident: Incident,
  { alert: key, runbook }: Extract<OperatorAction, { action: 'run-runbook' }>,
  by: string,
  at: Instant,
  monitors: readonly WatchedMonitor[],
): Partial<Incident> | ActionRefusal {
  if (incident.plan === 'notify') return 'plan';
  const alert = incident.alerts[key];
  if (alert === undefined || alert.wellAt !== undefined) return 'no-open-alert';
  if (!runbooksFor(alert, incident.plan, monitors).includes(runbook)) return 'no-such-runbook';
  const asked = incident.response?.requested;
  if (asked !== undefined && incident.alerts[asked.alert]?.wellAt === undefined) return 'asked-already';
  return withResponse(incident, { requested: { alert: key, runbook, by, at } });
}

/** The reviewed runbooks that the inventory gives an alert's monitor, in their order. */
export function runbooksFor(
  { monitor: id }: Pick<Alert, 'monitor'>,
  plan: Incident['plan'],
  monitors: readonly WatchedMonitor[],
): string[] {
  const response = monitors.find(({ monitor }) => monitor.id === id)?.monitor.response;
  if (response === undefined || plan === 'notify') return [];
  const { custom, standard } = response;
  return [...(plan === 'managed' ? custom : []), ...(standard === undefined ? [] : [standard])];
}

/** Nothing more is tried, and the customer is called: also where the calls had ended, or were not to be made. */
function escalate(incident: Incident, at: Instant): Partial<Incident> | ActionRefusal {
  if (incident.plan === 'notify') return 'plan';
  const { response = { rounds: 0 } } = incident;
  if (response.running?.stage === 'escalation') return 'calling-already';
  const failing = openAlerts(incident).filter(({ severity }) => severity === 'critical');
  if (failing.length === 0) return 'nothing-to-escalate';
  const { calls: _before, skipCalls: _wish, requested: _asked, ...kept } = response;
  const alerts = failing.map((one) => [
    alertKey(one),
    { ...one, unrepaired: one.unrepaired ?? ({ at, reason: 'operator' } as const) },
  ]);
  return { alerts: { ...incident.alerts, ...Object.fromEntries(alerts) }, response: kept };
}

const resolvedSummary = {
  ja: '当社の運用担当が解決済みとしました。監視は続けており、異常が残っている場合は新たに検知します。',
  en: 'One of our operators marked it resolved. It is still checked, and detected anew should it fail.',
};

function resolve(incident: Incident, at: Instant): Partial<Incident> | ActionRefusal {
  const open = openAlerts(incident);
  if (open.length === 0) return 'no-open-alert';
  const closed = open.map((one) => [alertKey(one), { ...one, wellAt: at, wellSummary: resolvedSummary }]);
  return { alerts: { ...incident.alerts, ...Object.fromEntries(closed) } };
}

/** Alerts that a `resolve` has closed. */
export const closedBy = ({ alerts }: Incident, { at, action }: OperatorDeed): Alert[] =>
  action !== 'resolve'
    ? []
    : Object.values(alerts).filter(
        ({ wellAt, wellSummary }) => wellAt === at && wellSummary?.en === resolvedSummary.en,
      );

/** What an action is about, as one word: `https-3/restart-web`, `https`, or nothing. */
export function subjectOf(action: OperatorAction): string {
  if (action.action === 'run-runbook') return `${action.alert}/${action.runbook}`;
  return action.action === 'pause' || action.action === 'resume' ? action.monitor : '';
}

/** The other way round; `until` and `reason` are for the form. */
export function actionOf(
  kind: ActionKind,
  subject: string,
  form: { readonly until?: unknown; readonly reason?: unknown } = {},
): unknown {
  const [alert, runbook] = subject.split('/');
  if (kind === 'run-runbook') return { action: kind, alert, runbook };
  if (kind === 'pause') return { action: kind, monitor: subject, ...form };
  return kind === 'resume' ? { action: kind, monitor: subject } : { action: kind };
}
