import { instantOfWall, wallTimeAt } from '../../core/calendar/wall-clock.ts';
import type { Instant } from '../../core/instant.ts';

/** A day of a calendar, and the stretch of time that it is in its zone: 23 or 25 hours where clocks are changed. */
export interface CalendarDay {
  /** `2026-11-21` */
  readonly date: string;
  readonly day: number;
  /** False for those that fill the first and last week. */
  readonly isOfMonth: boolean;
  /** Milliseconds since the epoch. */
  readonly beginMs: number;
  /** Excluded. */
  readonly endMs: number;
}

export interface Period {
  readonly from: Instant;
  readonly until: Instant;
}

/** A period in a week: on which of its days, and in which line below the days' numbers. */
export interface Bar<P> {
  readonly period: P;
  /** 0 is Monday. */
  readonly day: number;
  readonly days: number;
  readonly lane: number;
  /** False where it comes from the week before. */
  readonly begins: boolean;
  /** False where it goes on in the week after. */
  readonly ends: boolean;
}

/** True for `2026-11`, in years that our instants can be written in. */
export const isMonth = (text: string): boolean => /^20\d\d-(?:0[1-9]|1[0-2])$/.test(text);

/** The month that the wall clock of a zone shows: `2026-11`. */
export function monthAt(atMs: number, zone: string): string {
  const { year, month } = wallTimeAt(atMs, zone);
  return monthName(year, month);
}

/** The date that the wall clock of a zone shows: `2026-11-21`. */
export function dateAt(atMs: number, zone: string): string {
  const { year, month, day } = wallTimeAt(atMs, zone);
  return `${monthName(year, month)}-${two(day)}`;
}

/** `2026-11` and 2 is `2027-01`. */
export function shiftMonth(month: string, by: number): string {
  const { year, number } = readMonth(month);
  const count = year * 12 + number - 1 + by;
  return monthName(Math.floor(count / 12), (count % 12) + 1);
}

/** The weeks of a month, Monday first, each with seven days. */
export function weeksOf(month: string, zone: string): CalendarDay[][] {
  const { year, number } = readMonth(month);
  const first = new Date(Date.UTC(year, number - 1, 1));
  const before = (first.getUTCDay() + 6) % 7;
  const length = new Date(Date.UTC(year, number, 0)).getUTCDate();
  const count = Math.ceil((before + length) / 7);
  const begins = Array.from({ length: count * 7 + 1 }, (_, place) =>
    instantOfWall({ year, month: number, day: 1 - before + place, hour: 0, minute: 0 }, zone),
  );
  const days = begins.slice(0, -1).map((beginMs, place): CalendarDay => {
    const date = new Date(Date.UTC(year, number - 1, 1 - before + place));
    return {
      date: date.toISOString().slice(0, 10),
      day: date.getUTCDate(),
      isOfMonth: date.getUTCMonth() === number - 1,
      beginMs,
      endMs: begins[place + 1] ?? beginMs,
    };
  });
  return Array.from({ length: count }, (_, week) => days.slice(week * 7, week * 7 + 7));
}

/** Whether a period reaches into a day; one that ends at midnight is not of the day that begins then. */
export const isOn = ({ from, until }: Period, { beginMs, endMs }: CalendarDay): boolean =>
  Date.parse(from) < endMs && Date.parse(until) > beginMs;

/**
 * Lays the periods of a week out: each in one line over all its days, no two over each other, the earliest on top.
 *
 * @param periods in order of their begin
 */
export function barsOf<P extends Period>(week: readonly CalendarDay[], periods: readonly P[]): Bar<P>[] {
  const bars: Bar<P>[] = [];
  /** The first free day of each line. */
  const free: number[] = [];
  for (const period of periods) {
    const on = week.flatMap((day, place) => (isOn(period, day) ? [place] : []));
    const [day] = on;
    const end = on.at(-1);
    if (day === undefined || end === undefined) continue;
    const found = free.findIndex((place) => place <= day);
    const lane = found === -1 ? free.length : found;
    free[lane] = end + 1;
    bars.push({
      period,
      day,
      days: end - day + 1,
      lane,
      begins: Date.parse(period.from) >= (week[0]?.beginMs ?? 0),
      ends: Date.parse(period.until) <= (week.at(-1)?.endMs ?? 0),
    });
  }
  return bars;
}

function readMonth(month: string): { year: number; number: number } {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return { year, number };
}

const two = (count: number): string => String(count).padStart(2, '0');
const monthName = (year: number, month: number): string => `${year}-${two(month)}`;
