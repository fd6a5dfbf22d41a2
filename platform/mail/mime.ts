import { createHash } from 'node:crypto';
import MailComposer from 'nodemailer/lib/mail-composer';
import { encodeWord } from 'nodemailer/lib/mime-funcs';
import { headerValue, oneLine } from '../../core/mail/neutralise.ts';
import type { OutgoingMail } from '../../core/mail/outgoing-mail.ts';
import type { ThreadHeaders } from '../../core/mail/threading.ts';
import type { Settings } from '../../core/settings.ts';
import type { RawMail } from './mail-sender.ts';

/** Headers that a mail of the outbox may bring; all others are this file's own. */
const ownHeaders = /^(?:X-[A-Za-z0-9-]{1,60}|Auto-Submitted|Content-Language)$/;

/**
 * Makes the MIME message of a mail: text and HTML, Japanese as encoded words. The same mail gives the same bytes,
 * so that one that is sent again, as nobody knew whether it had been taken, is known as the same by its Message-ID.
 *
 * @see RFC 5322, RFC 2045 to 2047
 */
export async function composeMail(
  mail: OutgoingMail,
  { mailFrom, mailFromName }: Pick<Settings, 'mailFrom' | 'mailFromName'>,
  { inReplyTo, references }: ThreadHeaders,
): Promise<RawMail> {
  const key = createHash('sha256')
    .update(JSON.stringify([mail.thread, mail.number, mail.to]))
    .digest('hex')
    .slice(0, 32);
  const messageId = `<${key}@${mailFrom.slice(mailFrom.lastIndexOf('@') + 1)}>`;
  const composer = new MailComposer({
    from: { name: oneLine(mailFromName, 80), address: mailFrom },
    to: { name: oneLine(mail.toName ?? '', 80), address: mail.to },
    subject: encodedSubject(oneLine(mail.subject, 200)),
    text: encoded(mail.text),
    html: encoded(mail.html),
    date: new Date(mail.at),
    messageId,
    ...(inReplyTo !== undefined && { inReplyTo }),
    ...(references.length > 0 && { references: [...references] }),
    attachments: (mail.pictures ?? []).map(({ cid, pngBase64 }) => ({
      cid,
      content: Buffer.from(pngBase64, 'base64'),
      contentType: 'image/png',
      contentDisposition: 'inline' as const,
      filename: `${cid.replace(/[^a-z0-9-].*$/, '')}.png`,
    })),
    headers: Object.entries(mail.headers)
      .filter(([name]) => ownHeaders.test(name))
      .map(([name, value]) => ({ key: name, value: headerValue(value) })),
    textEncoding: 'B',
    baseBoundary: key,
    newline: 'windows',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const raw = await composer.compile().build();
  return { from: mailFrom, to: mail.to, messageId, raw };
}

/** Never left as it is: relays trim and wrap lines, and a client would flow those of an output into one another. */
const encoded = (content: string) => ({
  content,
  contentTransferEncoding: /^[\x20-\x7e\n]*$/.test(content) ? 'quoted-printable' : 'base64',
});

/** The fixed beginning stays readable for filters that do not decode; what is in it decides, so nothing may pose as encoded. */
function encodedSubject(subject: string): string {
  const [head = ''] = /^(?:(?![^ ]*=\?)[!-~]+(?: |$))*/.exec(subject) ?? [];
  const rest = subject.slice(head.length);
  return rest === '' ? head : `${head}${encodeWord(rest, 'B', 52)}`;
}
