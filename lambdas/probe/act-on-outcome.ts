import type { CheckOutcome } from '../../core/check-outcome.ts';
import { decideState } from '../../core/detection/decide-state.ts';
import { detectionName, type MonitorRef } from '../../core/ids.ts';
import type { Instant } from '../../core/instant.ts';
import { activeAt } from '../../core/maintenance/active.ts';
import type { Maintenance } from '../../core/maintenance/maintenance.ts';
import type { Monitor, MonitorState, WatchedMonitor } from '../../core/monitor.ts';
import type { IncidentPorts } from '../incident/incident-ports.ts';
import { recordRecovery } from '../incident/record-recovery.ts';

/** How many repeats that could not be carried out a detection bears before operators take over. */
const holdLimit = 60;

export const refOf = ({ account, server, id }: Monitor): MonitorRef => ({ account, server, monitor: id });

/**
 * Does what one outcome of a sweep asks for: tell first, then write, so that a crash in between tells again.
 *
 * @param maintenances of an account; asked for only when there is something that maintenance would hold back
 * @returns true when operators should hear of a check that could not be carried out
 */
export async function actOn(
  ports: Omit<IncidentPorts, 'maintenance'>,
  { monitor, state }: WatchedMonitor,
  outcome: CheckOutcome,
  at: Instant,
  maintenances: (account: string) => Promise<readonly Maintenance[]>,
): Promise<boolean> {
  const ref = refOf(monitor);
  const decided = decideState(state, outcome, at, monitor.timing);
  const isActedUpon = decided.act === 'start-detection' || decided.act === 'tell-unknown';
  const isHeldBack = isActedUpon && activeAt(await maintenances(monitor.account), ref, at) !== undefined;
  const { act, after } = isHeldBack ? decideState(state, outcome, at, monitor.timing, true) : decided;
  if (act === 'start-detection' && after !== undefined)
    await startDetection(ports, monitor, after, outcome, at);
  if (act === 'close-alert') await recordRecovery(ports, ref, at, outcome.summary);
  // Refused when another writer was first: a duplicate sweep, or the detection itself. Its word is the newer one.
  if (after !== undefined) await ports.monitors.replaceState(ref, state, after);
  return act === 'tell-unknown';
}

/** The name makes a repeated start harmless; `exists` means that this failure is being looked at already. */
async function startDetection(
  { workflows }: Pick<IncidentPorts, 'workflows'>,
  monitor: Monitor,
  { episode }: MonitorState,
  outcome: CheckOutcome,
  at: Instant,
): Promise<void> {
  const ref = refOf(monitor);
  await workflows.start('detection', detectionName(ref, episode), {
    monitor: ref,
    episode,
    failingSince: at,
    outcome,
    confirmations: monitor.timing.confirmations,
    spacingSeconds: monitor.timing.confirmationSpacingSeconds,
    holdLimit,
  });
}
