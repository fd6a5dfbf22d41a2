import { createServer, getCACertificates, setDefaultCACertificates } from 'node:tls';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Certificate, makeAuthority, makeCertificate } from '../certificate.ts';
import { startLineServer } from '../line-server.ts';
import { monitorOf, run } from '../run-monitor.ts';
import { closedPort, closeServersAfterEach, listen, startTcp } from '../tcp-server.ts';

closeServersAfterEach();

const dayMs = 86_400_000;
const now = Date.now();
/** Certificates are made for the clock of this machine, which is the one that OpenSSL believes. */
const at = new Date(now).toISOString();
const inDays = (days: number) => new Date(now + days * dayMs);
const dateIn = (days: number) => inDays(days).toISOString().slice(0, 10);

const startTlsServer = (certificate: Certificate) => listen(createServer({ ...certificate }));
const checkTls = (port: number, settings: Record<string, unknown> = {}, timeLimitMs = 2000) =>
  run(monitorOf('tls', { port, ...settings }, {}, timeLimitMs), at);

describe('tls', () => {
  const authority = makeAuthority('Mimamori Test Authority');
  beforeAll(() => setDefaultCACertificates([...getCACertificates('bundled'), authority.cert]));

  const names = ['shop.example', '127.0.0.1'];
  const ending = (days: number) => makeCertificate({ names, issuer: authority, notAfter: inDays(days) });
  const cases = [
    {
      given: 'a certificate for 60 days and a half',
      certificate: () => ending(60.5),
      severity: 'ok',
      said: `has a certificate with 60 days left, until ${dateIn(60.5)} UTC (from 30 days)`,
    },
    {
      given: 'a certificate for a little more than 30 days',
      certificate: () => ending(30.01),
      severity: 'ok',
      said: 'with 30 days left',
    },
    {
      given: 'a certificate for a little less than 30 days',
      certificate: () => ending(29.99),
      severity: 'warning',
      said: `has a certificate with 29 days left, until ${dateIn(29.99)} UTC (below 30 days)`,
    },
    {
      given: 'a certificate for a little more than 7 days',
      certificate: () => ending(7.01),
      severity: 'warning',
      said: 'with 7 days left',
    },
    {
      given: 'a certificate for a little less than 7 days',
      certificate: () => ending(6.99),
      severity: 'critical',
      said: `has a certificate with 6 days left, until ${dateIn(6.99)} UTC (below 7 days)`,
    },
    {
      given: 'bounds of its own',
      certificate: () => ending(10),
      settings: { daysLeft: { warning: 9, critical: 3 } },
      severity: 'ok',
      said: 'days left',
    },
    {
      given: 'a certificate that lasts longer than browsers take',
      certificate: () => ending(500.5),
      settings: { daysLeft: { warning: '30:398' } },
      severity: 'warning',
      said: `has a certificate with 500 days left, until ${dateIn(500.5)} UTC (outside 30 to 398 days)`,
    },
    {
      given: 'a certificate within a range',
      certificate: () => ending(60.5),
      settings: { daysLeft: { warning: '30:398' } },
      severity: 'ok',
      said: `has a certificate with 60 days left, until ${dateIn(60.5)} UTC (within 30 to 398 days)`,
    },
    {
      given: 'a certificate that has ended',
      certificate: () =>
        makeCertificate({ names, issuer: authority, notBefore: inDays(-90), notAfter: inDays(-2) }),
      severity: 'critical',
      said: `has a certificate that ended on ${dateIn(-2)} UTC`,
    },
    {
      given: 'a certificate that has not begun',
      certificate: () =>
        makeCertificate({ names, issuer: authority, notBefore: inDays(2), notAfter: inDays(90.5) }),
      severity: 'critical',
      said: 'has a bad certificate: its certificate is not valid yet (90 days left)',
    },
    {
      given: 'a certificate of its own',
      certificate: () => makeCertificate({ names, notAfter: inDays(60.5) }),
      severity: 'critical',
      said: 'has a bad certificate: its certificate is self-signed (60 days left)',
    },
    {
      given: 'a certificate of its own that need not be verified',
      certificate: () => makeCertificate({ names: ['other.example'], notAfter: inDays(20.5) }),
      settings: { verifyCertificate: false },
      severity: 'warning',
      said: 'with 20 days left',
    },
    {
      given: 'a certificate of an unknown authority',
      certificate: () => makeCertificate({ names, issuer: makeAuthority('Nobody'), notAfter: inDays(60.5) }),
      severity: 'critical',
      said: 'has a bad certificate: its certificate comes from an unknown authority',
    },
    {
      given: 'a certificate for another name',
      certificate: () =>
        makeCertificate({ names: ['other.example'], issuer: authority, notAfter: inDays(60.5) }),
      severity: 'critical',
      said: 'has a bad certificate: its certificate is for another host name (60 days left)',
    },
    {
      given: 'the name it should be for',
      certificate: () =>
        makeCertificate({ names: ['shop.example'], issuer: authority, notAfter: inDays(60.5) }),
      settings: { tlsName: 'shop.example' },
      severity: 'ok',
      said: 'with 60 days left',
    },
  ] as const;
  for (const { given, certificate, severity, said, ...rest } of cases) {
    it(`given ${given}, when it is checked, then it is ${severity}`, async () => {
      const port = await startTlsServer(certificate());
      const { outcome } = await checkTls(port, 'settings' in rest ? rest.settings : {});
      expect(outcome.summary.en).toContain(said);
      expect(outcome.severity).toBe(severity);
      expect(outcome.values).toEqual({ daysLeft: expect.any(Number) });
    });
  }

  it('given a certificate near its end, when it is told in Japanese, then days, date and bound are in the line', async () => {
    const port = await startTlsServer(ending(20.5));
    const { outcome } = await checkTls(port);
    expect(outcome.summary.ja).toBe(
      `127.0.0.1:${port} の証明書の有効期間は残り 20 日です(期限 ${dateIn(20.5)} UTC、しきい値 30 日未満)`,
    );
    expect(outcome.values.daysLeft).toBeCloseTo(20.5, 3);
  });

  it('given a certificate outside a range, when it is told in Japanese, then the range is in the line', async () => {
    const port = await startTlsServer(ending(500.5));
    const { outcome } = await checkTls(port, { daysLeft: { warning: '30:398' } });
    expect(outcome.summary.ja).toContain('残り 500 日です');
    expect(outcome.summary.ja).toContain('しきい値 30〜398 日の範囲外)');
  });

  const greetings = [
    {
      starttls: 'smtp',
      script: {
        greeting: '220 mail.example\r\n',
        answers: {
          EHLO: '250-mail.example\r\n250 STARTTLS\r\n',
          STARTTLS: '220 go\r\n',
          QUIT: '221 bye\r\n',
        },
        secureAfter: 'STARTTLS',
      },
    },
    {
      starttls: 'imap',
      script: {
        greeting: '* OK ready\r\n',
        answers: { 'm1 STARTTLS': 'm1 OK go\r\n', 'm3 LOGOUT': '* BYE\r\n' },
        secureAfter: 'm1 STARTTLS',
      },
    },
    {
      starttls: 'pop3',
      script: {
        greeting: '+OK ready\r\n',
        answers: { STLS: '+OK go\r\n', QUIT: '+OK bye\r\n' },
        secureAfter: 'STLS',
      },
    },
    {
      starttls: 'ftp',
      script: {
        greeting: '220 ready\r\n',
        answers: { 'AUTH TLS': '234 go\r\n', QUIT: '221 bye\r\n' },
        secureAfter: 'AUTH TLS',
      },
    },
  ] as const;
  for (const { starttls, script } of greetings) {
    it(`given a service that knows ${starttls}, when TLS is asked for so, then its certificate is judged and leave is taken inside`, async () => {
      const certificate = ending(20.5);
      const { port, heard, gone } = await startLineServer({ ...script, certificate });
      const { outcome } = await checkTls(port, { starttls });
      await gone;
      expect(outcome.summary.en).toContain('has a certificate with 20 days left');
      expect(outcome.severity).toBe('warning');
      expect(heard.at(-1)).toMatch(/^\*(QUIT|m3 LOGOUT)$/);
    });

    it(`given a service of ${starttls} that is too busy, when TLS is asked for, then it is critical and says so`, async () => {
      const { port } = await startLineServer({ greeting: '421 too busy\r\n' });
      const { outcome } = await checkTls(port, { starttls });
      expect(outcome.summary.en).toContain(`127.0.0.1:${port} greeted with "421 too busy", wanted`);
      expect(outcome.severity).toBe('critical');
    });
  }

  for (const [starttls, said] of [
    ['mysql', 'in place of a database handshake'],
    ['postgres', 'answered the wish for TLS with'],
  ]) {
    it(`given a web server, when TLS is asked for by ${starttls}, then it is critical and says so`, async () => {
      const port = await startTcp((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
      const { outcome } = await checkTls(port, { starttls });
      expect(outcome.summary.en).toContain(said);
      expect(outcome.severity).toBe('critical');
    });
  }

  it('given a protocol that nobody knows, when it is checked, then it is a fault of the settings', async () => {
    expect((await checkTls(1, { starttls: 'gopher' })).outcome.severity).toBe('unknown');
  });

  const talks = [
    {
      given: 'a web server without TLS',
      sends: 'HTTP/1.1 400 Bad Request\r\n\r\n',
      said: 'what it sent is not TLS',
    },
    { given: 'a server that closes', sends: '', said: 'reset the connection' },
    { given: 'a flood', sends: 'x'.repeat(500_000), said: 'failed in the TLS handshake' },
  ];
  for (const { given, sends, said } of talks) {
    it(`given ${given}, when it is checked, then it is critical`, async () => {
      const port = await startTcp((socket) => socket.end(sends));
      const { outcome } = await checkTls(port);
      expect(outcome.summary.en).toContain(said);
      expect(outcome.severity).toBe('critical');
    });
  }

  it('given a server that says nothing, when its time is up, then it is critical', async () => {
    const port = await startTcp(() => {});
    expect((await checkTls(port, {}, 80)).outcome).toMatchObject({
      severity: 'critical',
      summary: { en: `127.0.0.1:${port} gave no answer within 0.08 s` },
    });
  });

  it('given a closed port, when it is checked, then it is critical', async () => {
    expect((await checkTls(await closedPort())).outcome.severity).toBe('critical');
  });

  it('given a warning below critical, when it is checked, then it is a fault of the settings', async () => {
    const { outcome } = await checkTls(1, { daysLeft: { warning: 5 } });
    expect(outcome.severity).toBe('unknown');
    expect(outcome.summary.en).toContain('warning is not above critical');
  });
});
