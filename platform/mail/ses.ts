import { type SESClient, SendRawEmailCommand } from '@aws-sdk/client-ses';
import { MailNotTaken, type MailSender } from './mail-sender.ts';

export interface SesSenderOptions {
  /** Retries throttling and faults of the service by itself, three attempts by default. */
  readonly client: SESClient;
  /** The region whose name the Message-ID ends in. */
  readonly region: string;
  /** Configuration set whose events (bounces, complaints) are followed. */
  readonly configurationSet?: string | undefined;
  /** Bound of one mail, retries included. @default 20 s */
  readonly timeLimitMs?: number;
}

/** Answers with which SES refuses the message itself. */
const refusals = new Set(['MessageRejected', 'InvalidParameterValue']);

/**
 * Sends by Amazon SES. It replaces Message-ID and Date, so that the id to refer to is the one it answers.
 *
 * @see https://docs.aws.amazon.com/ses/latest/APIReference/API_SendRawEmail.html
 */
export function createSesSender({
  client,
  region,
  configurationSet,
  timeLimitMs = 20_000,
}: SesSenderOptions): MailSender {
  // The first region keeps the name it had before there were others.
  const domain = region === 'us-east-1' ? 'email.amazonses.com' : `${region}.amazonses.com`;
  return {
    async send({ from, to, raw }) {
      const command = new SendRawEmailCommand({
        Source: from,
        Destinations: [to],
        RawMessage: { Data: raw },
        ...(configurationSet !== undefined && { ConfigurationSetName: configurationSet }),
      });
      try {
        const { MessageId } = await client.send(command, { abortSignal: AbortSignal.timeout(timeLimitMs) });
        if (MessageId === undefined) throw new MailNotTaken('deferred', 'SES answered without a message id');
        return { messageId: `<${MessageId}@${domain}>` };
      } catch (error) {
        throw error instanceof MailNotTaken ? error : notTaken(error);
      }
    },
  };
}

function notTaken(error: unknown): MailNotTaken {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  // An address of ours that is not verified yet, or a sandbox, is mended in the account; the mail can wait for it.
  const isUnverified = name === 'MessageRejected' && /not verified/i.test(message);
  const fault = refusals.has(name) && !isUnverified ? 'refused' : 'unavailable';
  return new MailNotTaken(fault, `SES did not take the mail (${name}): ${message}`, { cause: error });
}
