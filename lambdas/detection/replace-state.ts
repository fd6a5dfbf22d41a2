import { type MonitorRef, monitorKey } from '../../core/ids.ts';
import type { MonitorState } from '../../core/monitor.ts';
import type { MonitorStore } from '../../platform/store/monitor-store.ts';

const maxAttempts = 25;

/** Writes a state, reading anew while sweeps write in between, unless `settled` says that there is nothing to write. */
export async function replaceStateUnless(
  monitors: MonitorStore,
  ref: MonitorRef,
  toAfter: (state: MonitorState) => MonitorState,
  settled: (state: MonitorState) => boolean,
): Promise<void> {
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const watched = await monitors.monitor(ref);
    if (watched === undefined || settled(watched.state)) return;
    if (await monitors.replaceState(ref, watched.state, toAfter(watched.state))) return;
  }
  throw new Error(`${monitorKey(ref)}: others changed the state ${maxAttempts} times in a row; try again`);
}
