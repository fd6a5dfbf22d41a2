import { z } from 'zod';
import { type CheckOutcome, checkOutcome } from '../../core/check-outcome.ts';
import { settle } from '../../core/detection/decide-state.ts';
import { monitorRef } from '../../core/ids.ts';
import { type Alert, openAlerts } from '../../core/incident/incident.ts';
import { type Instant, instant } from '../../core/instant.ts';
import type { MonitorState } from '../../core/monitor.ts';
import { onFirstEvent, stores, workflows } from '../../platform/environment.ts';
import type { IncidentPorts } from '../incident/incident-ports.ts';
import { recordRecovery } from '../incident/record-recovery.ts';
import { replaceStateUnless } from './replace-state.ts';

const endEvent = z.strictObject({
  monitor: monitorRef,
  episode: z.int().positive(),
  outcome: checkOutcome,
  at: instant,
});

/** Ends a detection that confirmed nothing: the monitor is well, or it could not be judged. Nobody is mailed for it. */
export function createEndDetection(ports: IncidentPorts): (event: unknown) => Promise<Record<string, never>> {
  return async (event) => {
    const { monitor, episode, outcome, at } = endEvent.parse(event);
    const watched = await ports.monitors.monitor(monitor);
    if (watched === undefined) return {};
    // A warning that was about to become critical has an open alert, and that one ends or stays with this outcome.
    const latest = await ports.incidents.latestIncident(monitor);
    const open =
      latest?.state === 'open'
        ? openAlerts(latest).find((one) => one.monitor === monitor.monitor)
        : undefined;
    const judged = outcome.severity !== 'unknown';
    if (open !== undefined && judged) await recordRecovery(ports, monitor, at, outcome.summary);
    const after =
      open === undefined || judged ? wellAfter(episode, outcome, at) : stillAlerted(episode, open);
    await replaceStateUnless(ports.monitors, monitor, after, (state) => isDecided(state, episode));
    return {};
  };
}

/** The episode is written even when the sweep's own mark was lost, as the next failure needs the next number. */
const wellAfter = (episode: number, outcome: CheckOutcome, at: Instant): MonitorState =>
  settle({ phase: 'confirming', episode, severity: 'critical' }, outcome, at);

const stillAlerted = (episode: number, { severity, failingSince, summary }: Alert): MonitorState => ({
  phase: 'alerted',
  episode,
  severity,
  since: failingSince,
  summary,
});

const isDecided = (state: MonitorState, episode: number): boolean =>
  state.episode > episode || (state.episode === episode && state.phase !== 'confirming');

export const handler = onFirstEvent(() => createEndDetection({ ...stores(), workflows: workflows() }));
