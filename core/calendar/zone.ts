import { z } from 'zod';

/** A time zone by its name in the IANA database. `+09:00` is refused: it knows no summer time and no place. */
export const timeZone = z.string().max(60).refine(isTimeZone, {
  error: 'give a name of the IANA time zone database, for example Asia/Tokyo',
});

export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** A wall clock's time, `00:00` to `24:00`. */
export const clockTime = z
  .string()
  .regex(/^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/, 'write hours and minutes, from "00:00" to "24:00"');

/** `18:30` is 1110 minutes. */
export const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** Monday first, as ISO 8601 counts. */
export const weekday = z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']);
export type Weekday = z.output<typeof weekday>;
