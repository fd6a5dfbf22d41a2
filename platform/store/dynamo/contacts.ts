import type { ContactChange } from '../../../core/contacts/contact-change.ts';
import type { ContactStore } from '../contact-store.ts';
import type { Entities } from './entities.ts';
import { ifConditionHolds } from './if-condition-holds.ts';

export class DynamoContacts implements ContactStore {
  readonly #entities: Entities;

  constructor(entities: Entities) {
    this.#entities = entities;
  }

  async contactChange(account: string) {
    const { data } = await this.#entities.contactChange.get({ account }).go({ consistent: true });
    return data?.body;
  }

  replaceContactChange(after: ContactChange) {
    const { account, version } = after;
    const write = this.#entities.contactChange
      .put({ account, version, body: after })
      .where((stored, is) =>
        version === 1 ? is.notExists(stored.version) : is.eq(stored.version, version - 1),
      );
    return ifConditionHolds(write.go());
  }

  /** Emptied, as functions may not delete. */
  removeContactChange(account: string, version: number) {
    const write = this.#entities.contactChange
      .patch({ account })
      .remove(['version', 'body'])
      .where((stored, is) => is.eq(stored.version, version));
    return ifConditionHolds(write.go());
  }
}
