import type { Account } from '../../core/account.ts';
import { contactsAt } from '../../core/contacts/contacts-at.ts';
import type { Instant } from '../../core/instant.ts';
import type { ContactStore } from '../../platform/store/contact-store.ts';
import type { MonitorStore } from '../../platform/store/monitor-store.ts';

export interface AccountPorts {
  readonly monitors: Pick<MonitorStore, 'account'>;
  readonly contacts: Pick<ContactStore, 'contactChange'>;
}

/**
 * An account with the contacts that hold at an instant, what the portal has changed included. Whoever mails or calls
 * contacts reads them by this, and not from the inventory.
 */
export async function accountAt(
  { monitors, contacts }: AccountPorts,
  id: string,
  at: Instant,
): Promise<Account | undefined> {
  const [account, change] = await Promise.all([monitors.account(id), contacts.contactChange(id)]);
  return account === undefined ? undefined : { ...account, contacts: [...contactsAt(account, change, at)] };
}
