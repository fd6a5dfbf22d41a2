import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addSeconds, type Instant } from '../../../core/instant.ts';
import { activeAt, activeUntil } from '../../../core/maintenance/active.ts';
import type { Maintenance } from '../../../core/maintenance/maintenance.ts';
import {
  currentOccurrence,
  lastUntil,
  nextOccurrence,
  occurrencesOf,
} from '../../../core/maintenance/occurrences.ts';
import { anyRule, daysOf, textOf } from './any-rule.ts';

const day = 86_400;
const utc = (time: string): Instant => new Date(`${time}Z`).toISOString();

/** One hour, unless a row says otherwise. */
const recurring = (from: Instant, rule: string, timeZone: string, lastsSeconds = 3600) => ({
  from,
  until: addSeconds(from, lastsSeconds),
  recurrence: { rule, timeZone },
});
const startsOf = (given: Parameters<typeof occurrencesOf>[0], most: number) =>
  occurrencesOf(given, given.from, addSeconds(given.from, 5 * 365 * day), most).map(({ from }) =>
    from.slice(0, 16),
  );

describe('periods by the wall clock of a zone', () => {
  const rows: readonly {
    given: string;
    from: string;
    rule: string;
    timeZone: string;
    lastsSeconds?: number;
    starts: readonly string[];
  }[] = [
    {
      given: '02:00 of every day in Berlin, when the clocks go forward',
      from: '2027-03-27T01:00',
      rule: 'FREQ=DAILY',
      timeZone: 'Europe/Berlin',
      // 02:00 does not exist on the 28th: it is 03:00 then.
      starts: ['2027-03-27T01:00', '2027-03-28T01:00', '2027-03-29T00:00'],
    },
    {
      given: '02:30 of every Sunday in Berlin, in the hour that is leapt over',
      from: '2027-03-21T01:30',
      rule: 'FREQ=WEEKLY;BYDAY=SU',
      timeZone: 'Europe/Berlin',
      starts: ['2027-03-21T01:30', '2027-03-28T01:30', '2027-04-04T00:30'],
    },
    {
      given: '02:30 of every day in Berlin, in the hour that comes twice',
      from: '2026-10-24T00:30',
      rule: 'FREQ=DAILY',
      timeZone: 'Europe/Berlin',
      // The first of the two.
      starts: ['2026-10-24T00:30', '2026-10-25T00:30', '2026-10-26T01:30'],
    },
    {
      given: 'a begin in the second of two hours of the same name',
      from: '2026-10-25T01:30',
      rule: 'FREQ=DAILY',
      timeZone: 'Europe/Berlin',
      starts: ['2026-10-25T01:30', '2026-10-26T01:30', '2026-10-27T01:30'],
    },
    {
      given: '22:00 of every Saturday in New York, over the end of summer time',
      from: '2026-10-25T02:00',
      rule: 'FREQ=WEEKLY;BYDAY=SA',
      timeZone: 'America/New_York',
      starts: ['2026-10-25T02:00', '2026-11-01T02:00', '2026-11-08T03:00'],
    },
    {
      given: '02:30 of every day in New York, in the hour that is leapt over',
      from: '2027-03-13T07:30',
      rule: 'FREQ=DAILY',
      timeZone: 'America/New_York',
      starts: ['2027-03-13T07:30', '2027-03-14T07:30', '2027-03-15T06:30'],
    },
    {
      given: '03:00 of every day in Tokyo, which has no summer time',
      from: '2027-03-26T18:00',
      rule: 'FREQ=DAILY',
      timeZone: 'Asia/Tokyo',
      starts: ['2027-03-26T18:00', '2027-03-27T18:00', '2027-03-28T18:00'],
    },
    {
      given: 'the 31st of every month: those that have none are left out',
      from: '2026-12-31T15:00',
      rule: 'FREQ=MONTHLY',
      timeZone: 'UTC',
      starts: ['2026-12-31T15:00', '2027-01-31T15:00', '2027-03-31T15:00', '2027-05-31T15:00'],
    },
    {
      given: 'the last day of every month',
      from: '2026-12-31T15:00',
      rule: 'FREQ=MONTHLY;BYMONTHDAY=-1',
      timeZone: 'UTC',
      starts: ['2026-12-31T15:00', '2027-01-31T15:00', '2027-02-28T15:00', '2027-03-31T15:00'],
    },
    {
      given: 'the second Tuesday of every month in Tokyo, late in the evening',
      from: '2026-12-08T13:00',
      rule: 'FREQ=MONTHLY;BYDAY=2TU',
      timeZone: 'Asia/Tokyo',
      starts: ['2026-12-08T13:00', '2027-01-12T13:00', '2027-02-09T13:00'],
    },
    {
      given: 'the last business day of every quarter',
      from: '2026-12-31T12:00',
      rule: 'FREQ=MONTHLY;BYMONTH=3,6,9,12;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1',
      timeZone: 'UTC',
      starts: ['2026-12-31T12:00', '2027-03-31T12:00', '2027-06-30T12:00', '2027-09-30T12:00'],
    },
    {
      given: 'every other week, with weeks that begin on Sunday',
      from: '1997-08-05T13:00',
      rule: 'FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU',
      timeZone: 'America/New_York',
      starts: ['1997-08-05T13:00', '1997-08-17T13:00', '1997-08-19T13:00', '1997-08-31T13:00'],
    },
    {
      given: 'every other week, with weeks that begin on Monday',
      from: '1997-08-05T13:00',
      rule: 'FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO',
      timeZone: 'America/New_York',
      starts: ['1997-08-05T13:00', '1997-08-10T13:00', '1997-08-19T13:00', '1997-08-24T13:00'],
    },
    {
      given: 'February 29',
      from: '2028-02-29T00:00',
      rule: 'FREQ=YEARLY',
      timeZone: 'UTC',
      starts: ['2028-02-29T00:00', '2032-02-29T00:00'],
    },
    {
      given: 'an end that is the begin of the third',
      from: '2026-12-01T00:00',
      rule: 'FREQ=DAILY;UNTIL=20261203T000000Z',
      timeZone: 'UTC',
      starts: ['2026-12-01T00:00', '2026-12-02T00:00', '2026-12-03T00:00'],
    },
    {
      given: 'an end by its date in the zone',
      from: '2026-12-01T14:59',
      rule: 'FREQ=DAILY;UNTIL=20261202',
      timeZone: 'Asia/Tokyo',
      starts: ['2026-12-01T14:59', '2026-12-02T14:59'],
    },
    {
      given: 'a day that a zone leapt over',
      from: '2011-12-30T00:00',
      rule: 'FREQ=DAILY;COUNT=3',
      timeZone: 'Pacific/Apia',
      // 29th, the 30th that did not exist there, and the 31st are two days.
      starts: ['2011-12-30T00:00', '2011-12-31T00:00'],
    },
  ];
  for (const { given, from, rule, timeZone, lastsSeconds, starts } of rows) {
    it(`given ${given}, when its periods are asked for, then they begin as the wall clock says`, () => {
      const maintenance = recurring(utc(from), rule, timeZone, lastsSeconds);
      expect(startsOf(maintenance, starts.length)).toEqual(starts);
    });
  }

  it('given a period over the night in which the clocks go back, when it is asked for, then it lasts as long as the others', () => {
    const nights = recurring(utc('2026-10-23T22:00'), 'FREQ=DAILY', 'Europe/Berlin', 6 * 3600);
    const [, back] = occurrencesOf(nights, nights.from, addSeconds(nights.from, 3 * day), 5);
    expect(back).toEqual({ from: utc('2026-10-24T22:00'), until: utc('2026-10-25T04:00') });
  });

  it('given a range, when periods are asked for, then those that reach into it are given, its end excluded', () => {
    const hourly = recurring(utc('2026-12-01T10:00'), 'FREQ=DAILY', 'UTC');
    const within = (from: string, to: string) =>
      occurrencesOf(hourly, utc(from), utc(to), 10).map(({ from: start }) => start.slice(8, 10));
    expect(within('2026-12-03T10:59', '2026-12-05T10:00')).toEqual(['03', '04']);
    expect(within('2026-12-03T11:00', '2026-12-05T10:01')).toEqual(['04', '05']);
    expect(within('2026-11-01T00:00', '2026-12-01T10:00')).toEqual([]);
  });

  it('given an end before its time, when periods are asked for, then the one that holds is cut and no other comes', () => {
    const ended = {
      ...recurring(utc('2026-12-01T10:00'), 'FREQ=DAILY', 'UTC'),
      endedAt: utc('2026-12-03T10:20'),
    };
    expect(occurrencesOf(ended, ended.from, utc('2027-01-01T00:00'), 10).at(-1)).toEqual({
      from: utc('2026-12-03T10:00'),
      until: utc('2026-12-03T10:20'),
    });
    expect(currentOccurrence(ended, utc('2026-12-03T10:19'))).toBeDefined();
    expect(currentOccurrence(ended, utc('2026-12-03T10:20'))).toBeUndefined();
    expect(nextOccurrence(ended, utc('2026-12-03T10:19'))).toBeUndefined();
    expect(lastUntil(ended)).toBe(utc('2026-12-03T10:20'));
  });

  const ends = [
    { given: 'one period', from: '2026-12-01T10:00', until: '2026-12-01T11:00' },
    {
      given: 'three periods',
      from: '2026-12-01T10:00',
      rule: 'FREQ=DAILY;COUNT=3',
      until: '2026-12-03T11:00',
    },
    {
      given: 'an end by its date',
      from: '2026-12-01T10:00',
      rule: 'FREQ=WEEKLY;UNTIL=20261231',
      until: '2026-12-29T11:00',
    },
    { given: 'no end', from: '2026-12-01T10:00', rule: 'FREQ=DAILY', until: undefined },
  ];
  for (const { given, from, rule, until } of ends) {
    it(`given ${given}, when the last end is asked for, then it is ${until}`, () => {
      const once = { from: utc(from), until: addSeconds(utc(from), 3600) };
      const maintenance = rule === undefined ? once : { ...once, recurrence: { rule, timeZone: 'UTC' } };
      expect(lastUntil(maintenance)).toBe(until === undefined ? undefined : utc(until));
    });
  }

  it('given a stored rule that is none, when it is asked about, then its first period holds and nothing else', () => {
    const broken = recurring(utc('2026-12-01T10:00'), 'FREQ=HOURLY', 'UTC');
    expect(occurrencesOf(broken, broken.from, utc('2027-12-01T00:00'), 10)).toHaveLength(1);
    expect(lastUntil(broken)).toBe(broken.until);
  });
});

