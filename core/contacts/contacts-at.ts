import type { Account, Contact } from '../account.ts';
import type { BusinessCalendar } from '../calendar/business-calendar.ts';
import { addBusinessDays } from '../calendar/business-time.ts';
import type { Instant } from '../instant.ts';
import type { ContactChange } from './contact-change.ts';

/**
 * Who is mailed and called at an instant, in calling order. A change by the portal holds from `effectiveAt` on; an `apply`
 * that made the contacts others than the change was made over stands over it, whenever it came.
 *
 * @param account as the inventory has it now
 */
export function contactsAt(
  { contacts }: Pick<Account, 'contacts'>,
  change: ContactChange | undefined,
  at: Instant,
): readonly Contact[] {
  if (change === undefined || !standsOver(contacts, change)) return contacts;
  return at >= change.effectiveAt ? change.contacts : (change.before ?? contacts);
}

/** The change that is on its way; undefined when there is none, when it has taken effect, and when an `apply` stands over it. */
export const pendingAt = (
  { contacts }: Pick<Account, 'contacts'>,
  change: ContactChange | undefined,
  at: Instant,
): ContactChange | undefined =>
  change !== undefined && standsOver(contacts, change) && at < change.effectiveAt ? change : undefined;

/** True while the inventory says what it said when the change was asked for. */
export const standsOver = (inventory: readonly Contact[], { over }: ContactChange): boolean =>
  areSameContacts(inventory, over);

/** Compared in their order, which is the calling order. */
export const areSameContacts = (some: readonly Contact[], others: readonly Contact[]): boolean =>
  some.length === others.length && some.every((one, index) => isSameContact(one, others[index]));

const isSameContact = (one: Contact, other: Contact | undefined): boolean =>
  one.name === other?.name &&
  one.mail === other.mail &&
  one.phone === other.phone &&
  one.language === other.language &&
  one.alertMail === other.alertMail;

/**
 * The change to write when somebody asks for other contacts. It takes effect one business day later, and takes the place of
 * one that is still on its way; what has taken effect holds until then.
 *
 * @param stored the account's change as the store has it
 */
export function requestChange(
  account: Pick<Account, 'id' | 'contacts'>,
  stored: ContactChange | undefined,
  asked: { readonly contacts: readonly Contact[]; readonly by: string; readonly at: Instant },
  calendar: BusinessCalendar,
): ContactChange {
  const { contacts, by, at } = asked;
  return {
    account: account.id,
    contacts: [...contacts],
    requestedAt: at,
    requestedBy: by,
    effectiveAt: addBusinessDays(at, 1, calendar),
    over: account.contacts,
    before: [...contactsAt(account, stored, at)],
    version: (stored?.version ?? 0) + 1,
  };
}

/** An operator lets a pending change take effect at once. */
export const expediteChange = (change: ContactChange, at: Instant): ContactChange => ({
  ...change,
  effectiveAt: at,
  version: change.version + 1,
});

/**
 * What is left to write when a pending change is taken back or rejected.
 *
 * @returns the change with which an earlier one goes on holding, or undefined when the stored one is to be removed
 */
export function withoutPending(change: ContactChange, at: Instant): ContactChange | undefined {
  const { before, over } = change;
  if (before === undefined || areSameContacts(before, over)) return undefined;
  const { before: _held, ...kept } = change;
  return { ...kept, contacts: before, effectiveAt: at, version: change.version + 1 };
}
