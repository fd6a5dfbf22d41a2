import { describe, expect, it } from 'vitest';
import { month, monthOf, monthRange, monthsUntil } from '../../../core/report/month.ts';

describe('the month of a report', () => {
  const cases = [
    ['2026-10', 'Asia/Tokyo', '2026-09-30T15:00:00.000Z', '2026-10-31T15:00:00.000Z'],
    ['2026-03', 'Europe/Berlin', '2026-02-28T23:00:00.000Z', '2026-03-31T22:00:00.000Z'],
    ['2026-10', 'Europe/Berlin', '2026-09-30T22:00:00.000Z', '2026-10-31T23:00:00.000Z'],
    ['2028-02', 'UTC', '2028-02-01T00:00:00.000Z', '2028-03-01T00:00:00.000Z'],
    ['2026-12', 'America/New_York', '2026-12-01T05:00:00.000Z', '2027-01-01T05:00:00.000Z'],
  ] as const;
  for (const [name, zone, from, to] of cases)
    it(`given ${name} in ${zone}, when its range is asked for, then it goes by that zone's calendar`, () =>
      expect(monthRange(name, zone)).toEqual({ from, to }));

  it('given a moment before midnight of the zone, when its month is asked for, then it is the one that ends', () => {
    expect(monthOf('2026-10-31T14:59:59.999Z', 'Asia/Tokyo')).toBe('2026-10');
    expect(monthOf('2026-10-31T15:00:00.000Z', 'Asia/Tokyo')).toBe('2026-11');
  });

  it('given the beginning of a year, when months are listed, then they go back over it', () =>
    expect(monthsUntil('2027-01-15T00:00:00.000Z', 'Asia/Tokyo', 3)).toEqual([
      '2027-01',
      '2026-12',
      '2026-11',
    ]));

  for (const text of ['2026-13', '2026-00', '1999-12', '2026-1', '2026-10-01', ''])
    it(`given ${JSON.stringify(text)}, when it is read, then it is no month`, () =>
      expect(month.safeParse(text).success).toBe(false));
});
