import pMap from 'p-map';
import type { ContactChange } from '../core/contacts/contact-change.ts';
import { standsOver } from '../core/contacts/contacts-at.ts';
import type { Inventory } from '../core/inventory/inventory.ts';
import type { ContactStore } from '../platform/store/contact-store.ts';

const readsAtOnce = 16;

/** The portal's changes of contacts of all accounts that are applied. */
export async function contactChangesOf(
  contacts: Pick<ContactStore, 'contactChange'>,
  applied: Inventory | undefined,
): Promise<ContactChange[]> {
  const found = await pMap(applied?.accounts ?? [], ({ id }) => contacts.contactChange(id), {
    concurrency: readsAtOnce,
  });
  return found.filter((change) => change !== undefined);
}

/**
 * Drops changes that an apply stands over. They hold no longer by themselves; left there, they would again should the files
 * go back to what they said before.
 */
export async function dropOverruled(
  contacts: Pick<ContactStore, 'removeContactChange'>,
  changes: readonly ContactChange[],
  applied: Inventory,
): Promise<void> {
  const inFiles = new Map(applied.accounts.map((account) => [account.id, account.contacts]));
  for (const change of changes) {
    const written = inFiles.get(change.account);
    if (written === undefined || !standsOver(written, change))
      await contacts.removeContactChange(change.account, change.version);
  }
}
