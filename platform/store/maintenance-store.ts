import type { Instant } from '../../core/instant.ts';
import type { Maintenance } from '../../core/maintenance/maintenance.ts';

/** Maintenances of an account that may still come; whoever announces more is to be refused. */
export const mostMaintenances = 500;
/** Maintenances that `past` gives of one range. */
export const mostPast = 1_000;

/** Announced maintenance, by account. Reads are strongly consistent but for `past`, which may lag by a second or two. */
export interface MaintenanceStore {
  /**
   * Those that may still hold or come after this instant (one query), oldest request first; 500 at most. The instant may
   * lie a month back: what is over for longer is in `past` only.
   */
  maintenances(account: string, at: Instant): Promise<Maintenance[]>;
  /** Those whose first period began in [from, to), whatever became of them, the newest first; 1,000 at most. Kept 400 days after their end. */
  past(account: string, range: { from: Instant; to: Instant }): Promise<Maintenance[]>;
  maintenance(account: string, id: string): Promise<Maintenance | undefined>;
  /**
   * Writes one if the stored one has `version - 1`, or none is stored when `version` is 1.
   *
   * @param lastUntil the end of its last period; undefined when it recurs without end
   * @returns false when another writer was first
   * @throws when it has more than 300 KB as JSON
   */
  replaceMaintenance(after: Maintenance, lastUntil: Instant | undefined): Promise<boolean>;
}

/** When it surely holds no more; undefined when it has no end. */
export function endOf({ endedAt }: Maintenance, lastUntil: Instant | undefined): Instant | undefined {
  if (endedAt === undefined || lastUntil === undefined) return endedAt ?? lastUntil;
  return endedAt < lastUntil ? endedAt : lastUntil;
}
