import { deedSummary } from '../../core/action/action-words.ts';
import {
  type ActionRefusal,
  type ActionRequest,
  applyAction,
  closedBy,
  finishDeed,
} from '../../core/action/operator-action.ts';
import type { Incident } from '../../core/incident/incident.ts';
import type { OperatorDeed } from '../../core/incident/operator-deed.ts';
import type { MonitorState } from '../../core/monitor.ts';
import { pauseMonitor, resumeMonitor } from '../detection/pause-monitor.ts';
import type { IncidentPorts } from '../incident/incident-ports.ts';
import { wakeIncident } from '../incident/record-recovery.ts';

export type ActResult =
  | { readonly end: 'done' | 'done-before'; readonly deed: OperatorDeed }
  | { readonly end: 'refused'; readonly refusal: ActionRefusal }
  | { readonly end: 'unknown' };

/** More writers than this at one incident in the same moment means that something is wrong. */
const maxAttempts = 25;

/**
 * Does what an operator asked for, once: the incident remembers the link or the request in the same write. The monitors
 * are written after it; a second use of the link finishes what a first one that died has left.
 */
export async function act(ports: IncidentPorts, id: string, request: ActionRequest): Promise<ActResult> {
  const { incidents, monitors } = ports;
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const incident = await incidents.incident(id);
    if (incident === undefined) return { end: 'unknown' };
    const end = applyAction(incident, request, await monitors.monitorsOf(incident));
    if (end.kind === 'refused') return { end: 'refused', refusal: end.refusal };
    if (end.kind === 'done-before') {
      await carryOut(ports, incident, end.deed);
      return { end: 'done-before', deed: end.deed };
    }
    if (!(await incidents.replaceIncident(end.after))) continue;
    await carryOut(ports, end.after, end.deed);
    return { end: 'done', deed: end.deed };
  }
  throw new Error(`incident ${id} was changed by others ${maxAttempts} times in a row; try again`);
}

/** What follows the write of the incident; repeating it does no harm. */
async function carryOut(ports: IncidentPorts, incident: Incident, deed: OperatorDeed): Promise<void> {
  const { incidents, workflows } = ports;
  if (deed.isUnfinished === true) {
    await writeMonitors(ports, incident, deed);
    await finish(ports, incident.id, deed.key);
  }
  const { at, by, key } = deed;
  await incidents.addTimeline([
    {
      incident: incident.id,
      at,
      key: `operator-${key}`,
      kind: 'operator',
      by,
      summary: deedSummary(deed),
    },
  ]);
  await wakeIncident(workflows, (await incidents.incident(incident.id)) ?? incident);
}

async function finish({ incidents }: IncidentPorts, id: string, key: string): Promise<void> {
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const incident = await incidents.incident(id);
    const after = incident === undefined ? undefined : finishDeed(incident, key);
    if (after === undefined || (await incidents.replaceIncident(after))) return;
  }
  throw new Error(`incident ${id} was changed by others ${maxAttempts} times in a row; try again`);
}

async function writeMonitors(ports: IncidentPorts, incident: Incident, deed: OperatorDeed): Promise<void> {
  const { account, server } = incident;
  const { action, subject: monitor = '', at, until, reason = '', by } = deed;
  const ref = { account, server, monitor };
  if (action === 'pause') {
    await pauseMonitor(ports, ref, {
      by: 'operator',
      since: at,
      reason,
      who: by,
      ...(until !== undefined && { until }),
    });
  }
  if (action === 'resume') await resumeMonitor(ports, ref);
  for (const alert of closedBy(incident, deed)) {
    await settle(ports, { account, server, monitor: alert.monitor }, alert.episode, at);
  }
}

/** The monitor starts anew from well, so that a check that still fails is a new failure. */
async function settle(
  { monitors }: IncidentPorts,
  ref: { readonly account: string; readonly server: string; readonly monitor: string },
  episode: number,
  at: string,
): Promise<void> {
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const state = (await monitors.monitor(ref))?.state;
    if (state === undefined || state.phase !== 'alerted' || state.episode !== episode) return;
    const after: MonitorState = {
      phase: 'well',
      episode,
      severity: 'ok',
      since: at,
      ...(state.pause?.by === 'operator' && { pause: state.pause }),
    };
    if (await monitors.replaceState(ref, state, after)) return;
  }
  throw new Error(`${ref.account}.${ref.server}.${ref.monitor}: others changed the state; try again`);
}
