import { toField } from '../../core/calendar/wall-clock.ts';
import type { Instant } from '../../core/instant.ts';
import type { Maintenance, MaintenanceScope } from '../../core/maintenance/maintenance.ts';
import { clockTime, dayText, durationText, isSameDay, type Reader, secondsBetween } from '../format.ts';
import type { maintenanceWords } from '../words/maintenance-words.ts';
import { filledIn, formOf, type RuleForm } from './rule-form.ts';

type Words = (typeof maintenanceWords)['en'];

const locales = { ja: 'ja-JP', en: 'en-GB' } as const;
const formats = new Map<string, Intl.DateTimeFormat>();

function formatted(at: Instant, { language, timeZone }: Reader, options: Intl.DateTimeFormatOptions): string {
  const key = `${language} ${timeZone} ${JSON.stringify(options)}`;
  const format = formats.get(key) ?? new Intl.DateTimeFormat(locales[language], { ...options, timeZone });
  formats.set(key, format);
  return format.format(new Date(at));
}

const weekdayAndDay = { weekday: 'short', day: 'numeric', month: 'short' } as const;

/** `Sun 29 Nov`; with the year where it is another one than `now`'s. */
export function wholeDay(at: Instant, reader: Reader, now: Instant): string {
  const yearOf = (time: Instant) => formatted(time, reader, { year: 'numeric' });
  return formatted(
    at,
    reader,
    yearOf(at) === yearOf(now) ? weekdayAndDay : { ...weekdayAndDay, year: 'numeric' },
  );
}

/** `November 2026`, `2026年11月` */
export const monthText = (at: Instant, reader: Reader): string =>
  formatted(at, reader, { month: 'long', year: 'numeric' });

/** `Sun 29 Nov 02:00–04:00`, `Sun 29 Nov 22:00 – Mon 30 Nov 02:00` */
export function periodText(from: Instant, until: Instant, reader: Reader, now: Instant): string {
  const begin = `${wholeDay(from, reader, now)} ${clockTime(from, reader)}`;
  return isSameDay(from, until, reader)
    ? `${begin}–${clockTime(until, reader)}`
    : `${begin} – ${wholeDay(until, reader, now)} ${clockTime(until, reader)}`;
}

/** What a maintenance is about, the first few: `web-1, db-1 (disk), and 12 more` */
export function scopeText(scope: MaintenanceScope, words: Words, most = 5): string {
  if (scope === 'account') return words.wholeAccount;
  const named = scope
    .slice(0, most)
    .map(({ server, monitors }) =>
      monitors === undefined
        ? server
        : words.parts(
            server,
            [...monitors.slice(0, 3), ...(monitors.length > 3 ? [words.more(monitors.length - 3)] : [])].join(
              ', ',
            ),
          ),
    );
  return [...named, ...(scope.length > most ? [words.more(scope.length - most)] : [])].join(', ');
}

/** `every Sunday 02:00–04:00 (Asia/Tokyo), until 31 Dec 2026`; undefined for what comes once. */
export function recurrenceText(
  { from, until, recurrence }: Pick<Maintenance, 'from' | 'until' | 'recurrence'>,
  language: Reader['language'],
  words: Words,
): string | undefined {
  if (recurrence === undefined) return undefined;
  const reader = { language, timeZone: recurrence.timeZone };
  const seconds = secondsBetween(from, until);
  const times =
    seconds < 86_400
      ? `${clockTime(from, reader)}–${clockTime(until, reader)}`
      : words.recurs.lasting(clockTime(from, reader), durationText(seconds, reader));
  const rule = formOf(recurrence.rule);
  const date = toField(Date.parse(from), recurrence.timeZone).slice(0, 10);
  return words.recurs.sentence(
    daysText(rule, date, language, words),
    times,
    recurrence.timeZone,
    endText(rule, language, words),
  );
}

function daysText(rule: RuleForm, date: string, language: Reader['language'], words: Words): string {
  const { kind, days, monthDay, weekPlace, weekday } = filledIn(rule, date);
  const every = Number(rule.interval);
  const { longWeekdays, places } = words.form;
  const list = new Intl.ListFormat(locales[language], { type: 'conjunction' });
  switch (kind) {
    case 'daily':
      return words.recurs.daily(every);
    case 'weekly':
      return words.recurs.weekly(every, list.format(days.map((day) => longWeekdays[day])));
    case 'month-day':
      return monthDay === -1 ? words.recurs.lastDay(every) : words.recurs.monthDay(every, monthDay);
    case 'month-weekday':
      return words.recurs.monthWeekday(every, places[weekPlace], longWeekdays[weekday]);
    default:
      return words.recurs.own(rule.own);
  }
}

function endText({ end, lastDay, count }: RuleForm, language: Reader['language'], words: Words): string {
  if (end === 'count') return words.recurs.times(Number(count));
  if (end !== 'until') return '';
  const at = `${lastDay}T00:00:00.000Z`;
  // Another year than any, so that the year stands there.
  return words.recurs.untilDay(dayText(at, { language, timeZone: 'UTC' }, '1970-01-01T00:00:00.000Z'));
}
