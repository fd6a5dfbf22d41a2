import type { Severity } from './check-outcome.ts';

/**
 * The values that cross a bound: those below or above (ends excluded), or those from … to … (ends included). Not both
 * pairs at once. Plain JSON, as the table holds it.
 */
export interface ValueRange {
  readonly below?: number | undefined;
  readonly above?: number | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** A bound of a measured value: a range, or a plain number whose meaning goes by what is measured. */
export type Bound = number | ValueRange;

/** What of a value is bad, and so what a plain number means: all values from it on ("≥ 90 %"), or all below ("< 7 days"). */
export type BadSide = 'high' | 'low';

/** Bounds of a measured value, both optional. */
export interface Thresholds {
  readonly warning?: Bound | undefined;
  readonly critical?: Bound | undefined;
}

/** The range of a bound: what values cross it. */
export function rangeOf(bound: Bound, bad: BadSide): ValueRange {
  if (typeof bound !== 'number') return bound;
  return bad === 'high' ? { from: bound } : { below: bound };
}

/** Whether a value crosses a bound. */
export const isInRange = (value: number, { below, above, from, to }: ValueRange): boolean =>
  (below !== undefined && value < below) ||
  (above !== undefined && value > above) ||
  ((from !== undefined || to !== undefined) &&
    value >= (from ?? Number.NEGATIVE_INFINITY) &&
    value <= (to ?? Number.POSITIVE_INFINITY));

/** Judges a value by its bounds; one that crosses both is critical. */
export function judgeValue(
  value: number,
  { warning, critical }: Thresholds,
  bad: BadSide = 'high',
): Severity {
  if (critical !== undefined && isInRange(value, rangeOf(critical, bad))) return 'critical';
  if (warning !== undefined && isInRange(value, rangeOf(warning, bad))) return 'warning';
  return 'ok';
}

const decimal = String.raw`-?(?:\d{1,13}(?:\.\d{1,9})?|\.\d{1,9})`;
/** A range as the plugins of Nagios write it, `[@]start:end`, with a number at one end at least. */
export const rangePattern = new RegExp(String.raw`^(?=.*\d)(@?)(?:(~|${decimal})?:)?(${decimal})?$`);

/**
 * Reads a range. Without `@` the values outside cross it, with it those inside, ends included. `~` is no start, nothing
 * after the colon no end, and a start of 0 may be left out.
 *
 * @returns undefined for a text that is none; whether it ends before it begins is not looked at
 * @see Monitoring Plugins Development Guidelines, "Threshold and Ranges"
 */
export function parseRange(text: string): ValueRange | undefined {
  const [, at, start = '0', end] = rangePattern.exec(text) ?? [];
  if (at === undefined) return undefined;
  // The sum makes -0 the 0 that JSON keeps.
  const first = start === '~' ? undefined : Number(start) + 0;
  const last = end === undefined ? undefined : Number(end) + 0;
  return at === '@'
    ? { ...(first !== undefined && { from: first }), ...(last !== undefined && { to: last }) }
    : { ...(first !== undefined && { below: first }), ...(last !== undefined && { above: last }) };
}

/** What is wrong with a range, for values that lie between 0 and a largest one. */
export type RangeFault = 'ends before it begins' | 'crossed by none' | 'crossed by all';

/** @param most the largest value there can be; 0 is the smallest */
export function faultOfRange(range: ValueRange, most: number): RangeFault | undefined {
  const isOutside = range.below !== undefined || range.above !== undefined;
  const start = range.below ?? range.from ?? Number.NEGATIVE_INFINITY;
  const end = range.above ?? range.to ?? Number.POSITIVE_INFINITY;
  if (start > end) return 'ends before it begins';
  if (start <= 0 && end >= most) return isOutside ? 'crossed by none' : 'crossed by all';
  if (start > most || end < 0) return isOutside ? 'crossed by all' : 'crossed by none';
  return undefined;
}

/** Whether a warning can never be told, as every value that crosses it is critical. */
export function isHidden(warning: ValueRange, critical: ValueRange, most: number): boolean {
  const isTold = (value: number) => isInRange(value, warning) && !isInRange(value, critical);
  const ends = [0, ...endsOf(warning), ...endsOf(critical), most]
    .filter((end) => end >= 0 && end <= most)
    .sort((a, b) => a - b);
  // Between two ends nothing changes: one value stands for all.
  return !ends.some((end, i) => isTold(end) || isTold((end + (ends[i + 1] ?? end)) / 2));
}

const endsOf = ({ below, above, from, to }: ValueRange): number[] =>
  [below, above, from, to].filter((end) => end !== undefined);

const rank: Record<Severity, number> = { ok: 0, unknown: 1, warning: 2, critical: 3 };

/** Whether one judgement stands above another: critical over warning over unknown over ok. */
export const isWorse = (one: Severity, other: Severity): boolean => rank[one] > rank[other];

/** The worst of several judgements: critical over warning over unknown over ok; `ok` when there is none. */
export function worst(severities: Iterable<Severity>): Severity {
  let result: Severity = 'ok';
  for (const severity of severities) if (isWorse(severity, result)) result = severity;
  return result;
}
