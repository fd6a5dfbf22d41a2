import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fromField,
  instantOfWall,
  offsetMs,
  startOfDay,
  toField,
  wallTimeAt,
} from '../../../core/calendar/wall-clock.ts';

const utc = (text: string): number => Date.parse(text);
const iso = (atMs: number | undefined): string | undefined =>
  atMs === undefined ? undefined : new Date(atMs).toISOString().replace(':00.000Z', 'Z');

describe('field of a time', () => {
  const cases = [
    { given: 'Tokyo', zone: 'Asia/Tokyo', field: '2026-11-21T18:30', then: '2026-11-21T09:30Z' },
    { given: 'UTC', zone: 'UTC', field: '2026-11-21T18:30', then: '2026-11-21T18:30Z' },
    {
      given: 'Berlin in summer',
      zone: 'Europe/Berlin',
      field: '2026-07-01T12:00',
      then: '2026-07-01T10:00Z',
    },
    {
      given: 'Berlin in winter',
      zone: 'Europe/Berlin',
      field: '2026-12-01T12:00',
      then: '2026-12-01T11:00Z',
    },
    {
      given: 'an hour that Berlin leaves out',
      zone: 'Europe/Berlin',
      field: '2026-03-29T02:30',
      then: '2026-03-29T01:30Z',
    },
    {
      given: 'an hour that Berlin has twice',
      zone: 'Europe/Berlin',
      field: '2026-10-25T02:30',
      then: '2026-10-25T00:30Z',
    },
    {
      given: 'an hour that New York has twice',
      zone: 'America/New_York',
      field: '2026-11-01T01:15',
      then: '2026-11-01T05:15Z',
    },
    {
      given: 'an hour that New York leaves out',
      zone: 'America/New_York',
      field: '2026-03-08T02:15',
      then: '2026-03-08T07:15Z',
    },
    {
      given: 'half an hour that Lord Howe leaves out',
      zone: 'Australia/Lord_Howe',
      field: '2026-10-04T02:10',
      then: '2026-10-03T15:40Z',
    },
    {
      given: 'quarters of Kathmandu',
      zone: 'Asia/Kathmandu',
      field: '2026-11-21T00:00',
      then: '2026-11-20T18:15Z',
    },
    { given: 'seconds', zone: 'Asia/Tokyo', field: '2026-11-21T18:30:00', then: '2026-11-21T09:30Z' },
    { given: 'a day that is none', zone: 'Asia/Tokyo', field: '2026-02-30T00:00', then: undefined },
    { given: 'an empty field', zone: 'Asia/Tokyo', field: '', then: undefined },
  ];
  for (const { given, zone, field, then } of cases) {
    it(`given ${given}, when ${field || 'nothing'} is written, then ${then ?? 'no time'} is meant`, () => {
      expect(iso(fromField(field, zone))).toBe(then);
    });
  }

  it('given any minute in any zone, when written to a field and read, then the wall clock is the same', () => {
    const zones = [
      'Asia/Tokyo',
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'America/Santiago',
    ];
    fc.assert(
      fc.property(
        fc.integer({ min: utc('2020-01-01T00:00Z') / 60_000, max: utc('2035-01-01T00:00Z') / 60_000 }),
        fc.constantFrom(...zones),
        (minutes, zone) => {
          const field = toField(minutes * 60_000, zone);
          const back = fromField(field, zone);
          expect(back).toBeDefined();
          expect(toField(back ?? 0, zone)).toBe(field);
          expect(Math.abs((back ?? 0) - minutes * 60_000)).toBeLessThanOrEqual(3_600_000);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('days', () => {
  const cases = [
    { zone: 'Asia/Tokyo', at: '2026-11-21T09:30Z', then: '2026-11-20T15:00Z' },
    { zone: 'Europe/Berlin', at: '2026-03-29T12:00Z', then: '2026-03-28T23:00Z' },
    { zone: 'Europe/Berlin', at: '2026-10-25T12:00Z', then: '2026-10-24T22:00Z' },
    // Chile's summer time begins at midnight: its day begins at one o'clock.
    { zone: 'America/Santiago', at: '2026-09-06T12:00Z', then: '2026-09-06T04:00Z' },
  ];
  for (const { zone, at, then } of cases) {
    it(`given ${zone}, when it is ${at}, then the day began at ${then}`, () => {
      expect(iso(startOfDay(utc(at), zone))).toBe(then);
    });
  }

  it('given a day beyond the month, when asked for its instant, then it is of the next month', () => {
    const wall = { ...wallTimeAt(utc('2026-11-30T15:00Z'), 'UTC'), day: 31, hour: 0, minute: 0 };
    expect(iso(instantOfWall(wall, 'UTC'))).toBe('2026-12-01T00:00Z');
  });

  it('given summer time, when asked how far ahead the clock is, then it is by the instant', () => {
    expect(offsetMs(utc('2026-10-25T00:59Z'), 'Europe/Berlin')).toBe(7_200_000);
    expect(offsetMs(utc('2026-10-25T01:00Z'), 'Europe/Berlin')).toBe(3_600_000);
  });
});
