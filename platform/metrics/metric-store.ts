import type { Severity } from '../../core/check-outcome.ts';
import type { MonitorSeries } from '../../core/graph/series.ts';
import type { MonitorRef, ServerRef } from '../../core/ids.ts';
import type { Instant } from '../../core/instant.ts';

/** One check's measurements: one multi-measure record. Writing the same monitor and time again replaces it. */
export interface MetricRecord extends MonitorRef {
  readonly check: string;
  readonly at: Instant;
  readonly severity: Severity;
  /** By name with the unit in the name; `responseMs` for liveness checks. */
  readonly values: Readonly<Record<string, number>>;
}

export interface RejectedRecord {
  readonly record: MetricRecord;
  readonly reason: string;
}

export interface MetricStore {
  /**
   * Stores records in batches; throttling is retried.
   * @returns each record that the store refused; the others are stored
   * @throws when the store cannot be reached at all
   */
  write(records: readonly MetricRecord[]): Promise<RejectedRecord[]>;
  /** Records of one monitor from `from` (included) to `to` (excluded), oldest first. */
  read(range: MonitorRef & { from: Instant; to: Instant }): Promise<MetricRecord[]>;
  /** The newest record of each monitor of a server, none older than `since`. */
  latest(server: ServerRef & { since: Instant }): Promise<MetricRecord[]>;
  close(): Promise<void>;
}

/** What graphs ask for. */
export interface SeriesRange extends ServerRef {
  /** Included; rounded down to the bucket. */
  readonly from: Instant;
  /** Excluded; rounded up. 400 days from `from` at most. */
  readonly to: Instant;
  /** The monitors wanted, each with the length of its buckets (`bucketSeconds` of core/graph); 60 at most. */
  readonly monitors: readonly { readonly monitor: string; readonly bucketSeconds: number }[];
}

/** A metric store that graphs are drawn from. */
export interface SeriesStore {
  /** One for each monitor asked for, in their order, also where nothing was measured. */
  series(range: SeriesRange): Promise<MonitorSeries[]>;
}
