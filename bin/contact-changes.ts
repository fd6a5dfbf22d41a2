import pMap from 'p-map';
import type { ContactChange } from '../core/contacts/contact-change.ts';
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
