import { offsetMs, wallTimeAt } from '../../core/calendar/wall-clock.ts';
import type { TimeTick } from '../../core/graph/time-ticks.ts';

const hour = 3_600_000;

const writers = new Map<string, Intl.DateTimeFormat>();

function write(atMs: number, language: string, zone: string, form: Intl.DateTimeFormatOptions): string {
  const key = `${language} ${zone} ${JSON.stringify(form)}`;
  let writer = writers.get(key);
  if (writer === undefined) {
    writer = new Intl.DateTimeFormat(language, { ...form, timeZone: zone, hourCycle: 'h23' });
    writers.set(key, writer);
  }
  return writer.format(atMs);
}

/** What stands at a tick: the time, and below it the day where it is new. */
export function tickText({ atMs, kind, isNew }: TimeTick, language: string, zone: string): string {
  if (kind === 'time') {
    const time = write(atMs, language, zone, { hour: '2-digit', minute: '2-digit' });
    return isNew ? `${time}\n${dayText(atMs, language, zone)}` : time;
  }
  const text =
    kind === 'day' ? dayText(atMs, language, zone) : write(atMs, language, zone, { month: 'short' });
  return isNew ? `${text}\n${write(atMs, language, zone, { year: 'numeric' })}` : text;
}

const dayText = (atMs: number, language: string, zone: string): string =>
  write(atMs, language, zone, { month: language === 'ja' ? 'numeric' : 'short', day: 'numeric' });

/** A moment in full: `Sat, 21 Nov 2026, 18:30`; with the zone's name where the hour is there twice. */
export function momentText(atMs: number, language: string, zone: string): string {
  const isTwice = offsetMs(atMs - hour, zone) !== offsetMs(atMs + hour, zone);
  return write(atMs, language === 'en' ? 'en-GB' : language, zone, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    ...(isTwice && { timeZoneName: 'shortOffset' }),
  });
}

/** From one moment to another; the day is named once when both are of it. */
export function spanText(fromMs: number, toMs: number, language: string, zone: string): string {
  const from = momentText(fromMs, language, zone);
  const one = wallTimeAt(fromMs, zone);
  const other = wallTimeAt(toMs, zone);
  const isSameDay = one.day === other.day && one.month === other.month && one.year === other.year;
  const isPlain = offsetMs(fromMs, zone) === offsetMs(toMs, zone);
  return isSameDay && isPlain
    ? `${from} – ${write(toMs, language, zone, { hour: '2-digit', minute: '2-digit' })}`
    : `${from} – ${momentText(toMs, language, zone)}`;
}
