import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { axisTexts, type Unit, unitOf, valueRange, valueText, valueTicks } from '../../../web/graph/unit.ts';

describe('unit of a value by its name', () => {
  const cases: [string, Unit][] = [
    ['usedPercent', 'percent'],
    ['usedPercent:/var', 'percent'],
    ['usedPercent:/mnt/Bytes', 'percent'],
    ['responseMs', 'ms'],
    ['inBitsPerSecond:eth0', 'bits-per-second'],
    ['availableBytes', 'bytes'],
    ['load15', 'load'],
    ['loadPerCore', 'load'],
    ['ageMinutes', 'minutes'],
    ['daysLeft', 'days'],
    ['upSeconds', 'seconds'],
    ['processes', 'count'],
    ['jsonValue', 'count'],
    ['performance:time s', 'seconds'],
    ['performance:/home %', 'percent'],
    ['performance:size: all B', 'bytes'],
    ['performance:users', 'count'],
  ];
  for (const [name, unit] of cases) {
    it(`given ${name}, then ${unit}`, () => expect(unitOf(name)).toBe(unit));
  }
});

describe('values in words', () => {
  const cases: [number, Unit, string][] = [
    [12.345, 'percent', '12.3 %'],
    [100, 'percent', '100 %'],
    [0, 'percent', '0 %'],
    [0.5, 'ms', '0.5 ms'],
    [0.0421, 'ms', '0.042 ms'],
    [245.3, 'ms', '245 ms'],
    [1250, 'ms', '1.25 s'],
    [119_000, 'ms', '119 s'],
    [7_200_000, 'ms', '2 h'],
    [999_999, 'bits-per-second', '1,000 kbit/s'],
    [34_500_000, 'bits-per-second', '34.5 Mbit/s'],
    [0, 'bits-per-second', '0 bit/s'],
    [1024, 'bytes', '1 KiB'],
    [1_288_490_189, 'bytes', '1.2 GiB'],
    [0.5, 'load', '0.50'],
    [90, 'minutes', '90 min'],
    [1440, 'minutes', '24 h'],
    [4320, 'minutes', '3 d'],
    [6.5, 'days', '6.5 d'],
    [9999, 'count', '9,999'],
    [25_000, 'count', '25 k'],
    [-0, 'count', '0'],
  ];
  for (const [value, unit, text] of cases) {
    it(`given ${value} of ${unit}, then ${text}`, () => expect(valueText(value, unit, 'en')).toBe(text));
  }
});

it('given Japanese, when lengths of time are written, then with its own units', () => {
  expect([90, 1440, 5000].map((minutes) => valueText(minutes, 'minutes', 'ja'))).toEqual([
    '90 分',
    '24 時間',
    '3.47 日',
  ]);
  expect(axisTexts([0, 30, 60], 'days', 'ja')).toEqual(['0', '30 日', '60 日']);
});

describe('axis of values', () => {
  it('given traffic, when it is drawn on both sides, then amounts are written without a sign', () => {
    expect(axisTexts([-2e6, -1e6, 0, 1e6, 2e6], 'bits-per-second', 'en')).toEqual([
      '2 M',
      '1 M',
      '0',
      '1 M',
      '2 M',
    ]);
  });

  it('given small loads, then all ticks have the same digits', () => {
    expect(axisTexts([0, 0.5, 1, 1.5], 'load', 'en')).toEqual(['0', '0.5', '1.0', '1.5']);
  });

  it('given bytes, when ticks are set, then they are round in the size they are written in', () => {
    const ticks = valueTicks(0, 2 * 1024 ** 3, 'bytes', 5);
    expect(axisTexts(ticks, 'bytes', 'en')).toEqual(['0', '0.5 Gi', '1.0 Gi', '1.5 Gi', '2.0 Gi']);
  });

  const ranges: {
    given: string;
    extent: [number, number];
    bounds: number[];
    unit: Unit;
    then: [number, number];
  }[] = [
    { given: 'a percentage', extent: [2, 5], bounds: [90], unit: 'percent', then: [0, 100] },
    { given: 'a percentage beyond 100', extent: [0, 130], bounds: [], unit: 'percent', then: [0, 150] },
    { given: 'response times', extent: [12, 48], bounds: [], unit: 'ms', then: [0, 50] },
    { given: 'a bound close above', extent: [12, 48], bounds: [100], unit: 'ms', then: [0, 150] },
    { given: 'a bound far above', extent: [12, 48], bounds: [5000], unit: 'ms', then: [0, 50] },
    {
      given: 'traffic both ways',
      extent: [-900, 400],
      bounds: [],
      unit: 'bits-per-second',
      then: [-1000, 500],
    },
    { given: 'nothing but zeros', extent: [0, 0], bounds: [], unit: 'count', then: [0, 4] },
    {
      given: 'values too small for any step',
      extent: [-5e-324, 5e-324],
      bounds: [],
      unit: 'count',
      then: [0, 4],
    },
  ];
  for (const { given, extent, bounds, unit, then } of ranges) {
    it(`given ${given}, then from ${then[0]} to ${then[1]}`, () => {
      const { min, max } = valueRange({ min: extent[0], max: extent[1] }, bounds, unit);
      expect([min, max]).toEqual(then);
    });
  }

  it('given any values, when the range is set, then they lie in it and ticks are few', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-3, max: 1e12, noNaN: true }),
        fc.constantFrom<Unit>('ms', 'bytes', 'bits-per-second', 'count', 'minutes', 'load'),
        fc.boolean(),
        (most, unit, isMirrored) => {
          const { min, max } = valueRange({ min: isMirrored ? -most / 3 : 0, max: most }, [], unit);
          expect(max).toBeGreaterThanOrEqual(most);
          expect(max).toBeLessThan(most * 2.6);
          const ticks = valueTicks(min, max, unit, 6);
          expect(ticks.length).toBeGreaterThan(1);
          expect(ticks.length).toBeLessThanOrEqual(8);
        },
      ),
      { numRuns: 500 },
    );
  });
});
