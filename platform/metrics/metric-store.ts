import type { Severity } from '../../core/check-outcome.ts';
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
