import type { Severity } from '../check-outcome.ts';
import type { Instant } from '../instant.ts';
import { isWorse } from '../threshold.ts';
import type { MonitorSeries, Row, ValueSeries } from './series.ts';

/** A graph with more buckets shows no more; the answer would only be large. */
export const mostBuckets = 10_000;

/** Values of one monitor that are kept, the first that come: a host of many containers has file systems without end. */
export const mostValues = 200;

/** What was asked for, rounded to whole buckets. */
export interface Buckets {
  readonly fromMs: number;
  /** Excluded. */
  readonly toMs: number;
  readonly bucketMs: number;
  readonly count: number;
}

/**
 * The buckets that a range touches. They are counted from the epoch, so the same measurement lies in the same bucket
 * whatever the range.
 *
 * @throws RangeError for a length that is no whole number of seconds, and for more than `mostBuckets`
 */
export function bucketsOf(range: { from: Instant; to: Instant; bucketSeconds: number }): Buckets {
  const { from, to, bucketSeconds } = range;
  if (!Number.isSafeInteger(bucketSeconds) || bucketSeconds < 1)
    throw new RangeError(`bucketSeconds is ${bucketSeconds}; give whole seconds, 1 or more`);
  const bucketMs = bucketSeconds * 1000;
  const first = Math.floor(Date.parse(from) / bucketMs);
  const count = Math.max(0, Math.ceil(Date.parse(to) / bucketMs) - first);
  if (Number.isNaN(count)) throw new RangeError(`the range ${from} to ${to} has an end that is no instant`);
  if (count > mostBuckets)
    throw new RangeError(
      `${from} to ${to} has ${count} buckets of ${bucketSeconds} s; ask for ${mostBuckets} at most, with longer ones`,
    );
  return { fromMs: first * bucketMs, toMs: (first + count) * bucketMs, bucketMs, count };
}

/** Measurements of one value in a span of time that lies within one bucket: a single one, or a rolled-up hour. */
export interface Span {
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
}

/** The mean of a span, never outside its own ends: sums are rounded, and those of huge values overflow. */
export function meanOf({ count, sum, min, max }: Span): number {
  const mean = sum / count;
  return Number.isFinite(mean) ? Math.min(max, Math.max(min, mean)) : min / 2 + max / 2;
}

/** The 95th percentile by nearest rank: the smallest value that at least 95 % of all are not above. Sorts in place. */
export function percentile95(values: Float64Array): number {
  values.sort();
  return values[Math.ceil(values.length * 0.95) - 1] ?? Number.NaN;
}

/** Puts a monitor's measurements, in any order, into buckets. */
export class DownSampler {
  readonly buckets: Buckets;
  readonly #monitor: string;
  readonly #worst: (Severity | null)[];
  readonly #values = new Map<string, ValueBuckets>();
  #check = '';
  #newestMs = Number.NEGATIVE_INFINITY;

  constructor(range: { monitor: string; from: Instant; to: Instant; bucketSeconds: number }) {
    this.buckets = bucketsOf(range);
    this.#monitor = range.monitor;
    this.#worst = new Array<Severity | null>(this.buckets.count).fill(null);
  }

  /** A check, or the worst of several in one bucket. One outside of the range is left out. */
  addCheck(ms: number, check: string, severity: Severity): void {
    const bucket = this.#bucketAt(ms);
    if (bucket === undefined) return;
    const worst = this.#worst[bucket];
    if (worst == null || isWorse(severity, worst)) this.#worst[bucket] = severity;
    if (ms < this.#newestMs) return;
    this.#newestMs = ms;
    this.#check = check;
  }

  addValue(ms: number, name: string, value: number): void {
    const bucket = this.#bucketAt(ms);
    if (bucket !== undefined) this.#valueOf(name)?.add(bucket, 1, value, value, value, value);
  }

  /** Measurements that were put together before; a span of none is nothing. */
  addSpan(ms: number, name: string, span: Span): void {
    const bucket = this.#bucketAt(ms);
    if (bucket === undefined || span.count === 0) return;
    this.#valueOf(name)?.add(bucket, span.count, span.sum, span.min, span.max, meanOf(span));
  }

  /** @param percentileOf what was added: single measurements, or hours */
  finish(percentileOf: MonitorSeries['percentileOf']): MonitorSeries {
    const byName = [...this.#values].sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      monitor: this.#monitor,
      check: this.#check,
      from: new Date(this.buckets.fromMs).toISOString(),
      bucketSeconds: this.buckets.bucketMs / 1000,
      worst: this.#worst,
      values: byName.map(([name, value]) => value.finish(name)),
      percentileOf,
    };
  }

  #bucketAt(ms: number): number | undefined {
    const { fromMs, toMs, bucketMs } = this.buckets;
    return ms >= fromMs && ms < toMs ? Math.floor((ms - fromMs) / bucketMs) : undefined;
  }

  #valueOf(name: string): ValueBuckets | undefined {
    const known = this.#values.get(name);
    if (known !== undefined || this.#values.size === mostValues) return known;
    const made = new ValueBuckets(this.buckets.count);
    this.#values.set(name, made);
    return made;
  }
}

class ValueBuckets {
  readonly #counts: Float64Array;
  readonly #sums: Float64Array;
  readonly #mins: Float64Array;
  readonly #maxs: Float64Array;
  readonly #ranked: number[] = [];

  constructor(count: number) {
    this.#counts = new Float64Array(count);
    this.#sums = new Float64Array(count);
    this.#mins = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
    this.#maxs = new Float64Array(count).fill(Number.NEGATIVE_INFINITY);
  }

  add(bucket: number, count: number, sum: number, min: number, max: number, ranked: number): void {
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + count;
    this.#sums[bucket] = (this.#sums[bucket] ?? 0) + sum;
    if (min < (this.#mins[bucket] ?? min)) this.#mins[bucket] = min;
    if (max > (this.#maxs[bucket] ?? max)) this.#maxs[bucket] = max;
    this.#ranked.push(ranked);
  }

  finish(name: string): ValueSeries {
    const spans = Array.from(this.#counts, (count, bucket) => this.#span(count, bucket));
    const row = (pick: (span: Span) => number): Row =>
      spans.map((span) => (span === null ? null : pick(span)));
    const summary = this.#summary(spans.filter((span) => span !== null));
    return {
      name,
      min: row(({ min }) => min),
      avg: row(meanOf),
      max: row(({ max }) => max),
      ...(summary && { summary }),
    };
  }

  #span(count: number, bucket: number): Span | null {
    if (count === 0) return null;
    return {
      count,
      sum: this.#sums[bucket] ?? 0,
      min: this.#mins[bucket] ?? 0,
      max: this.#maxs[bucket] ?? 0,
    };
  }

  #summary(spans: readonly Span[]): ValueSeries['summary'] {
    const [first, ...others] = spans;
    if (first === undefined) return undefined;
    const whole = { ...first };
    for (const { count, sum, min, max } of others) {
      whole.count += count;
      whole.sum += sum;
      whole.min = Math.min(whole.min, min);
      whole.max = Math.max(whole.max, max);
    }
    return {
      min: whole.min,
      avg: meanOf(whole),
      max: whole.max,
      p95: percentile95(Float64Array.from(this.#ranked)),
    };
  }
}
