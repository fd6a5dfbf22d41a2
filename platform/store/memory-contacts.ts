import type { ContactChange } from '../../core/contacts/contact-change.ts';
import type { ContactStore } from './contact-store.ts';

/** Changes of contacts in memory. What it gives is a copy. */
export class MemoryContacts implements ContactStore {
  readonly #byAccount = new Map<string, ContactChange>();

  async contactChange(account: string) {
    return structuredClone(this.#byAccount.get(account));
  }

  async replaceContactChange(after: ContactChange) {
    if ((this.#byAccount.get(after.account)?.version ?? 0) !== after.version - 1) return false;
    this.#byAccount.set(after.account, structuredClone(after));
    return true;
  }

  async removeContactChange(account: string, version: number) {
    if (this.#byAccount.get(account)?.version !== version) return false;
    return this.#byAccount.delete(account);
  }
}
