import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { SESClient } from '@aws-sdk/client-ses';
import { afterEach, describe, expect, it } from 'vitest';
import { MailNotTaken } from '../../../platform/mail/mail-sender.ts';
import { composeMail } from '../../../platform/mail/mime.ts';
import { createSesSender } from '../../../platform/mail/ses.ts';
import { example, sender } from './example-mail.ts';

interface Answer {
  readonly status: number;
  readonly body: string;
}

const taken = (id: string): Answer => ({
  status: 200,
  body: `<SendRawEmailResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><SendRawEmailResult><MessageId>${id}</MessageId></SendRawEmailResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></SendRawEmailResponse>`,
});
const fault = (code: string, message: string, status = 400): Answer => ({
  status,
  body: `<ErrorResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>r</RequestId></ErrorResponse>`,
});

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A service that gives these answers in turn, the last one for ever; `undefined` never answers. */
async function ses(answers: (Answer | undefined)[], options: { region?: string; timeLimitMs?: number } = {}) {
  const { region = 'ap-northeast-1', timeLimitMs } = options;
  const requests: URLSearchParams[] = [];
  const server = createServer(async (request, response) => {
    requests.push(new URLSearchParams(await bodyOf(request)));
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer !== undefined)
      response.writeHead(answer.status, { 'content-type': 'text/xml' }).end(answer.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const client = new SESClient({
    region,
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' },
  });
  closing.push(() => {
    client.destroy();
    server.closeAllConnections();
    server.close();
  });
  const mail = await composeMail(example, sender, { references: [] });
  const send = createSesSender({ client, region, ...(timeLimitMs !== undefined && { timeLimitMs }) }).send(
    mail,
  );
  return { requests, mail, client, sending: send };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const part of request) body += String(part);
  return body;
}

const faultOf = async (sending: Promise<unknown>): Promise<MailNotTaken> => {
  const error = await sending.then(
    () => 'it was taken',
    (reason: unknown) => reason,
  );
  if (error instanceof MailNotTaken) return error;
  throw new Error(`no MailNotTaken: ${error}`);
};

describe('a mail handed to SES', () => {
  it('given it is taken, then the raw message went out whole and its id is the one the receiver sees', async () => {
    const { requests, mail, sending } = await ses([taken('0106-abc')]);
    expect(await sending).toEqual({ messageId: '<0106-abc@ap-northeast-1.amazonses.com>' });
    expect(requests).toHaveLength(1);
    const [request] = requests;
    expect(request?.get('Action')).toBe('SendRawEmail');
    expect(request?.get('Source')).toBe('alerts@msp.example');
    expect(request?.get('Destinations.member.1')).toBe('yamada@acme.example');
    expect(request?.has('Destinations.member.2')).toBe(false);
    expect(request?.has('ConfigurationSetName')).toBe(false);
    expect(Buffer.from(request?.get('RawMessage.Data') ?? '', 'base64').equals(mail.raw)).toBe(true);
  });

  it('given the first region, then the id ends in its older name', async () => {
    const { sending } = await ses([taken('0100-x')], { region: 'us-east-1' });
    expect(await sending).toEqual({ messageId: '<0100-x@email.amazonses.com>' });
  });

  it('given a configuration set, then it is named', async () => {
    const { requests, mail, client, sending } = await ses([taken('a')]);
    await sending;
    await createSesSender({ client, region: 'ap-northeast-1', configurationSet: 'mimamori' }).send(mail);
    expect(requests[1]?.get('ConfigurationSetName')).toBe('mimamori');
  });

  it('given throttling, then it is tried again and sent once', async () => {
    const { requests, sending } = await ses([
      fault('Throttling', 'Maximum sending rate exceeded.'),
      taken('b'),
    ]);
    expect(await sending).toEqual({ messageId: '<b@ap-northeast-1.amazonses.com>' });
    expect(requests).toHaveLength(2);
  });

  const faults = [
    {
      given: 'a message it rejects',
      answer: fault('MessageRejected', 'Address blacklisted.'),
      then: 'refused',
      tries: 1,
    },
    {
      given: 'an address it cannot read',
      answer: fault('InvalidParameterValue', 'Missing final @'),
      then: 'refused',
      tries: 1,
    },
    {
      given: 'an address of ours that is not verified',
      answer: fault('MessageRejected', 'Email address is not verified.'),
      then: 'unavailable',
      tries: 1,
    },
    {
      given: 'a role without the permission',
      answer: fault('AccessDenied', 'not authorized', 403),
      then: 'unavailable',
      tries: 1,
    },
    {
      given: 'a service that fails',
      answer: fault('InternalFailure', 'oops', 500),
      then: 'unavailable',
      tries: 3,
    },
    {
      given: 'an answer that is no XML',
      answer: { status: 200, body: '<html>' },
      then: 'unavailable',
      tries: 1,
    },
    {
      given: 'an answer without an id, so that nobody knows',
      answer: { status: 200, body: taken('').body.replace('<MessageId></MessageId>', '') },
      then: 'deferred',
      tries: 1,
    },
  ];
  for (const { given, answer, then, tries } of faults) {
    it(`given ${given}, then the mail is ${then} after ${tries} tries`, async () => {
      const { requests, sending } = await ses([answer]);
      expect((await faultOf(sending)).fault).toBe(then);
      expect(requests).toHaveLength(tries);
    });
  }

  it('given a service that never answers, then it ends at the time limit', async () => {
    const { sending } = await ses([undefined], { timeLimitMs: 200 });
    const begunAt = performance.now();
    expect((await faultOf(sending)).fault).toBe('unavailable');
    expect(performance.now() - begunAt).toBeLessThan(3000);
  });
});
