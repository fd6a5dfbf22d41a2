import type { Socket } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkTypes } from '../../../../lambdas/probe/checks/registry.ts';
import { makeAuthority, makeCertificate } from '../../certificate.ts';
import { byByte, type LineScript, type Part, startLineServer } from '../../line-server.ts';
import { at, runMonitor } from '../../run-monitor.ts';
import { closedPort, closeServersAfterEach, startTcp } from '../../tcp-server.ts';

closeServersAfterEach();

const authority = makeAuthority('Test Authority');
beforeAll(() => setDefaultCACertificates([...getCACertificates('bundled'), authority.cert]));

const day = 86_400_000;
const good = makeCertificate({
  names: ['mail.example'],
  issuer: authority,
  notAfter: new Date(Date.parse(at) + 40.5 * day),
});
const expired = makeCertificate({
  names: ['mail.example'],
  issuer: authority,
  notBefore: new Date(Date.parse(at) - 90 * day),
  notAfter: new Date(Date.parse(at) - 2.5 * day),
});
const otherName = makeCertificate({ names: ['other.example'], issuer: authority });
const selfSigned = makeCertificate({ names: ['mail.example'] });

interface Talk {
  readonly check: string;
  readonly name: string;
  readonly greeting: string;
  readonly answers: Readonly<Record<string, string>>;
  /** The line that asks for TLS, and what refuses it. */
  readonly asks: string;
  readonly refusal: string;
  readonly told: string;
  /** What the client says inside, after STARTTLS. */
  readonly inside: readonly string[];
  readonly priority: number;
}

const talks: readonly Talk[] = [
  {
    check: 'smtp',
    name: 'SMTP',
    greeting: '220-mail.example\r\n220 ESMTP\r\n',
    answers: {
      EHLO: '250-mail.example\r\n250-SIZE\r\n250 STARTTLS\r\n',
      STARTTLS: '220 Go ahead\r\n',
      QUIT: '221 Bye\r\n',
    },
    asks: 'STARTTLS',
    refusal: '454 TLS not available\r\n',
    told: 'answered STARTTLS with "454 TLS not available", wanted 220',
    inside: ['*EHLO mimamori-monitoring', '*QUIT'],
    priority: 6,
  },
  {
    check: 'imap',
    name: 'IMAP',
    greeting: '* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n',
    answers: {
      'm1 STARTTLS': '* 1 EXISTS\r\nm1 OK begin\r\n',
      'm2 NOOP': 'm2 OK done\r\n',
      'm3 LOGOUT': '* BYE\r\nm3 OK\r\n',
    },
    asks: 'm1 STARTTLS',
    refusal: 'm1 BAD unknown command\r\n',
    told: 'answered STARTTLS with "m1 BAD unknown command", wanted OK',
    inside: ['*m2 NOOP', '*m3 LOGOUT'],
    priority: 6,
  },
  {
    check: 'pop3',
    name: 'POP3',
    greeting: '+OK ready <1@mail.example>\r\n',
    answers: { STLS: '+OK begin\r\n', CAPA: '+OK\r\nUSER\r\n.\r\n', QUIT: '+OK bye\r\n' },
    asks: 'STLS',
    refusal: '-ERR no TLS\r\n',
    told: 'answered STLS with "-ERR no TLS", wanted +OK',
    inside: ['*CAPA', '*QUIT'],
    priority: 6,
  },
  {
    check: 'ftp',
    name: 'FTP',
    greeting: '220-Welcome\r\n 230 files\r\n220 ready\r\n',
    answers: { 'AUTH TLS': '234 begin\r\n', NOOP: '530 Please login\r\n', QUIT: '221 bye\r\n' },
    asks: 'AUTH TLS',
    refusal: '502 not here\r\n',
    told: 'answered AUTH with "502 not here", wanted 234',
    inside: ['*NOOP', '*QUIT'],
    priority: 7,
  },
];

