import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bitsPerSecond,
  elapsedSeconds,
  step32,
  step64,
} from '../../../../lambdas/probe/checks/snmp/counter-rate.ts';
import { fitsAny } from '../../../../lambdas/probe/checks/snmp/name-pattern.ts';

const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });

describe('counters', () => {
  it('given any 64-bit counter, when it goes on by any step, wrapped or not, then the step is found', () => {
    fc.assert(
      fc.property(uint64, uint64, (before, step) => {
        expect(step64(before, (before + step) % 2n ** 64n)).toBe(step);
      }),
    );
  });

  it('given any 32-bit counter, when it goes on by less than half its range, then the step is found', () => {
    fc.assert(
      fc.property(uint32, fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), (before, step) => {
        expect(step32(before, (before + step) >>> 0)).toBe(step);
      }),
    );
  });

  it('given any two readings, then a rate is never negative and never above what the link carries', () => {
    const seconds = fc.double({ min: 1, max: 3600, noNaN: true });
    const link = fc.double({ min: 1e6, max: 1e12, noNaN: true });
    fc.assert(
      fc.property(uint64, uint64, seconds, link, (before, after, time, most) => {
        const rate = bitsPerSecond(before, after, time, most) ?? 0;
        expect(rate).toBeGreaterThanOrEqual(0);
        expect(rate).toBeLessThanOrEqual(most);
      }),
    );
  });

  it('given a counter that falls back by what a link can carry in the time, then there is no rate', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 10n ** 15n }), (fall) => {
        expect(bitsPerSecond(fall, 0n, 300, 1.5e12)).toBeUndefined();
      }),
    );
  });

  it('given a clock that went on, then the seconds are counted; that went back or stood, then there are none', () => {
    fc.assert(
      fc.property(uint32, uint32, (before, after) => {
        expect(elapsedSeconds(before, after)).toBe(after > before ? (after - before) / 100 : undefined);
      }),
    );
  });
});

describe('name patterns', () => {
  const cases = [
    { pattern: '*', name: '', fits: true },
    { pattern: '/var', name: '/var', fits: true },
    { pattern: '/var', name: '/var/log', fits: false },
    { pattern: '/var*', name: '/var/log', fits: true },
    { pattern: '*/log', name: '/var/log', fits: true },
    { pattern: '/*/*/x', name: '/a/b/c/x', fits: true },
    { pattern: '/*/*/x', name: '/a/x', fits: false },
    { pattern: 'aa*aa', name: 'aaa', fits: false },
    { pattern: 'a.c', name: 'abc', fits: false },
    { pattern: '**', name: 'x', fits: true },
  ];
  for (const { pattern, name, fits } of cases) {
    it(`given the pattern ${pattern}, then ${name || 'the empty name'} ${fits ? 'fits' : 'does not fit'}`, () => {
      expect(fitsAny(name, [pattern])).toBe(fits);
    });
  }

  it('given any pattern and name, then it decides as a regular expression would', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 12 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*'), maxLength: 8 });
    fc.assert(
      fc.property(text, pattern, (name, given) => {
        const expected = new RegExp(`^${given.replaceAll('*', '.*')}$`).test(name);
        expect(fitsAny(name, [given])).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });
});
