import { wallTimeAt } from '../calendar/wall-clock.ts';
import { isTimeZone } from '../calendar/zone.ts';
import { timeTicks } from './time-ticks.ts';

/** A tick as a picture writes it: in digits, since a picture is drawn with one font and no locale. */
export interface LabelledTick {
  readonly ms: number;
  /** `15:00`, or the day where one begins: `11-21`. */
  readonly label: string;
  readonly isDay: boolean;
}

/**
 * Where a wall clock shows round times in a range, and what stands there.
 *
 * @param timeZone an IANA name; an unknown one counts as UTC
 * @param most ticks there is room for; there may be one more
 */
export function labelledTicks(fromMs: number, toMs: number, timeZone: string, most: number): LabelledTick[] {
  if (!(toMs > fromMs)) return [];
  const zone = knownZone(timeZone);
  return timeTicks(fromMs, toMs, zone, most).map(({ atMs, kind }) => {
    const { month, day, hour, minute } = wallTimeAt(atMs, zone);
    // Where summer time leaves midnight out, a day begins at one.
    const isDay = hour === 0 && minute === 0;
    const isTime = kind === 'time' && !isDay;
    return { ms: atMs, isDay, label: isTime ? `${two(hour)}:${two(minute)}` : `${two(month)}-${two(day)}` };
  });
}

const knownZone = (name: string): string => (isTimeZone(name) ? name : 'UTC');

const two = (number: number): string => String(number).padStart(2, '0');

/** `11-21 15:05` on the wall clock of a zone. */
export function wallTime(ms: number, timeZone: string): string {
  const { month, day, hour, minute } = wallTimeAt(ms, knownZone(timeZone));
  return `${two(month)}-${two(day)} ${two(hour)}:${two(minute)}`;
}

/** `UTC+9` or `UTC`, as it is at an instant. */
export function zoneOffset(ms: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone: knownZone(timeZone),
    timeZoneName: 'shortOffset',
  }).formatToParts(ms);
  return (parts.find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT')
    .replace('GMT', 'UTC')
    .replace('+0', '');
}
