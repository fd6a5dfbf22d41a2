import type { MonitorRef, ServerRef } from '../../core/ids.ts';
import type { Instant } from '../../core/instant.ts';
import type { MonitorRepair, Repair } from '../../core/response/repair.ts';

/** Who may work on a server, and until when: nobody else may, unless that instant has passed. */
export interface ServerLock {
  /** Name of an execution. */
  readonly holder: string;
  readonly until: Instant;
}

/** How many repairs of a monitor are remembered. */
export const repairsKept = 50;

/** What first responses have done and are doing. Reads are strongly consistent. */
export interface ResponseStore {
  /**
   * Takes a server's lock, or lengthens it for who has it.
   *
   * @param at the present: a lock whose time has passed can be taken
   * @returns the lock as it is afterwards; it is another holder's when it could not be had
   */
  takeLock(ref: ServerRef, lock: ServerLock, at: Instant): Promise<ServerLock>;
  /** Gives a server's lock back. Another holder's lock stays. */
  releaseLock(ref: ServerRef, holder: string): Promise<void>;
  repair(incident: string, number: number): Promise<Repair | undefined>;
  /** The incident's repair with the highest number. */
  latestRepair(incident: string): Promise<Repair | undefined>;
  /**
   * Writes a repair if the stored one has `revision - 1`, or none is stored when `revision` is 1.
   * @returns false when another writer was first
   * @throws when it has more than 300 KB as JSON
   */
  replaceRepair(after: Repair): Promise<boolean>;
  /** When a monitor was repaired, oldest first, the last 50. */
  repairsOf(ref: MonitorRef): Promise<MonitorRepair[]>;
  /** Adds a repair; one that is there already by its `by` is left as it is. */
  addRepairOf(ref: MonitorRef, repair: MonitorRepair): Promise<void>;
}
