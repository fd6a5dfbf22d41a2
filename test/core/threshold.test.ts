import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  faultOfRange,
  isHidden,
  isInRange,
  judgeValue,
  parseRange,
  type ValueRange,
} from '../../core/threshold.ts';

/** The guideline's own table: what text alerts at what values. */
const guideline: readonly { text: string; alerts: (x: number) => boolean }[] = [
  { text: '10', alerts: (x) => x < 0 || x > 10 },
  { text: '10:', alerts: (x) => x < 10 },
  { text: '~:10', alerts: (x) => x > 10 },
  { text: '10:20', alerts: (x) => x < 10 || x > 20 },
  { text: '@10:20', alerts: (x) => x >= 10 && x <= 20 },
];

/** Numbers as people write them in ranges, and near which values are tried. */
const ends = fc.integer({ min: -2000, max: 2000 }).map((tenths) => tenths / 10);
const near = (...at: readonly number[]) =>
  fc.oneof(ends, fc.constantFrom(...at.flatMap((end) => [end, end - 0.05, end + 0.05])));

describe('a range of Nagios', () => {
  for (const { text, alerts } of guideline) {
    it(`given ${text}, when values are judged, then those of the guideline's table alert`, () => {
      const range = parseRange(text);
      expect(range).toBeDefined();
      fc.assert(
        fc.property(near(0, 10, 20), (x) => isInRange(x, range ?? {}) === alerts(x)),
        { numRuns: 500 },
      );
    });
  }

  it('given any range, when a value is judged, then it alerts outside start and end, or with @ on and between them', () => {
    const written = fc.oneof(
      fc.record({
        at: fc.constantFrom('', '@'),
        start: fc.oneof(ends, fc.constantFrom('~', '')),
        colon: fc.constant(':'),
        end: fc.oneof(ends, fc.constant('')),
      }),
      fc.record({ at: fc.constantFrom('', '@'), start: fc.constant(''), colon: fc.constant(''), end: ends }),
    );
    const valued = written
      .filter(({ start, end }) => typeof start === 'number' || typeof end === 'number')
      .chain((parts) =>
        fc.tuple(
          fc.constant(parts),
          near(0, ...[parts.start, parts.end].filter((end) => typeof end === 'number')),
        ),
      );
    fc.assert(
      fc.property(valued, ([{ at, start, colon, end }, x]) => {
        const low = start === '~' ? Number.NEGATIVE_INFINITY : Number(start);
        const high = end === '' ? Number.POSITIVE_INFINITY : Number(end);
        const alerts = at === '@' ? low <= x && x <= high : x < low || high < x;
        const range = parseRange(`${at}${start}${colon}${end}`);
        expect(range && isInRange(x, range)).toBe(alerts);
      }),
      { numRuns: 2000 },
    );
  });

  it('given any text, when it is read, then it is a range of JSON numbers or none at all', () => {
    const like = fc.string({ unit: fc.constantFrom(...'@~:-.0159 eE+xNaInf%'), maxLength: 12 });
    fc.assert(
      fc.property(fc.oneof(like, fc.string()), (text) => {
        const range = parseRange(text);
        if (range === undefined) return;
        expect(Object.values(range).length).toBeGreaterThan(0);
        expect(JSON.parse(JSON.stringify(range))).toEqual(range);
        expect(text).toMatch(/^@?[~\d.:-]*$/);
      }),
      { numRuns: 3000 },
    );
  });

  for (const text of [
    '',
    '@',
    ':',
    '~',
    '~:',
    '@~:',
    '@:',
    '10:~',
    '~10',
    '10-20',
    '10 : 20',
    ' 10:20',
    '10:20\n',
    '10:20:30',
    '@@10:20',
    '1e3:',
    '0x10:',
    '+5:',
    '5.:',
    '--5:',
    'NaN:',
    'Infinity:',
    'inf:',
    '10%:',
    '１０:２０',
    `${'9'.repeat(400)}:`,
  ]) {
    it(`given ${JSON.stringify(text.slice(0, 20))}, when it is read, then it is no range`, () =>
      expect(parseRange(text)).toBeUndefined());
  }

  const written: readonly { text: string; range: ValueRange }[] = [
    { text: '10', range: { below: 0, above: 10 } },
    { text: ':10', range: { below: 0, above: 10 } },
    { text: '10:', range: { below: 10 } },
    { text: '~:10', range: { above: 10 } },
    { text: '10:20', range: { below: 10, above: 20 } },
    { text: '@10:20', range: { from: 10, to: 20 } },
    { text: '@10:', range: { from: 10 } },
    { text: '@~:10', range: { to: 10 } },
    { text: '@10', range: { from: 0, to: 10 } },
    { text: '-.5:1.25', range: { below: -0.5, above: 1.25 } },
    { text: '-0:0', range: { below: 0, above: 0 } },
    { text: '20:10', range: { below: 20, above: 10 } },
  ];
  for (const { text, range } of written) {
    it(`given ${text}, when it is read, then it is ${JSON.stringify(range)}`, () =>
      expect(parseRange(text)).toEqual(range));
  }
});

