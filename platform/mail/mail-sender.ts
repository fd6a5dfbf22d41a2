/** A finished MIME message and its envelope. */
export interface RawMail {
  readonly from: string;
  readonly to: string;
  /** The Message-ID in the message, with angle brackets. */
  readonly messageId: string;
  readonly raw: Buffer;
}

export interface MailSender {
  /**
   * Hands one message to the mail service.
   * @returns the Message-ID under which it travels, with angle brackets (SES replaces the one in the message)
   * @throws MailNotTaken when the service did not take it
   */
  send(mail: RawMail): Promise<{ messageId: string }>;
}

/**
 * Whose fault it is that a mail was not taken, and with it when to try again:
 * `refused` this mail will never be taken · `deferred` not now, or nobody knows whether it was ·
 * `unavailable` the service or our access to it is at fault, which says nothing of the mail.
 */
export type MailFault = 'refused' | 'deferred' | 'unavailable';

export class MailNotTaken extends Error {
  readonly fault: MailFault;
  constructor(fault: MailFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
  }
}
