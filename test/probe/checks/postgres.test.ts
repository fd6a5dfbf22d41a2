import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { makeCertificate } from '../certificate.ts';
import { runMonitor } from '../run-monitor.ts';
import { closedPort, closeServersAfterEach, startTcp } from '../tcp-server.ts';

closeServersAfterEach();

const message = (type: string, body: Buffer): Buffer => {
  const head = Buffer.alloc(5);
  head.write(type, 'latin1');
  head.writeInt32BE(4 + body.length, 1);
  return Buffer.concat([head, body]);
};
const errorOf = (state: string, words: string): Buffer =>
  message('E', Buffer.from(`SFATAL\0VFATAL\0C${state}\0M${words}\0Fpostmaster.c\0\0`));
const sasl = message('R', Buffer.concat([Buffer.from([0, 0, 0, 10]), Buffer.from('SCRAM-SHA-256\0\0')]));
const letIn = Buffer.concat([
  message('R', Buffer.alloc(4)),
  message('S', Buffer.from('server_version\x0015.6\0')),
  message('Z', Buffer.from('I')),
]);

/** Answers the first message of a client. */
const startAnswering = (sends: Buffer) =>
  startTcp((socket) => {
    socket.once('data', () => socket.end(sends));
  });

describe('postgres', () => {
  const cases = [
    {
      given: 'a question for a password',
      sends: sasl,
      severity: 'ok',
      said: 'answered the database handshake in',
    },
    {
      given: 'a server that lets in',
      sends: letIn,
      severity: 'ok',
      said: 'answered the database handshake in',
    },
    {
      given: 'no rule for the address',
      sends: errorOf('28000', 'no pg_hba.conf entry for host'),
      severity: 'ok',
      said: 'is alive and lets the probe not log in (28000 no pg_hba.conf entry for host)',
    },
    {
      given: 'no such database',
      sends: errorOf('3D000', 'database "postgres" does not exist'),
      severity: 'ok',
      said: 'is alive and lets the probe not log in (3D000',
    },
    {
      given: 'a pooler that does not know the user',
      sends: errorOf('08P01', 'no such user: mimamori'),
      severity: 'ok',
      said: 'is alive and lets the probe not log in (08P01 no such user: mimamori)',
    },
    {
      given: 'a server that is starting up',
      sends: errorOf('57P03', 'the database system is starting up'),
      severity: 'critical',
      said: 'does not take connections at the moment (57P03 the database system is starting up)',
    },
    {
      given: 'no connection left',
      sends: errorOf('53300', 'sorry, too many clients already'),
      severity: 'critical',
      said: 'has no connection left to give (53300 sorry, too many clients already)',
    },
    {
      given: 'a full disk',
      sends: errorOf('53100', 'could not write'),
      severity: 'critical',
      said: 'answered with an error (53100 could not write)',
    },
    {
      given: 'an error without a state',
      sends: message('E', Buffer.from('Mhello\0\0')),
      severity: 'critical',
      said: 'answered with an error ( hello)',
    },
    {
      given: 'a server that closes',
      sends: Buffer.alloc(0),
      severity: 'critical',
      said: 'closed without a database handshake',
    },
    {
      given: 'a web server',
      sends: Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'),
      severity: 'critical',
      said: 'answered the database handshake with "HTTP/1.1 400 Bad Request????"',
    },
    {
      given: 'a message that is cut',
      sends: sasl.subarray(0, 12),
      severity: 'critical',
      said: 'answered the database handshake with "R',
    },
    {
      given: 'a length that lies',
      sends: Buffer.concat([Buffer.from('R\x7f\xff\xff\xff', 'latin1'), Buffer.alloc(100)]),
      severity: 'critical',
      said: 'answered the database handshake with "R',
    },
    {
      given: 'a flood',
      sends: Buffer.alloc(500_000, 0x45),
      severity: 'critical',
      said: 'answered the database handshake with "EEEE',
    },
  ] as const;
  for (const { given, sends, severity, said } of cases) {
    it(`given ${given}, when it is checked, then it is ${severity}`, async () => {
      const { outcome } = await runMonitor('postgres', { port: await startAnswering(sends) });
      expect(outcome.summary.en).toContain(said);
      expect(outcome.severity).toBe(severity);
    });
  }

  it('given a server that is starting up, when it is told in Japanese, then its words are in the line', async () => {
    const port = await startAnswering(errorOf('57P03', 'the database system is starting up'));
    const { outcome } = await runMonitor('postgres', { port });
    expect(outcome.summary.ja).toBe(
      `127.0.0.1:${port} はまだ接続を受け付けていません(57P03 the database system is starting up)`,
    );
  });

  it('given a server that lets in, when the check leaves, then it says so', async () => {
    const heard: Buffer[] = [];
    const closed = Promise.withResolvers<void>();
    const port = await startTcp((socket) => {
      socket.once('data', () => socket.write(letIn));
      socket.on('data', (data) => heard.push(data));
      socket.on('close', () => closed.resolve());
    });
    expect((await runMonitor('postgres', { port })).outcome.severity).toBe('ok');
    await closed.promise;
    const all = Buffer.concat(heard);
    expect(all.readInt32BE(4)).toBe(0x0003_0000);
    expect(all.subarray(all.readInt32BE(0))).toEqual(Buffer.from([0x58, 0, 0, 0, 4]));
  });

  it('given a server that says nothing, when its time is up, then it is critical', async () => {
    const port = await startTcp(() => {});
    const { outcome } = await runMonitor('postgres', { port }, {}, { timeLimitMs: 80 });
    expect(outcome).toMatchObject({
      severity: 'critical',
      summary: { en: `127.0.0.1:${port} gave no answer within 0.08 s` },
    });
  });

  it('given a closed port, when it is checked, then it is critical', async () => {
    expect((await runMonitor('postgres', { port: await closedPort() })).outcome.severity).toBe('critical');
  });
});

