import type { CheckOutcome } from '../../core/check-outcome.ts';
import { behindBrokenWayOut, isBurst } from '../../core/detection/burst.ts';
import { serverKey } from '../../core/ids.ts';
import type { Instant } from '../../core/instant.ts';
import type { Monitor } from '../../core/monitor.ts';
import type { SweepStore } from '../../platform/store/monitor-store.ts';
import type { TellOperators } from '../mail/tell-operators.ts';
import type { VerifyWayOut } from './check-ports.ts';
import { wayOutDownNotice, wayOutRestoredNotice } from './sweep-notices.ts';

export interface DoubtPorts {
  readonly sweeps: SweepStore;
  readonly verifyWayOut: VerifyWayOut;
  readonly tellOperators: TellOperators;
}

export interface DoubtedSweep {
  readonly shard: number;
  readonly at: Instant;
  readonly referenceEndpoints: readonly string[];
  readonly checkedServers: number;
}

/** Answers the outcome as it may be believed. */
export type Believe = (monitor: Monitor, outcome: CheckOutcome) => Promise<CheckOutcome>;

/**
 * Doubts the failures of one sweep. When many servers fail at once the way out is looked at before another failure
 * is believed; while it is down every failure is held, and the operators know. What was believed before the burst
 * was seen is safe too: each repeat asks for the way out by itself.
 */
export async function doubtSweep(ports: DoubtPorts, sweep: DoubtedSweep): Promise<Believe> {
  const { shard, at, referenceEndpoints, checkedServers } = sweep;
  const works = async () => (await ports.verifyWayOut(referenceEndpoints)).works;
  const { downSince } = await ports.sweeps.wayOut(shard);

  let holding: Promise<boolean> | undefined;
  if (downSince !== undefined) {
    const restored = await works();
    if (restored) {
      await ports.tellOperators(wayOutRestoredNotice(shard, downSince, at));
      await ports.sweeps.saveWayOut({ shard });
    } else {
      holding = Promise.resolve(true);
    }
  }

  const judgeWayOut = async () => {
    if (await works()) return false;
    await ports.tellOperators(wayOutDownNotice(shard, at, referenceEndpoints));
    await ports.sweeps.saveWayOut({ shard, downSince: at });
    return true;
  };

  const failing = new Set<string>();
  return async (monitor, outcome) => {
    // A resource is critical by a value that was answered: that answer came through.
    if (outcome.severity !== 'critical' || monitor.class === 'resource') return outcome;
    failing.add(serverKey(monitor));
    if (isBurst(failing.size, checkedServers)) holding ??= judgeWayOut();
    return (await holding) ? behindBrokenWayOut(outcome) : outcome;
  };
}
