import { type Change, differ } from '../core/inventory/difference.ts';
import type { Inventory } from '../core/inventory/inventory.ts';
import type { InventoryStore } from '../platform/store/monitor-store.ts';

/**
 * Makes an inventory what is watched, if it is not that already.
 *
 * @returns a line that says what is watched now, and what has changed
 */
export async function applyInventory(wanted: Inventory, inventories: InventoryStore): Promise<string> {
  const { version, inventory: before } = await inventories.load();
  const changes = differ(before, wanted);
  if (before !== undefined && changes.length === 0) return `Watching ${countsOf(wanted)}, as before.`;
  await inventories.replace(version, wanted);
  return `Watching ${countsOf(wanted)}${before === undefined ? '' : ` (${describe(changes)})`}.`;
}

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

/** `1 account, 2 servers, 14 monitors` */
export const countsOf = ({ accounts, servers, monitors }: Inventory): string =>
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
