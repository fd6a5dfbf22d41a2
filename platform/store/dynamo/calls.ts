import type { Call } from '../../../core/call/call.ts';
import type { CallKey, CallStore } from '../call-store.ts';
import type { ListRequest } from '../cursor.ts';
import type { DynamoContext } from './context.ts';
import type { Entities } from './entities.ts';
import { ifConditionHolds } from './if-condition-holds.ts';
import { readPart } from './read-list.ts';

export class DynamoCalls implements CallStore {
  readonly #context: DynamoContext;
  readonly #entities: Entities;

  constructor(context: DynamoContext) {
    this.#context = context;
    this.#entities = context.entities;
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
    const day = after.preparedAt.slice(0, 10);
    const item = { incident, id, version, day, preparedAt: after.preparedAt, body: after };
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

  callsOn(day: string, page: ListRequest) {
    return readPart(
      this.#context,
      'calls',
      { index: 'list', partition: `calls#${day}`, order: 'descending' },
      page,
      (item) => item.body as Call,
    );
  }

  async callOfContact(contact: string) {
    const { data } = await this.#entities.callContact.get({ contact }).go({ consistent: true });
    return data === null ? undefined : { incident: data.incident, id: data.id };
  }
}
