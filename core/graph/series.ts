import type { Severity } from '../check-outcome.ts';
import type { Instant } from '../instant.ts';

/** A number for each bucket, null where nothing was measured: a gap is drawn as a gap. */
export type Row = readonly (number | null)[];

/** One value of a monitor (`usedPercent:/var`) over time, down-sampled so that peaks stay. */
export interface ValueSeries {
  readonly name: string;
  readonly min: Row;
  readonly avg: Row;
  readonly max: Row;
  /** Of the whole range; absent when nothing was measured. */
  readonly summary?: {
    readonly min: number;
    readonly avg: number;
    readonly max: number;
    readonly p95: number;
  };
}

/**
 * The measurements of one monitor, in buckets of equal length from `from` on: bucket n covers
 * [from + n·bucketSeconds, from + (n+1)·bucketSeconds). A bucket is never shorter than the monitor's interval, so an
 * empty one is a true gap.
 */
export interface MonitorSeries {
  readonly monitor: string;
  readonly check: string;
  /** A multiple of `bucketSeconds` since the epoch. */
  readonly from: Instant;
  readonly bucketSeconds: number;
  /** The worst that was seen in each bucket; null where there was no check. */
  readonly worst: readonly (Severity | null)[];
  readonly values: readonly ValueSeries[];
  /** What the 95th percentile was taken of: every measurement, or the averages of hours. */
  readonly percentileOf: 'measurements' | 'hours';
}
