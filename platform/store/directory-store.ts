import type { MonitorRef } from '../../core/ids.ts';
import type { Incident } from '../../core/incident/incident.ts';
import type { Instant } from '../../core/instant.ts';
import type { WatchedMonitor } from '../../core/monitor.ts';
import type { Plan } from '../../core/server.ts';

/** A server as lists show it. */
export interface ListedServer {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly plan: Plan;
  readonly monitors: number;
}

export interface ListedAccount {
  readonly id: string;
  readonly name: string;
  readonly timeZone: string;
  readonly servers: number;
}

/** Part of a list, and where the next part begins; `next` is absent at the end. Cursors are opaque texts of ours. */
export interface Part<T> {
  readonly items: T[];
  readonly next?: string;
}

/**
 * What pages list, read by account and never by scanning. It may lag behind the table by a second or two.
 * Servers are listed by a few items that the apply writes; how they stand is told by the exceptions alone: a monitor that
 * is not among `troubled` is `ok`. A cursor of another list, or a forged one, is a `BadCursor` (cursor.ts).
 */
export interface DirectoryStore {
  /** Sorted by id. */
  accounts(): Promise<ListedAccount[]>;
  /** Sorted by id; empty for an account that does not exist. 10,000 of them cost a handful of reads. */
  servers(account: string): Promise<ListedServer[]>;
  /** Monitors that have failed, are being confirmed, could not be checked, warn, or are paused: 5,000 at most, sorted by key. */
  troubled(account: string): Promise<WatchedMonitor[]>;
  /** Monitors of all accounts that could not be checked, the longest first. */
  unknown(page: { limit: number; cursor?: string }): Promise<Part<WatchedMonitor>>;
  /** Incidents of an account that were opened in [from, to), the newest first. Open ones too. */
  incidents(
    account: string,
    page: { from?: Instant; to?: Instant; limit: number; cursor?: string },
  ): Promise<Part<Incident>>;
  /** The account's open incidents, the newest first; 1,000 at most. */
  openIncidents(account: string): Promise<Incident[]>;
  /** Incidents of one server, the newest first. */
  incidentsOfServer(
    ref: Pick<MonitorRef, 'account' | 'server'>,
    page: { limit: number; cursor?: string },
  ): Promise<Part<Incident>>;
}
