import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import PostalMime from 'postal-mime';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { MailNotTaken, type RawMail } from '../../../platform/mail/mail-sender.ts';
import { composeMail } from '../../../platform/mail/mime.ts';
import { createSmtpSender, parseRelayUrl } from '../../../platform/mail/smtp.ts';
import { example, sender } from './example-mail.ts';
import { relayCertificate, relayKey } from './relay-certificate.ts';

const opened: { close(done?: () => void): unknown }[] = [];
const sockets = new Set<Socket>();
let mail: RawMail;

const trusted = getCACertificates('default');
beforeAll(async () => {
  setDefaultCACertificates([...trusted, relayCertificate]);
  mail = await composeMail(example, sender, { references: [] });
});
afterAll(() => setDefaultCACertificates(trusted));
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await Promise.all(opened.splice(0).map((server) => new Promise<void>((resolve) => server.close(resolve))));
});

interface Taken {
  readonly from: string;
  readonly to: string[];
  readonly user: string | undefined;
  readonly secure: boolean;
  readonly raw: Buffer;
}

/** A relay on port 0; what it accepted. */
async function relay(options: SMTPServerOptions = {}): Promise<{ port: number; taken: Taken[] }> {
  const taken: Taken[] = [];
  const server = new SMTPServer({
    authOptional: true,
    key: relayKey,
    cert: relayCertificate,
    onData: (stream, { envelope, user, secure }, done) => {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = envelope;
        const from = mailFrom === false ? '' : mailFrom.address;
        taken.push({
          from,
          to: rcptTo.map(({ address }) => address),
          user,
          secure,
          raw: Buffer.concat(parts),
        });
        done();
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  opened.push(server);
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const address = listening.address();
  return { port: typeof address === 'object' && address !== null ? address.port : 0, taken };
}

/** A relay that speaks by a script. */
async function scripted(onConnection: (socket: Socket) => void): Promise<number> {
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  opened.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const sendTo = (url: string, timeLimitMs?: number) =>
  createSmtpSender({ url: async () => url, ...(timeLimitMs !== undefined && { timeLimitMs }) }).send(mail);

const faultOf = async (sending: Promise<unknown>): Promise<MailNotTaken> => {
  const fault = await sending.then(
    () => 'it was taken',
    (error: unknown) => error,
  );
  if (fault instanceof MailNotTaken) return fault;
  throw new Error(`no MailNotTaken: ${fault}`);
};

/** An answer with a code, as the server's hooks give it. */
const answer = (code: number, message: string) => Object.assign(new Error(message), { responseCode: code });

describe('a mail that is taken', () => {
  it('given a relay without TLS, then envelope, bytes and id arrive as composed', async () => {
    const { port, taken } = await relay({ disabledCommands: ['STARTTLS'] });
    const { messageId } = await sendTo(`smtp://127.0.0.1:${port}?tls=off`);
    expect(messageId).toBe(mail.messageId);
    expect(taken).toHaveLength(1);
    expect(taken[0]).toMatchObject({
      from: 'alerts@msp.example',
      to: ['yamada@acme.example'],
      secure: false,
    });
    expect(taken[0]?.raw.toString().trimEnd()).toBe(mail.raw.toString().trimEnd());
    const parsed = await PostalMime.parse(taken[0]?.raw ?? '');
    expect(parsed.subject).toBe(example.subject);
    expect(parsed.text?.replaceAll('\r\n', '\n')).toBe(example.text);
  });

  it('given STARTTLS and a password with special characters, then it is sent encrypted and signed in', async () => {
    const password = 'p@ss/w:rd %';
    const { port, taken } = await relay({
      authOptional: false,
      onAuth: (auth, _session, done) =>
        auth.password === password ? done(null, { user: auth.username ?? '' }) : done(answer(535, 'no')),
    });
    await sendTo(`smtp://mailer:${encodeURIComponent(password)}@localhost:${port}`);
    expect(taken.map(({ user, secure }) => ({ user, secure }))).toEqual([{ user: 'mailer', secure: true }]);
  });

  it('given TLS from the start, then it is sent', async () => {
    const { port, taken } = await relay({ secure: true });
    await sendTo(`smtps://localhost:${port}`);
    expect(taken.map(({ secure }) => secure)).toEqual([true]);
  });
});

describe('a relay that answers no', () => {
  const cases: { given: string; options: SMTPServerOptions; fault: string; says: string }[] = [
    {
      given: 'an unknown mailbox',
      options: { onRcptTo: (_to, _session, done) => done(answer(550, '5.1.1 no such user')) },
      fault: 'refused',
      says: '550 5.1.1 no such user',
    },
    {
      given: 'greylisting',
      options: { onRcptTo: (_to, _session, done) => done(answer(450, '4.2.0 greylisted')) },
      fault: 'deferred',
      says: '450 4.2.0 greylisted',
    },
    {
      given: 'a message that is held to be spam',
      options: {
        onData: (stream, _session, done) => stream.resume().on('end', () => done(answer(554, '5.7.1 spam'))),
      },
      fault: 'refused',
      says: '554 5.7.1 spam',
    },
    {
      given: 'a full disk after the message',
      options: {
        onData: (stream, _session, done) => stream.resume().on('end', () => done(answer(452, '4.3.1 full'))),
      },
      fault: 'deferred',
      says: '452 4.3.1 full',
    },
    {
      given: 'a sender it does not know, which is ours to mend',
      options: { onMailFrom: (_from, _session, done) => done(answer(550, '5.7.1 sender unknown')) },
      fault: 'unavailable',
      says: '550 5.7.1 sender unknown',
    },
    {
      given: 'too many connections',
      options: { onConnect: (_session, done) => done(answer(421, '4.7.0 try later')) },
      fault: 'unavailable',
      says: '421 4.7.0 try later',
    },
  ];
  for (const { given, options, fault, says } of cases) {
    it(`given ${given}, then the mail is ${fault}, with the relay's words`, async () => {
      const { port } = await relay({ disabledCommands: ['STARTTLS'], ...options });
      const error = await faultOf(sendTo(`smtp://127.0.0.1:${port}?tls=off`));
      expect(error.fault).toBe(fault);
      expect(error.message).toContain(says);
    });
  }

  it('given a wrong password, then the service is unavailable and the message keeps the password to itself', async () => {
    const { port } = await relay({ onAuth: (_auth, _session, done) => done(answer(535, '5.7.8 denied')) });
    const error = await faultOf(sendTo(`smtp://mailer:s3cr3t-word@localhost:${port}`));
    expect(error.fault).toBe('unavailable');
    expect(error.message).toContain('535 5.7.8 denied');
    expect(error.message).not.toContain('s3cr3t-word');
  });
});

describe('a connection that fails', () => {
  it('given nothing listens, then the service is unavailable', async () => {
    const port = await scripted(() => undefined);
    await new Promise<void>((resolve) => opened.pop()?.close(() => resolve()));
    expect((await faultOf(sendTo(`smtp://127.0.0.1:${port}?tls=off`))).fault).toBe('unavailable');
  });

  it('given a relay without STARTTLS, when TLS is demanded, then nothing is sent', async () => {
    const { port, taken } = await relay({ disabledCommands: ['STARTTLS'] });
    expect((await faultOf(sendTo(`smtp://mailer:pw@localhost:${port}`))).fault).toBe('unavailable');
    expect(taken).toEqual([]);
  });

  it('given a certificate that nobody vouches for, then nothing is sent', async () => {
    const { port, taken } = await relay();
    setDefaultCACertificates(trusted);
    const error = await faultOf(sendTo(`smtp://localhost:${port}`));
    setDefaultCACertificates([...trusted, relayCertificate]);
    expect(error.fault).toBe('unavailable');
    expect(error.message).toContain('self-signed certificate');
    expect(taken).toEqual([]);
  });

  const greet = (socket: Socket) => socket.write('220 relay.example ESMTP\r\n');
  /** Answers each command with the next line. */
  const dialogue = (replies: string[], atEnd: (socket: Socket) => void) => (socket: Socket) => {
    greet(socket);
    socket.on('data', () => {
      const reply = replies.shift();
      if (reply === undefined) atEnd(socket);
      else socket.write(`${reply}\r\n`);
    });
  };
  const cases: { given: string; onConnection: () => (socket: Socket) => void; fault: string }[] = [
    { given: 'a relay that never greets', onConnection: () => () => undefined, fault: 'unavailable' },
    {
      given: 'a relay that hangs up at once',
      onConnection: () => (socket) => socket.destroy(),
      fault: 'unavailable',
    },
    {
      given: 'a relay that greets without end',
      onConnection: () => (socket) => {
        const line = `220-${'x'.repeat(10_000)}\r\n`;
        const flood = () => {
          while (!socket.destroyed && socket.write(line));
        };
        socket.on('drain', flood);
        flood();
      },
      fault: 'unavailable',
    },
    {
      given: 'a relay that falls silent before the message',
      onConnection: () => dialogue(['250 relay.example', '250 ok'], () => undefined),
      fault: 'unavailable',
    },
    {
      given: 'a relay that hangs up after DATA, so that nobody knows',
      onConnection: () =>
        dialogue(['250 relay.example', '250 ok', '250 ok', '354 go on'], (socket) => socket.destroy()),
      fault: 'deferred',
    },
    {
      given: 'a relay that falls silent after DATA',
      onConnection: () => dialogue(['250 relay.example', '250 ok', '250 ok', '354 go on'], () => undefined),
      fault: 'deferred',
    },
  ];
  for (const { given, onConnection, fault } of cases) {
    it(`given ${given}, then the mail is ${fault} within the time limit`, async () => {
      const port = await scripted(onConnection());
      const begunAt = performance.now();
      expect((await faultOf(sendTo(`smtp://127.0.0.1:${port}?tls=off`, 300))).fault).toBe(fault);
      expect(performance.now() - begunAt).toBeLessThan(3000);
    });
  }
});

describe('the URL of the relay', () => {
  const cases = [
    { url: 'smtp://relay.example', port: 587, secure: false, requireTLS: true },
    { url: 'smtps://relay.example', port: 465, secure: true, requireTLS: false },
    { url: 'smtp://127.0.0.1:25?tls=off', port: 25, secure: false, requireTLS: false },
    { url: 'smtp://[::1]:2525', port: 2525, secure: false, requireTLS: true },
  ];
  for (const { url, ...then } of cases) {
    it(`given ${url}, then it is ${JSON.stringify(then)}`, () =>
      expect(parseRelayUrl(url).options).toMatchObject(then));
  }

  for (const url of [
    'relay.example',
    'http://u:hunter2@relay',
    'smtp://u:hunter2@relay?tls=maybe',
    'smtps://u:hunter2@r?tls=off',
  ]) {
    it(`given ${url}, then the mend is said and the password is not`, () => {
      expect(() => parseRelayUrl(url)).toThrow(/^the URL of the SMTP relay cannot be used; write smtp:\/\//);
      expect(() => parseRelayUrl(url)).not.toThrow(/hunter2/);
    });
  }
});
