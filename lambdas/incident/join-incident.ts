import { z } from 'zod';
import { checkOutcome } from '../../core/check-outcome.ts';
import { settle } from '../../core/detection/decide-state.ts';
import { pauseAt } from '../../core/detection/pause.ts';
import { monitorRef } from '../../core/ids.ts';
import { type Alert, alertKey, type Incident } from '../../core/incident/incident.ts';
import { joinIncident } from '../../core/incident/join-incident.ts';
import { openAlertOf, stillAlerted } from '../../core/incident/open-alert.ts';
import { type Instant, instant } from '../../core/instant.ts';
import { activeAt } from '../../core/maintenance/active.ts';
import type { Monitor, MonitorState, WatchedMonitor } from '../../core/monitor.ts';
import { onFirstEvent, stores, workflows } from '../../platform/environment.ts';
import { replaceStateUnless } from '../detection/replace-state.ts';
import type { IncidentPorts } from './incident-ports.ts';
import { wakeIncident } from './record-recovery.ts';

const joinEvent = z.strictObject({
  monitor: monitorRef,
  episode: z.int().positive(),
  failingSince: instant,
  outcome: checkOutcome,
  at: instant,
});
type JoinEvent = z.output<typeof joinEvent>;

/**
 * `incident` is absent when nothing was joined: the monitor is no longer watched, is paused or in maintenance, or a newer
 * detection has it.
 */
export interface JoinResult {
  readonly incident?: string;
  /** This alert opened the incident, so its detection starts the incident's workflow. */
  readonly leads: boolean;
}

const maxAttempts = 25;

/** Puts a confirmed alert into its server's open incident, or opens one. A repeat answers what the first try did. */
export function createJoinIncident(ports: IncidentPorts): (event: unknown) => Promise<JoinResult> {
  return async (event) => {
    const confirmed = joinEvent.parse(event);
    const watched = await ports.monitors.monitor(confirmed.monitor);
    if (watched === undefined || isPast(watched.state, confirmed.episode)) return { leads: false };
    if (await isHeldBack(ports, watched, confirmed.at)) {
      const open = openAlertOf(await ports.incidents.latestIncident(confirmed.monitor), confirmed.monitor);
      // An alert of this episode was joined before: a repeat answers what the first try did.
      if (open?.episode !== confirmed.episode) {
        await endQuietly(ports, confirmed, open);
        return { leads: false };
      }
    }

    const alert = toAlert(watched.monitor, confirmed);
    const incident = await join(ports, watched.monitor, alert);
    const joined = incident.alerts[alertKey(alert)];
    if (joined !== undefined) {
      await ports.incidents.addTimeline([
        {
          incident: incident.id,
          at: joined.joinedAt,
          key: `${alertKey(alert)}-joined`,
          kind: 'joined',
          summary: alert.summary,
        },
      ]);
    }
    await markAlerted(ports, confirmed);
    await wakeIncident(ports.workflows, incident);
    return { incident: incident.id, leads: incident.state === 'open' && incident.leader === alertKey(alert) };
  };
}

async function isHeldBack(
  { maintenance }: Pick<IncidentPorts, 'maintenance'>,
  { monitor, state }: WatchedMonitor,
  at: Instant,
): Promise<boolean> {
  if (pauseAt(state, at) !== undefined) return true;
  const maintenances = await maintenance.maintenances(monitor.account, at);
  return activeAt(maintenances, { server: monitor.server, monitor: monitor.id }, at) !== undefined;
}

/** True when this episode was ended, or followed by a newer one, while its detection was on its way. */
const isPast = (state: MonitorState, episode: number): boolean =>
  state.episode > episode || (state.episode === episode && state.phase === 'well');

function toAlert(monitor: Monitor, { episode, failingSince, outcome, at }: JoinEvent): Alert {
  const { id, check, priority, service, timing } = monitor;
  return {
    monitor: id,
    episode,
    check,
    severity: outcome.severity,
    priority,
    ...(service === undefined ? {} : { service }),
    failingSince,
    joinedAt: at,
    summary: outcome.summary,
    dedupSeconds: timing.dedupSeconds,
    collectSeconds: timing.collectSeconds,
  };
}

async function join({ incidents }: IncidentPorts, monitor: Monitor, alert: Alert): Promise<Incident> {
  const server = { account: monitor.account, server: monitor.server, plan: monitor.plan };
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const joined = joinIncident(await incidents.latestIncident(server), server, alert);
    if (joined.kind === 'unchanged' || (await incidents.replaceIncident(joined.after))) return joined.after;
  }
  throw new Error(
    `${monitor.account}.${monitor.server}: others changed the incident ${maxAttempts} times in a row`,
  );
}

/** Paused or in maintenance meanwhile: the detection leaves no alert, and what fails after it is detected anew. */
async function endQuietly(
  { monitors }: IncidentPorts,
  { monitor, episode, outcome, at }: JoinEvent,
  open: Alert | undefined,
): Promise<void> {
  await replaceStateUnless(
    monitors,
    monitor,
    (state) =>
      open === undefined
        ? settle({ ...state, episode }, outcome, at)
        : stillAlerted({ ...state, episode }, open),
    (state) => isPast(state, episode) || isAlerted(state, episode),
  );
}

/** The sweep looks at this: from now on a check that is well closes the alert. */
async function markAlerted({ monitors }: IncidentPorts, confirmed: JoinEvent): Promise<void> {
  const { episode, failingSince, outcome } = confirmed;
  await replaceStateUnless(
    monitors,
    confirmed.monitor,
    ({ pause }) => ({
      phase: 'alerted',
      episode,
      severity: outcome.severity,
      since: failingSince,
      summary: outcome.summary,
      ...(pause !== undefined && { pause }),
    }),
    (state) => isPast(state, episode) || isAlerted(state, episode),
  );
}

const isAlerted = (state: MonitorState, episode: number): boolean =>
  state.phase === 'alerted' && state.episode === episode;

export const handler = onFirstEvent(() => createJoinIncident({ ...stores(), workflows: workflows() }));
