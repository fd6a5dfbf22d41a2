import type { Socket } from 'node:net';
import { createSecureContext, type SecureVersion, TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { maxConnectionBytes } from '../../platform/network/connection.ts';
import { makeCertificate } from '../probe/certificate.ts';
import { runMonitor } from '../probe/run-monitor.ts';
import { closeServersAfterEach } from '../probe/tcp-server.ts';
import * as peer from './hostile-peer.ts';

closeServersAfterEach();

const record = (type: number, ...body: number[]) =>
  Buffer.from([type, 3, 3, body.length >> 8, body.length & 255, ...body]);
const alert = 0x15;
const handshake = 0x16;
const serverHello = [2, 0, 0, 38, 3, 3, ...new Array<number>(32).fill(7), 0, 0x13, 1, 0];

/** What a server can say to a ClientHello and never come to an end. */
const endless = [
  { given: 'empty handshake records', says: record(handshake) },
  { given: 'hello requests, which a client is to ignore', says: record(handshake, 0, 0, 0, 0) },
  { given: 'changes of cipher, which a client is to ignore', says: record(0x14, 1) },
  { given: 'warnings', says: record(alert, 1, 90) },
  { given: 'heartbeats', says: record(0x18, 1, 0xff, 0xff) },
  { given: 'application data before the handshake', says: record(0x17, 1, 2, 3) },
  {
    given: 'a message of 16 MiB',
    begins: record(handshake, 2, 0xff, 0xff, 0xff),
    says: record(handshake, ...new Array<number>(4000).fill(1)),
  },
  {
    given: 'a message in single bytes',
    begins: record(handshake, 2, 0, 0xff, 0xff),
    says: record(handshake, 1),
  },
  {
    given: 'certificates after a hello',
    begins: record(handshake, ...serverHello),
    says: record(handshake, 11, 0, 0, 3, 0, 0, 0),
  },
  { given: 'the same hello', says: record(handshake, ...serverHello) },
  { given: 'a record longer than records may be', says: Buffer.from([handshake, 3, 3, 0xff, 0xff, 1, 2, 3]) },
  { given: 'records of a version that does not exist', says: Buffer.from([handshake, 9, 9, 0, 1, 2]) },
  { given: 'noise', says: Buffer.from([0xa7, 0x13, 0x99]) },
];

/** What asks for TLS: at once, and after a word in the clear. */
const askers = [
  { check: 'https', settings: { verifyCertificate: false }, words: [''] },
  { check: 'tls', settings: {}, words: [''] },
  { check: 'smtp', settings: { tls: 'implicit', verifyCertificate: false }, words: [''] },
  {
    check: 'imap',
    settings: { tls: 'starttls', verifyCertificate: false },
    words: ['* OK hi\r\n', 'm1 OK go\r\n'],
  },
  { check: 'postgres', settings: { tls: 'require', verifyCertificate: false }, words: ['', 'S'] },
];

async function expectBounded(
  check: string,
  settings: Record<string, unknown>,
  deed: peer.Deed,
  timeLimitMs: number,
): Promise<{ en: string; bytes: number }> {
  const server = await peer.startHostile(deed);
  const { outcome } = await runMonitor(check, { ...settings, port: server.port }, {}, { timeLimitMs });
  const seen = `${check}: ${outcome.summary.en}`;
  expect.soft(outcome.severity, seen).toBe('critical');
  expect.soft(outcome.durationMs, seen).toBeLessThan(timeLimitMs + 1500);
  expect.soft(server.taken(), seen).toBeLessThan(8 * maxConnectionBytes);
  await expect.poll(() => server.openConnections(), { message: seen, interval: 5, timeout: 3000 }).toBe(0);
  return { en: outcome.summary.en, bytes: server.taken() };
}

describe('in the handshake', () => {
  for (const { given, begins = '', says } of endless) {
    it(`given ${given} for ever, when TLS is asked for, then each check is critical, in time and bounded`, async () => {
      for (const { check, settings, words } of askers) {
        await expectBounded(check, settings, peer.afterWords(words, peer.flood(says, begins)), 1000);
      }
      await expectBounded(
        'https',
        askers[0]?.settings ?? {},
        peer.afterWords([''], peer.trickle(says, begins)),
        150,
      );
    });
  }
});

const certificate = makeCertificate({ names: ['127.0.0.1'] });

/** Shakes hands honestly and does its deed inside. */
const inside =
  (deed: peer.Deed, maxVersion: SecureVersion = 'TLSv1.3'): peer.Deed =>
  (socket: Socket) => {
    const tls = new TLSSocket(socket, {
      isServer: true,
      secureContext: createSecureContext({ ...certificate, maxVersion }),
    });
    tls.on('error', () => {});
    tls.on('end', () => tls.destroy());
    tls.on('close', () => socket.destroy());
    tls.once('secure', () => deed(tls));
  };

describe('what never becomes data', () => {
  const helloRequest = record(handshake, 0, 0, 0, 0);
  const floods = [
    {
      given: 'hello requests',
      check: 'https',
      settings: { verifyCertificate: false },
      deed: peer.afterWords([''], peer.flood(helloRequest)),
    },
    {
      given: 'hello requests after STARTTLS',
      check: 'imap',
      settings: { tls: 'starttls', verifyCertificate: false },
      deed: peer.afterWords(['* OK hi\r\n', 'm1 OK go\r\n'], peer.flood(helloRequest)),
    },
    {
      given: 'trailers of a page',
      check: 'http',
      settings: { body: { contains: 'never' } },
      deed: peer.afterWords([''], peer.flood('0', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')),
    },
  ];
  it.each(floods)(
    'given $given without end, when the time limit is far, then the flood ends the check',
    async ({ check, settings, deed }) => {
      const startedAt = performance.now();
      const { en } = await expectBounded(check, settings, deed, 20_000);
      expect(performance.now() - startedAt, en).toBeLessThan(10_000);
      // A page that had begun is told by what came of it.
      if (check !== 'http')
        expect(en).toContain('kept sending without end (beyond 4 MiB over one connection)');
    },
  );
});

describe('inside', () => {
  const page = { verifyCertificate: false, body: { contains: 'never' } };
  const mail = { tls: 'implicit', verifyCertificate: false };
  const floods = [
    { given: 'interim answers', check: 'https', settings: page, says: 'HTTP/1.1 100 Continue\r\n\r\n' },
    { given: 'headers', check: 'https', settings: page, says: 'X-A: b\r\n', begins: 'HTTP/1.1 200 OK\r\n' },
    { given: 'a page', check: 'https', settings: page, says: 'page', begins: 'HTTP/1.1 200 OK\r\n\r\n' },
    { given: 'a greeting', check: 'smtp', settings: mail, says: '220-hi\r\n' },
    { given: 'a line', check: 'imap', settings: mail, says: 'a' },
  ];
  for (const { given, check, settings, says, begins } of floods) {
    it(`given ${given} without end, when it comes through TLS, then the check is critical and bounded`, async () => {
      await expectBounded(check, settings, inside(peer.flood(says, begins)), 2000);
      await expectBounded(check, settings, inside(peer.trickle(says, begins)), 300);
    });
  }

  for (const [does, deed] of Object.entries({
    silence: peer.silence,
    'closing its half': peer.halfClose,
    deafness: peer.deafness,
  })) {
    it(`given ${does} after the handshake, when the talk goes on, then the check is critical`, async () => {
      await expectBounded('https', page, inside(deed), 300);
      await expectBounded('smtp', mail, inside(deed), 300);
    });
  }

  it('given a peer that cuts the connection below TLS, when the talk goes on, then the check is critical', async () => {
    const cut = (socket: Socket) => inside(() => socket.resetAndDestroy())(socket);
    await expectBounded('https', page, cut, 300);
    await expectBounded('smtp', mail, cut, 300);
  });

  it('given bytes between the records, when they come after the handshake, then the check is critical', async () => {
    const between = (socket: Socket) =>
      inside((tls) => {
        tls.resume();
        socket.write('in the clear');
      })(socket);
    await expectBounded('https', page, between, 300);
    await expectBounded('smtp', mail, between, 300);
  });

  it('given a peer that wants to shake hands again and again, when the talk goes on, then the check is critical', async () => {
    const again: peer.Deed = (socket) => {
      socket.resume();
      const renegotiate = () =>
        (socket as TLSSocket).renegotiate({}, () => {
          setImmediate(renegotiate);
        });
      renegotiate();
    };
    for (const { check, settings } of [
      { check: 'https', settings: page },
      { check: 'smtp', settings: mail },
      { check: 'imap', settings: mail },
    ]) {
      const { bytes } = await expectBounded(check, settings, inside(again, 'TLSv1.2'), 300);
      // One handshake has some 1500 bytes; the check takes part in no second one.
      expect(bytes, check).toBeLessThan(4000);
    }
  });
});
