import { Temporal } from 'temporal-polyfill';
import type { Instant } from '../instant.ts';
import type { BusinessCalendar } from './business-calendar.ts';
import { japaneseHolidays } from './japanese-holidays.ts';
import { minutesOf, weekday } from './zone.ts';

/** True within the hours of a business day: from their first minute up to, and without, their end. */
export function isBusinessTime(at: Instant, calendar: BusinessCalendar): boolean {
  const { date, minute } = wallClockOf(at, calendar);
  const { from, to } = calendar.hours;
  return isBusinessDay(date, calendar) && minute >= minutesOf(from) && minute < minutesOf(to);
}

/**
 * The end of the business day after the one that an instant counts for: what comes in business hours on Monday is due
 * on Tuesday at 18:00; what comes after hours counts as Tuesday's, and is due on Wednesday.
 */
export function endOfNextBusinessDay(at: Instant, calendar: BusinessCalendar): Instant {
  const day = nextBusinessDay(countedDay(at, calendar), calendar);
  return instantOf(day, minutesOf(calendar.hours.to), calendar);
}

/**
 * The same time of the day so many business days later. What does not come in business hours counts from the beginning
 * of the next ones; with 0 days that beginning is the answer.
 *
 * @param days 0 or more
 */
export function addBusinessDays(at: Instant, days: number, calendar: BusinessCalendar): Instant {
  if (days === 0 && isBusinessTime(at, calendar)) return at;
  let day = countedDay(at, calendar);
  for (let left = days; left > 0; left -= 1) day = nextBusinessDay(day, calendar);
  const from = minutesOf(calendar.hours.from);
  if (!isBusinessTime(at, calendar)) return instantOf(day, from, calendar);
  const time = zoned(at, calendar).toPlainTime();
  return day.toZonedDateTime({ timeZone: calendar.timeZone, plainTime: time }).toInstant().toString(precise);
}

const precise = { fractionalSecondDigits: 3 } as const;

const zoned = (at: Instant, { timeZone }: BusinessCalendar): Temporal.ZonedDateTime =>
  Temporal.Instant.from(at).toZonedDateTimeISO(timeZone);

function wallClockOf(at: Instant, calendar: BusinessCalendar) {
  const time = zoned(at, calendar);
  return { date: time.toPlainDate(), minute: time.hour * 60 + time.minute };
}

/** The business day that an instant counts for: its own while hours have not ended, else the next. */
function countedDay(at: Instant, calendar: BusinessCalendar): Temporal.PlainDate {
  const { date, minute } = wallClockOf(at, calendar);
  const isInTime = isBusinessDay(date, calendar) && minute < minutesOf(calendar.hours.to);
  return isInTime ? date : nextBusinessDay(date, calendar);
}

function nextBusinessDay(date: Temporal.PlainDate, calendar: BusinessCalendar): Temporal.PlainDate {
  // Closed dates are a finite list and some weekday is a business day, so one comes.
  let next = date.add({ days: 1 });
  while (!isBusinessDay(next, calendar)) next = next.add({ days: 1 });
  return next;
}

function isBusinessDay(date: Temporal.PlainDate, calendar: BusinessCalendar): boolean {
  const { businessDays, holidays, closedDays } = calendar;
  const day = weekday.options[date.dayOfWeek - 1];
  if (day === undefined || !businessDays.includes(day)) return false;
  const text = date.toString();
  if (closedDays.includes(text)) return false;
  if (holidays !== 'japan') return !holidays.includes(text);
  return !isEndOfYear(date) && !japaneseHolidays(date.year).has(text);
}

/** 年末年始: offices are closed from December 29 to January 3, though only January 1 is a holiday by law. */
const isEndOfYear = ({ month, day }: Temporal.PlainDate): boolean =>
  (month === 12 && day >= 29) || (month === 1 && day <= 3);

/** The wall clock's time of a day; a time that the clocks leap over is taken an hour later. */
function instantOf(date: Temporal.PlainDate, minute: number, { timeZone }: BusinessCalendar): Instant {
  const isNextDay = minute === 24 * 60;
  const day = isNextDay ? date.add({ days: 1 }) : date;
  const plainTime = Temporal.PlainTime.from({
    hour: isNextDay ? 0 : Math.floor(minute / 60),
    minute: minute % 60,
  });
  return day.toZonedDateTime({ timeZone, plainTime }).toInstant().toString(precise);
}
