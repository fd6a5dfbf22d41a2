import type { RuleParts } from './recurrence-rule.ts';

/** Days since 1970-01-01, of a calendar and not of a zone. */
export type Day = number;

/** A rule that counts must have done so within this time of its first day. */
export const longestCountDays = 3660;

const dayMs = 86_400_000;
const weekdays = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];

export const dayOf = (year: number, month: number, day: number): Day =>
  Date.UTC(year, month - 1, day) / dayMs;

/** A stretch of days, its end excluded. */
interface Stretch {
  readonly begin: Day;
  readonly end: Day;
}

/**
 * The days that a rule names within a range, in their order. It looks at every day of each period, as the RFC words it:
 * nothing that a rule may say makes that long. UNTIL is not looked at here.
 *
 * @param first the day of the first period, from which intervals and COUNT are counted
 * @param to excluded
 * @see RFC 5545 §3.3.10
 */
export function* namedDays(rule: RuleParts, first: Day, from: Day, to: Day): Generator<Day> {
  const { interval, count, bySetPos } = rule;
  const counts = count !== undefined;
  const last = counts ? Math.min(to, first + longestCountDays) : to;
  const begin = counts ? first : Math.max(from, first);
  let found = 0;
  const firstPeriod = periodOf(rule, first);
  const skipped = Math.floor((periodOf(rule, begin) - firstPeriod) / interval);
  for (let period = firstPeriod + skipped * interval; ; period += interval) {
    const whole = stretchOf(rule, period);
    if (whole.begin >= last) return;
    // What is picked by its place in the period needs all of it.
    const stretch =
      bySetPos === undefined
        ? { begin: Math.max(whole.begin, begin), end: Math.min(whole.end, last) }
        : whole;
    for (const day of picked(daysNamedIn(stretch, rule, first), bySetPos)) {
      if (day < first) continue;
      found += 1;
      if (found > (count ?? Number.POSITIVE_INFINITY) || day >= last) return;
      if (day >= from) yield day;
    }
  }
}

function daysNamedIn({ begin, end }: Stretch, rule: RuleParts, first: Day): Day[] {
  const days: Day[] = [];
  for (let day = begin; day < end; day += 1) if (isNamed(rule, first, day)) days.push(day);
  return days;
}

const picked = (days: readonly Day[], places: RuleParts['bySetPos']): readonly Day[] =>
  places === undefined
    ? days
    : days.filter((_, index) => places.includes(index + 1) || places.includes(index - days.length));

/** Counts days, weeks or months from 1970, or tells the year. */
function periodOf({ freq, wkst = 'MO' }: RuleParts, day: Day): number {
  if (freq === 'DAILY') return day;
  if (freq === 'WEEKLY') return Math.floor((day - weekBegin(wkst)) / 7);
  const date = new Date(day * dayMs);
  const year = date.getUTCFullYear();
  return freq === 'YEARLY' ? year : (year - 1970) * 12 + date.getUTCMonth();
}

function stretchOf({ freq, wkst = 'MO' }: RuleParts, period: number): Stretch {
  if (freq === 'DAILY') return { begin: period, end: period + 1 };
  if (freq === 'WEEKLY') {
    const begin = weekBegin(wkst) + period * 7;
    return { begin, end: begin + 7 };
  }
  if (freq === 'YEARLY') return { begin: dayOf(period, 1, 1), end: dayOf(period + 1, 1, 1) };
  return { begin: dayOf(1970, period + 1, 1), end: dayOf(1970, period + 2, 1) };
}

/** The first day of a week: 1970-01-01 was a Thursday. */
const weekBegin = (wkst: string): Day => (weekdays.indexOf(wkst) + 3) % 7;

const weekdayOf = (day: Day): string => weekdays[(((day + 4) % 7) + 7) % 7] ?? '';

function isNamed({ freq, byDay, byMonthDay, byMonth }: RuleParts, first: Day, day: Day): boolean {
  if (byDay !== undefined && !byDay.some((token) => token.endsWith(weekdayOf(day)))) return false;
  const at = new Date(day * dayMs);
  const [year, month, date] = [at.getUTCFullYear(), at.getUTCMonth() + 1, at.getUTCDate()];
  if (byMonth !== undefined && !byMonth.includes(month)) return false;
  if (byMonthDay !== undefined) {
    const fromEnd = day - dayOf(year, month + 1, 1);
    if (!byMonthDay.includes(date) && !byMonthDay.includes(fromEnd)) return false;
  }
  if (byDay !== undefined) {
    const isOfYear = freq === 'YEARLY' && byMonth === undefined;
    const begin = isOfYear ? dayOf(year, 1, 1) : dayOf(year, month, 1);
    const end = isOfYear ? dayOf(year + 1, 1, 1) : dayOf(year, month + 1, 1);
    const week = Math.floor((day - begin) / 7) + 1;
    const weekFromEnd = -Math.floor((end - 1 - day) / 7) - 1;
    const name = weekdayOf(day);
    return byDay.some((token) => [name, `${week}${name}`, `${weekFromEnd}${name}`].includes(token));
  }
  if (byMonthDay !== undefined || freq === 'DAILY') return true;
  // What the rule leaves open is taken from the first day.
  if (freq === 'WEEKLY') return weekdayOf(day) === weekdayOf(first);
  const start = new Date(first * dayMs);
  if (date !== start.getUTCDate()) return false;
  return freq === 'MONTHLY' || byMonth !== undefined || month === start.getUTCMonth() + 1;
}
