import type { Contact } from '../account.ts';
import { type FieldChange, fieldsBetween } from '../inventory/difference.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { ContactChange } from './contact-change.ts';
import { areSameContacts, standsOver } from './contacts-at.ts';

/** Contacts that were changed by the portal and are not what the files say. */
export interface ContactDrift {
  readonly account: string;
  /** `kept`: an apply leaves it in force; `dropped`: the files have other contacts anew, and these stand over it. */
  readonly fate: 'kept' | 'dropped';
  readonly change: ContactChange;
  /** From the files to the portal. */
  readonly fields: readonly FieldChange[];
}

/**
 * Compares the portal's changes of contacts with the files.
 *
 * @param before what is applied now
 * @param wanted what the files say
 * @returns by account; what the files have taken over is no drift
 */
export function contactDrift(
  before: Inventory | undefined,
  wanted: Inventory,
  changes: readonly ContactChange[],
): ContactDrift[] {
  const applied = new Map(before?.accounts.map(({ id, contacts }) => [id, contacts]));
  const files = new Map(wanted.accounts.map(({ id, contacts }) => [id, contacts]));
  return changes.flatMap((change): ContactDrift[] => {
    const { account } = change;
    const [is, becomes] = [applied.get(account), files.get(account)];
    // An earlier apply stands over it already.
    if (is === undefined || becomes === undefined || !standsOver(is, change)) return [];
    if (areSameContacts(becomes, change.contacts)) return [];
    const fate = standsOver(becomes, change) ? 'kept' : 'dropped';
    return [{ account, fate, change, fields: fieldsOf(becomes, change.contacts) }];
  });
}

const fieldsOf = (files: readonly Contact[], portal: readonly Contact[]): FieldChange[] =>
  fieldsBetween('contacts', files, portal);
