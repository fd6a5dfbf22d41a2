import type { AccessState } from '../../../core/access/access.ts';
import type { ServerRef } from '../../../core/ids.ts';
import type { AccessStore } from '../access-store.ts';
import type { Entities } from './entities.ts';

export class DynamoAccess implements AccessStore {
  readonly #entities: Entities;

  constructor(entities: Entities) {
    this.#entities = entities;
  }

  async access({ account, server }: ServerRef) {
    const { data } = await this.#entities.access.get({ account, server }).go({ consistent: true });
    return data?.body;
  }

  async saveAccess({ account, server }: ServerRef, state: AccessState) {
    await this.#entities.access.put({ account, server, body: state }).go();
  }
}
