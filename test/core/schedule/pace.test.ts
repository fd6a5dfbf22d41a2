import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Occupancy, slotKey, slotsDue, slotsDueWithin } from '../../../core/schedule/due.ts';
import { pace } from '../../../core/schedule/pace.ts';

const minute = (n: number) => new Date(Date.parse('2026-11-21T00:00:00.000Z') + n * 60_000).toISOString();
const level = (monitorsPerBucket: number, buckets = 64): Record<string, number> =>
  Object.fromEntries(Array.from({ length: buckets }, (_, bucket) => [bucket, monitorsPerBucket]));
const paced = (occupancy: Occupancy, n = 0) => pace(slotsDue(minute(n), 0, 1, occupancy), occupancy);

describe('checks spread over their minute', () => {
  const cases = [
    { given: 'an inventory of a hundred monitors', occupancy: { 3: level(2, 50) }, seconds: [0] },
    { given: 'one bucket only', occupancy: { 3: { 17: 100_000 } }, seconds: [0] },
    // 64 × 47 monitors in three minutes: 1,002 checks in a minute.
    { given: 'a thousand checks in a minute', occupancy: { 3: level(47) }, seconds: [0, 1, 2] },
    { given: 'nothing', occupancy: {}, seconds: [] },
  ];
  for (const { given, occupancy, seconds } of cases) {
    it(`given ${given}, when they are paced, then they begin in the seconds ${seconds.join(', ') || 'none'}`, () =>
      expect(paced(occupancy).map(({ second }) => second)).toEqual(seconds));
  }

  it('given a hundred thousand monitors, when they are paced, then no second has more than its share, and none is after the fortieth', () => {
    const seconds = paced({ 3: level(1250), 5: level(312) });
    expect(seconds.at(-1)?.second).toBe(40);
    for (const { slots } of seconds) expect(slots.length).toBeLessThanOrEqual(2 * 2);
  });

  const occupancies = fc.dictionary(
    fc.constantFrom('1', '3', '5', '60'),
    fc.dictionary(fc.integer({ min: 0, max: 63 }).map(String), fc.integer({ min: 1, max: 5000 })),
  );
  it('given any inventory, when the minutes pass, then each slot due is begun once, and each bucket in one second for ever', () =>
    fc.assert(
      fc.property(occupancies, fc.integer({ min: 1, max: 15 }), (occupancy, minutes) => {
        const secondOf = new Map<number, number>();
        for (let n = 0; n < 10; n += 1) {
          const parts = paced(occupancy, n);
          const begun = parts.flatMap(({ slots }) => slots.map(slotKey)).sort();
          expect(begun).toEqual(slotsDue(minute(n), 0, 1, occupancy).map(slotKey).sort());
          for (const { second, slots } of parts) {
            expect(second).toBeLessThanOrEqual(40);
            for (const { bucket } of slots) {
              expect(secondOf.get(bucket) ?? second).toBe(second);
              secondOf.set(bucket, second);
            }
          }
        }
        const missed = slotsDueWithin(minute(20), minutes, 0, 1, occupancy);
        expect(pace(missed, occupancy).flatMap(({ slots }) => slots)).toHaveLength(missed.length);
      }),
    ));
});
