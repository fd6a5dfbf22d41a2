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
  /** Pictures that the HTML shows, by their Content-ID; a mail that was sent has them no longer. */
  pictures: z.array(z.strictObject({ cid: z.string(), pngBase64: z.base64() })).optional(),
  /** Extra headers, printable ASCII: X-Mimamori-State and the like. */
  headers: z.record(z.string(), z.string()),
  /** `failed` is a mail that will not be tried again; the operators have been told. */
  state: z.enum(['pending', 'sent', 'failed']),
  /** How often a sender has taken it up. Each taking is conditional on the count before, so that two never send the same mail. */
  attempts: z.int().nonnegative(),
  /** How often the mail service put off this very mail; faults of the service itself do not count. */
  deferrals: z.int().nonnegative().optional(),
  /** Who has taken it up and not yet said how it ended: the workflow's task or the schedule. */
  takenBy: z.enum(['task', 'schedule']).optional(),
  /** From when the schedule takes a sender that says nothing more for dead. */
  takenUntil: instant.optional(),
  /** The id under which it arrived, with angle brackets; later mails of the thread refer to it. */
  messageId: z.string().optional(),
  sentAt: instant.optional(),
  lastError: z.string().optional(),
});
export type OutgoingMail = z.output<typeof outgoingMail>;
