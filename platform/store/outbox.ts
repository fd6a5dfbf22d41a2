import type { OutgoingMail } from '../../core/mail/outgoing-mail.ts';

export type MailKey = Pick<OutgoingMail, 'thread' | 'number' | 'to'>;

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
}
