import { monitorKey } from '../../core/ids.ts';
import type { Incident } from '../../core/incident/incident.ts';
import type { Inventory } from '../../core/inventory/inventory.ts';
import type { MonitorState, WatchedMonitor } from '../../core/monitor.ts';
import { byKey } from './cursor.ts';
import type { ListedAccount, ListedServer } from './directory-store.ts';

/** Of all monitors of an account that may stand among the exceptions, how many are told. */
export const mostTroubled = 5_000;
/** Open incidents of an account that are told at once. */
export const mostOpen = 1_000;

/** Whether a state is an exception, which `DirectoryStore.troubled` tells: everything but a monitor that is simply `ok`. */
export const isTroubled = ({ phase, severity, unknownSince, pause }: MonitorState): boolean =>
  phase !== 'well' || severity !== 'ok' || unknownSince !== undefined || pause !== undefined;

export const keyOfWatched = ({ monitor: { account, server, id } }: WatchedMonitor): string =>
  monitorKey({ account, server, monitor: id });

/** The longest first: `2026-11-21T03:04:05.000Z#acme.web-1.https` */
export const unknownKey = (key: string, unknownSince: string): string => `${unknownSince}#${key}`;

/** By when it was opened, then by server and number. */
export const incidentKey = ({ openedAt, server, number }: Incident): string =>
  `${openedAt}#${server}-${String(number).padStart(8, '0')}`;

type Entities = Pick<Inventory, 'accounts' | 'servers' | 'monitors'>;

/** The accounts as pages list them, sorted by id. */
export function listAccounts({ accounts, servers }: Entities): ListedAccount[] {
  const counts = new Map<string, number>();
  for (const { account } of servers) counts.set(account, (counts.get(account) ?? 0) + 1);
  return accounts
    .map(({ id, name, timeZone }) => ({ id, name, timeZone, servers: counts.get(id) ?? 0 }))
    .sort(byKey(({ id }) => id));
}

/** The servers of each account as pages list them, sorted by id. */
export function listServers({ servers, monitors }: Entities): Map<string, ListedServer[]> {
  const counts = new Map<string, number>();
  for (const { account, server } of monitors) {
    const key = `${account}.${server}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const lists = new Map<string, ListedServer[]>();
  for (const { account, id, name, address, plan } of servers) {
    const list = lists.get(account) ?? [];
    lists.set(account, list);
    list.push({ id, name, address, plan, monitors: counts.get(`${account}.${id}`) ?? 0 });
  }
  for (const list of lists.values()) list.sort(byKey(({ id }) => id));
  return lists;
}
