import type { Instant } from '../../core/instant.ts';
import type { OutgoingMail } from '../../core/mail/outgoing-mail.ts';

export type MailKey = Pick<OutgoingMail, 'thread' | 'number' | 'to'>;

/** A mail as lists show it. */
export type MailLine = Pick<
  OutgoingMail,
  'thread' | 'number' | 'to' | 'at' | 'subject' | 'state' | 'attempts' | 'sentAt' | 'lastError'
>;

/** Mails that `waiting` counts: each is read with its texts, whatever is asked for. */
export const mostCounted = 200;
/** Mails of a thread that `mailsOf` gives. */
export const mostOfThread = 300;

export interface WaitingMails {
  /** 200 stands for that many or more. */
  readonly count: number;
  readonly oldest?: MailLine;
}

/** Mails on their way out. A mail is written here before it is sent and marked after. */
export interface Outbox {
  /**
   * Puts a mail under its key.
   * @returns what is stored: the earlier mail, if the key was there
   */
  enqueue(mail: OutgoingMail): Promise<OutgoingMail>;
  /**
   * Takes a pending mail up: writes it if the stored one is pending and has `attempts - 1`.
   * @returns false when another sender was first
   */
  take(mail: OutgoingMail): Promise<boolean>;
  /**
   * Writes how it ended. Only whoever has taken the mail up may do so: what a slow sender says of a mail that was
   * sent, or that another has taken up since, changes nothing, unless it is that it was sent.
   */
  save(mail: OutgoingMail): Promise<void>;
  /** Mails of one thread to one address by number: what a later mail answers. */
  thread(thread: string, to: string): Promise<OutgoingMail[]>;
  /** Oldest first, `limit` at most. May lag by a second or two: look at what `thread` says before sending. */
  pending(limit: number): Promise<OutgoingMail[]>;
  /** How many wait, counted up to a bound, and the oldest of them. May lag by a second or two. */
  waiting(): Promise<WaitingMails>;
  /** Mails that were written at this instant or later and have failed for good, the newest first, `limit` at most. May lag. */
  failedSince(at: Instant, limit: number): Promise<MailLine[]>;
  /** All mails of a thread without their texts, by number and address; 300 at most. */
  mailsOf(thread: string): Promise<MailLine[]>;
}

export const mailLine = ({
  thread,
  number,
  to,
  at,
  subject,
  state,
  attempts,
  sentAt,
  lastError,
}: OutgoingMail): MailLine => ({
  thread,
  number,
  to,
  at,
  subject,
  state,
  attempts,
  ...(sentAt !== undefined && { sentAt }),
  ...(lastError !== undefined && { lastError }),
});