describe('judging a value', () => {
  const cases = [
    { given: 'a plain number', bounds: { critical: 90 }, ok: [0, 89.999], critical: [90, 100] },
    {
      given: 'plain numbers',
      bounds: { warning: 80, critical: 90 },
      ok: [79.9],
      warning: [80, 89.9],
      critical: [90],
    },
    {
      given: 'plain numbers of what is bad when low',
      bad: 'low',
      bounds: { warning: 30, critical: 7 },
      ok: [30, 400],
      warning: [29.9, 7],
      critical: [6.9, 0, -1],
    },
    { given: 'no bounds', bounds: {}, ok: [-1, 0, 1e12] },
    {
      given: 'ranges that lie in each other',
      bounds: { warning: { below: 10, above: 20 }, critical: { below: 5, above: 25 } },
      ok: [10, 20],
      warning: [9.9, 20.1, 5, 25],
      critical: [4.9, 25.1],
    },
    {
      given: 'a warning on the other side',
      bounds: { warning: { below: 5 }, critical: 90 },
      ok: [5, 89],
      warning: [4.9],
      critical: [90],
    },
    {
      given: 'a warning inside',
      bounds: { warning: { from: 3, to: 3 } },
      ok: [2.9, 3.1],
      warning: [3],
    },
  ] as const;
  for (const { given, bounds, ...rest } of cases) {
    it(`given ${given}, when values are judged, then each has its severity`, () => {
      const bad = 'bad' in rest ? rest.bad : 'high';
      for (const severity of ['ok', 'warning', 'critical'] as const) {
        const values: readonly number[] =
          (rest as Record<string, readonly number[] | undefined>)[severity] ?? [];
        const seen = values.map((value) => judgeValue(value, bounds, bad));
        expect(seen).toEqual(values.map(() => severity));
      }
    });
  }

  it('given a plain number, when it is written as a range, then it says the same', () => {
    fc.assert(
      fc.property(ends, ends, (end, value) => {
        const from = parseRange(`@${end}:`) ?? {};
        const below = parseRange(`${end}:`) ?? {};
        expect(judgeValue(value, { critical: end })).toBe(judgeValue(value, { critical: from }));
        expect(judgeValue(value, { critical: end }, 'low')).toBe(judgeValue(value, { critical: below }));
      }),
    );
  });
});

describe('bounds that can never do what they are for', () => {
  const most = 100;
  const faults: readonly { text: string; fault: ReturnType<typeof faultOfRange> }[] = [
    { text: '20:10', fault: 'ends before it begins' },
    { text: '@20:10', fault: 'ends before it begins' },
    { text: '0:100', fault: 'crossed by none' },
    { text: '0:', fault: 'crossed by none' },
    { text: '~:100', fault: 'crossed by none' },
    { text: '-5:250', fault: 'crossed by none' },
    { text: '@-9:-1', fault: 'crossed by none' },
    { text: '@101:', fault: 'crossed by none' },
    { text: '@0:100', fault: 'crossed by all' },
    { text: '~:-1', fault: 'crossed by all' },
    { text: '101:', fault: 'crossed by all' },
    { text: '0:99', fault: undefined },
    { text: '@100:', fault: undefined },
    { text: '@0:0', fault: undefined },
    { text: '50:50', fault: undefined },
  ];
  for (const { text, fault } of faults) {
    it(`given ${text} of values from 0 to 100, when it is looked at, then it is ${fault ?? 'well'}`, () =>
      expect(faultOfRange(parseRange(text) ?? {}, most)).toBe(fault));
  }

  const whole = fc.integer({ min: -2, max: 12 });
  const range = fc
    .tuple(fc.constantFrom('', '@'), fc.oneof(whole, fc.constant('~')), fc.oneof(whole, fc.constant('')))
    .map(([at, start, end]) => parseRange(`${at}${start}:${end}`) ?? { below: 3 })
    .filter((one) => faultOfRange(one, 10) !== 'ends before it begins');
  /** Ends are whole numbers, so that halves stand for all that lies between two of them. */
  const allValues = Array.from({ length: 21 }, (_, half) => half / 2);

  it('given any warning and critical range, when every value is tried, then a warning is hidden just where none is told', () => {
    fc.assert(
      fc.property(range, range, (warning, critical) => {
        const told = allValues.some((value) => judgeValue(value, { warning, critical }) === 'warning');
        expect(isHidden(warning, critical, 10)).toBe(!told);
      }),
      { numRuns: 2000 },
    );
  });

  it('given any range, when every value is tried, then its fault is that none or all cross it', () => {
    fc.assert(
      fc.property(range, (one) => {
        const crossing = allValues.filter((value) => isInRange(value, one)).length;
        const fault =
          crossing === 0 ? 'crossed by none' : crossing === allValues.length ? 'crossed by all' : undefined;
        expect(faultOfRange(one, 10)).toBe(fault);
      }),
      { numRuns: 1000 },
    );
  });
});
