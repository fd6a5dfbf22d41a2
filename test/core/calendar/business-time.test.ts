import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BusinessCalendar,
  businessCalendar,
  defaultCalendar,
} from '../../../core/calendar/business-calendar.ts';
import {
  addBusinessDays,
  endOfNextBusinessDay,
  isBusinessTime,
} from '../../../core/calendar/business-time.ts';
import { addSeconds } from '../../../core/instant.ts';

/** Wall clock of Tokyo. */
const tokyo = (time: string): string => new Date(`${time}:00+09:00`).toISOString();

const berlin: BusinessCalendar = businessCalendar.parse({
  timeZone: 'Europe/Berlin',
  hours: { from: '09:00', to: '17:00' },
  holidays: ['2026-12-25'],
});
const apia: BusinessCalendar = businessCalendar.parse({ timeZone: 'Pacific/Apia', holidays: [] });
const aroundTheClock: BusinessCalendar = businessCalendar.parse({
  hours: { from: '00:00', to: '24:00' },
  holidays: [],
});

describe('business hours', () => {
  const rows = [
    { given: 'Friday 10:00', at: '2026-11-20T10:00', then: true },
    { given: 'Friday 09:59', at: '2026-11-20T09:59', then: false },
    { given: 'Friday 17:59', at: '2026-11-20T17:59', then: true },
    { given: 'Friday 18:00', at: '2026-11-20T18:00', then: false },
    { given: 'Saturday noon', at: '2026-11-21T12:00', then: false },
    { given: 'a Monday that is a holiday', at: '2026-11-23T12:00', then: false },
    { given: 'December 28', at: '2026-12-28T12:00', then: true },
    { given: 'December 29, no holiday by law', at: '2026-12-29T12:00', then: false },
    { given: 'January 4', at: '2027-01-04T12:00', then: true },
    { given: 'a substitute holiday', at: '2026-05-06T12:00', then: false },
    { given: 'a day between two holidays', at: '2026-09-22T12:00', then: false },
  ];
  for (const { given, at, then } of rows) {
    it(`given ${given}, when it is asked, then it is ${then ? '' : 'not '}business time`, () =>
      expect(isBusinessTime(tokyo(at), defaultCalendar)).toBe(then));
  }

  it('given own closed days beside the holidays, when one comes, then it is not business time', () => {
    const calendar = businessCalendar.parse({ closedDays: ['2026-08-13'] });
    expect(isBusinessTime(tokyo('2026-08-13T12:00'), calendar)).toBe(false);
    expect(isBusinessTime(tokyo('2026-08-11T12:00'), calendar)).toBe(false);
    expect(isBusinessTime(tokyo('2026-08-14T12:00'), calendar)).toBe(true);
  });
});

describe('the end of the next business day', () => {
  const rows = [
    { given: 'Tuesday in business hours', at: '2026-11-17T14:00', then: '2026-11-18T18:00' },
    { given: 'Tuesday before business', at: '2026-11-17T03:00', then: '2026-11-18T18:00' },
    { given: 'Tuesday 17:59', at: '2026-11-17T17:59', then: '2026-11-18T18:00' },
    { given: 'Tuesday 18:00, which counts as Wednesday', at: '2026-11-17T18:00', then: '2026-11-19T18:00' },
    { given: 'Tuesday 23:59', at: '2026-11-17T23:59', then: '2026-11-19T18:00' },
    {
      given: 'Friday in business hours, before a long weekend',
      at: '2026-11-20T14:00',
      then: '2026-11-24T18:00',
    },
    { given: 'Friday night, before a long weekend', at: '2026-11-20T22:00', then: '2026-11-25T18:00' },
    { given: 'Saturday of that weekend', at: '2026-11-21T14:00', then: '2026-11-25T18:00' },
    { given: 'the holiday of that weekend', at: '2026-11-23T14:00', then: '2026-11-25T18:00' },
    {
      given: 'the last day before Golden Week 2019, ten days long',
      at: '2019-04-26T14:00',
      then: '2019-05-07T18:00',
    },
    { given: 'the evening before Golden Week 2019', at: '2019-04-26T18:30', then: '2019-05-08T18:00' },
    { given: 'a day within Golden Week 2026', at: '2026-05-04T09:00', then: '2026-05-08T18:00' },
    { given: 'the day before Golden Week 2026', at: '2026-05-01T17:00', then: '2026-05-07T18:00' },
    { given: 'Silver Week 2026', at: '2026-09-18T17:00', then: '2026-09-24T18:00' },
    { given: 'the last business day of the year', at: '2026-12-28T17:00', then: '2027-01-04T18:00' },
    {
      given: 'the evening of the last business day of the year',
      at: '2026-12-28T19:00',
      then: '2027-01-05T18:00',
    },
    { given: "New Year's Eve", at: '2026-12-31T23:59', then: '2027-01-05T18:00' },
    { given: 'January 3, with January 4 a Saturday', at: '2025-01-03T12:00', then: '2025-01-07T18:00' },
  ];
  for (const { given, at, then } of rows) {
    it(`given ${given}, when something comes, then it is due ${then}`, () =>
      expect(endOfNextBusinessDay(tokyo(at), defaultCalendar)).toBe(tokyo(then)));
  }

  const zones = [
    {
      given: 'clocks that go forward over the weekend',
      calendar: berlin,
      at: '2026-03-27T10:00:00.000Z',
      then: '2026-03-30T15:00:00.000Z',
    },
    {
      given: 'clocks that go back over the weekend',
      calendar: berlin,
      at: '2026-10-23T10:00:00.000Z',
      then: '2026-10-26T16:00:00.000Z',
    },
    {
      given: 'a holiday of a list',
      calendar: berlin,
      at: '2026-12-24T10:00:00.000Z',
      then: '2026-12-28T16:00:00.000Z',
    },
    {
      given: 'an instant that is another day in its zone',
      calendar: apia,
      at: '2026-11-18T20:00:00.000Z',
      then: '2026-11-20T05:00:00.000Z',
    },
    {
      given: 'hours to the end of the day',
      calendar: aroundTheClock,
      at: '2026-11-17T05:00:00.000Z',
      then: '2026-11-18T15:00:00.000Z',
    },
  ];
  for (const { given, calendar, at, then } of zones) {
    it(`given ${given}, when something comes, then the end is by the wall clock`, () =>
      expect(endOfNextBusinessDay(at, calendar)).toBe(then));
  }
});

