/** Settings that several check types share. */
import { z } from 'zod';

export const port = z.int().min(1).max(65_535);

/** A further address of the server, in place of its main one. */
export const address = z.string().min(1).max(253).optional();

/** `warning` and `critical` bounds of a value that is bad when high; a value on the bound has crossed it. */
export function thresholds(defaults: { critical?: number; warning?: number }, max = 1e12) {
  const bound = z.number().positive().max(max);
  const optional = (value: number | undefined) =>
    value === undefined ? bound.optional() : bound.default(value);
  return z
    .strictObject({ warning: optional(defaults.warning), critical: optional(defaults.critical) })
    .refine(
      ({ warning, critical }) => warning === undefined || critical === undefined || warning < critical,
      {
        error: 'warning is not below critical; give a warning that comes first',
        path: ['warning'],
      },
    )
    .prefault({});
}

/** How long an answer may take, in milliseconds; without bounds only the time limit counts. */
export const responseMs = thresholds({}, 30_000);

/** Names with `*` for any run of characters, `*` alone for all. */
export const namePatterns = z.array(z.string().min(1).max(200)).max(50);
