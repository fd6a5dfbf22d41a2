import { existsSync, rmSync } from 'node:fs';
import type { Inventory } from '../core/inventory/inventory.ts';
import type { InventoryStore } from '../platform/store/monitor-store.ts';
import { applyInventory, countsOf } from './apply-inventory.ts';
import type { TablePlace } from './aws/table-client.ts';
import { type Fleet, startFleet } from './fleet/fleet.ts';

/** What the runtime watches: the demo fleet, a user's inventory, or what was applied earlier. */
export type Watch =
  | { readonly kind: 'demo'; readonly compile: (yaml: string) => Inventory }
  | { readonly kind: 'inventory'; readonly apply: (table: TablePlace) => Promise<string> }
  | { readonly kind: 'stored' };

export interface WatchPorts {
  readonly table: TablePlace;
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
  if (watch.kind === 'inventory') {
    say(await watch.apply(ports.table));
    // What is stored is the user's now: a later start without an inventory must not take it for the demo.
    rmSync(fleetFile, { force: true });
    return undefined;
  }
  const stored = await inventories.load();
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
    say(await applyInventory(watch.compile(fleet.inventory), inventories));
  } catch (error) {
    await fleet.close();
    throw error;
  }
  return fleet;
}
