import { type CustomRunbook, isWaiting } from '../../../core/runbook/custom.ts';
import type { RunbookStore } from '../runbook-store.ts';
import type { Entities } from './entities.ts';
import { ifConditionHolds } from './if-condition-holds.ts';

type RunbookRef = Parameters<RunbookStore['runbook']>[0];

export class DynamoRunbooks implements RunbookStore {
  readonly #entities: Entities;

  constructor(entities: Entities) {
    this.#entities = entities;
  }

  async runbook({ account, id }: RunbookRef) {
    const { data } = await this.#entities.customRunbook.get({ account, id }).go({ consistent: true });
    return data?.body;
  }

  async ofAccount(account: string) {
    const { data } = await this.#entities.customRunbook.query
      .runbook({ account })
      .go({ consistent: true, pages: 'all' });
    return data.map(({ body }) => body);
  }

  async waiting() {
    const { data } = await this.#entities.customRunbook.query.waiting({}).go({ pages: 'all' });
    return data.map(({ body }) => body);
  }

  replace(after: CustomRunbook) {
    const { account, id, revision } = after;
    const item = { account, id, revision, isWaiting: isWaiting(after), body: after };
    const { customRunbook } = this.#entities;
    if (revision === 1) return ifConditionHolds(customRunbook.create(item).go());
    return ifConditionHolds(
      customRunbook
        .put(item)
        .where((stored, is) => is.eq(stored.revision, revision - 1))
        .go(),
    );
  }

  async text({ account, id }: RunbookRef, version: string) {
    const { data } = await this.#entities.runbookText.get({ account, id, version }).go({ consistent: true });
    return data?.text;
  }

  async keepText({ account, id }: RunbookRef, version: string, text: string) {
    await ifConditionHolds(this.#entities.runbookText.create({ account, id, version, text }).go());
  }
}
