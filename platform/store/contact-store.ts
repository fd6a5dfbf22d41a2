import type { ContactChange } from '../../core/contacts/contact-change.ts';

/** Changes of contacts that came by the portal. Reads are strongly consistent. */
export interface ContactStore {
  contactChange(account: string): Promise<ContactChange | undefined>;
  /** As `replaceIncident`: conditional on the version before. */
  replaceContactChange(after: ContactChange): Promise<boolean>;
  /** Drops it if it still has this version. @returns false when another writer was first */
  removeContactChange(account: string, version: number): Promise<boolean>;
}
