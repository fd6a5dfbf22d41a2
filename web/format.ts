import type { Instant } from '../core/instant.ts';
import { duration, localTime } from '../core/mail/local-time.ts';
import type { Language } from '../core/text.ts';

/** For whom times and numbers are written. */
export interface Reader {
  readonly language: Language;
  /** IANA name. */
  readonly timeZone: string;
}

const locales: Readonly<Record<Language, string>> = { ja: 'ja-JP', en: 'en-GB' };
const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a formatter costs 50 µs, and a list has thousands of times. */
function format(
  { language, timeZone }: Reader,
  name: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  const key = `${language} ${timeZone} ${name}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat(locales[language], { ...options, timeZone: knownZone(timeZone) });
  formats.set(key, made);
  return made;
}

function knownZone(timeZone: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
  } catch {
    return 'UTC';
  }
}

export const secondsBetween = (from: Instant, to: Instant): number =>
  (Date.parse(to) - Date.parse(from)) / 1000;

const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;

/** `03:12` */
export const clockTime = (at: Instant, reader: Reader): string =>
  format(reader, 'clock', clock).format(new Date(at));

/** `03:12:05` */
export const clockTimeWithSeconds = (at: Instant, reader: Reader): string =>
  format(reader, 'seconds', { ...clock, second: '2-digit' }).format(new Date(at));

/** `21 Nov`, `11月21日`; with the year where it is another one than `now`'s. */
export function dayText(at: Instant, reader: Reader, now: Instant): string {
  const day = { day: 'numeric', month: 'short' } as const;
  const isThisYear = yearOf(at, reader) === yearOf(now, reader);
  return isThisYear
    ? format(reader, 'day', day).format(new Date(at))
    : format(reader, 'day of year', { ...day, year: 'numeric' }).format(new Date(at));
}

const yearOf = (at: Instant, reader: Reader): string =>
  format(reader, 'year', { year: 'numeric' }).format(new Date(at));

export const isSameDay = (one: Instant, other: Instant, reader: Reader): boolean => {
  const whole = format(reader, 'date', { year: 'numeric', month: '2-digit', day: '2-digit' });
  return whole.format(new Date(one)) === whole.format(new Date(other));
};

/** `03:12` today, `20 Nov 03:12` on another day. */
export const shortTime = (at: Instant, reader: Reader, now: Instant): string =>
  isSameDay(at, now, reader) ? clockTime(at, reader) : `${dayText(at, reader, now)} ${clockTime(at, reader)}`;

/** `Sat 2026-11-21 03:12:05 Japan Standard Time` */
export const wholeTime = (at: Instant, { language, timeZone }: Reader): string =>
  localTime(at, timeZone, language);

/** `Sat 21 Nov`, `11月21日(土)` */
export const weekdayText = (at: Instant, reader: Reader): string =>
  format(reader, 'weekday', { weekday: 'short', day: 'numeric', month: 'short' }).format(new Date(at));

/** `03:12–04:00`, `21 Nov 23:00 – 22 Nov 01:00`. */
export function spanText(from: Instant, until: Instant, reader: Reader, now: Instant): string {
  if (!isSameDay(from, until, reader))
    return `${shortTime(from, reader, now)} – ${dayText(until, reader, now)} ${clockTime(until, reader)}`;
  return `${shortTime(from, reader, now)}–${clockTime(until, reader)}`;
}

/** `1 h 12 min`; the two largest units. */
export const durationText = (seconds: number, { language }: Reader): string => duration(seconds, language);

/** A duration without its small part: for what goes on and is looked at again and again. */
export function roughDuration(seconds: number, reader: Reader): string {
  const steps = [86_400, 3600, 60].find((step) => seconds >= step * 10) ?? (seconds >= 60 ? 60 : 1);
  return durationText(Math.floor(seconds / steps) * steps, reader);
}

const numberFormats = new Map<string, Intl.NumberFormat>();

/** `12,345`; digits after the point as asked, none without. */
export function numberText(value: number, { language }: Reader, digits = 0): string {
  const key = `${language} ${digits}`;
  const known = numberFormats.get(key);
  if (known !== undefined) return known.format(value);
  const made = new Intl.NumberFormat(locales[language], {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  numberFormats.set(key, made);
  return made.format(value);
}

/** `Japan Standard Time`, as the reader calls the zone. */
export function zoneName(at: Instant, reader: Reader): string {
  const parts = format(reader, 'zone', { timeZoneName: 'long' }).formatToParts(new Date(at));
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? reader.timeZone;
}