describe('postgres with TLS', () => {
  const certificate = makeCertificate({ names: ['db.example'] });

  /** A server that answers the wish for TLS with the given bytes and, when it agreed, asks for a password inside. */
  const startSecure = (agrees: Buffer) =>
    startTcp((socket: Socket) => {
      socket.once('data', (wish) => {
        if (!wish.equals(Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]))) return socket.destroy();
        socket.write(agrees);
        if (agrees[0] !== 0x53) return socket.end();
        const tls = new TLSSocket(socket, { isServer: true, ...certificate });
        tls.on('error', () => socket.destroy());
        tls.once('data', () => tls.end(sasl));
      });
    });
  const cases = [
    {
      given: 'a server with TLS',
      agrees: 'S',
      verifyCertificate: false,
      severity: 'ok',
      said: 'answered the database handshake in',
    },
    {
      given: 'a certificate of its own',
      agrees: 'S',
      verifyCertificate: true,
      severity: 'critical',
      said: 'failed in the TLS handshake: its certificate is self-signed',
    },
    {
      given: 'a server without TLS',
      agrees: 'N',
      verifyCertificate: false,
      severity: 'critical',
      said: 'does not offer TLS',
    },
    {
      given: 'an error of old',
      agrees: 'Ecould not fork new process\n\0',
      verifyCertificate: false,
      severity: 'critical',
      said: 'answered the wish for TLS with "Ecould not fork new process',
    },
    {
      given: 'words in the clear behind the consent',
      agrees: 'Sinjected',
      verifyCertificate: false,
      severity: 'critical',
      said: 'answered the wish for TLS with "Sinjected"',
    },
    {
      given: 'a server that closes',
      agrees: '',
      verifyCertificate: false,
      severity: 'critical',
      said: 'closed without a database handshake',
    },
  ] as const;
  for (const { given, agrees, verifyCertificate, severity, said } of cases) {
    it(`given ${given}, when TLS is asked for, then it is ${severity}`, async () => {
      const port = await startSecure(Buffer.from(agrees));
      const { outcome } = await runMonitor('postgres', { port, tls: 'require', verifyCertificate });
      expect(outcome.summary.en).toContain(said);
      expect(outcome.severity).toBe(severity);
    });
  }
});
