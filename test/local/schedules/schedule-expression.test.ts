import { describe, expect, it } from 'vitest';
import { parseScheduleExpression } from '../../../local/schedules/schedule-expression.ts';

describe('a schedule expression', () => {
  const cases: { given: string; zone?: string; after: string; then: string[] }[] = [
    {
      given: 'rate(1 minute)',
      after: '2026-01-01T00:00:00Z',
      then: ['2026-01-01T00:01:00Z', '2026-01-01T00:02:00Z'],
    },
    { given: 'rate(5 minutes)', after: '2026-01-01T00:03:20.500Z', then: ['2026-01-01T00:05:00Z'] },
    { given: 'rate(1 day)', after: '2026-01-01T12:00:00Z', then: ['2026-01-02T00:00:00Z'] },
    { given: 'at(2026-02-03T04:05:06)', after: '2026-01-01T00:00:00Z', then: ['2026-02-03T04:05:06Z'] },
    {
      given: 'at(2026-02-03T04:05:06)',
      zone: 'Asia/Tokyo',
      after: '2026-01-01T00:00:00Z',
      then: ['2026-02-02T19:05:06Z'],
    },
    { given: 'at(2020-02-03T04:05:06)', after: '2026-01-01T00:00:00Z', then: [] },
    {
      given: 'cron(0 10 * * ? *)',
      zone: 'Asia/Tokyo',
      after: '2026-01-01T00:59:59Z',
      then: ['2026-01-01T01:00:00Z', '2026-01-02T01:00:00Z'],
    },
    {
      given: 'cron(0/20 9-10 ? * MON-FRI *)',
      after: '2026-01-02T10:30:00Z',
      then: ['2026-01-02T10:40:00Z', '2026-01-05T09:00:00Z'],
    },
    { given: 'cron(0 0 29 2 ? *)', after: '2026-01-01T00:00:00Z', then: ['2028-02-29T00:00:00Z'] },
    {
      given: 'cron(15 3 1,15 JAN,JUL ? 2026)',
      after: '2026-01-10T00:00:00Z',
      then: ['2026-01-15T03:15:00Z', '2026-07-01T03:15:00Z', '2026-07-15T03:15:00Z'],
    },
    { given: 'cron(0 0 31 2 ? *)', after: '2026-01-01T00:00:00Z', then: [] },
    // The clocks of New York go from 02:00 to 03:00 on 2026-03-08, and from 02:00 back to 01:00 on 2026-11-01.
    {
      given: 'cron(30 2 * * ? *)',
      zone: 'America/New_York',
      after: '2026-03-07T08:00:00Z',
      then: ['2026-03-09T06:30:00Z'],
    },
    {
      given: 'cron(30 1 * * ? *)',
      zone: 'America/New_York',
      after: '2026-11-01T00:00:00Z',
      then: ['2026-11-01T05:30:00Z', '2026-11-02T06:30:00Z'],
    },
  ];
  for (const { given, zone, after, then } of cases) {
    it(`given ${given} in ${zone ?? 'UTC'}, when asked after ${after}, then it comes at ${then.join(', ') || 'no time'}`, () => {
      const occurrences = parseScheduleExpression(given, zone);
      const times: string[] = [];
      let at: number | undefined = Date.parse(after);
      for (let count = 0; count < Math.max(1, then.length); count++) {
        at = occurrences.nextAfter(at);
        if (at === undefined) break;
        times.push(new Date(at).toISOString().replace('.000Z', 'Z'));
      }
      expect(times).toEqual(then);
    });
  }

  const faults = [
    { given: 'every minute', then: 'schedule every minute is not known; write rate(…), cron(…) or at(…)' },
    {
      given: 'rate(0 minutes)',
      then: 'schedule rate(0 minutes) is not a rate; write rate(1 minute) or rate(5 minutes)',
    },
    {
      given: 'rate(90 seconds)',
      then: 'schedule rate(90 seconds) is not a rate; write rate(1 minute) or rate(5 minutes)',
    },
    { given: 'at(tomorrow)', then: 'schedule at(tomorrow) is not an instant; write at(yyyy-mm-ddThh:mm:ss)' },
    {
      given: 'cron(0 10 * *)',
      then: 'cron(0 10 * *) has 4 fields; give six: minutes, hours, day of month, month, day of week, year',
    },
    {
      given: 'cron(61 10 * * ? *)',
      then: 'cron(61 10 * * ? *): minutes is "61"; give 0 to 59, *, a-b, a/b or a,b',
    },
    {
      given: 'cron(0 10 L * ? *)',
      then: 'cron(0 10 L * ? *): day of month is "L"; give 1 to 31, *, a-b, a/b or a,b',
    },
    {
      given: 'cron(0 10 ? * 2#1 *)',
      then: 'cron(0 10 ? * 2#1 *): day of week is "2#1"; give 1 to 7, *, a-b, a/b or a,b',
    },
  ];
  for (const { given, then } of faults) {
    it(`given ${given}, when it is read, then the message says what is wrong`, () => {
      expect(() => parseScheduleExpression(given)).toThrow(then);
    });
  }
});
