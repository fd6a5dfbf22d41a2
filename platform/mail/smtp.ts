import { Readable } from 'node:stream';
import SMTPConnection, { type SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection';
import { MailNotTaken, type MailSender, type RawMail } from './mail-sender.ts';

export interface SmtpSenderOptions {
  /** Reads the relay's URL; it holds a password, so that it comes from the secret store. See `parseRelayUrl`. */
  readonly url: () => Promise<string>;
  /** Bound of one mail, from the connection to the relay's last word. @default 25 s */
  readonly timeLimitMs?: number;
}

interface Relay {
  readonly options: SMTPConnectionOptions;
  readonly credentials?: { readonly user: string; readonly pass: string };
}

const urlForm =
  'write smtp://user:password@host:587, smtps://user:password@host:465 or, for a relay without TLS, smtp://host:25?tls=off';

/**
 * Sends by an SMTP relay, one connection for each mail. Nothing is retried here: the outbox is, with the same Message-ID.
 *
 * @see RFC 5321
 */
export function createSmtpSender({ url, timeLimitMs = 25_000 }: SmtpSenderOptions): MailSender {
  return {
    async send(mail) {
      const relay = parseRelayUrl(await url());
      await handOver(mail, relay, timeLimitMs);
      return { messageId: mail.messageId };
    },
  };
}

/**
 * Reads `smtp://` (STARTTLS demanded; `?tls=off` goes without) or `smtps://` (TLS from the start).
 * @throws when it is neither; the message does not repeat the URL, as it may hold a password
 */
export function parseRelayUrl(text: string): Relay {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const tls = url?.searchParams.get('tls');
  if (
    url === undefined ||
    !['smtp:', 'smtps:'].includes(url.protocol) ||
    url.hostname === '' ||
    (url.search !== '' && (url.search !== '?tls=off' || url.protocol === 'smtps:'))
  ) {
    throw new MailNotTaken('unavailable', `the URL of the SMTP relay cannot be used; ${urlForm}`);
  }
  const secure = url.protocol === 'smtps:';
  return {
    options: {
      // A URL keeps the brackets of an IPv6 address, a socket wants none.
      host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
      port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
      secure,
      // Demanded rather than hoped for: whoever sits in between could else strike STARTTLS from the answer.
      requireTLS: !secure && tls !== 'off',
      ignoreTLS: tls === 'off',
      dnsTimeout: 5000,
      connectionTimeout: 5000,
      greetingTimeout: 10_000,
      socketTimeout: 15_000,
      socketCloseTimeout: 1000,
      maxResponseSize: 65_536,
    },
    ...(url.username !== '' && {
      credentials: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) },
    }),
  };
}

async function handOver(mail: RawMail, { options, credentials }: Relay, timeLimitMs: number): Promise<void> {
  const connection = new SMTPConnection(options);
  // Once the relay reads the message, a lost connection no longer says that it was not taken.
  let isReading = false;
  const message = Readable.from(
    (function* read() {
      isReading = true;
      yield mail.raw;
    })(),
    { objectMode: false },
  );
  const limit = AbortSignal.timeout(timeLimitMs);
  try {
    await new Promise<void>((resolve, reject) => {
      const done = (error?: Error | null) => (error ? reject(error) : resolve());
      limit.addEventListener('abort', () => reject(new Error(`no end after ${timeLimitMs} ms`)), {
        once: true,
      });
      connection.on('error', done);
      const send = () => connection.send({ from: mail.from, to: [mail.to] }, message, (error) => done(error));
      connection.connect((error) => {
        if (error) done(error);
        else if (credentials !== undefined && connection.allowsAuth) {
          connection.login({ credentials }, (refusal) => (refusal ? done(refusal) : send()));
        } else send();
      });
    });
  } catch (error) {
    throw notTaken(error, isReading);
  } finally {
    // A late fault of a connection that is done with must not end the process.
    connection.on('error', () => undefined);
    connection.close();
  }
}

/** What nodemailer adds to its errors. */
interface SmtpError extends Error {
  readonly command?: string;
  readonly responseCode?: number;
  readonly code?: string;
}

function notTaken(error: unknown, isReading: boolean): MailNotTaken {
  const { message, command, responseCode, code }: SmtpError =
    error instanceof Error ? error : new Error(String(error));
  const wording = (fault: MailNotTaken['fault']) =>
    new MailNotTaken(fault, `the SMTP relay did not take the mail: ${message}`, { cause: error });
  // Only the answers to RCPT and DATA are about this mail. What comes before them, a refused sender too, is ours to mend.
  if (command === 'RCPT TO' || command === 'DATA') {
    if (responseCode !== undefined && responseCode >= 500) return wording('refused');
    return wording('deferred');
  }
  if (code === 'EENVELOPE' && command === 'API') return wording('refused');
  return wording(isReading ? 'deferred' : 'unavailable');
}
