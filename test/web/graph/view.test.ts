import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  at,
  goesOn,
  leastMs,
  mostMs,
  moved,
  newest,
  queryOf,
  rangeOf,
  spanMs,
  spans,
  stepFor,
  toggle,
  viewOf,
  zoomed,
} from '../../../web/graph/view.ts';

const utc = (text: string): number => Date.parse(text);
const read = (query: string) => viewOf(new URLSearchParams(query));
const now = utc('2026-11-21T09:30:20Z');

describe('view in an address', () => {
  const cases = [
    { given: 'nothing', query: '', then: { span: '24h', toggled: [] } },
    { given: 'a range by name', query: 'range=13mo', then: { span: '13mo', toggled: [] } },
    { given: 'a name that is none', query: 'range=99y', then: { span: '24h', toggled: [] } },
    {
      given: 'a free range',
      query: 'range=7d&from=2026-11-20T00:00Z&to=2026-11-20T06:00:30Z',
      then: {
        span: '7d',
        toggled: [],
        fixed: { fromMs: utc('2026-11-20T00:00Z'), toMs: utc('2026-11-20T06:00:30Z') },
      },
    },
    { given: 'half a range', query: 'from=2026-11-20T00:00Z', then: { span: '24h', toggled: [] } },
    {
      given: 'a range that ends before it begins',
      query: 'from=2026-11-20T00:00Z&to=2026-11-19T00:00Z',
      then: { span: '24h', toggled: [] },
    },
    {
      given: 'times without a zone',
      query: 'from=2026-11-20T00:00&to=2026-11-21T00:00',
      then: { span: '24h', toggled: [] },
    },
    {
      given: 'a month that is none',
      query: 'from=2026-13-20T00:00Z&to=2026-11-21T00:00Z',
      then: { span: '24h', toggled: [] },
    },
    {
      given: 'values turned off',
      query: 'toggle=disk%2FusedPercent%3A%2Fvar,b%252Cc',
      then: { span: '24h', toggled: ['disk/usedPercent:/var', 'b,c'] },
    },
  ];
  for (const { given, query, then } of cases) {
    it(`given ${given}, when it is read, then it is looked at`, () => expect(read(query)).toEqual(then));
  }

  it('given any view, when it is written and read, then it is the same', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...spans),
        fc.option(
          fc
            .tuple(
              fc.integer({ min: 1_600_000_000, max: 1_900_000_000 }),
              fc.integer({ min: 600, max: 34_560_000 }),
            )
            .map(([from, length]) => ({ fromMs: from * 1000, toMs: (from + length) * 1000 })),
          { nil: undefined },
        ),
        fc.uniqueArray(fc.string({ minLength: 1, maxLength: 20 }), { maxLength: 10 }),
        (span, fixed, toggled) => {
          const written = Object.entries(queryOf({ span, fixed, toggled })).flatMap(([name, value]) =>
            value === undefined ? [] : [[name, value] as [string, string]],
          );
          const address = new URLSearchParams(written).toString();
          expect(viewOf(new URLSearchParams(address))).toEqual({ span, toggled, ...(fixed && { fixed }) });
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('range of a view', () => {
  it('given the newest six hours, when the clock stands within a minute, then they end with it', () => {
    const { fromMs, toMs } = rangeOf({ span: '6h', toggled: [] }, now);
    expect(new Date(toMs).toISOString()).toBe('2026-11-21T09:31:00.000Z');
    expect(toMs - fromMs).toBe(spanMs['6h']);
  });

  const steps = [
    { span: '6h', speed: 1, then: 1 },
    { span: '30d', speed: 1, then: 5 },
    { span: '6h', speed: 30, then: 8 },
    { span: '13mo', speed: 30, then: 8 },
  ] as const;
  for (const { span, speed, then } of steps) {
    it(`given ${span} at speed ${speed}, then it is asked for every ${then} minutes of the clock`, () =>
      expect(stepFor({ span, toggled: [] }, speed)).toBe(then * 60_000));
  }

  it('given a fixed range, then it does not go on', () => {
    const view = read('from=2026-11-20T00:00Z&to=2026-11-20T06:00Z');
    expect(goesOn(view)).toBe(false);
    expect(goesOn(newest(view, '6h'))).toBe(true);
    expect(rangeOf(view, now)).toEqual(view.fixed);
  });

  const view = { span: '24h', toggled: [] } as const;
  const cases = [
    {
      given: 'a range beyond now',
      range: { fromMs: now - 3_600_000, toMs: now + 3_600_000 },
      length: 7_200_000,
    },
    { given: 'a second', range: { fromMs: now - 8_000_000, toMs: now - 7_999_000 }, length: leastMs },
    { given: 'ten years', range: { fromMs: now - 3650 * 86_400_000, toMs: now }, length: mostMs },
  ];
  for (const { given, range, length } of cases) {
    it(`given ${given}, when it is looked at, then it is bounded and ends by now`, () => {
      const { fixed } = at(view, range, now);
      expect((fixed?.toMs ?? 0) - (fixed?.fromMs ?? 0)).toBe(length);
      expect(fixed?.toMs).toBeLessThanOrEqual(Math.ceil(now / 60_000) * 60_000);
    });
  }

  it('given a moment, when zoomed about it, then it stays where it is', () => {
    const range = { fromMs: 0, toMs: 1000 };
    expect(zoomed(range, 2, 250)).toEqual({ fromMs: 125, toMs: 625 });
    expect(zoomed(zoomed(range, 2, 250), 0.5, 250)).toEqual(range);
    expect(moved(range, -0.5)).toEqual({ fromMs: -500, toMs: 500 });
  });

  it('given a value, when toggled twice, then it is as before', () => {
    expect(toggle(toggle(view, 'cpu/usedPercent'), 'cpu/usedPercent')).toEqual(view);
  });
});
