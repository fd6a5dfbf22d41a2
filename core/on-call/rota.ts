import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import { contact } from '../account.ts';
import { clockTime, minutesOf, timeZone, type Weekday, weekday } from '../calendar/zone.ts';
import { runbookId } from '../ids.ts';
import { type Instant, instant } from '../instant.ts';
import { language } from '../text.ts';

/** Of engineers, as shifts and overrides name them. */
export const engineerId = runbookId.max(30);

/** 当番: who works on failures of managed servers until they are mended. */
export const engineer = z.strictObject({
  id: engineerId,
  name: z.string().min(1).max(80),
  mail: z.email().max(254),
  /** Without one the page goes by mail alone. */
  phone: contact.shape.phone,
  language: language.default('ja'),
});
export type Engineer = z.output<typeof engineer>;

/** Every week the same. From 22:00 to 06:00 goes on into the next day; from 00:00 to 00:00, or 24:00, is the whole day. */
export const shift = z.strictObject({
  /** The days on which it begins. */
  days: z.array(weekday).min(1).max(7),
  from: clockTime,
  to: clockTime,
  /** In the order in which they are paged. */
  engineers: z.array(engineerId).min(1).max(20),
});
export type Shift = z.output<typeof shift>;

/** Somebody takes a turn out of the order: paged first, before those whose shift it is. */
export const override = z.strictObject({ from: instant, to: instant, engineer: engineerId });
export type Override = z.output<typeof override>;

export const rota = z.strictObject({
  timeZone: timeZone.default('Asia/Tokyo'),
  engineers: z.array(engineer).min(1).max(50),
  shifts: z.array(shift).max(100).default([]),
  overrides: z.array(override).max(500).default([]),
});
export type Rota = z.output<typeof rota>;

/**
 * Who is on call at an instant, in the order in which they are paged: overrides first, then the shifts, each in the
 * order written; nobody twice. Empty when nobody is: the operators' desk takes it.
 */
export function onCallAt(rota: Rota, at: Instant): Engineer[] {
  const wallClock = Temporal.Instant.from(at).toZonedDateTimeISO(rota.timeZone);
  const today = weekday.options[wallClock.dayOfWeek - 1] ?? 'mon';
  const yesterday = weekday.options[(wallClock.dayOfWeek + 5) % 7] ?? 'sun';
  const minute = wallClock.hour * 60 + wallClock.minute;

  const ids = [
    ...rota.overrides.filter(({ from, to }) => from <= at && at < to).map((one) => one.engineer),
    ...rota.shifts
      .filter((one) => covers(one, today, yesterday, minute))
      .flatMap(({ engineers }) => engineers),
  ];
  const known = new Map(rota.engineers.map((one) => [one.id, one]));
  return [...new Set(ids)].flatMap((id) => known.get(id) ?? []);
}

function covers({ days, from, to }: Shift, today: Weekday, yesterday: Weekday, minute: number): boolean {
  const begins = minutesOf(from);
  const ends = minutesOf(to);
  if (begins < ends) return days.includes(today) && begins <= minute && minute < ends;
  // Over midnight: the evening is of the day it begins on, the morning of the day before.
  return (days.includes(today) && minute >= begins) || (days.includes(yesterday) && minute < ends);
}

const minutesOfDay = 24 * 60;

/** A stretch of the week that no shift covers, by the wall clock: `mon 09:00` to `mon 18:00`. */
export interface Gap {
  readonly from: string;
  readonly to: string;
}

/** When in a week nobody is on call by the shifts. */
export function gapsOf({ shifts }: Pick<Rota, 'shifts'>): Gap[] {
  const isCovered = (day: number, minute: number): boolean => {
    const today = weekday.options[day % 7] ?? 'mon';
    const yesterday = weekday.options[(day + 6) % 7] ?? 'sun';
    return shifts.some((one) => covers(one, today, yesterday, minute));
  };
  const gaps: Gap[] = [];
  let begin: string | undefined;
  // Shifts begin and end at whole minutes, and only there can coverage change.
  const turns = [...new Set([0, ...shifts.flatMap(({ from, to }) => [minutesOf(from), minutesOf(to)])])]
    .filter((minute) => minute < minutesOfDay)
    .sort((a, b) => a - b);
  for (let day = 0; day < 7; day += 1) {
    for (const minute of turns) {
      const now = `${weekday.options[day]} ${clockText(minute)}`;
      if (isCovered(day, minute)) {
        if (begin !== undefined) gaps.push({ from: begin, to: now });
        begin = undefined;
      } else begin ??= now;
    }
  }
  if (begin !== undefined) gaps.push({ from: begin, to: 'sun 24:00' });
  return gaps;
}

const clockText = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
