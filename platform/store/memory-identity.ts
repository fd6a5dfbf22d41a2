import type { ApiToken, User } from '../../core/identity/principal.ts';
import type { Instant } from '../../core/instant.ts';
import { ascending, byKey, byKeyDown, type ListRequest, partOf } from './cursor.ts';
import { type IdentityStore, isNotedAlready, minuteOf, mostTokens } from './identity-store.ts';

/** Who may come in, in memory. What it gives is a copy. */
export class MemoryIdentity implements IdentityStore {
  readonly #users = new Map<string, User>();
  readonly #tokens = new Map<string, ApiToken>();
  readonly #requests = new Map<string, number>();
  #minute = '';

  async user(subject: string) {
    return structuredClone(this.#users.get(subject));
  }

  async saveUser(user: User) {
    this.#users.set(user.subject, structuredClone(user));
  }

  async removeUser(subject: string) {
    this.#users.delete(subject);
  }

  async users(account: string | undefined, page: ListRequest) {
    return this.#usersPart('users', (one) => one.account === account, page);
  }

  async allUsers(page: ListRequest) {
    return this.#usersPart('all-users', () => true, page);
  }

  #usersPart(list: string, isWanted: (one: User) => boolean, page: ListRequest) {
    const keyOf = ({ mail, subject }: User) => `${mail}#${subject}`;
    const found = [...this.#users.values()].filter(isWanted);
    const copies = found.map((one) => structuredClone(one)).sort(byKey(keyOf));
    return partOf(list, copies, keyOf, page, ascending);
  }

  async token(id: string) {
    return structuredClone(this.#tokens.get(id));
  }

  async createToken(token: ApiToken) {
    if (this.#tokens.has(token.id)) return false;
    this.#tokens.set(token.id, structuredClone(token));
    return true;
  }

  async tokens(account: string | undefined) {
    return [...this.#tokens.values()]
      .filter((one) => one.account === account)
      .map((one) => structuredClone(one))
      .sort(byKeyDown(({ createdAt, id }) => `${createdAt}#${id}`))
      .slice(0, mostTokens);
  }

  async revokeToken(id: string, at: Instant) {
    const token = this.#tokens.get(id);
    if (token === undefined || token.revokedAt !== undefined) return false;
    this.#tokens.set(id, { ...token, revokedAt: at });
    return true;
  }

  async noteTokenUse({ id }: ApiToken, at: Instant) {
    const token = this.#tokens.get(id);
    if (token === undefined || isNotedAlready(token, at)) return;
    this.#tokens.set(id, { ...token, lastUsedAt: at });
  }

  async countRequest(key: string, at: Instant) {
    const minute = minuteOf(at);
    // Only the present minute is kept: nobody asks for another.
    if (minute !== this.#minute) this.#requests.clear();
    this.#minute = minute;
    const count = (this.#requests.get(key) ?? 0) + 1;
    this.#requests.set(key, count);
    return count;
  }
}
