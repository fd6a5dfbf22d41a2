import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { makeCertificate } from '../certificate.ts';
import { runMonitor } from '../run-monitor.ts';
import { closedPort, closeServersAfterEach, startTcp } from '../tcp-server.ts';

closeServersAfterEach();

const packet = (body: Buffer, sequence = 0): Buffer =>
  Buffer.concat([Buffer.from([body.length & 255, body.length >> 8, 0, sequence]), body]);

/** The greeting of a server of today, with TLS or without. */
const greeting = (version: string, { hasTls = false, protocol = 10 } = {}): Buffer =>
  packet(
    Buffer.concat([
      Buffer.from([protocol]),
      Buffer.from(`${version}\0`),
      Buffer.from([7, 0, 0, 0]),
      Buffer.from('abcdefgh\0'),
      Buffer.from([0xff, hasTls ? 0xff : 0xf7, 0x2d, 2, 0, 0xff, 0x81, 21]),
      Buffer.alloc(10),
      Buffer.from('ijklmnopqrst\0mysql_native_password\0'),
    ]),
  );
const errorPacket = (code: number, words: string, sequence = 0): Buffer =>
  packet(Buffer.concat([Buffer.from([0xff, code & 255, code >> 8]), Buffer.from(words)]), sequence);

const good = greeting('8.0.36');

describe('mysql', () => {
  const cases = [
    {
      given: 'MySQL',
      sends: good,
      severity: 'ok',
      said: 'sent its database handshake (8.0.36) in',
    },
    {
      given: 'MariaDB',
      sends: greeting('5.5.5-10.11.6-MariaDB-0+deb12u1'),
      severity: 'ok',
      said: 'sent its database handshake (10.11.6-MariaDB-0+deb12u1) in',
    },
    {
      given: 'an old protocol',
      sends: greeting('3.20', { protocol: 9 }),
      severity: 'critical',
      said: 'in place of a database handshake',
    },
    {
      given: 'a greeting that ends after its version',
      sends: packet(Buffer.from('\n8.0.36\0abc')),
      severity: 'critical',
      said: 'in place of a database handshake',
    },
    {
      given: 'a greeting that is cut',
      sends: good.subarray(0, 30),
      severity: 'critical',
      said: 'in place of a database handshake',
    },
    {
      given: 'no connection left',
      sends: errorPacket(1040, '#08004Too many connections'),
      severity: 'critical',
      said: 'has no connection left to give (1040 Too many connections)',
    },
    {
      given: 'a blocked address',
      sends: errorPacket(1129, "Host 'probe' is blocked"),
      severity: 'critical',
      said: "FLUSH HOSTS lets it in again (1129 Host 'probe' is blocked)",
    },
    {
      given: 'an address that may not log in',
      sends: errorPacket(1130, "#HY000Host 'probe' is not allowed"),
      severity: 'ok',
      said: "is alive and lets the probe's address not log in (1130 Host 'probe' is not allowed)",
    },
    {
      given: 'a server that stops',
      sends: errorPacket(1053, 'Server shutdown in progress'),
      severity: 'critical',
      said: 'answered with an error (1053 Server shutdown in progress)',
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
      said: 'sent "HTTP/1.1 400 Bad Request????" in place of a database handshake',
    },
    {
      given: 'a flood',
      sends: Buffer.alloc(500_000, 1),
      severity: 'critical',
      said: 'in place of a database handshake',
    },
    {
      given: 'an empty packet',
      sends: packet(Buffer.alloc(0)),
      severity: 'critical',
      said: 'in place of a database handshake',
    },
  ] as const;
  for (const { given, sends, severity, said } of cases) {
    it(`given ${given}, when it is checked, then it is ${severity}`, async () => {
      const port = await startTcp((socket) => socket.end(sends));
      const { outcome } = await runMonitor('mysql', { port });
      expect(outcome.summary.en).toContain(said);
      expect(outcome.severity).toBe(severity);
    });
  }

  it('given a blocked address, when it is told in Japanese, then the mend is in the line', async () => {
    const port = await startTcp((socket) => socket.end(errorPacket(1129, 'blocked')));
    const { outcome } = await runMonitor('mysql', { port });
    expect(outcome.summary.ja).toBe(
      `127.0.0.1:${port} は接続エラーが多いとして監視元を拒否しています。FLUSH HOSTS で解除してください(1129 blocked)`,
    );
  });

  it('given a greeting, when the check leaves, then the server gets a whole answer, for it counts those that get none', async () => {
    const answered = Promise.withResolvers<Buffer>();
    const port = await startTcp((socket) => {
      socket.write(good);
      socket.once('data', (data) => {
        answered.resolve(data);
        socket.end(errorPacket(1045, '#28000Access denied', 2));
      });
    });
    const { outcome } = await runMonitor('mysql', { port });
    expect(outcome.severity).toBe('ok');
    const answer = await answered.promise;
    expect(answer.readUIntLE(0, 3)).toBe(answer.length - 4);
    expect(answer[3]).toBe(1);
    expect(answer.readUInt32LE(4) & 0x0008_0000).not.toBe(0);
    expect(answer.subarray(36).toString('latin1')).toBe('mimamori-probe\0\0mysql_native_password\0');
  });

  const switches = [
    { plugin: 'mysql_native_password', answer: [0, 0, 0, 3] },
    { plugin: 'caching_sha2_password', answer: [1, 0, 0, 3, 0] },
    { plugin: 'sha256_password', answer: [1, 0, 0, 3, 0] },
  ];
  for (const { plugin, answer } of switches) {
    it(`given MySQL 8, when it asks the unknown user for ${plugin}, then no password is given in its words`, async () => {
      const heard: Buffer[] = [];
      const closed = Promise.withResolvers<void>();
      const port = await startTcp((socket) => {
        socket.write(good);
        socket.on('data', (data) => {
          heard.push(data);
          const change = Buffer.from(`\xfe${plugin}\0${'s'.repeat(20)}\0`, 'latin1');
          if (heard.length === 1) socket.write(packet(change, 2));
          else socket.end(errorPacket(1045, '#28000Access denied', 4));
        });
        socket.on('close', () => closed.resolve());
      });
      expect((await runMonitor('mysql', { port })).outcome.severity).toBe('ok');
      await closed.promise;
      expect(heard.slice(1)).toEqual([Buffer.from(answer)]);
    });
  }

  it('given a server that lets everybody in, when the check leaves, then it says so', async () => {
    const heard: Buffer[] = [];
    const closed = Promise.withResolvers<void>();
    const port = await startTcp((socket) => {
      socket.write(good);
      socket.once('data', () => socket.write(packet(Buffer.from([0, 0, 0, 2, 0, 0, 0]), 2)));
      socket.on('data', (data) => heard.push(data));
      socket.on('close', () => closed.resolve());
    });
    expect((await runMonitor('mysql', { port })).outcome.severity).toBe('ok');
    await closed.promise;
    expect(heard.at(-1)).toEqual(Buffer.from([1, 0, 0, 0, 1]));
  });

  it('given a server that changes its plugin for ever, when the check leaves, then it gives up', async () => {
    let changes = 0;
    const closed = Promise.withResolvers<void>();
    const port = await startTcp((socket) => {
      socket.write(good);
      socket.on('data', () => {
        changes += 1;
        socket.write(packet(Buffer.from('\xfex\0', 'latin1'), 2));
      });
      socket.on('close', () => closed.resolve());
    });
    expect((await runMonitor('mysql', { port })).outcome.severity).toBe('ok');
    await closed.promise;
    expect(changes).toBe(4);
  });

  it('given a server that delays refusals, when it is checked, then it is ok and the delay is not its response time', async () => {
    const port = await startTcp((socket) => socket.write(good));
    const { outcome } = await runMonitor('mysql', { port, responseMs: { warning: 400 } });
    expect(outcome.severity).toBe('ok');
    expect(outcome.durationMs).toBeLessThan(400);
  });

  it('given a server that says nothing, when its time is up, then it is critical', async () => {
    const port = await startTcp(() => {});
    const { outcome } = await runMonitor('mysql', { port }, {}, { timeLimitMs: 80 });
    expect(outcome).toMatchObject({
      severity: 'critical',
      summary: { en: `127.0.0.1:${port} gave no answer within 0.08 s` },
    });
  });

  it('given a closed port, when it is checked, then it is critical', async () => {
    expect((await runMonitor('mysql', { port: await closedPort() })).outcome.severity).toBe('critical');
  });
});

