import { z } from 'zod';
import { accountId } from '../ids.ts';
import { instant } from '../instant.ts';
import { language } from '../text.ts';

/** What a person is to the MSP; the groups of the user pool have these names. An administrator may all that an operator may. */
export const role = z.enum(['customer', 'operator', 'administrator']);
export type Role = z.output<typeof role>;

/** What an API token may do. `read` is in none of the others. */
export const tokenScope = z.enum([
  'read',
  'maintenance',
  'monitors',
  'contacts',
  'announcements',
  'incidents',
  'users',
]);
export type TokenScope = z.output<typeof tokenScope>;

/** A person who signs in, as we know them beside the user pool. */
export const user = z.strictObject({
  /** `sub` of the user pool: it is never given to another person. */
  subject: z.string().min(1).max(128),
  mail: z.email().max(254),
  name: z.string().min(1).max(80),
  role,
  /** Whose data a customer sees; operators and administrators have none. */
  account: accountId.optional(),
  language: language.default('ja'),
  createdAt: instant,
  /** Nobody with this set gets in, whatever token they have. */
  disabledAt: instant.optional(),
});
export type User = z.output<typeof user>;

/** An API token. The secret part is shown once; its hash is what is kept. */
export const apiToken = z.strictObject({
  /** Part of the token itself: `mim_<id>_<secret>`. */
  id: z.string().regex(/^[a-z0-9]{12}$/),
  /** What it is for, in its maker's words. */
  name: z.string().min(1).max(80),
  /** Of the person who made it; a token never may more than they. */
  role,
  account: accountId.optional(),
  scopes: z.array(tokenScope).min(1).max(10),
  /** SHA-256 of the secret part, hexadecimal. */
  hash: z.string().length(64),
  createdAt: instant,
  createdBy: z.string(),
  expiresAt: instant.optional(),
  /** To the hour: it is written once an hour at most. */
  lastUsedAt: instant.optional(),
  revokedAt: instant.optional(),
});
export type ApiToken = z.output<typeof apiToken>;

/** Who asks: a person who signed in, or a program with a token. The account stands here and is never taken from a request. */
export interface Principal {
  readonly kind: 'person' | 'token';
  /** Subject of the person, or id of the token. */
  readonly id: string;
  /** As the audit trail and timelines name them. */
  readonly name: string;
  readonly role: Role;
  readonly account?: string;
  /** A person has them all, within the role. */
  readonly scopes: readonly TokenScope[];
}
