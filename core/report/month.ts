import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import type { Instant } from '../instant.ts';

/** `2026-10` */
export const month = z
  .string()
  .regex(/^20[0-9]{2}-(?:0[1-9]|1[0-2])$/)
  .meta({ example: '2026-10' });
export type Month = z.output<typeof month>;

const precise = { fractionalSecondDigits: 3 } as const;

const startOf = (of: Temporal.PlainYearMonth, timeZone: string): Instant =>
  of.toPlainDate({ day: 1 }).toZonedDateTime(timeZone).toInstant().toString(precise);

/** A calendar month of a zone; `to` is the beginning of the next one. */
export function monthRange(of: Month, timeZone: string): { readonly from: Instant; readonly to: Instant } {
  const first = Temporal.PlainYearMonth.from(of);
  return { from: startOf(first, timeZone), to: startOf(first.add({ months: 1 }), timeZone) };
}

/** The month that an instant lies in. */
export const monthOf = (at: Instant, timeZone: string): Month =>
  Temporal.Instant.from(at).toZonedDateTimeISO(timeZone).toPlainDate().toPlainYearMonth().toString();

/** The present month and those before it, the newest first. */
export function monthsUntil(at: Instant, timeZone: string, count: number): Month[] {
  const last = Temporal.PlainYearMonth.from(monthOf(at, timeZone));
  return Array.from({ length: count }, (_, back) => last.subtract({ months: back }).toString());
}
