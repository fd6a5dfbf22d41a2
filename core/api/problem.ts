import { z } from 'zod';

/** What every refusal and fault answers, as `application/problem+json`. @see RFC 9457 */
export const problem = z
  .object({
    title: z.string(),
    status: z.int(),
    /** What, where and the mend, in English. */
    detail: z.string(),
    /** Of a request that is not as it should be: all faults at once. */
    errors: z
      .array(
        z.object({
          /** Path of the field: `scope.0.monitors.2`, `query.from`. */
          field: z.string(),
          message: z.string(),
        }),
      )
      .optional(),
    /** Which rule refused it, for programs: `until-out-of-range`. */
    reason: z.string().optional(),
    /** Of a fault of ours, to be named to the operators. */
    reference: z.string().optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.output<typeof problem>;

/** A page of a list. `next` is there while there is more: give it as `cursor`. */
export const pageOf = <T extends z.ZodType>(items: T) =>
  z.object({ items: z.array(items), next: z.string().optional() });
export interface PageOf<T> {
  readonly items: T[];
  readonly next?: string | undefined;
}

/** Of every list. */
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).optional(),
});
