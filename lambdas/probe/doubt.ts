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
}

export interface Doubt {
  /** Told of further servers that are now checked, before their outcomes come. */
  expect(servers: number): void;
  /** Answers the outcome as it may be believed. */
  believe(monitor: Monitor, outcome: CheckOutcome): Promise<CheckOutcome>;
}

/** A sweep takes most of a minute, and the way out may break in its midst: so long a look at it counts. */
const lookCountsMs = 5000;

/**
 * Doubts the failures of one sweep. When many servers fail at once the way out is looked at before another failure
 * is believed; while it is down every failure is held, and the operators know. What was believed before the burst
 * was seen is safe too: each repeat asks for the way out by itself.
 */
export async function doubtSweep(ports: DoubtPorts, sweep: DoubtedSweep): Promise<Doubt> {
  const { shard, at, referenceEndpoints } = sweep;
  const works = async () => (await ports.verifyWayOut(referenceEndpoints)).works;
  const { downSince } = await ports.sweeps.wayOut(shard);

  let holding: Promise<boolean> = Promise.resolve(false);
  let lookedAt = Number.NEGATIVE_INFINITY;
  if (downSince !== undefined) {
    const restored = await works();
    if (restored) {
      await ports.tellOperators(wayOutRestoredNotice(shard, downSince, at));
      await ports.sweeps.saveWayOut({ shard });
    } else {
      holding = Promise.resolve(true);
    }
  }

  const judgeWayOut = async (held: boolean) => {
    if (held) return true;
    if (await works()) return false;
    await ports.tellOperators(wayOutDownNotice(shard, at, referenceEndpoints));
    await ports.sweeps.saveWayOut({ shard, downSince: at });
    return true;
  };

  const failing = new Set<string>();
  let checkedServers = 0;
  return {
    expect(servers) {
      checkedServers += servers;
    },
    async believe(monitor, outcome) {
      // A resource is critical by a value that was answered: that answer came through.
      if (outcome.severity !== 'critical' || monitor.class === 'resource') return outcome;
      failing.add(serverKey(monitor));
      if (isBurst(failing.size, checkedServers) && performance.now() - lookedAt > lookCountsMs) {
        lookedAt = performance.now();
        holding = holding.then(judgeWayOut);
      }
      return (await holding) ? behindBrokenWayOut(outcome) : outcome;
    },
  };
}
