import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  buckets,
  dueSlot,
  type Occupancy,
  slotKey,
  slotsDue,
  slotsDueWithin,
} from '../../../core/schedule/due.ts';

const start = Date.parse('2026-11-21T00:00:00.000Z');
const minute = (n: number) => new Date(start + n * 60_000).toISOString();
const anyServer = fc.record({
  account: fc.stringMatching(/^[a-z0-9]{1,20}$/),
  server: fc.stringMatching(/^[a-z0-9]{1,30}$/),
});

describe('the schedule', () => {
  it('given any server and interval, when the minutes pass, then it is due exactly once in each interval, in one shard', () =>
    fc.assert(
      fc.property(
        anyServer,
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 16 }),
        (server, interval, shards) => {
          const slot = dueSlot(server, interval);
          const occupancy: Occupancy = { [interval]: { [slot.bucket]: 1 } };
          const dueAt: number[] = [];
          for (let n = 0; n < interval * 3; n += 1) {
            for (let shard = 0; shard < shards; shard += 1) {
              const slots = slotsDue(minute(n), shard, shards, occupancy);
              dueAt.push(...slots.filter((due) => slotKey(due) === slotKey(slot)).map(() => n));
            }
          }
          expect(dueAt).toHaveLength(3);
          expect(new Set(dueAt.map((n) => n % interval)).size).toBe(1);
        },
      ),
    ));

  it('given ten thousand servers, when they are spread, then the load is level over buckets and minutes', () => {
    const perBucket = new Array<number>(buckets).fill(0);
    const perPhase = [0, 0, 0];
    for (let n = 0; n < 10_000; n += 1) {
      const { bucket, phase } = dueSlot({ account: `a${n % 37}`, server: `web-${n}` }, 3);
      perBucket[bucket] = (perBucket[bucket] ?? 0) + 1;
      perPhase[phase] = (perPhase[phase] ?? 0) + 1;
    }
    expect(Math.max(...perBucket)).toBeLessThan(220);
    expect(Math.min(...perBucket)).toBeGreaterThan(100);
    for (const count of perPhase) expect(Math.abs(count - 10_000 / 3)).toBeLessThan(250);
  });

  it('given an inventory that uses few buckets, when a minute is due, then only those are read', () =>
    expect(slotsDue(minute(0), 1, 2, { '3': { 4: 1, 7: 2 }, '5': { 9: 1 } })).toEqual([
      { bucket: 7, intervalMinutes: 3, phase: Math.floor(start / 60_000) % 3 },
      { bucket: 9, intervalMinutes: 5, phase: Math.floor(start / 60_000) % 5 },
    ]));

  it('given five minutes to make up for, when they are swept at once, then each slot of three and five minutes is read once', () => {
    const occupancy: Occupancy = { '3': { 4: 1 }, '5': { 9: 1 }, '60': { 9: 1 } };
    const keys = slotsDueWithin(minute(7), 5, 0, 1, occupancy).map(slotKey);
    const phases = (bucket: number, intervalMinutes: number) =>
      Array.from({ length: intervalMinutes }, (_, phase) => slotKey({ bucket, intervalMinutes, phase }));
    expect(keys.filter((key) => !key.includes('.60.')).sort()).toEqual([...phases(4, 3), ...phases(9, 5)]);
    expect(keys.filter((key) => key.includes('.60.'))).toHaveLength(5);
    expect(slotsDueWithin(minute(7), 1, 0, 1, occupancy)).toEqual(slotsDue(minute(7), 0, 1, occupancy));
  });
});
