import type { Account } from '../../core/account.ts';
import type { MonitorRef, ServerRef } from '../../core/ids.ts';
import type { Instant } from '../../core/instant.ts';
import type { Inventory } from '../../core/inventory/inventory.ts';
import type { MonitorState, WatchedMonitor } from '../../core/monitor.ts';
import type { DueSlot, Occupancy } from '../../core/schedule/due.ts';
import type { Server } from '../../core/server.ts';
import type { Settings } from '../../core/settings.ts';

/** What is watched and how it stands. Reads by key are strongly consistent; `due` may lag by a second or two. */
export interface MonitorStore {
  /** Undefined before the first inventory was applied. */
  settings(): Promise<Settings | undefined>;
  account(id: string): Promise<Account | undefined>;
  server(ref: ServerRef): Promise<Server | undefined>;
  monitor(ref: MonitorRef): Promise<WatchedMonitor | undefined>;
  monitorsOf(ref: ServerRef): Promise<WatchedMonitor[]>;
  occupancy(): Promise<Occupancy>;
  due(slot: DueSlot): Promise<WatchedMonitor[]>;
  /**
   * Writes a monitor's state if it still is what was read.
   * @returns false when another writer was first, or the monitor is no longer in the inventory
   */
  replaceState(ref: MonitorRef, before: MonitorState, after: MonitorState): Promise<boolean>;
  /** Last samples of checks whose rate needs two; absent keys have none. Keys as `monitorKey`. */
  samples(refs: readonly MonitorRef[]): Promise<Map<string, unknown>>;
  /**
   * Keeps samples as JSON, 16 KB each at most.
   * @throws SampleTooLarge after all others were saved
   */
  saveSamples(samples: ReadonlyMap<MonitorRef, unknown>): Promise<void>;
}

/** Whether our own way out works, as the sweeps of one shard see it. Written on change only. */
export interface WayOutState {
  readonly shard: number;
  readonly downSince?: Instant;
}

export interface SweepStore {
  /** The scheduled time of the shard's last finished sweep. */
  lastSweep(shard: number): Promise<Instant | undefined>;
  saveLastSweep(shard: number, at: Instant): Promise<void>;
  wayOut(shard: number): Promise<WayOutState>;
  saveWayOut(state: WayOutState): Promise<void>;
}

export type { Inventory };

/** The inventory's side of the table, for `plan` and `apply`. */
export interface InventoryStore {
  /** Version 0 and an absent inventory before the first apply. Finishes an apply that was cut off. */
  load(): Promise<{ version: number; inventory: Inventory | undefined }>;
  /**
   * Makes the inventory so, whole: staged first, made current by one conditional write, and rolled forward
   * by whoever comes next if this process dies. Monitors keep their state; of one that was removed only the
   * episode number is kept, so that it never falls when the monitor comes back.
   * @throws InventoryConflict when `version` is no longer the current one
   */
  replace(version: number, inventory: Inventory): Promise<void>;
}

/** Another apply was first. */
export class InventoryConflict extends Error {
  static of(expected: number, found: number): InventoryConflict {
    return new InventoryConflict(
      `the inventory is at version ${found}, no longer at ${expected}: another apply was first; look at the plan again, then apply`,
    );
  }
}
