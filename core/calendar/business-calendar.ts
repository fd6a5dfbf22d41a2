import { z } from 'zod';
import { clockTime, minutesOf, timeZone, weekday } from './zone.ts';

/** 営業カレンダー: when the MSP works on what can wait. */
export const businessCalendar = z.strictObject({
  timeZone: timeZone.default('Asia/Tokyo'),
  businessDays: z.array(weekday).min(1).max(7).default(['mon', 'tue', 'wed', 'thu', 'fri']),
  hours: z
    .strictObject({ from: clockTime.default('10:00'), to: clockTime.default('18:00') })
    .refine(({ from, to }) => minutesOf(from) < minutesOf(to), {
      error: 'from is not before to; give hours of one day',
    })
    .prefault({}),
  /** `japan`: public holidays by law, and the end of the year from December 29 to January 3. */
  holidays: z.union([z.literal('japan'), z.array(z.iso.date()).max(1000)]).default('japan'),
  /** Closed beside the holidays. */
  closedDays: z.array(z.iso.date()).max(1000).default([]),
});
export type BusinessCalendar = z.output<typeof businessCalendar>;

/** What holds where the settings say nothing. */
export const defaultCalendar: BusinessCalendar = businessCalendar.parse({});
