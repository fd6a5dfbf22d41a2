import { asUtc, instantOfWall, offsetMs, type WallTime, wallTimeAt } from '../calendar/wall-clock.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Distances of ticks that people count in. */
const clockSteps = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720].map((minutes) => minutes * minute);
const daySteps = [1, 2, 7, 14];
const monthSteps = [1, 2, 3, 6, 12];

export interface TimeTick {
  readonly atMs: number;
  /** What stands at it: the time of day, a day, or a month. */
  readonly kind: 'time' | 'day' | 'month';
  /** The day (of times), or the year (of days and months) is not that of the tick before. */
  readonly isNew: boolean;
}

/**
 * Where an axis of time has its ticks, in the portal and in a mail's picture: at round times of the wall clock, also where summer time begins or ends.
 *
 * @param zone a name that the platform knows
 * @param most ticks there is room for; there may be one more
 */
export function timeTicks(fromMs: number, toMs: number, zone: string, most: number): TimeTick[] {
  const wanted = (toMs - fromMs) / Math.max(1, most);
  const clockStep = clockSteps.find((step) => step >= wanted);
  if (clockStep !== undefined) return marked(clockTicks(fromMs, toMs, zone, clockStep), 'time', zone);
  const dayStep = daySteps.find((days) => days * day >= wanted);
  if (dayStep !== undefined) return marked(dayTicks(fromMs, toMs, zone, dayStep), 'day', zone);
  const monthStep = monthSteps.find((months) => months * 30 * day >= wanted) ?? 12;
  return marked(monthTicks(fromMs, toMs, zone, monthStep), 'month', zone);
}

function clockTicks(fromMs: number, toMs: number, zone: string, step: number): number[] {
  const ticks: number[] = [];
  if (step <= hour) {
    // Every one of them, also of the hour that is there twice.
    let at = Math.ceil((fromMs + offsetMs(fromMs, zone)) / step) * step - offsetMs(fromMs, zone);
    for (; at <= toMs; at += step) {
      const ahead = (at + offsetMs(at, zone)) % step;
      if (ahead !== 0) at += step - ahead;
      if (at <= toMs) ticks.push(at);
    }
    return ticks;
  }
  const first = wallTimeAt(fromMs, zone);
  for (let number = 0; ; number += step / hour) {
    const at = instantOfWall({ ...first, hour: number, minute: 0 }, zone);
    if (at > toMs) return ticks;
    if (at >= fromMs && at !== ticks.at(-1)) ticks.push(at);
  }
}

function dayTicks(fromMs: number, toMs: number, zone: string, step: number): number[] {
  const ticks: number[] = [];
  const first = { ...wallTimeAt(fromMs, zone), hour: 0, minute: 0 };
  // Counted from a fixed day, so that ticks stay where they are while the range moves. Weeks begin on Monday.
  const monday = Date.UTC(1970, 0, 5);
  const ahead = Math.floor((asUtc(first) - monday) / day) % step;
  for (let number = -ahead; ; number += step) {
    const at = instantOfWall({ ...first, day: first.day + number }, zone);
    if (at > toMs) return ticks;
    if (at >= fromMs) ticks.push(at);
  }
}

function monthTicks(fromMs: number, toMs: number, zone: string, step: number): number[] {
  const ticks: number[] = [];
  const { year, month } = wallTimeAt(fromMs, zone);
  const first: WallTime = { year, month: month - ((month - 1) % step), day: 1, hour: 0, minute: 0 };
  for (let number = 0; ; number += step) {
    const at = instantOfWall({ ...first, month: first.month + number }, zone);
    if (at > toMs) return ticks;
    if (at >= fromMs) ticks.push(at);
  }
}

function marked(ticks: readonly number[], kind: TimeTick['kind'], zone: string): TimeTick[] {
  let before = '';
  return ticks.map((atMs) => {
    const { year, month, day: date } = wallTimeAt(atMs, zone);
    const within = kind === 'time' ? `${year}-${month}-${date}` : `${year}`;
    const isNew = within !== before;
    before = within;
    return { atMs, kind, isNew };
  });
}