for (const { check, name, greeting, answers, asks, refusal, told, inside, priority } of talks) {
  const starttls: LineScript = { greeting, answers, certificate: good, secureAfter: asks };
  const secured = { tls: 'starttls', tlsName: 'mail.example' };
  const answerTo = (part: Part): LineScript => ({ ...starttls, answers: { ...answers, [asks]: part } });

  describe(check, () => {
    it('given its place in the catalogue, when it is looked up, then it waits longest for mail servers', () => {
      const timeLimitMs = check === 'smtp' ? 10_000 : 5000;
      expect(checkTypes[check]).toMatchObject({ class: 'liveness', priority, timeLimitMs });
    });

    it('given a greeting in single bytes, when it is complete, then it is ok', async () => {
      const { port, gone } = await startLineServer({ greeting: byByte(greeting), answers });
      expect((await runMonitor(check, { port })).outcome.severity).toBe('ok');
      await gone;
    });

    it('given a server with STARTTLS, when TLS is wanted, then the talk ends inside and the days are told', async () => {
      const { port, heard, gone } = await startLineServer(starttls);
      const { outcome } = await runMonitor(check, { port, ...secured });
      await gone;
      expect(outcome.summary.en).toMatch(
        new RegExp(
          `^127.0.0.1:${port} sent its ${name} greeting and started TLS \\(certificate: 40 days left\\) in`,
        ),
      );
      expect(outcome.summary.ja).toContain(`が TLS で ${name} の挨拶を返しました(証明書の残り 40 日)`);
      expect(outcome.values).toEqual({
        responseMs: expect.any(Number),
        daysLeft: expect.closeTo(40.5, 3),
      });
      expect(heard.slice(-2)).toEqual(inside);
      expect(heard).toContain(asks);
    });

    it('given TLS from the start, when it is wanted so, then the greeting is heard inside', async () => {
      const { port, heard, gone } = await startLineServer({ greeting, answers, certificate: good });
      const { outcome } = await runMonitor(check, { port, tls: 'implicit', tlsName: 'mail.example' });
      await gone;
      expect(outcome.summary.en).toContain('and started TLS (certificate: 40 days left)');
      expect(outcome.severity).toBe('ok');
      expect(heard.at(-1)).toBe(inside.at(-1));
    });

    const certificates = [
      { given: 'a certificate that has ended', certificate: expired, said: 'its certificate has expired' },
      {
        given: 'a certificate for another name',
        certificate: otherName,
        said: 'its certificate is for another host name',
      },
      { given: 'its own signature', certificate: selfSigned, said: 'its certificate is self-signed' },
    ];
    for (const { given, certificate, said } of certificates) {
      for (const tls of ['starttls', 'implicit'] as const) {
        const script = { greeting, answers, certificate, ...(tls === 'starttls' && { secureAfter: asks }) };
        it(`given ${given}, when ${tls} is verified, then it is critical`, async () => {
          const { port, gone } = await startLineServer(script);
          const { outcome } = await runMonitor(check, { port, tls, tlsName: 'mail.example' });
          expect(outcome.summary.en).toBe(`127.0.0.1:${port} failed in the TLS handshake: ${said}`);
          expect(outcome.severity).toBe('critical');
          await gone;
        });

        it(`given ${given}, when ${tls} is not verified, then it is ok`, async () => {
          const { port, gone } = await startLineServer(script);
          const settings = { port, tls, tlsName: 'mail.example', verifyCertificate: false };
          const { outcome } = await runMonitor(check, settings);
          expect(outcome.severity).toBe('ok');
          if (certificate === expired) expect(outcome.summary.en).toContain('(certificate has expired)');
          await gone;
        });
      }
    }

    it('given a certificate for the name only, when no name is set, then the address is compared', async () => {
      const { port } = await startLineServer(starttls);
      const { outcome } = await runMonitor(check, { port, tls: 'starttls' });
      expect(outcome.summary.en).toContain('its certificate is for another host name');
    });

    const startings: { given: string; answer: Part; said: string }[] = [
      { given: 'a refusal', answer: refusal, said: told },
      { given: 'an answer of no sense', answer: 'what?\r\n', said: 'with "what?", wanted' },
      { given: 'a close', answer: (socket) => socket.end(), said: `closed without an answer to` },
      { given: 'a reset', answer: (socket) => socket.resetAndDestroy(), said: 'reset the connection' },
      {
        given: 'a flood',
        answer: (socket) => socket.write(Buffer.alloc(500_000, 'x')),
        said: 'sent more than 32 KiB',
      },
      {
        given: 'more words in the clear with the answer',
        answer: `${answers[asks]}${Object.values(answers)[0]}`,
        said: 'sent more in the clear before the TLS handshake',
      },
    ];
    for (const { given, answer, said } of startings) {
      it(`given ${given} to the wish for TLS, when it is checked, then it is critical`, async () => {
        const { port, gone } = await startLineServer(answerTo(answer));
        const { outcome } = await runMonitor(check, { port, ...secured });
        expect(outcome.summary.en).toContain(said);
        expect(outcome.severity).toBe('critical');
        await gone;
      });
    }

    const handshakes: { given: string; deed: (socket: Socket) => void; said: string }[] = [
      {
        given: 'plain words',
        deed: (socket) => socket.write('hello\r\n'),
        said: 'failed in the TLS handshake',
      },
      { given: 'a close', deed: (socket) => socket.end(), said: 'reset the connection' },
      { given: 'a reset', deed: (socket) => socket.resetAndDestroy(), said: 'reset the connection' },
      {
        given: 'a flood',
        deed: (socket) => socket.write(Buffer.alloc(500_000, 22)),
        said: 'failed in the TLS handshake',
      },
    ];
    for (const { given, deed, said } of handshakes) {
      it(`given ${given} in the handshake, when it is checked, then it is critical`, async () => {
        // Without a certificate the script's server stays in the clear; the client's hello is a line to it.
        const port = await startTcp((socket) => {
          socket.write(greeting);
          let isAsked = false;
          socket.on('data', (data) => {
            if (isAsked) return deed(socket);
            const line = data.toString().replace('\r\n', '');
            isAsked = line === asks;
            const answer = Object.entries(answers).find(([begin]) => line.startsWith(begin));
            if (answer !== undefined) socket.write(answer[1]);
          });
        });
        const { outcome } = await runMonitor(check, { port, ...secured });
        expect(outcome.summary.en).toContain(said);
        expect(outcome.severity).toBe('critical');
      });
    }

    it('given silence inside, when the time is up, then it is critical', async () => {
      const port = await silentInside();
      const { outcome } = await runMonitor(check, { port, ...secured }, {}, { timeLimitMs: 150 });
      expect(outcome.summary.en).toContain('gave no answer within 0.15 s');
    });

    async function silentInside(): Promise<number> {
      const isOfStart = (begin: string) => begin === asks || begin === 'EHLO';
      let hellos = 0;
      const { port } = await startLineServer({
        ...starttls,
        answers: Object.fromEntries(
          Object.entries(answers)
            .filter(([begin]) => isOfStart(begin))
            .map(([begin, answer]) => [
              begin,
              (socket: Socket) => {
                hellos += 1;
                if (begin !== 'EHLO' || hellos === 1) socket.write(answer);
              },
            ]),
        ),
      });
      return port;
    }

    it('given a silent server, when the time is up, then it is critical', async () => {
      const { port, gone } = await startLineServer({ greeting: '' });
      const { outcome } = await runMonitor(check, { port }, {}, { timeLimitMs: 80 });
      expect(outcome.summary.en).toBe(`127.0.0.1:${port} gave no answer within 0.08 s`);
      await gone;
    });

    it('given a closed port, when it is checked, then it is critical', async () => {
      const { outcome } = await runMonitor(check, { port: await closedPort() });
      expect(outcome.summary.en).toContain('refused the connection');
    });

    it('given a misspelled setting, when it is checked, then it is unknown', async () => {
      expect((await runMonitor(check, { tls: 'ssl' })).outcome.severity).toBe('unknown');
    });
  });
}
