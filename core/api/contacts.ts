import { z } from 'zod';
import { contact } from '../account.ts';
import { instant } from '../instant.ts';

/** Contacts in calling order, and the change that is on its way. */
export const contactsView = z
  .object({
    /** Who is mailed and called now. */
    contacts: z.array(contact),
    /** Takes effect at `effectiveAt`. */
    pending: z
      .object({
        contacts: z.array(contact),
        requestedAt: instant,
        requestedBy: z.string(),
        effectiveAt: instant,
      })
      .optional(),
    /** Goes with `If-Match`. */
    version: z.int(),
  })
  .meta({ id: 'Contacts' });
export type ContactsView = z.output<typeof contactsView>;

/** All contacts as they shall be, in calling order. */
export const contactsRequest = z.strictObject({ contacts: z.array(contact).min(1).max(20) });
