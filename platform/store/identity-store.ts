import type { ApiToken, User } from '../../core/identity/principal.ts';
import type { Instant } from '../../core/instant.ts';
import type { Part } from './directory-store.ts';

/** Tokens that a list of them has. */
export const mostTokens = 200;

/** `2026-11-21T03:04`, what requests are counted by. */
export const minuteOf = (at: Instant): string => at.slice(0, 16);

/** Whether the use of a token was noted in this hour, or a later one. */
export const isNotedAlready = ({ lastUsedAt }: ApiToken, at: Instant): boolean =>
  lastUsedAt !== undefined && lastUsedAt.slice(0, 13) >= at.slice(0, 13);

/** Who may come in, beside the user pool. Reads by key are strongly consistent, lists may lag by a second or two. */
export interface IdentityStore {
  user(subject: string): Promise<User | undefined>;
  saveUser(user: User): Promise<void>;
  removeUser(subject: string): Promise<void>;
  /** Users of an account, or with undefined those of the MSP, by mail. */
  users(account: string | undefined, page: { limit: number; cursor?: string }): Promise<Part<User>>;
  /** Of every account and of the MSP, by mail. */
  allUsers(page: { limit: number; cursor?: string }): Promise<Part<User>>;

  token(id: string): Promise<ApiToken | undefined>;
  /** @returns false when the id is taken */
  createToken(token: ApiToken): Promise<boolean>;
  /** Of an account, or with undefined those of the MSP, the newest first, revoked ones too; 200 at most. */
  tokens(account: string | undefined): Promise<ApiToken[]>;
  /** Writes `revokedAt` once. @returns false when there is none, or it was revoked before */
  revokeToken(id: string, at: Instant): Promise<boolean>;
  /** Notes a use; written at most once an hour. */
  noteTokenUse(token: ApiToken, at: Instant): Promise<void>;

  /**
   * Counts one request of `key` in the minute of `at`, and says the count with it. One write; the item goes away by itself.
   */
  countRequest(key: string, at: Instant): Promise<number>;
}
