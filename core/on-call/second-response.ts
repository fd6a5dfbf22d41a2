import { z } from 'zod';
import { causeReport } from '../cause-report/cause-report.ts';
import { instant } from '../instant.ts';
import { engineer } from './rota.ts';

/** Who a page went to: an engineer of the rota, or the operators' desk when the whole rota was silent. */
export const pagedPerson = z.discriminatedUnion('kind', [
  engineer.extend({ kind: z.literal('engineer') }),
  z.strictObject({ kind: z.literal('desk') }),
]);
export type PagedPerson = z.output<typeof pagedPerson>;

export const page = z.strictObject({
  /** Counts the pages of the incident. */
  number: z.int().positive(),
  /** Which time the rota is gone through. */
  lap: z.int().positive(),
  at: instant,
  to: pagedPerson,
  /** Its mail lies in the outbox and its call has been asked for. */
  isOut: z.boolean(),
});
export type Page = z.output<typeof page>;

/** The engineers' part of one incident: who was paged, who took it, what the customer was told, and the cause report. */
export const secondResponse = z.strictObject({
  incident: z.string(),
  begunAt: instant,
  /** The newest ones, oldest first; the timeline has all. */
  pages: z.array(page),
  acknowledged: z.strictObject({ by: z.string(), at: instant }).optional(),
  /** How often the customer was told how it stands, and when last. */
  told: z.strictObject({ count: z.int().positive(), at: instant }).optional(),
  /** Reminders of the cause report since a recovery; another recovery begins them anew. */
  reminders: z.strictObject({ recoveredAt: instant, count: z.int().positive() }).optional(),
  report: causeReport.extend({ at: instant }).optional(),
  endedAt: instant.optional(),
  /** Every write raises it and is conditional on the one before. */
  version: z.int().positive(),
});
export type SecondResponse = z.output<typeof secondResponse>;

/** Pages that are kept beside the timeline: more than the bound of an hour looks at. */
const pagesKept = 40;

export const beginSecondResponse = (incident: string, begunAt: string): SecondResponse => ({
  incident,
  begunAt,
  pages: [],
  version: 1,
});

export const withPage = (second: SecondResponse, added: Page): SecondResponse => ({
  ...second,
  pages: [...second.pages, added].slice(-pagesKept),
  version: second.version + 1,
});
