/** A finished MIME message and its envelope. */
export interface RawMail {
  readonly from: string;
  readonly to: string;
  readonly raw: Buffer;
}

export interface MailSender {
  /**
   * Hands one message to the mail service.
   * @returns the Message-ID under which it travels, with angle brackets (SES replaces the one in the message)
   * @throws when the service did not take it
   */
  send(mail: RawMail): Promise<{ messageId: string }>;
}
