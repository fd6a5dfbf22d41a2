import type { ApiToken, User } from '../../../core/identity/principal.ts';
import type { Instant } from '../../../core/instant.ts';
import type { ListRequest } from '../cursor.ts';
import { type IdentityStore, isNotedAlready, minuteOf, mostTokens } from '../identity-store.ts';
import type { DynamoContext } from './context.ts';
import { ifConditionHolds } from './if-condition-holds.ts';
import { readPart, readRange } from './read-list.ts';

/** Stands where there is no account; no account is named so. */
const msp = '-';
/** A minute that is over is asked for by nobody; clocks differ by less than this. */
const countKeptSeconds = 300;

export class DynamoIdentity implements IdentityStore {
  readonly #context: DynamoContext;

  constructor(context: DynamoContext) {
    this.#context = context;
  }

  async user(subject: string) {
    const { data } = await this.#context.entities.user.get({ subject }).go({ consistent: true });
    return data?.body;
  }

  async saveUser(user: User) {
    const { subject, account = msp, mail } = user;
    await this.#context.entities.user.put({ subject, of: account, mail, body: user }).go();
  }

  /** Emptied, as functions may not delete. */
  async removeUser(subject: string) {
    await ifConditionHolds(
      this.#context.entities.user.patch({ subject }).remove(['of', 'mail', 'body']).go(),
    );
  }

  users(account: string | undefined, page: ListRequest) {
    const range = { index: 'account', partition: `users#${account ?? msp}`, order: 'ascending' } as const;
    return readPart(this.#context, 'users', range, page, ({ body }) => body as User);
  }

  allUsers(page: ListRequest) {
    const range = { index: 'list', partition: 'users', order: 'ascending' } as const;
    return readPart(this.#context, 'all-users', range, page, ({ body }) => body as User);
  }

  async token(id: string) {
    const { data } = await this.#context.entities.apiToken.get({ id }).go({ consistent: true });
    return data === null ? undefined : tokenOf(data);
  }

  createToken(token: ApiToken) {
    const { lastUsedAt, revokedAt, ...body } = token;
    const { id, account = msp, createdAt } = body;
    const changing = {
      ...(lastUsedAt !== undefined && { lastUsedAt }),
      ...(revokedAt !== undefined && { revokedAt }),
    };
    const item = { id, of: account, createdAt, body, ...changing };
    return ifConditionHolds(this.#context.entities.apiToken.create(item).go());
  }

  async tokens(account: string | undefined) {
    const range = { index: 'account', partition: `tokens#${account ?? msp}`, order: 'descending' } as const;
    return (await readRange(this.#context, range, mostTokens)).map(({ body, lastUsedAt, revokedAt }) =>
      tokenOf({ body, lastUsedAt, revokedAt } as StoredToken),
    );
  }

  revokeToken(id: string, at: Instant) {
    const write = this.#context.entities.apiToken
      .patch({ id })
      .set({ revokedAt: at })
      .where(({ revokedAt }, is) => is.notExists(revokedAt));
    return ifConditionHolds(write.go());
  }

  async noteTokenUse(token: ApiToken, at: Instant) {
    if (isNotedAlready(token, at)) return;
    const write = this.#context.entities.apiToken
      .patch({ id: token.id })
      .set({ lastUsedAt: at })
      .where(({ lastUsedAt }, is) => `${is.notExists(lastUsedAt)} OR ${is.lt(lastUsedAt, hourOf(at))}`);
    await ifConditionHolds(write.go());
  }

  async countRequest(key: string, at: Instant) {
    const { data } = await this.#context.entities.requestCount
      .update({ key, minute: minuteOf(at) })
      .add({ count: 1 })
      .set({ expires: Math.floor(Date.parse(at) / 1000) + countKeptSeconds })
      .go({ response: 'all_new' });
    return data.count ?? 1;
  }
}

interface StoredToken {
  readonly body: ApiToken;
  readonly lastUsedAt?: string | undefined;
  readonly revokedAt?: string | undefined;
}

const tokenOf = ({ body, lastUsedAt, revokedAt }: StoredToken): ApiToken => ({
  ...body,
  ...(lastUsedAt !== undefined && { lastUsedAt }),
  ...(revokedAt !== undefined && { revokedAt }),
});

/** The hour's first instant: an earlier use was in an earlier hour. */
const hourOf = (at: Instant): Instant => `${at.slice(0, 13)}:00:00.000Z`;
