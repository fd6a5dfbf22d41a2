import { z } from 'zod';
import { text } from './text.ts';

/** `unknown` is a check that could not be carried out for a reason of ours, or that had nothing to judge. */
export const severity = z.enum(['ok', 'warning', 'critical', 'unknown']);
export type Severity = z.output<typeof severity>;

/** What one check of one monitor saw. */
export const checkOutcome = z.strictObject({
  severity,
  /** What was seen and what was wanted, as one line a customer can read. */
  summary: text,
  durationMs: z.number().nonnegative(),
  /** What was measured, by name with the unit in the name: `responseMs`, `usedPercent`, `inBitsPerSecond`. */
  values: z.record(z.string(), z.number()).default({}),
});
export type CheckOutcome = z.output<typeof checkOutcome>;

/** An outcome and what the next check of the same monitor needs of this one (counters, whose rate needs two samples). */
export interface CheckResult {
  readonly outcome: CheckOutcome;
  readonly sample?: unknown;
}
