import { z } from 'zod';
import { instant } from '../instant.ts';

/**
 * One mail to one address in the outbox. Its key is deterministic: `thread` is an incident id or a notice's key,
 * `number` the mail within it, `to` the address; writing it twice is one mail.
 */
export const outgoingMail = z.strictObject({
  thread: z.string(),
  number: z.int().nonnegative(),
  to: z.email(),
  toName: z.string().optional(),
  at: instant,
  subject: z.string(),
  text: z.string(),
  html: z.string(),
  /** Extra headers, printable ASCII: X-Mimamori-State and the like. */
  headers: z.record(z.string(), z.string()),
  state: z.enum(['pending', 'sent']),
  attempts: z.int().nonnegative(),
  /** The id under which it arrived, with angle brackets; later mails of the thread refer to it. */
  messageId: z.string().optional(),
  sentAt: instant.optional(),
  lastError: z.string().optional(),
});
export type OutgoingMail = z.output<typeof outgoingMail>;