describe('mysql with TLS', () => {
  const certificate = makeCertificate({ names: ['db.example'] });

  /** A server that goes to TLS when the client wishes it, and tells what it heard inside. */
  const startSecure = (heard: (inside: Buffer) => void = () => {}) =>
    startTcp((socket: Socket) => {
      socket.write(greeting('8.4.0', { hasTls: true }));
      socket.once('data', (wish) => {
        if (wish.readUIntLE(0, 3) !== 32 || (wish.readUInt32LE(4) & 0x0800) === 0) return socket.destroy();
        // The handshake may come along in one piece with the wish.
        socket.pause();
        socket.unshift(wish.subarray(36));
        const tls = new TLSSocket(socket, { isServer: true, ...certificate });
        tls.on('error', () => socket.destroy());
        tls.once('data', (data) => {
          heard(data);
          tls.end(errorPacket(1045, '#28000Access denied', 3));
        });
      });
    });

  it('given a server with TLS, when it is asked for, then the answer comes inside', async () => {
    const inside = Promise.withResolvers<Buffer>();
    const port = await startSecure(inside.resolve);
    const { outcome } = await runMonitor('mysql', { port, tls: 'require', verifyCertificate: false });
    expect(outcome).toMatchObject({
      severity: 'ok',
      summary: { en: expect.stringContaining('sent its database handshake (8.4.0)') },
    });
    expect((await inside.promise)[3]).toBe(2);
  });

  it('given its own certificate, when it is verified, then it is critical and says so', async () => {
    const port = await startSecure();
    const { outcome } = await runMonitor('mysql', { port, tls: 'require' });
    expect(outcome).toMatchObject({
      severity: 'critical',
      summary: { en: `127.0.0.1:${port} failed in the TLS handshake: its certificate is self-signed` },
    });
  });

  it('given its own certificate, when it is verified, then leave is taken inside, or the server would count it', async () => {
    const inside = Promise.withResolvers<Buffer>();
    const port = await startSecure(inside.resolve);
    await runMonitor('mysql', { port, tls: 'require' });
    expect((await inside.promise).subarray(36).toString('latin1')).toContain('mimamori-probe');
  });

  it('given a server without TLS, when it is asked for, then the server gets its answer all the same', async () => {
    const answered = Promise.withResolvers<Buffer>();
    const port = await startTcp((socket) => {
      socket.write(good);
      socket.once('data', answered.resolve);
    });
    await runMonitor('mysql', { port, tls: 'require' });
    expect((await answered.promise).subarray(36).toString('latin1')).toContain('mimamori-probe');
  });

  it('given a server without TLS, when it is asked for, then it is critical', async () => {
    const port = await startTcp((socket) => socket.write(good));
    const { outcome } = await runMonitor('mysql', { port, tls: 'require' });
    expect(outcome).toMatchObject({
      severity: 'critical',
      summary: {
        en: `127.0.0.1:${port} does not offer TLS`,
        ja: `127.0.0.1:${port} は TLS を受け付けません`,
      },
    });
  });
});
