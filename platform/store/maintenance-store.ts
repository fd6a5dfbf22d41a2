import type { Instant } from '../../core/instant.ts';
import type { Maintenance } from '../../core/maintenance/maintenance.ts';

/** Announced maintenance, by account. Reads are strongly consistent. */
export interface MaintenanceStore {
  /**
   * Those that may still hold or come at this instant or later (one query), oldest request first; 500 at most.
   * What is over for more than a month is in `past` only.
   */
  maintenances(account: string, at: Instant): Promise<Maintenance[]>;
  /** Those whose first period began in [from, to), whatever became of them, the newest first. */
  past(account: string, range: { from: Instant; to: Instant }): Promise<Maintenance[]>;
  maintenance(account: string, id: string): Promise<Maintenance | undefined>;
  /**
   * Writes one if the stored one has `version - 1`, or none is stored when `version` is 1.
   *
   * @param lastUntil the end of its last period; undefined when it recurs without end
   * @returns false when another writer was first
   */
  replaceMaintenance(after: Maintenance, lastUntil: Instant | undefined): Promise<boolean>;
}
