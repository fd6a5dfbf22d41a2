import type { BusinessCalendar } from '../calendar/business-calendar.ts';
import { endOfNextBusinessDay } from '../calendar/business-time.ts';
import { minutesOf } from '../calendar/zone.ts';
import { addSeconds, type Instant } from '../instant.ts';

export interface ReminderDue {
  /** How many were due up to now: the first asks for the report, at the recovery. */
  readonly number: number;
  /** When the report is due: the end of the next business day after the recovery. */
  readonly due: Instant;
  /** When the next reminder is due. */
  readonly next: Instant;
}

/**
 * When a cause report is asked for and reminded of: at the recovery, half a business day before it is due, when it is due,
 * and then at the end of every business day.
 *
 * @param recoveredAt the end of the last failure
 */
export function reminderDue(recoveredAt: Instant, calendar: BusinessCalendar, at: Instant): ReminderDue {
  const halfDaySeconds = (minutesOf(calendar.hours.to) - minutesOf(calendar.hours.from)) * 30;
  const due = endOfNextBusinessDay(recoveredAt, calendar);
  const first = [recoveredAt, addSeconds(due, -halfDaySeconds), due];
  let number = first.filter((one) => one <= at).length;
  let next = first[number] ?? followingEnd(due);
  while (next <= at) {
    number += 1;
    next = followingEnd(next);
  }
  return { number, due, next };

  /** Counted from the middle of the day: what comes at its very end may count as the next day's. */
  function followingEnd(end: Instant): Instant {
    return endOfNextBusinessDay(addSeconds(end, -halfDaySeconds), calendar);
  }
}
