import { createTransport } from 'nodemailer';
import type { MailRelay } from './aws/ses.ts';
import { StartError } from './start-error.ts';

const connectLimitMs = 10_000;

/**
 * Hands mails on to a mail server, as they are.
 *
 * @param url `smtp://user:password@host:587` or `smtps://…`; never shown, as it may hold a password
 * @throws StartError when it is not such a URL
 */
export function createSmtpRelay(url: string): MailRelay {
  const protocol = URL.canParse(url) ? new URL(url).protocol : undefined;
  if (protocol !== 'smtp:' && protocol !== 'smtps:') {
    throw new StartError('the SMTP relay is not a URL of a mail server; write smtp://user:password@host:587');
  }
  const transport = createTransport({
    url,
    connectionTimeout: connectLimitMs,
    greetingTimeout: connectLimitMs,
  });
  return async ({ raw, from, to }) => {
    await transport.sendMail({ envelope: { from, to: [...to] }, raw });
  };
}
