import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import { addSeconds, type Instant } from '../instant.ts';
import type { Maintenance, MaintenanceRequest, Occurrence } from './maintenance.ts';
import { type RuleParts, readRule } from './recurrence-rule.ts';

type Times = Pick<MaintenanceRequest, 'from' | 'until' | 'recurrence'> &
  Pick<Partial<Maintenance>, 'endedAt'>;

const daySeconds = 86_400;
/** How far beyond `from` a question may look: what a rule names later is found when the time has come nearer. */
const farthestDays = 5 * 366;
/** A rule that ends must do so within this time of its begin, so that its end can be found by looking. */
export const longestRuleDays = 10 * 366;

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
  const ruled = maintenance.recurrence === undefined ? undefined : ruledStarts(maintenance);
  if (ruled === undefined) take(maintenance.from);
  else {
    const end = earlier(to, addSeconds(from, farthestDays * daySeconds));
    for (const start of ruled(addSeconds(from, -lastsMs / 1000), end)) {
      take(start);
      if (found.length >= most) break;
    }
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
  const starts = ruledStarts(maintenance)?.(from, horizon);
  const lastsSeconds = (Date.parse(until) - Date.parse(from)) / 1000;
  let last = from;
  for (const start of starts ?? []) last = start;
  return earlier(addSeconds(last, lastsSeconds), endedAt);
}

const chunkDays = 366;

/**
 * The begins of a rule's periods within a range, one after the other.
 *
 * @returns undefined for a rule that `readRule` refuses: what was stored was judged, and its first period is certain
 */
function ruledStarts({
  from: first,
  recurrence,
}: Times): ((from: Instant, to: Instant) => Generator<Instant>) | undefined {
  if (recurrence === undefined) return undefined;
  const read = readRule(recurrence.rule);
  if ('problems' in read) return undefined;
  const { timeZone } = recurrence;
  const wallClockOf = (at: Instant): Temporal.PlainDateTime =>
    Temporal.Instant.from(at).toZonedDateTimeISO(timeZone).toPlainDateTime();
  // The rule is expanded on the wall clock as if it had no leaps: in a zone, the library leaves out what does not exist.
  const floating = (time: Temporal.PlainDateTime): Temporal.ZonedDateTime => time.toZonedDateTime('UTC');
  const firstTime = wallClockOf(first);
  const rule = ruleFrom(read.parts, floating(firstTime), timeZone);
  const instantOf = (time: Temporal.ZonedDateTime): Instant => {
    const local = time.toPlainDateTime();
    // The first is what was asked for, be it in the second of two hours of the same name.
    if (local.equals(firstTime)) return first;
    return local.toZonedDateTime(timeZone).toInstant().toString({ fractionalSecondDigits: 3 });
  };
  return function* starts(from, to) {
    // A day wider on both sides, as clocks leap; each start is looked at again as an instant.
    const begin = wallClockOf(from < first ? first : from).subtract({ days: 1 });
    const end = wallClockOf(to).add({ days: 1 });
    let last: Instant | undefined;
    for (let at = begin; Temporal.PlainDateTime.compare(at, end) < 0; at = at.add({ days: chunkDays })) {
      const next = at.add({ days: chunkDays });
      const until = Temporal.PlainDateTime.compare(next, end) < 0 ? next : end;
      for (const time of rule.between(floating(at), floating(until), true)) {
        const start = instantOf(time);
        // A chunk's end is the next one's begin; and a date that a zone leaps over falls on the next one's.
        if (start >= from && start < to && (last === undefined || start > last)) {
          last = start;
          yield start;
        }
      }
    }
  };
}

function ruleFrom(
  { freq, interval, count, until, byDay, byMonthDay, byMonth, bySetPos, wkst }: RuleParts,
  dtstart: Temporal.ZonedDateTime,
  timeZone: string,
): RRuleTemporal<Temporal.ZonedDateTime> {
  return new RRuleTemporal<Temporal.ZonedDateTime>({
    freq,
    interval,
    dtstart,
    temporal: Temporal,
    ...(count === undefined ? {} : { count }),
    ...(until === undefined ? {} : { until: lastStart(until, timeZone) }),
    ...(byDay === undefined ? {} : { byDay: [...byDay] }),
    ...(byMonthDay === undefined ? {} : { byMonthDay: [...byMonthDay] }),
    ...(byMonth === undefined ? {} : { byMonth: [...byMonth] }),
    ...(bySetPos === undefined ? {} : { bySetPos: [...bySetPos] }),
    ...(wkst === undefined ? {} : { wkst }),
  });
}

/** UNTIL on the wall clock that the rule is expanded on; a date stands for its whole day. */
function lastStart(until: NonNullable<RuleParts['until']>, timeZone: string): Temporal.ZonedDateTime {
  if ('date' in until) return Temporal.PlainDateTime.from(`${until.date}T23:59:59`).toZonedDateTime('UTC');
  return Temporal.Instant.from(until.instant)
    .toZonedDateTimeISO(timeZone)
    .toPlainDateTime()
    .toZonedDateTime('UTC');
}

const earlier = (time: Instant, other: Instant | undefined): Instant =>
  other !== undefined && other < time ? other : time;
