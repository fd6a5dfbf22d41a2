import type { SecondResponse } from '../../../core/on-call/second-response.ts';
import type { OnCallStore } from '../on-call-store.ts';
import type { Entities } from './entities.ts';
import { ifConditionHolds } from './if-condition-holds.ts';

export class DynamoOnCall implements OnCallStore {
  readonly #entities: Entities;

  constructor(entities: Entities) {
    this.#entities = entities;
  }

  async secondResponse(incident: string) {
    const { data } = await this.#entities.secondResponse.get({ incident }).go({ consistent: true });
    return data?.body;
  }

  replaceSecondResponse(after: SecondResponse) {
    const { incident, version } = after;
    const item = { incident, version, body: after };
    const { secondResponse } = this.#entities;
    if (version === 1) return ifConditionHolds(secondResponse.create(item).go());
    const write = secondResponse.put(item).where((stored, is) => is.eq(stored.version, version - 1));
    return ifConditionHolds(write.go());
  }
}