describe('hours over which the clocks leap', () => {
  const night = businessCalendar.parse({
    timeZone: 'Europe/Berlin',
    businessDays: ['sun'],
    hours: { from: '02:00', to: '03:00' },
    holidays: [],
  });
  it('given a day that has them not, when they are waited for, then it is the moment when the clocks go on', () => {
    expect(addBusinessDays('2026-03-28T12:00:00.000Z', 0, night)).toBe('2026-03-29T01:00:00.000Z');
    expect(endOfNextBusinessDay('2026-03-22T01:30:00.000Z', night)).toBe('2026-03-29T01:00:00.000Z');
  });
});

describe('business days later', () => {
  const rows = [
    { given: 'business time', at: '2026-11-17T14:30', days: 0, then: '2026-11-17T14:30' },
    { given: 'after hours', at: '2026-11-17T20:00', days: 0, then: '2026-11-18T10:00' },
    { given: 'before hours', at: '2026-11-17T05:00', days: 0, then: '2026-11-17T10:00' },
    { given: 'business time', at: '2026-11-17T14:30', days: 1, then: '2026-11-18T14:30' },
    { given: 'before hours', at: '2026-11-17T05:00', days: 1, then: '2026-11-18T10:00' },
    { given: 'after hours', at: '2026-11-17T20:00', days: 1, then: '2026-11-19T10:00' },
    { given: 'Friday before a long weekend', at: '2026-11-20T17:59', days: 1, then: '2026-11-24T17:59' },
    { given: 'a Sunday', at: '2026-11-22T12:00', days: 1, then: '2026-11-25T10:00' },
    { given: 'the end of the year', at: '2026-12-28T11:00', days: 3, then: '2027-01-06T11:00' },
  ];
  for (const { given, at, days, then } of rows) {
    it(`given ${given}, when ${days} days are added, then it is ${then}`, () =>
      expect(addBusinessDays(tokyo(at), days, defaultCalendar)).toBe(tokyo(then)));
  }
});

describe('any instant in any calendar', () => {
  const anyInstant = fc
    .integer({ min: Date.parse('2007-01-01T00:00:00Z'), max: Date.parse('2090-01-01T00:00:00Z') })
    .map((ms) => new Date(ms).toISOString());
  // Clocks leap before four in the morning; hours that are not there on such a day begin when the clocks go on.
  const anyHours = fc
    .tuple(fc.integer({ min: 4, max: 23 }), fc.integer({ min: 5, max: 24 }))
    .filter(([from, to]) => from < to)
    .map(([from, to]) => ({
      from: `${String(from).padStart(2, '0')}:00`,
      to: `${String(to).padStart(2, '0')}:00`,
    }));
  const anyCalendar = fc
    .record({
      timeZone: fc.constantFrom(
        'Asia/Tokyo',
        'Europe/Berlin',
        'America/New_York',
        'Australia/Lord_Howe',
        'UTC',
      ),
      hours: anyHours,
      businessDays: fc.subarray(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], { minLength: 1 }),
      holidays: fc.constantFrom('japan', []),
    })
    .map((calendar) => businessCalendar.parse(calendar));

  it('given them, when the end of the next business day is asked for, then it is the end of business time, later, and never falls', () =>
    fc.assert(
      fc.property(
        anyInstant,
        anyCalendar,
        fc.integer({ min: 0, max: 40 * 86_400 }),
        (at, calendar, seconds) => {
          const due = endOfNextBusinessDay(at, calendar);
          expect(due > at).toBe(true);
          expect(isBusinessTime(addSeconds(due, -1), calendar)).toBe(true);
          expect(endOfNextBusinessDay(addSeconds(at, seconds), calendar) >= due).toBe(true);
        },
      ),
    ));

  it('given them, when business days are added, then the answer is business time, and one by one is the same', () =>
    fc.assert(
      fc.property(anyInstant, anyCalendar, fc.integer({ min: 0, max: 8 }), (at, calendar, days) => {
        const later = addBusinessDays(at, days, calendar);
        expect(later >= at).toBe(true);
        expect(isBusinessTime(later, calendar)).toBe(true);
        expect(addBusinessDays(later, 1, calendar)).toBe(addBusinessDays(at, days + 1, calendar));
      }),
    ));
});
