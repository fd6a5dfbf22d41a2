import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { demoServers } from '../../../local/fleet/blueprint.ts';
import { type Condition, figuresAt } from '../../../local/fleet/figures.ts';

const bootedAt = Date.parse('2026-10-01T00:00:00.000Z');
const dayMs = 86_400_000;

const anyServer = fc.constantFrom(...demoServers);
const anySeed = fc.integer({ min: 0, max: 1_000_000 });
const anyAge = fc.integer({ min: 0, max: 400 * dayMs });
const condition = (seed: number): Condition => ({
  bootedAt,
  agentStartedAt: bootedAt,
  broken: new Set(),
  seed,
});

describe('figures of a simulated server', () => {
  it('given any two moments, when the later is compared, then no counter has fallen', () => {
    fc.assert(
      fc.property(anyServer, anySeed, anyAge, anyAge, (server, seed, one, other) => {
        const [early, late] = [Math.min(one, other), Math.max(one, other)];
        const before = figuresAt(server, condition(seed), bootedAt + early);
        const after = figuresAt(server, condition(seed), bootedAt + late);
        for (const name of ['user', 'system', 'idle', 'wait', 'softIrq'] as const) {
          expect(after.cpuTicks[name]).toBeGreaterThanOrEqual(before.cpuTicks[name]);
        }
        for (const [place, { inOctets, outOctets }] of after.interfaces.entries()) {
          expect(inOctets >= (before.interfaces[place]?.inOctets ?? 0n)).toBe(true);
          expect(outOctets >= (before.interfaces[place]?.outOctets ?? 0n)).toBe(true);
        }
      }),
    );
  });

  it('given any moment, when nothing is broken, then no threshold of the catalogue is crossed', () => {
    fc.assert(
      fc.property(anyServer, anySeed, anyAge, (server, seed, age) => {
        const { coreShares, load, memory, fileSystems } = figuresAt(server, condition(seed), bootedAt + age);
        for (const share of coreShares) {
          expect(share).toBeGreaterThanOrEqual(0);
          expect(share).toBeLessThan(0.9);
        }
        expect(load[1] / server.cores).toBeLessThan(2);
        const { totalKiB, freeKiB, buffersKiB, cachedKiB } = memory;
        expect(freeKiB).toBeGreaterThan(0);
        expect((totalKiB - freeKiB - buffersKiB - cachedKiB) / totalKiB).toBeLessThan(0.9);
        for (const { usedKiB, sizeKiB } of fileSystems) expect(usedKiB / sizeKiB).toBeLessThan(0.9);
      }),
    );
  });

  it('given a five-minute poll, when a share is counted from the ticks, then it is near the mean of the curve', () => {
    for (const server of demoServers) {
      const at = bootedAt + 3 * dayMs;
      const [before, after] = [at, at + 300_000].map(
        (moment) => figuresAt(server, condition(1), moment).cpuTicks,
      );
      if (before === undefined || after === undefined) throw new Error('two polls were made');
      const all = Object.keys(after) as (keyof typeof after)[];
      const total = all.reduce((sum, name) => sum + after[name] - before[name], 0);
      expect(total).toBeCloseTo(300 * 100 * server.cores, -1);
      const used = 1 - (after.idle - before.idle) / total;
      expect(used).toBeGreaterThan(server.cpuShare * 0.04);
      expect(used).toBeLessThan(server.cpuShare * 2.1);
    }
  });
});