describe('any rule', () => {
  const anyFirst = fc.integer({ min: 20_000, max: 22_000 });

  it('given it, when its days are found by looking at every day, then its periods begin on these', () =>
    fc.assert(
      fc.property(
        anyRule,
        anyFirst,
        fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined }),
        (parts, first, count) => {
          const rule = count === undefined ? parts : { ...parts, count };
          const from = new Date(first * day * 1000 + 3_600_000).toISOString();
          const found = occurrencesOf(
            recurring(from, textOf(rule), 'UTC', 60),
            from,
            addSeconds(from, 900 * day),
            2_000,
          );
          const days = found.map((one) => Math.floor(Date.parse(one.from) / 1000 / day));
          expect(days).toEqual(daysOf(rule, first, first + 900));
        },
      ),
      { numRuns: 400 },
    ));

  const anyZone = fc.constantFrom(
    'UTC',
    'Asia/Tokyo',
    'Europe/Berlin',
    'America/New_York',
    'Australia/Lord_Howe',
  );

  it('given any instant, when it is asked what holds, then it is what the list of periods says', () =>
    fc.assert(
      fc.property(
        anyRule,
        anyFirst,
        anyZone,
        fc.integer({ min: 1, max: 40 * 24 }),
        fc.array(fc.integer({ min: -48 * 60, max: 600 * 24 * 60 }), { minLength: 1, maxLength: 12 }),
        fc.option(fc.integer({ min: 0, max: 300 * 24 }), { nil: undefined }),
        (rule, first, timeZone, hours, minutes, endedAfterHours) => {
          const from = new Date(first * day * 1000 + 5_400_000).toISOString();
          const lastsSeconds = Math.min(hours, 31 * 24) * 3600;
          const maintenance: Maintenance = {
            ...recurring(from, textOf(rule), timeZone, lastsSeconds),
            ...(endedAfterHours !== undefined && { endedAt: addSeconds(from, endedAfterHours * 3600) }),
            id: 'a'.repeat(12),
            account: 'acme',
            scope: 'account',
            reason: 'any',
            createdAt: from,
            createdBy: 'any',
            version: 1,
          };
          const all = occurrencesOf(
            maintenance,
            addSeconds(from, -60 * day),
            addSeconds(from, 700 * day),
            5_000,
          );
          const ref = { server: 'web-1', monitor: 'http' };
          for (const minute of minutes) {
            const at = addSeconds(from, minute * 60);
            const holding = all.filter((one) => one.from <= at && at < one.until);
            const last = holding
              .map(({ until }) => until)
              .sort()
              .at(-1);
            expect(activeAt([maintenance], ref, at) !== undefined).toBe(holding.length > 0);
            expect(activeUntil([maintenance], ref, at)?.until).toBe(last);
            const next = nextOccurrence(maintenance, at);
            if (next !== undefined && next.from < addSeconds(from, 699 * day))
              expect(next).toEqual(all.find((one) => one.from > at));
          }
        },
      ),
      { numRuns: 150 },
    ));
});

