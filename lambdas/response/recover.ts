import type { CheckOutcome } from '../../core/check-outcome.ts';
import { settle } from '../../core/detection/decide-state.ts';
import type { MonitorRef } from '../../core/ids.ts';
import type { Instant } from '../../core/instant.ts';
import { replaceStateUnless } from '../detection/replace-state.ts';
import { recordRecovery } from '../incident/record-recovery.ts';
import type { ResponsePorts } from './response-ports.ts';

/** The check of a monitor, as a detection repeats it. */
export type CheckAgain = (event: {
  readonly monitor: MonitorRef;
  readonly at: Instant;
}) => Promise<CheckOutcome>;

/** Does what a sweep does that finds a monitor well. Told first, then written, so that a repeat tells again. */
export async function recover(
  ports: Pick<ResponsePorts, 'monitors' | 'incidents' | 'workflows'>,
  ref: MonitorRef,
  outcome: CheckOutcome,
  at: Instant,
): Promise<void> {
  const watched = await ports.monitors.monitor(ref);
  await recordRecovery(ports, ref, at, outcome.summary);
  if (watched === undefined) return;
  const { episode } = watched.state;
  await replaceStateUnless(
    ports.monitors,
    ref,
    (now) => settle(now, outcome, at),
    (now) => now.phase === 'well' || now.episode > episode,
  );
}
