import { createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Severity } from '../../core/check-outcome.ts';
import type { Instant } from '../../core/instant.ts';
import type { Inventory } from '../../core/inventory/inventory.ts';
import type { RunCheck } from '../../lambdas/probe/check-ports.ts';
import { createSweep, type SweepPorts } from '../../lambdas/probe/sweep.ts';
import { createMemoryMetricStore } from '../../platform/metrics/memory.ts';
import { createMemoryStores } from '../../platform/store/memory.ts';
import { toInventory } from '../scenarios/world.ts';
import { monitorOf, run } from './run-monitor.ts';
import { listen } from './tcp-server.ts';

const minute = (n: number) => new Date(Date.parse('2026-11-21T00:00:00.000Z') + n * 60_000).toISOString();

/** A sweep over an inventory in memory. */
async function sweepOver(inventory: Inventory, runCheck: RunCheck, change: Partial<SweepPorts> = {}) {
  const stores = createMemoryStores();
  await stores.inventory.replace(0, inventory);
  return createSweep({
    ...stores,
    metrics: createMemoryMetricStore(),
    runCheck,
    keepsSample: () => false,
    verifyWayOut: async () => ({ works: true }),
    workflows: { start: async () => 'started', isRunning: async () => true, succeed: async () => 'told' },
    tellOperators: async () => {},
    maxInFlight: 100,
    pause: async () => {},
    log: { info: () => {}, error: () => {} },
    ...change,
  });
}

const sweepOfMinute = (n: number) => ({ time: minute(n), shard: 0, shards: 1 });

describe('connections to one server', () => {
  const cases = [
    { given: 'no word of the inventory', maxConnections: undefined, most: 4 },
    { given: 'one connection allowed', maxConnections: 1, most: 1 },
    { given: 'ten connections allowed', maxConnections: 10, most: 10 },
  ];
  for (const { given, maxConnections, most } of cases) {
    it(`given ${given}, when twelve monitors are due, then ${most} are under way at once`, async () => {
      let [underWay, mostUnderWay] = [0, 0];
      const waiting: Socket[] = [];
      // Until as many are there as may be, nobody is answered.
      const server = createServer((socket) => {
        socket.on('error', () => {});
        waiting.push(socket);
        if (mostUnderWay >= most) for (const one of waiting.splice(0)) one.write('ready\n');
      });
      const runCheck: RunCheck = async (...given) => {
        underWay += 1;
        mostUnderWay = Math.max(mostUnderWay, underWay);
        try {
          return await run(...given);
        } finally {
          underWay -= 1;
        }
      };
      const port = await listen(server);
      const target = {
        address: '127.0.0.1',
        reach: 'local' as const,
        ...(maxConnections !== undefined && { maxConnections }),
      };
      const monitors = Array.from({ length: 12 }, (_, n) => ({
        ...monitorOf('tcp', { port, expect: 'ready' }, target),
        id: `tcp-${n}`,
      }));
      const sweep = await sweepOver({ ...toInventory([]), monitors }, runCheck);
      const reports = [];
      for (const n of [0, 1, 2]) reports.push(await sweep(sweepOfMinute(n)));
      expect(reports.filter(({ checked }) => checked > 0)).toMatchObject([
        { checked: 12, failed: 0, unknown: 0 },
      ]);
      expect(mostUnderWay).toBe(most);
    });
  }
});

describe('a sweep of many monitors', () => {
  const servers = Array.from({ length: 3100 }, (_, n) => `web-${n}`);
  const specs = servers.flatMap((server) =>
    ['a', 'b', 'c', 'd'].map((monitor) => ({ server, monitor, timing: { intervalMinutes: 3 } })),
  );

  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
  afterEach(() => void vi.useRealTimers());
  /** Lets the fake time pass, after what is under way. */
  const pause = async (ms: number) => {
    await new Promise(setImmediate);
    vi.advanceTimersByTime(ms);
  };
  const resultOf = (severity: Severity) => ({
    outcome: { severity, summary: { ja: '', en: '' }, durationMs: 1, values: {} },
  });

  it('given 12,400 monitors, when three minutes are swept, then each is checked once, in the second of its server', async () => {
    const seen = new Map<string, Instant[]>();
    const runCheck: RunCheck = async ({ server }, at) => {
      seen.set(server, [...(seen.get(server) ?? []), at]);
      return resultOf('ok');
    };
    const sweep = await sweepOver(toInventory(specs), runCheck, { pause });
    for (const n of [0, 1, 2]) await sweep(sweepOfMinute(n));

    expect(seen.size).toBe(servers.length);
    for (const [server, times] of seen) {
      expect(times, server).toHaveLength(4);
      expect(new Set(times).size, server).toBe(1);
    }
    const seconds = new Set([...seen.values()].flat().map((at) => (Date.parse(at) % 60_000) / 1000));
    expect([...seconds].sort((a, b) => a - b)).toEqual(Array.from({ length: 11 }, (_, second) => second));
  });

  it('given a way out that breaks in the midst of a sweep, when all fail, then it is looked at again and the rest is held', async () => {
    const lookedAt: number[] = [];
    const told: string[] = [];
    const startedAt = performance.now();
    const sweep = await sweepOver(toInventory(specs), async () => resultOf('critical'), {
      pause,
      verifyWayOut: async () => ({ works: lookedAt.push(performance.now() - startedAt) === 1 }),
      tellOperators: async ({ key }) => void told.push(key),
    });
    const { checked, failed, unknown } = await sweep(sweepOfMinute(0));
    expect(lookedAt).toEqual([0, 6000]);
    expect(unknown).toBeGreaterThan(checked / 3);
    expect(failed).toBeGreaterThan(checked / 3);
    expect(told).toEqual([expect.stringContaining('way-out')]);
  });
});
