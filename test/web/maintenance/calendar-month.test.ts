import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  barsOf,
  dateAt,
  isMonth,
  isOn,
  monthAt,
  type Period,
  shiftMonth,
  weeksOf,
} from '../../../web/maintenance/calendar-month.ts';

const hourMs = 3_600_000;
const lengthsOf = (month: string, zone: string) =>
  new Map(
    weeksOf(month, zone).flatMap((week) => week.map((day) => [day.date, (day.endMs - day.beginMs) / hourMs])),
  );

describe('the months', () => {
  const cases = [
    { given: 'the next month', is: shiftMonth('2026-11', 1), wanted: '2026-12' },
    { given: 'a month of the next year', is: shiftMonth('2026-11', 2), wanted: '2027-01' },
    { given: 'the month before January', is: shiftMonth('2027-01', -1), wanted: '2026-12' },
    { given: 'a year back', is: shiftMonth('2026-11', -12), wanted: '2025-11' },
    {
      given: 'an evening in UTC that is the next month in Tokyo',
      is: monthAt(Date.parse('2026-11-30T15:00:00.000Z'), 'Asia/Tokyo'),
      wanted: '2026-12',
    },
    {
      given: 'a morning in UTC that is the day before in New York',
      is: dateAt(Date.parse('2026-11-01T03:59:00.000Z'), 'America/New_York'),
      wanted: '2026-10-31',
    },
  ];
  for (const { given, is, wanted } of cases)
    it(`given ${given}, when it is asked for, then it is ${wanted}`, () => expect(is).toBe(wanted));

  it.each(['2026-13', '2026-00', '26-11', '1999-12', '', '2026-11-01', '2026-1'])(
    'given the address says "%s", when it is read, then it is no month',
    (text) => expect(isMonth(text)).toBe(false),
  );
});

describe('the weeks of a month', () => {
  it('given November 2026, when its weeks are laid out, then they begin on Monday and are filled to Sunday', () => {
    const weeks = weeksOf('2026-11', 'Asia/Tokyo');
    expect(weeks.map((week) => `${week[0]?.date} ${week[6]?.date}`)).toEqual([
      '2026-10-26 2026-11-01',
      '2026-11-02 2026-11-08',
      '2026-11-09 2026-11-15',
      '2026-11-16 2026-11-22',
      '2026-11-23 2026-11-29',
      '2026-11-30 2026-12-06',
    ]);
    expect(weeks.flat().filter(({ isOfMonth }) => isOfMonth)).toHaveLength(30);
  });

  const changes = [
    { zone: 'Europe/Berlin', date: '2027-03-28', hours: 23 },
    { zone: 'Europe/Berlin', date: '2027-10-31', hours: 25 },
    { zone: 'America/New_York', date: '2027-03-14', hours: 23 },
    { zone: 'Australia/Lord_Howe', date: '2027-04-04', hours: 24.5 },
    // Midnight itself is left out.
    { zone: 'America/Santiago', date: '2027-09-05', hours: 23 },
    { zone: 'Asia/Tokyo', date: '2027-03-28', hours: 24 },
  ];
  for (const { zone, date, hours } of changes)
    it(`given ${zone}, when clocks are changed on ${date}, then that day has ${hours} hours and all others 24`, () => {
      const lengths = lengthsOf(date.slice(0, 7), zone);
      expect(lengths.get(date)).toBe(hours);
      lengths.delete(date);
      expect(new Set(lengths.values())).toEqual(new Set([24]));
    });

  it('given any month and zone, when its days are looked at, then each begins as the one before ends, on its own date', () => {
    const zones = [
      'Asia/Tokyo',
      'Europe/Berlin',
      'America/New_York',
      'America/Santiago',
      'Pacific/Chatham',
      'UTC',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...zones), fc.integer({ min: -24, max: 240 }), (zone, by) => {
        const days = weeksOf(shiftMonth('2026-11', by), zone).flat();
        for (const [place, day] of days.entries()) {
          expect(dateAt(day.beginMs, zone)).toBe(day.date);
          expect(dateAt(day.endMs - 1, zone)).toBe(day.date);
          expect(days[place + 1]?.beginMs ?? day.endMs).toBe(day.endMs);
        }
        expect(days.length % 7).toBe(0);
        expect(new Date(days[0]?.date ?? '').getUTCDay()).toBe(1);
      }),
      { numRuns: 60 },
    );
  });
});

describe('the bars of a week', () => {
  const [week = []] = weeksOf('2027-03', 'Europe/Berlin').slice(3, 4);
  const cases = [
    {
      given: 'a period that ends at midnight',
      period: { from: '2027-03-22T20:00:00.000Z', until: '2027-03-22T23:00:00.000Z' },
      wanted: { day: 0, days: 1, begins: true, ends: true },
    },
    {
      given: 'one minute more',
      period: { from: '2027-03-22T20:00:00.000Z', until: '2027-03-22T23:01:00.000Z' },
      wanted: { day: 0, days: 2, begins: true, ends: true },
    },
    {
      given: 'a period over the week',
      period: { from: '2027-03-01T00:00:00.000Z', until: '2027-04-30T00:00:00.000Z' },
      wanted: { day: 0, days: 7, begins: false, ends: false },
    },
    {
      given: 'the last hour before summer time ends its Sunday',
      period: { from: '2027-03-28T21:00:00.000Z', until: '2027-03-28T22:00:00.000Z' },
      wanted: { day: 6, days: 1, begins: true, ends: true },
    },
  ];
  for (const { given, period, wanted } of cases)
    it(`given ${given}, when it is laid out, then it stands on its days`, () => {
      const [bar] = barsOf(week, [period]);
      expect(bar).toEqual({ ...wanted, period, lane: 0 });
    });

  it('given a period of another week, when the week is laid out, then it is not in it', () =>
    expect(barsOf(week, [{ from: '2027-03-28T22:00:00.000Z', until: '2027-03-29T22:00:00.000Z' }])).toEqual(
      [],
    ));

  it('given any periods, when they are laid out, then each stands on just its days and none over another', () => {
    const begin = week[0]?.beginMs ?? 0;
    const period = fc
      .record({ at: fc.integer({ min: -100, max: 200 }), hours: fc.integer({ min: 1, max: 120 }) })
      .map(
        ({ at, hours }): Period => ({
          from: new Date(begin + at * hourMs).toISOString(),
          until: new Date(begin + (at + hours) * hourMs).toISOString(),
        }),
      );
    fc.assert(
      fc.property(fc.array(period, { maxLength: 12 }), (unsorted) => {
        const periods = unsorted.toSorted((one, other) => one.from.localeCompare(other.from));
        const bars = barsOf(week, periods);
        const taken = new Set<string>();
        for (const { period: its, day, days, lane } of bars) {
          const on = week.map((one) => isOn(its, one));
          for (let place = 0; place < 7; place += 1) {
            const isHere = place >= day && place < day + days;
            expect(isHere).toBe(on[place]);
            if (!isHere) continue;
            expect(taken.has(`${lane} ${place}`)).toBe(false);
            taken.add(`${lane} ${place}`);
          }
        }
        expect(bars).toHaveLength(periods.filter((one) => week.some((day) => isOn(one, day))).length);
      }),
    );
  });
});
