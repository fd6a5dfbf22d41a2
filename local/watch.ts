import { existsSync, rmSync } from 'node:fs';
import { type Change, differ } from '../core/inventory/difference.ts';
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
  const changes = differ(before, wanted);
  if (before !== undefined && changes.length === 0) {
    say(`Watching ${countsOf(wanted)}, as before.`);
    return;
  }
  await inventories.replace(version, wanted);
  say(`Watching ${countsOf(wanted)}${before === undefined ? '' : ` (${describe(changes)})`}.`);
}

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

const countsOf = ({ accounts, servers, monitors }: Inventory): string =>
  `${plural(accounts.length, 'account')}, ${plural(servers.length, 'server')}, ${plural(monitors.length, 'monitor')}`;

const deeds = { add: 'added', remove: 'removed', change: 'changed' } as const;

/** `1 server added, 2 monitors removed, 1 monitor changed` */
function describe(changes: readonly Change[]): string {
  const phrases = (['account', 'server', 'monitor'] as const).flatMap((entity) =>
    (['add', 'remove', 'change'] as const).flatMap((kind) => {
      const count = changes.filter((change) => change.entity === entity && change.kind === kind).length;
      return count === 0 ? [] : [`${plural(count, entity)} ${deeds[kind]}`];
    }),
  );
  return phrases.length === 0 ? 'settings changed' : phrases.join(', ');
}
