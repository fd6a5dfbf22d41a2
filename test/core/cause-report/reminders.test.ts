import { describe, expect, it } from 'vitest';
import { businessCalendar, defaultCalendar } from '../../../core/calendar/business-calendar.ts';
import { reminderDue } from '../../../core/cause-report/reminders.ts';

/** Every reminder up to an instant, by Tokyo's wall clock. */
function reminders(recoveredAt: string, until: string, calendar = defaultCalendar): string[] {
  const seen: string[] = [];
  let at = recoveredAt;
  while (at <= until) {
    const { number, next } = reminderDue(recoveredAt, calendar, at);
    expect(number).toBe(seen.length + 1);
    expect(next > at).toBe(true);
    seen.push(tokyo(at));
    at = next;
  }
  return seen;
}

const tokyo = (at: string) => new Date(Date.parse(at) + 9 * 3_600_000).toISOString().slice(0, 16);
const utc = (wallClock: string) => new Date(Date.parse(`${wallClock}:00.000Z`) - 9 * 3_600_000).toISOString();

const cases = [
  {
    given: 'a recovery on a Tuesday morning',
    at: '2026-11-24T11:00',
    until: '2026-11-30T23:00',
    want: ['24T11:00', '25T14:00', '25T18:00', '26T18:00', '27T18:00', '30T18:00'],
  },
  {
    given: 'a recovery on a Tuesday night, which counts as Wednesday’s',
    at: '2026-11-24T23:30',
    until: '2026-11-27T23:00',
    want: ['24T23:30', '26T14:00', '26T18:00', '27T18:00'],
  },
  {
    given: 'a recovery on the Friday before a long weekend',
    at: '2026-11-20T14:00',
    until: '2026-11-26T23:00',
    want: ['20T14:00', '24T14:00', '24T18:00', '25T18:00', '26T18:00'],
  },
  {
    given: 'a recovery on the Sunday of that weekend',
    at: '2026-11-22T04:00',
    until: '2026-11-26T23:00',
    want: ['22T04:00', '25T14:00', '25T18:00', '26T18:00'],
  },
];

describe('when a cause report is asked for and reminded of', () => {
  for (const { given, at, until, want } of cases) {
    it(`given ${given}, when nothing is submitted, then it is reminded of in business hours, daily once late`, () => {
      expect(reminders(utc(at), utc(until))).toEqual(want.map((one) => `2026-11-${one}`));
    });
  }

  it('given a recovery on the last business day of the year, when it is due, then it is so on January 4', () => {
    expect(reminders(utc('2026-12-28T11:00'), utc('2027-01-06T23:00'))).toEqual([
      '2026-12-28T11:00',
      '2027-01-04T14:00',
      '2027-01-04T18:00',
      '2027-01-05T18:00',
      '2027-01-06T18:00',
    ]);
  });

  it('given a recovery on that day after hours, when it is due, then it is so on January 5', () => {
    const { due } = reminderDue(utc('2026-12-28T18:00'), defaultCalendar, utc('2026-12-28T18:00'));
    expect(tokyo(due)).toBe('2027-01-05T18:00');
  });

  it('given an execution that was stopped over several reminders, when it is redriven, then the newest is due and no other', () => {
    const recovered = utc('2026-11-24T11:00');
    expect(reminderDue(recovered, defaultCalendar, utc('2026-11-27T09:00'))).toMatchObject({
      number: 4,
      due: utc('2026-11-25T18:00'),
      next: utc('2026-11-27T18:00'),
    });
  });

  it('given an MSP that works around the clock, when a report is late, then it is reminded of every day', () => {
    const always = businessCalendar.parse({
      businessDays: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
      hours: { from: '00:00', to: '24:00' },
      holidays: [],
    });
    expect(reminders(utc('2026-11-20T14:00'), utc('2026-11-25T01:00'), always)).toEqual([
      '2026-11-20T14:00',
      '2026-11-21T12:00',
      '2026-11-22T00:00',
      '2026-11-23T00:00',
      '2026-11-24T00:00',
      '2026-11-25T00:00',
    ]);
  });
});
