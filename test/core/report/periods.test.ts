import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addSeconds, type Instant } from '../../../core/instant.ts';
import { meet, merge, type Period, secondsOf } from '../../../core/report/periods.ts';

const start = '2026-11-01T00:00:00.000Z';
const second = (at: number): Instant => addSeconds(start, at);
const length = 60;
const period = fc
  .tuple(fc.integer({ min: -20, max: length + 20 }), fc.integer({ min: -20, max: length + 20 }))
  .map(([from, until]): Period => ({ from: second(from), until: second(until) }));
const periods = fc.array(period, { maxLength: 8 });
const holds = (all: readonly Period[], at: number): boolean =>
  all.some(({ from, until }) => from <= second(at) && second(at) < until);

describe('periods are put together', () => {
  it('given any periods, when they are merged, then each second is covered as before, once and in order', () => {
    fc.assert(
      fc.property(periods, (all) => {
        const merged = merge(all, second(0), second(length));
        for (let at = 0; at < length; at += 1) expect(holds(merged, at)).toBe(holds(all, at));
        expect(secondsOf(merged)).toBe(
          Array.from({ length }, (_, at) => at).filter((at) => holds(all, at)).length,
        );
        for (const [index, one] of merged.entries())
          expect(one.from > (merged[index - 1]?.until ?? '')).toBe(true);
      }),
    );
  });

  it('given any two lists, when they meet, then what is left is in both', () => {
    fc.assert(
      fc.property(periods, periods, (some, others) => {
        const [a, b] = [some, others].map((all) => merge(all, second(0), second(length)));
        const both = meet(a ?? [], b ?? []);
        for (let at = 0; at < length; at += 1)
          expect(holds(both, at)).toBe(holds(some, at) && holds(others, at));
      }),
    );
  });
});
