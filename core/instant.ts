import { z } from 'zod';

/** An instant: ISO 8601 in UTC with milliseconds, as `Date.prototype.toISOString` writes it. */
export const instant = z.iso.datetime({ precision: 3 });
export type Instant = z.output<typeof instant>;

/** Shifts an instant by whole or broken seconds. */
export const addSeconds = (at: Instant, seconds: number): Instant =>
  new Date(Date.parse(at) + seconds * 1000).toISOString();

/** Seconds from one instant to a later one; negative when `to` is earlier. */
export const secondsBetween = (from: Instant, to: Instant): number =>
  (Date.parse(to) - Date.parse(from)) / 1000;

/** An ISO time in UTC as another wrote it, with or without fractions, in our form. */
export const toInstant = (time: string): Instant => new Date(Date.parse(time)).toISOString();
