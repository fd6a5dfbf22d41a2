import type { Call } from '../../../core/call/call.ts';
import type { CallKey, CallStore } from '../call-store.ts';
import type { Entities } from './entities.ts';
import { ifConditionHolds } from './if-condition-holds.ts';

export class DynamoCalls implements CallStore {
  readonly #entities: Entities;

  constructor(entities: Entities) {
    this.#entities = entities;
  }

  async call({ incident, id }: CallKey) {
    const { data } = await this.#entities.call.get({ incident, id }).go({ consistent: true });
    return data?.body;
  }

  async calls(incident: string) {
    const { data } = await this.#entities.call.query
      .call({ incident })
      .go({ consistent: true, pages: 'all' });
    return data.map(({ body }) => body).sort((a, b) => a.round - b.round || a.number - b.number);
  }

  replaceCall(after: Call) {
    const { incident, id, version } = after;
    const item = { incident, id, version, body: after };
    const { call } = this.#entities;
    if (version === 1) return ifConditionHolds(call.create(item).go());
    return ifConditionHolds(
      call
        .put(item)
        .where((stored, is) => is.eq(stored.version, version - 1))
        .go(),
    );
  }

  async saveContact(contact: string, { incident, id }: CallKey) {
    await this.#entities.callContact.put({ contact, incident, id }).go();
  }

  async callOfContact(contact: string) {
    const { data } = await this.#entities.callContact.get({ contact }).go({ consistent: true });
    return data === null ? undefined : { incident: data.incident, id: data.id };
  }
}
