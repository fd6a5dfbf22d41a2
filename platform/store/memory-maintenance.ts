import type { Instant } from '../../core/instant.ts';
import type { Maintenance } from '../../core/maintenance/maintenance.ts';
import { byKey, byKeyDown } from './cursor.ts';
import { endOf, type MaintenanceStore, mostMaintenances, mostPast } from './maintenance-store.ts';
import { assertMaintenanceFits } from './size-limits.ts';

interface Kept {
  readonly maintenance: Maintenance;
  /** Undefined: it has no end. */
  readonly end: Instant | undefined;
}

/** Announced maintenance in memory. What it gives is a copy. */
export class MemoryMaintenances implements MaintenanceStore {
  readonly #byAccount = new Map<string, Map<string, Kept>>();

  async maintenances(account: string, at: Instant) {
    return this.#of(account)
      .filter(({ end }) => end === undefined || end > at)
      .map(({ maintenance }) => structuredClone(maintenance))
      .sort(byKey(({ createdAt, id }) => `${createdAt}#${id}`))
      .slice(0, mostMaintenances);
  }

  async past(account: string, { from, to }: { from: Instant; to: Instant }) {
    return this.#of(account)
      .map(({ maintenance }) => structuredClone(maintenance))
      .filter((one) => one.from >= from && one.from < to)
      .sort(byKeyDown((one) => `${one.from}#${one.id}`))
      .slice(0, mostPast);
  }

  async maintenance(account: string, id: string) {
    return structuredClone(this.#byAccount.get(account)?.get(id)?.maintenance);
  }

  async replaceMaintenance(after: Maintenance, lastUntil: Instant | undefined) {
    assertMaintenanceFits(after);
    const ofAccount = this.#byAccount.get(after.account) ?? new Map<string, Kept>();
    if ((ofAccount.get(after.id)?.maintenance.version ?? 0) !== after.version - 1) return false;
    const kept = { maintenance: structuredClone(after), end: endOf(after, lastUntil) };
    this.#byAccount.set(after.account, ofAccount.set(after.id, kept));
    return true;
  }

  #of(account: string): Kept[] {
    return [...(this.#byAccount.get(account)?.values() ?? [])];
  }
}
