import { withoutPause, withPause } from '../../core/detection/pause.ts';
import { type MonitorRef, monitorKey } from '../../core/ids.ts';
import type { MonitorState, Pause } from '../../core/monitor.ts';
import type { MonitorStore } from '../../platform/store/monitor-store.ts';

export interface PausePorts {
  readonly monitors: Pick<MonitorStore, 'monitor' | 'replaceState'>;
}

const maxAttempts = 25;

/**
 * Pauses a monitor: it is checked and drawn, and not acted on. Repeating it changes nothing; so does an escalation's
 * pause of what is well again, or of what an operator has paused.
 *
 * @returns true when this pause now stands; false when it was not needed or the monitor is no longer watched
 */
export async function pauseMonitor(ports: PausePorts, ref: MonitorRef, pause: Pause): Promise<boolean> {
  const state = await change(ports, ref, (now) => withPause(now, pause));
  return state?.pause?.since === pause.since && state.pause.by === pause.by;
}

/** Ends a monitor's pause, whoever set it: its next failed check is detected as usual. Repeating it changes nothing. */
export async function resumeMonitor(ports: PausePorts, ref: MonitorRef): Promise<void> {
  await change(ports, ref, withoutPause);
}

/** @returns the state that now stands, or undefined when the monitor is no longer watched */
async function change(
  { monitors }: PausePorts,
  ref: MonitorRef,
  toAfter: (state: MonitorState) => MonitorState,
): Promise<MonitorState | undefined> {
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const watched = await monitors.monitor(ref);
    if (watched === undefined) return undefined;
    const after = toAfter(watched.state);
    if (after === watched.state || (await monitors.replaceState(ref, watched.state, after))) return after;
  }
  throw new Error(`${monitorKey(ref)}: others changed the state ${maxAttempts} times in a row; try again`);
}
