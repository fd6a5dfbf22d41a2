import { type MonitorRef, monitorKey, type ServerRef, serverKey } from '../../core/ids.ts';
import type { Instant } from '../../core/instant.ts';
import { type MonitorRepair, type Repair, repairKey } from '../../core/response/repair.ts';
import { type ResponseStore, repairsKept, type ServerLock } from './response-store.ts';
import { assertRepairFits } from './size-limits.ts';

/** First responses in memory. What it gives is a copy. */
export class MemoryResponses implements ResponseStore {
  readonly #locks = new Map<string, ServerLock>();
  readonly #repairs = new Map<string, Repair>();
  readonly #latest = new Map<string, number>();
  readonly #ofMonitor = new Map<string, readonly MonitorRepair[]>();

  async takeLock(ref: ServerRef, lock: ServerLock, at: Instant) {
    const key = serverKey(ref);
    const held = this.#locks.get(key);
    if (held !== undefined && held.holder !== lock.holder && held.until > at) return { ...held };
    this.#locks.set(key, { ...lock });
    return { ...lock };
  }

  async releaseLock(ref: ServerRef, holder: string) {
    const key = serverKey(ref);
    if (this.#locks.get(key)?.holder === holder) this.#locks.delete(key);
  }

  async repair(incident: string, number: number) {
    return structuredClone(this.#repairs.get(repairKey({ incident, number })));
  }

  async latestRepair(incident: string) {
    const number = this.#latest.get(incident);
    return number === undefined ? undefined : this.repair(incident, number);
  }

  async replaceRepair(after: Repair) {
    assertRepairFits(after);
    const key = repairKey(after);
    if ((this.#repairs.get(key)?.revision ?? 0) !== after.revision - 1) return false;
    this.#repairs.set(key, structuredClone(after));
    this.#latest.set(after.incident, Math.max(after.number, this.#latest.get(after.incident) ?? 0));
    return true;
  }

  async repairsOf(ref: MonitorRef) {
    return [...(this.#ofMonitor.get(monitorKey(ref)) ?? [])];
  }

  async addRepairOf(ref: MonitorRef, repair: MonitorRepair) {
    const earlier = this.#ofMonitor.get(monitorKey(ref)) ?? [];
    if (earlier.some(({ by }) => by === repair.by)) return;
    this.#ofMonitor.set(monitorKey(ref), [...earlier, { ...repair }].slice(-repairsKept));
  }
}
