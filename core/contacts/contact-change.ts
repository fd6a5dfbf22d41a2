import { z } from 'zod';
import { contact } from '../account.ts';
import { accountId } from '../ids.ts';
import { instant } from '../instant.ts';

/**
 * A change of an account's contacts that was asked for by the portal or the API. It takes effect by itself, as who reads
 * the contacts reads them by time (`contactsAt`); what the inventory says holds until then.
 */
export const contactChange = z.strictObject({
  account: accountId,
  /** All contacts, in calling order. */
  contacts: z.array(contact).max(20),
  requestedAt: instant,
  requestedBy: z.string().max(120),
  /** One business day after the request; an operator may set it to now. */
  effectiveAt: instant,
  /** What the inventory said when it was asked for: an `apply` with other contacts than these stands over the change. */
  over: z.array(contact).max(20),
  /** Who is mailed and called until it takes effect, where an earlier change had taken effect; else the inventory's. */
  before: z.array(contact).max(20).optional(),
  version: z.int().positive(),
});
export type ContactChange = z.output<typeof contactChange>;