describe('rules that would cost', () => {
  /** Well within every bound of `readRule`, and as much work as they can make. */
  const hostile = [
    'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30',
    'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30',
    'FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO',
    'FREQ=DAILY;INTERVAL=7;BYMONTH=2;BYMONTHDAY=29;BYDAY=TU',
    'FREQ=DAILY;INTERVAL=366;BYDAY=MO;BYMONTHDAY=31;BYMONTH=12;COUNT=1000',
    'FREQ=MONTHLY;BYDAY=5SU;BYSETPOS=2;COUNT=1000',
    'FREQ=YEARLY;BYDAY=53SU,-53MO,1TU;BYSETPOS=366,-366,1;COUNT=1000',
    `FREQ=YEARLY;BYMONTHDAY=${Array.from({ length: 31 }, (_, index) => index + 1).join(',')};BYDAY=MO,TU,WE,TH,FR,SA,SU`,
    `FREQ=YEARLY;BYSETPOS=${Array.from({ length: 31 }, (_, index) => -366 + index).join(',')};BYDAY=MO,TU,WE,TH,FR,SA,SU`,
    'FREQ=WEEKLY;INTERVAL=104;BYDAY=MO,TU;BYSETPOS=3',
  ];
  // Far above what they take, so that a busy machine does not matter, and far below seconds for each.
  const mostMs = 1_000;

  for (const rule of hostile) {
    it(`given ${rule}, when all there is to ask is asked in a far future, then it is answered soon`, () => {
      const from = utc('2026-12-01T10:00');
      const maintenance = recurring(from, rule, 'Europe/Berlin', 31 * day);
      const startedAt = performance.now();
      for (const years of [0, 1, 10, 50]) {
        const at = addSeconds(from, years * 365 * day);
        currentOccurrence(maintenance, at);
        nextOccurrence(maintenance, at);
        expect(occurrencesOf(maintenance, at, addSeconds(at, 400 * day), 100).length).toBeLessThanOrEqual(
          100,
        );
      }
      lastUntil(maintenance);
      expect(performance.now() - startedAt).toBeLessThan(mostMs);
    });
  }
});
