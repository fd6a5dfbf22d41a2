import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelledTicks, wallTime, zoneOffset } from '../../../core/graph/time-axis.ts';

const ticks = (from: string, to: string, zone: string, most = 9) =>
  labelledTicks(Date.parse(from), Date.parse(to), zone, most);

const cases = [
  {
    given: 'a day in Tokyo',
    from: '2026-11-20T05:05:00.000Z',
    to: '2026-11-21T05:05:00.000Z',
    zone: 'Asia/Tokyo',
    labels: ['15:00', '18:00', '21:00', '11-21', '03:00', '06:00', '09:00', '12:00'],
  },
  {
    given: 'six hours in a zone of three quarters of an hour',
    from: '2026-11-20T00:00:00.000Z',
    to: '2026-11-20T06:00:00.000Z',
    zone: 'Asia/Kathmandu',
    labels: ['06:00', '07:00', '08:00', '09:00', '10:00', '11:00'],
  },
  {
    given: 'the day of 25 hours in Berlin',
    from: '2026-10-24T12:00:00.000Z',
    to: '2026-10-25T12:00:00.000Z',
    zone: 'Europe/Berlin',
    labels: ['15:00', '18:00', '21:00', '10-25', '03:00', '06:00', '09:00', '12:00'],
  },
  {
    given: 'a week across the end of summer time',
    from: '2026-10-22T00:00:00.000Z',
    to: '2026-10-29T00:00:00.000Z',
    zone: 'Europe/Berlin',
    labels: ['10-23', '10-24', '10-25', '10-26', '10-27', '10-28', '10-29'],
  },
  {
    given: 'thirty days',
    from: '2026-10-22T00:00:00.000Z',
    to: '2026-11-21T00:00:00.000Z',
    zone: 'UTC',
    labels: ['10-26', '11-02', '11-09', '11-16'],
  },
  {
    given: 'thirteen months',
    from: '2025-10-20T00:00:00.000Z',
    to: '2026-11-20T00:00:00.000Z',
    zone: 'America/New_York',
    labels: ['11-01', '01-01', '03-01', '05-01', '07-01', '09-01', '11-01'],
  },
  {
    given: 'ten minutes in a zone that nobody knows',
    from: '2026-11-20T23:55:00.000Z',
    to: '2026-11-21T00:05:00.000Z',
    zone: 'Moon/Sea of Tranquility',
    labels: ['23:56', '23:58', '11-21', '00:02', '00:04'],
  },
  {
    given: 'a range without length',
    from: '2026-11-20T00:00:00.000Z',
    to: '2026-11-20T00:00:00.000Z',
    zone: 'UTC',
    labels: [],
  },
];

describe('axis of time', () => {
  for (const { given, from, to, zone, labels } of cases) {
    it(`given ${given}, when its ticks are made, then they read ${labels.join(' ')}`, () => {
      expect(ticks(from, to, zone).map(({ label }) => label)).toEqual(labels);
    });
  }

  it('given any range and zone, when its ticks are made, then they rise within it, are not too many, and midnights are marked', () => {
    const zone = fc.constantFrom(
      'UTC',
      'Asia/Tokyo',
      'Europe/Berlin',
      'Asia/Kathmandu',
      'Australia/Lord_Howe',
      'America/Havana',
    );
    const start = fc.integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2027, 0, 1) });
    const length = fc.integer({ min: 60_000, max: 400 * 86_400_000 });
    fc.assert(
      fc.property(
        start,
        length,
        zone,
        fc.integer({ min: 4, max: 12 }),
        (fromMs, lengthMs, timeZone, most) => {
          const made = labelledTicks(fromMs, fromMs + lengthMs, timeZone, most);
          expect(made.length).toBeLessThanOrEqual(most + 2);
          expect(made.map(({ ms }) => ms)).toEqual(
            [...new Set(made.map(({ ms }) => ms))].sort((a, b) => a - b),
          );
          for (const { ms, label, isDay } of made) {
            expect(ms).toBeGreaterThanOrEqual(fromMs);
            expect(ms).toBeLessThanOrEqual(fromMs + lengthMs);
            expect(wallTime(ms, timeZone)).toContain(isDay ? `${label} 00:00` : label);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('given an instant, when it is written, then it is that of the wall clock, and the zone says how far from UTC', () => {
    const ms = Date.parse('2026-07-01T22:05:00.000Z');
    expect([wallTime(ms, 'Europe/Berlin'), zoneOffset(ms, 'Europe/Berlin')]).toEqual([
      '07-02 00:05',
      'UTC+2',
    ]);
    expect([wallTime(ms, 'Asia/Kathmandu'), zoneOffset(ms, 'Asia/Kathmandu')]).toEqual([
      '07-02 03:50',
      'UTC+5:45',
    ]);
    expect([wallTime(ms, 'UTC'), zoneOffset(ms, 'UTC')]).toEqual(['07-01 22:05', 'UTC']);
  });
});
