import { isTimeZone } from '../calendar/zone.ts';

export interface TimeTick {
  readonly ms: number;
  /** `15:00`, or the day where one begins: `11-21`. */
  readonly label: string;
  readonly isDay: boolean;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Lengths between two ticks, in minutes of the wall clock; each divides a day. */
const steps = [1, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720, 1440];
/** Days from one tick to the next; what is longer goes by the first of the month. */
const daySteps = [1, 2, 7];

/**
 * Where a wall clock shows round times in a range, so that days begin at the reader's midnight, also when a day has 23
 * hours.
 *
 * @param timeZone an IANA name; an unknown one counts as UTC
 * @param most ticks at most; 2 or more
 */
export function timeTicks(fromMs: number, toMs: number, timeZone: string, most: number): TimeTick[] {
  if (!(toMs > fromMs)) return [];
  const clock = wallClock(timeZone);
  const wanted = (toMs - fromMs) / most;
  const minutes = steps.find((step) => step * minuteMs >= wanted);
  if (minutes !== undefined && minutes < 1440) {
    return stepsOf(fromMs, toMs, Math.min(minutes, 15) * minuteMs)
      .map((ms) => ({ ms, wall: clock(ms) }))
      .filter(({ wall }) => (wall.hour * 60 + wall.minute) % minutes === 0)
      .map(({ ms, wall }) => tickOf(ms, wall));
  }
  // Summer time comes and goes by the hour, or half of it, so midnights are looked for and not computed.
  const midnights = stepsOf(fromMs, toMs, 30 * minuteMs)
    .map((ms) => ({ ms, wall: clock(ms) }))
    .filter(({ wall }) => wall.hour === 0 && wall.minute === 0);
  const days = daySteps.find((step) => step * dayMs >= wanted);
  const chosen =
    days === undefined
      ? midnights.filter(({ wall }) => wall.day === 1)
      : midnights.filter(({ ms }) => Math.round((ms - (midnights[0]?.ms ?? 0)) / dayMs) % days === 0);
  const every = Math.max(1, Math.ceil(chosen.length / most));
  return chosen.filter((_, n) => n % every === 0).map(({ ms, wall }) => tickOf(ms, wall));
}

const stepsOf = (fromMs: number, toMs: number, stepMs: number): number[] => {
  const first = Math.ceil(fromMs / stepMs);
  return Array.from(
    { length: Math.max(0, Math.floor(toMs / stepMs) - first + 1) },
    (_, n) => (first + n) * stepMs,
  );
};

const tickOf = (ms: number, { month, day, hour, minute }: Wall): TimeTick => {
  const isDay = hour === 0 && minute === 0;
  return { ms, isDay, label: isDay ? `${two(month)}-${two(day)}` : `${two(hour)}:${two(minute)}` };
};

const two = (number: number): string => String(number).padStart(2, '0');

interface Wall {
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
}

function wallClock(timeZone: string): (ms: number) => Wall {
  const format = new Intl.DateTimeFormat('en-u-ca-gregory-hc-h23', {
    timeZone: isTimeZone(timeZone) ? timeZone : 'UTC',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  return (ms) => {
    // `11/21, 15:00`
    const [month = 1, day = 1, hour = 0, minute = 0] = (format.format(ms).match(/\d+/g) ?? []).map(Number);
    return { month, day, hour, minute };
  };
}

/** `11-21 15:05` on the wall clock of a zone. */
export function wallTime(ms: number, timeZone: string): string {
  const { month, day, hour, minute } = wallClock(timeZone)(ms);
  return `${two(month)}-${two(day)} ${two(hour)}:${two(minute)}`;
}

/** `UTC+9` or `UTC`, as it is at an instant. */
export function zoneOffset(ms: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone: isTimeZone(timeZone) ? timeZone : 'UTC',
    timeZoneName: 'shortOffset',
  }).formatToParts(ms);
  return (parts.find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT')
    .replace('GMT', 'UTC')
    .replace('+0', '');
}
