import { z } from 'zod';
import { checkOutcome } from '../../core/check-outcome.ts';
import { settle } from '../../core/detection/decide-state.ts';
import { monitorRef } from '../../core/ids.ts';
import { openAlertOf, stillAlerted } from '../../core/incident/open-alert.ts';
import { instant } from '../../core/instant.ts';
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
    const open = openAlertOf(await ports.incidents.latestIncident(monitor), monitor);
    const judged = outcome.severity !== 'unknown';
    if (open !== undefined && judged) await recordRecovery(ports, monitor, at, outcome.summary);
    // The episode is written even when the sweep's own mark was lost, as the next failure needs the next number.
    const toAfter = (state: MonitorState) =>
      open === undefined || judged
        ? settle({ ...state, episode }, outcome, at)
        : stillAlerted({ ...state, episode }, open);
    await replaceStateUnless(ports.monitors, monitor, toAfter, (state) => isDecided(state, episode));
    return {};
  };
}

const isDecided = (state: MonitorState, episode: number): boolean =>
  state.episode > episode || (state.episode === episode && state.phase !== 'confirming');

export const handler = onFirstEvent(() => createEndDetection({ ...stores(), workflows: workflows() }));
