import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { valueAxis } from '../../../core/graph/value-axis.ts';

const cases = [
  {
    given: 'a share',
    name: 'usedPercent:/var',
    least: 91,
    most: 92,
    labels: ['0', '25', '50', '75', '100'],
    unit: '%',
  },
  {
    given: 'megabits',
    name: 'inBitsPerSecond:eth0',
    least: 1,
    most: 68.9e6,
    labels: ['0', '20', '40', '60', '80'],
    unit: 'Mbit/s',
  },
  {
    given: 'mebibytes',
    name: 'usedBytes',
    least: 0,
    most: 3.2 * 2 ** 20,
    labels: ['0', '1', '2', '3', '4'],
    unit: 'MiB',
  },
  {
    given: 'milliseconds',
    name: 'responseMs',
    least: 12,
    most: 550,
    labels: ['0', '200', '400', '600'],
    unit: 'ms',
  },
  {
    given: 'long times',
    name: 'responseMs',
    least: 12,
    most: 9_600,
    labels: ['0.0', '2.5', '5.0', '7.5', '10.0'],
    unit: 's',
  },
  { given: 'hours', name: 'ageMinutes', least: 0, most: 1_500, labels: ['0', '10', '20', '30'], unit: 'h' },
  {
    given: 'loads',
    name: 'loadPerCore',
    least: 0.1,
    most: 0.9,
    labels: ['0.00', '0.25', '0.50', '0.75', '1.00'],
    unit: '',
  },
  {
    given: 'nothing but zeros',
    name: 'processes',
    least: 0,
    most: 0,
    labels: ['0.00', '0.25', '0.50', '0.75', '1.00'],
    unit: '',
  },
  {
    given: 'values too small for any step',
    name: 'processes',
    least: -5e-324,
    most: 5e-324,
    labels: ['0.00', '0.25', '0.50', '0.75', '1.00'],
    unit: '',
  },
  {
    given: 'values below zero',
    name: 'celsius',
    least: -12,
    most: 31,
    labels: ['-20', '0', '20', '40'],
    unit: '',
  },
] as const;

describe('axis of values', () => {
  for (const { given, name, least, most, labels, unit } of cases) {
    it(`given ${given}, when an axis is made, then it reads ${labels.join(' ')} ${unit}`, () => {
      const axis = valueAxis(name, least, most);
      expect(axis.ticks.map(({ label }) => label)).toEqual(labels);
      expect(axis.unit).toBe(unit);
    });
  }

  it('given any values, when an axis is made, then all are on it, its ticks rise evenly and are few, and their labels differ', () => {
    const names = fc.constantFrom(
      'usedPercent',
      'usedBytes',
      'inBitsPerSecond:eth0',
      'responseMs',
      'ageMinutes',
      'x',
    );
    const value = fc
      .double({ min: -1e15, max: 1e15, noNaN: true })
      .filter((one) => one === 0 || Math.abs(one) > 1e-6);
    fc.assert(
      fc.property(names, value, value, (name, one, other) => {
        const [least, most] = [Math.min(one, other), Math.max(one, other)];
        const { from, to, ticks } = valueAxis(name, least, most);
        const slack = (to - from) * 1e-6;
        expect(from).toBeLessThanOrEqual(least + slack);
        expect(to).toBeGreaterThanOrEqual(most - slack);
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length).toBeLessThanOrEqual(10);
        expect(new Set(ticks.map(({ label }) => label)).size).toBe(ticks.length);
      }),
    );
  });
});
