import { existsSync, rmSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { monitorKey, serverKey } from '../core/ids.ts';
import type { Inventory } from '../core/inventory/inventory.ts';
import type { InventoryStore } from '../platform/store/monitor-store.ts';
import { type Fleet, startFleet } from './fleet/fleet.ts';

/** What the runtime watches: the demo fleet, a user's inventory, or what was applied earlier. */
export type Watch =
  | { readonly kind: 'demo'; readonly compile: (yaml: string) => Inventory }
  | { readonly kind: 'inventory'; readonly inventory: Inventory }
  | { readonly kind: 'stored' };

export interface WatchPorts {
  readonly inventories: InventoryStore;
  readonly putSecrets: (values: Readonly<Record<string, string>>) => void;
  /** Keys, ports and breaks of the demo; there as long as the demo is what is watched. */
  readonly fleetFile: string;
  /** Epoch milliseconds of the runtime's clock. */
  readonly now: () => number;
  readonly say: (line: string) => void;
}

/**
 * Makes the table hold what is to be watched.
 *
 * A start without an inventory never replaces one that a user has applied: it goes on watching that.
 *
 * @returns the demo fleet, if it is what is watched
 */
export async function settleWatch(watch: Watch, ports: WatchPorts): Promise<Fleet | undefined> {
  const { inventories, fleetFile, say } = ports;
  const stored = await inventories.load();
  if (watch.kind === 'inventory') {
    await apply(watch.inventory, stored, inventories, say);
    // What is stored is the user's now: a later start without an inventory must not take it for the demo.
    rmSync(fleetFile, { force: true });
    return undefined;
  }
  if (watch.kind === 'stored') {
    say(
      stored.inventory === undefined
        ? 'Nothing is watched yet: apply an inventory with mimamori apply, or start with --inventory FILE.'
        : `Watching what was applied earlier: ${countsOf(stored.inventory)}.`,
    );
    return undefined;
  }
  if (stored.inventory !== undefined && !existsSync(fleetFile)) {
    say(
      `Watching the inventory that was applied earlier: ${countsOf(stored.inventory)}. For the demo give another directory with --data DIR.`,
    );
    return undefined;
  }
  const fleet = await startFleet({ now: ports.now, stateFile: fleetFile });
  try {
    ports.putSecrets(fleet.secrets);
    await apply(watch.compile(fleet.inventory), stored, inventories, say);
  } catch (error) {
    await fleet.close();
    throw error;
  }
  return fleet;
}

async function apply(
  wanted: Inventory,
  { version, inventory: before }: { version: number; inventory: Inventory | undefined },
  inventories: InventoryStore,
  say: WatchPorts['say'],
): Promise<void> {
  if (before !== undefined && isDeepStrictEqual(bare(sorted(before)), bare(sorted(wanted)))) {
    say(`Watching ${countsOf(wanted)}, as before.`);
    return;
  }
  await inventories.replace(version, wanted);
  say(`Watching ${countsOf(wanted)}${before === undefined ? '' : ` (${describeChanges(before, wanted)})`}.`);
}

/** As it comes back from the table: without what is undefined. */
const bare = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const byKey = <T>(items: readonly T[], keyOf: (item: T) => string): Map<string, unknown> =>
  new Map(items.map((item): [string, unknown] => [keyOf(item), item]).sort(([a], [b]) => (a < b ? -1 : 1)));

const parts = ({ accounts, servers, monitors }: Inventory) => ({
  account: byKey(accounts, ({ id }) => id),
  server: byKey(servers, ({ account, id }) => serverKey({ account, server: id })),
  monitor: byKey(monitors, ({ account, server, id }) => monitorKey({ account, server, monitor: id })),
});

const sorted = (inventory: Inventory): unknown => ({
  settings: inventory.settings,
  parts: Object.values(parts(inventory)).map((items) => [...items]),
});

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

const countsOf = ({ accounts, servers, monitors }: Inventory): string =>
  `${plural(accounts.length, 'account')}, ${plural(servers.length, 'server')}, ${plural(monitors.length, 'monitor')}`;

/** `1 server added, 2 monitors removed, 1 monitor changed` */
function describeChanges(before: Inventory, after: Inventory): string {
  const [old, wanted] = [parts(before), parts(after)];
  const phrases: string[] = [];
  for (const word of ['account', 'server', 'monitor'] as const) {
    const keys = [...wanted[word].keys()];
    const added = keys.filter((key) => !old[word].has(key)).length;
    const removed = [...old[word].keys()].filter((key) => !wanted[word].has(key)).length;
    const changed = keys.filter((key) => {
      const earlier = old[word].get(key);
      return earlier !== undefined && !isDeepStrictEqual(bare(earlier), bare(wanted[word].get(key)));
    }).length;
    if (added > 0) phrases.push(`${plural(added, word)} added`);
    if (removed > 0) phrases.push(`${plural(removed, word)} removed`);
    if (changed > 0) phrases.push(`${plural(changed, word)} changed`);
  }
  return phrases.length === 0 ? 'settings changed' : phrases.join(', ');
}
