import { randomUUID } from 'node:crypto';
import PostalMime from 'postal-mime';
import type { Clock } from '../clock.ts';
import { AwsError, type AwsResponse } from './exchange.ts';

/** Where mail ends up: the inbox of the one machine. */
export interface MailReceiver {
  receive(mail: {
    readonly raw: Buffer;
    readonly from: string;
    readonly to: readonly string[];
    readonly at: number;
  }): Promise<unknown>;
}

/** Hands a mail on to a real mail server. */
export type MailRelay = (mail: {
  readonly raw: Buffer;
  readonly from: string;
  readonly to: readonly string[];
}) => Promise<void>;

export interface SesOptions {
  readonly mailbox: MailReceiver;
  readonly relay?: MailRelay | undefined;
  readonly clock: Clock;
  readonly region: string;
}

/** The service's limits. */
const largestMailBytes = 10 * 1024 * 1024;
const mostRecipients = 50;

/** The actions of SES's first API that are simulated, in its query protocol. */
export function createSes(options: SesOptions) {
  return async (form: URLSearchParams): Promise<AwsResponse> => {
    try {
      const action = form.get('Action') ?? '';
      if (action !== 'SendRawEmail') {
        throw new AwsError(
          'InvalidAction',
          `ses ${action} is not simulated on one machine; known is SendRawEmail`,
        );
      }
      const messageId = await sendRawEmail(options, form);
      return xmlResponse(action, `<MessageId>${messageId}</MessageId>`);
    } catch (error) {
      if (error instanceof AwsError) return xmlError(error);
      throw error;
    }
  };
}

async function sendRawEmail(
  { mailbox, relay, clock, region }: SesOptions,
  form: URLSearchParams,
): Promise<string> {
  const given = Buffer.from(form.get('RawMessage.Data') ?? '', 'base64');
  if (given.length === 0) throw new AwsError('InvalidParameterValue', 'RawMessage.Data is empty.');
  if (given.length > largestMailBytes) {
    throw new AwsError(
      'InvalidParameterValue',
      `Message length is more than ${largestMailBytes} bytes long.`,
    );
  }
  const envelope = await envelopeOf(given, form);
  if (envelope.from === undefined)
    throw new AwsError('InvalidParameterValue', "Missing required header 'From'.");
  if (envelope.to.length === 0) throw new AwsError('InvalidParameterValue', 'Missing final recipient.');
  if (envelope.to.length > mostRecipients) {
    throw new AwsError('InvalidParameterValue', `Recipient count exceeds ${mostRecipients}.`);
  }
  const nowMs = clock.now();
  const messageId = `0106${nowMs.toString(16).padStart(12, '0')}-${randomUUID()}-000000`;
  const raw = stamp(given, `<${messageId}@${region}.amazonses.com>`, nowMs);
  const mail = { raw, from: envelope.from, to: envelope.to };
  try {
    await relay?.(mail);
  } catch (error) {
    // Refused before it is in the inbox: the sender tries again, and the inbox shows it once.
    const reason = error instanceof Error ? error.message : String(error);
    throw new AwsError('ServiceUnavailable', `The SMTP relay did not take the mail: ${reason}`, 503);
  }
  await mailbox.receive({ ...mail, at: nowMs });
  return messageId;
}

async function envelopeOf(
  raw: Buffer,
  form: URLSearchParams,
): Promise<{ from: string | undefined; to: string[] }> {
  const destinations: string[] = [];
  for (let member = 1; member <= mostRecipients + 1; member++) {
    const address = form.get(`Destinations.member.${member}`);
    if (address === null) break;
    destinations.push(addressIn(address));
  }
  const source = form.get('Source');
  if (source !== null && destinations.length > 0) return { from: addressIn(source), to: destinations };
  const parsed = await PostalMime.parse(raw, { maxNestingDepth: 20, maxHeadersSize: 256 * 1024 }).catch(
    () => undefined,
  );
  const inHeaders = [...(parsed?.to ?? []), ...(parsed?.cc ?? []), ...(parsed?.bcc ?? [])].flatMap((one) =>
    (one.group ?? [one]).map(({ address }) => address ?? ''),
  );
  return {
    from: source === null ? parsed?.from?.address : addressIn(source),
    to: destinations.length > 0 ? destinations : inHeaders.filter((address) => address !== ''),
  };
}

/** `Name <mail>` or a bare address. */
const addressIn = (text: string): string => /<([^<>]+)>\s*$/.exec(text)?.[1] ?? text.trim();

/** The service puts its own Message-ID and Date in place of the message's, and takes Bcc out. */
function stamp(raw: Buffer, messageId: string, atMs: number): Buffer {
  const text = raw.toString('latin1');
  const end = /\r?\n\r?\n/.exec(text);
  const headers = end === null ? text : text.slice(0, end.index);
  const rest = end === null ? '' : text.slice(end.index);
  const kept = headers
    .replace(/^(message-id|date|bcc):[^\n]*(\n[ \t][^\n]*)*\n?/gim, '')
    .replace(/\r?\n$/, '');
  const date = new Date(atMs).toUTCString().replace('GMT', '+0000');
  return Buffer.from(`Message-ID: ${messageId}\r\nDate: ${date}\r\n${kept}${rest}`, 'latin1');
}

const namespace = 'http://ses.amazonaws.com/doc/2010-12-01/';

function xmlResponse(action: string, result: string): AwsResponse {
  return {
    status: 200,
    headers: { 'content-type': 'text/xml' },
    body:
      `<${action}Response xmlns="${namespace}"><${action}Result>${result}</${action}Result>` +
      `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></${action}Response>`,
  };
}

/** An error of the query protocol. */
export function xmlError({ code, message, status }: AwsError): AwsResponse {
  const type = status < 500 ? 'Sender' : 'Receiver';
  return {
    status,
    headers: { 'content-type': 'text/xml' },
    body:
      `<ErrorResponse xmlns="${namespace}"><Error><Type>${type}</Type><Code>${escapeXml(code)}</Code>` +
      `<Message>${escapeXml(message)}</Message></Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`,
  };
}

const entities: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;' };

const escapeXml = (text: string): string => text.replace(/[<>&]/g, (character) => entities[character] ?? '');
