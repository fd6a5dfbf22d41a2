import type { Incident } from '../../core/incident/incident.ts';
import type { Inventory } from '../../core/inventory/inventory.ts';
import type { WatchedMonitor } from '../../core/monitor.ts';
import { ascending, byKey, byKeyDown, descending, partOf } from './cursor.ts';
import {
  incidentKey,
  isTroubled,
  keyOfWatched,
  listAccounts,
  listServers,
  mostOpen,
  mostTroubled,
  unknownKey,
} from './directory-lists.ts';
import type { DirectoryStore } from './directory-store.ts';

/** What the directory is made of. */
export interface DirectorySource {
  inventory(): Inventory | undefined;
  watched(): Iterable<WatchedMonitor>;
  incidents(): Iterable<Incident>;
}

/** The directory over what other stores hold in memory. */
export class MemoryDirectory implements DirectoryStore {
  readonly #source: DirectorySource;

  constructor(source: DirectorySource) {
    this.#source = source;
  }

  async accounts() {
    const inventory = this.#source.inventory();
    return inventory === undefined ? [] : listAccounts(inventory);
  }

  async servers(account: string) {
    const inventory = this.#source.inventory();
    return (inventory && listServers(inventory).get(account)) ?? [];
  }

  async troubled(account: string) {
    return [...this.#source.watched()]
      .filter(({ monitor, state }) => monitor.account === account && isTroubled(state))
      .sort(byKey(keyOfWatched))
      .slice(0, mostTroubled);
  }

  async unknown(page: Parameters<DirectoryStore['unknown']>[0]) {
    const keyOf = (one: WatchedMonitor) => unknownKey(keyOfWatched(one), one.state.unknownSince ?? '');
    const found = [...this.#source.watched()].filter(({ state }) => state.unknownSince !== undefined);
    return partOf('unknown', found.sort(byKey(keyOf)), keyOf, page, ascending);
  }

  async incidents(account: string, page: Parameters<DirectoryStore['incidents']>[1]) {
    const { from, to } = page;
    const found = this.#incidents(
      (one) =>
        one.account === account &&
        (from === undefined || one.openedAt >= from) &&
        (to === undefined || one.openedAt < to),
    );
    return partOf('incidents', found, incidentKey, page, descending);
  }

  async openIncidents(account: string) {
    return this.#incidents((one) => one.account === account && one.state === 'open').slice(0, mostOpen);
  }

  async incidentsOfServer(
    { account, server }: Parameters<DirectoryStore['incidentsOfServer']>[0],
    page: Parameters<DirectoryStore['incidentsOfServer']>[1],
  ) {
    const keyOf = (one: Incident) => String(one.number).padStart(8, '0');
    const found = this.#incidents((one) => one.account === account && one.server === server);
    return partOf('incidents-of-server', found.sort(byKeyDown(keyOf)), keyOf, page, descending);
  }

  /** The newest first. */
  #incidents(isWanted: (one: Incident) => boolean): Incident[] {
    return [...this.#source.incidents()].filter(isWanted).sort(byKeyDown(incidentKey));
  }
}
