import { Temporal } from 'temporal-polyfill';
import { addSeconds, type Instant } from '../instant.ts';
import type { Maintenance, MaintenanceRequest, Occurrence } from './maintenance.ts';
import { type Day, dayOf, longestCountDays, namedDays } from './named-days.ts';
import { type RuleParts, readRule } from './recurrence-rule.ts';

type Times = Pick<MaintenanceRequest, 'from' | 'until' | 'recurrence'> &
  Pick<Partial<Maintenance>, 'endedAt'>;

const daySeconds = 86_400;
/** How far beyond `from` a question may look: what a rule names later is found when the time has come nearer. */
const farthestDays = 5 * 366;
/** A rule that ends must do so within this time of its begin, so that its end can be found by looking. */
export const longestRuleDays = longestCountDays;

/**
 * The periods of a maintenance that reach into a range, in order of their begin. A rule goes by the wall clock of its zone: 02:30
 * stays 02:30 over summer time; where the clocks leap over it the period begins an hour later, and where an hour comes
 * twice, in the first. A period lasts as long as the first one, in elapsed time. What ended early holds no longer.
 *
 * @param to excluded; periods that begin more than five years after `from` are not looked for
 * @param most periods in the answer
 * @see RFC 5545 §3.3.10, and §3.3.5 for local times that do not exist or come twice
 */
export function occurrencesOf(maintenance: Times, from: Instant, to: Instant, most: number): Occurrence[] {
  const lastsMs = Date.parse(maintenance.until) - Date.parse(maintenance.from);
  const found: Occurrence[] = [];
  const take = (start: Instant): void => {
    const until = earlier(addSeconds(start, lastsMs / 1000), maintenance.endedAt);
    if (start < to && until > from && until > start) found.push({ from: start, until });
  };
  const end = earlier(to, addSeconds(from, farthestDays * daySeconds));
  const begin = later(maintenance.from, addSeconds(from, -lastsMs / 1000));
  for (const start of startsOf(maintenance, begin, end) ?? [maintenance.from]) {
    take(start);
    if (found.length >= most) break;
  }
  return found.slice(0, most);
}

/** The period that holds at an instant; of several, the one that ends last. */
export const currentOccurrence = (maintenance: Times, at: Instant): Occurrence | undefined =>
  // A day's rule with periods of a month holds 31 at once; more cannot be.
  occurrencesOf(maintenance, at, addSeconds(at, 0.001), 40).reduce<Occurrence | undefined>(
    (last, each) => (last === undefined || each.until > last.until ? each : last),
    undefined,
  );

/** The next period that begins after an instant. */
export const nextOccurrence = (maintenance: Times, at: Instant): Occurrence | undefined =>
  occurrencesOf(maintenance, at, '9999-12-31T00:00:00.000Z', 41).find(({ from }) => from > at);

/** The end of the last period; undefined when it recurs without end. */
export function lastUntil(maintenance: Times): Instant | undefined {
  const { from, until, recurrence, endedAt } = maintenance;
  if (recurrence === undefined) return earlier(until, endedAt);
  const read = readRule(recurrence.rule);
  if ('problems' in read) return earlier(until, endedAt);
  if (endedAt === undefined && read.parts.count === undefined && read.parts.until === undefined)
    return undefined;
  const horizon = earlier(addSeconds(from, longestRuleDays * daySeconds), endedAt);
  const lastsSeconds = (Date.parse(until) - Date.parse(from)) / 1000;
  let last = from;
  for (const start of startsOf(maintenance, from, horizon) ?? []) last = start;
  return earlier(addSeconds(last, lastsSeconds), endedAt);
}

/**
 * The begins of a rule's periods within a range, one after the other.
 *
 * @returns undefined for what has no rule, and for a rule that `readRule` refuses: what was stored was judged, and its first
 * period is certain
 */
export function startsOf({ from: first, recurrence }: Times, from: Instant, to: Instant) {
  if (recurrence === undefined) return undefined;
  const read = readRule(recurrence.rule);
  return 'problems' in read ? undefined : ruledStarts(read.parts, recurrence.timeZone, first, from, to);
}

const dayZero = new Temporal.PlainDate(1970, 1, 1);

function* ruledStarts(
  rule: RuleParts,
  timeZone: string,
  first: Instant,
  from: Instant,
  to: Instant,
): Generator<Instant> {
  const wallClockOf = (at: Instant): Temporal.PlainDateTime =>
    Temporal.Instant.from(at).toZonedDateTimeISO(timeZone).toPlainDateTime();
  const calendarDay = ({ year, month, day }: Temporal.PlainDateTime): Day => dayOf(year, month, day);
  const firstTime = wallClockOf(first);
  const firstDay = calendarDay(firstTime);
  const time = firstTime.toPlainTime();
  let last: Instant | undefined;
  // A day wider on both sides, as clocks leap; each begin is looked at again as an instant.
  const [begin, end] = [calendarDay(wallClockOf(from)) - 1, calendarDay(wallClockOf(to)) + 2];
  for (const day of namedDays(rule, firstDay, begin, end)) {
    const date = dayZero.add({ days: day });
    // The first is what was asked for, be it in the second of two hours of the same name.
    const start =
      day === firstDay
        ? first
        : date
            .toZonedDateTime({ timeZone, plainTime: time })
            .toInstant()
            .toString({ fractionalSecondDigits: 3 });
    if (isBeyond(rule.until, day, start) || start >= to) return;
    // A date that a zone leaps over falls on the next one's.
    if (start >= from && (last === undefined || start > last)) {
      last = start;
      yield start;
    }
  }
}

function isBeyond(until: RuleParts['until'], day: Day, start: Instant): boolean {
  if (until === undefined) return false;
  if ('instant' in until) return start > until.instant;
  return day * daySeconds * 1000 > Date.parse(until.date);
}

const earlier = (time: Instant, other: Instant | undefined): Instant =>
  other !== undefined && other < time ? other : time;

const later = (time: Instant, other: Instant): Instant => (other > time ? other : time);
