import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { getCACertificates, setDefaultCACertificates, type TlsOptions } from 'node:tls';
import { beforeAll, describe, expect, it } from 'vitest';
import { matchesWithin } from '../../../lambdas/probe/checks/http/body-pattern.ts';
import { type Certificate, makeAuthority, makeCertificate } from '../certificate.ts';
import { runMonitor } from '../run-monitor.ts';
import { closedPort, closeServersAfterEach, listen, startTcp } from '../tcp-server.ts';

closeServersAfterEach();

const startHttp = (answer: RequestListener) => listen(createServer(answer));

const answerWith =
  (status: number, body: string | Buffer = '', headers: Record<string, string> = {}): RequestListener =>
  (_request, response: ServerResponse) =>
    response.writeHead(status, headers).end(body);

describe('http', () => {
  const statuses = [
    { status: 200, wanted: undefined, severity: 'ok' },
    { status: 204, wanted: undefined, severity: 'ok' },
    { status: 302, wanted: undefined, severity: 'ok' },
    { status: 399, wanted: undefined, severity: 'ok' },
    { status: 400, wanted: undefined, severity: 'critical' },
    { status: 404, wanted: undefined, severity: 'critical' },
    { status: 503, wanted: undefined, severity: 'critical' },
    { status: 401, wanted: [401], severity: 'ok' },
    { status: 302, wanted: [200], severity: 'critical' },
    { status: 404, wanted: [200, '400-410'], severity: 'ok' },
  ] as const;
  for (const { status, wanted, severity } of statuses) {
    it(`given status ${status}, when ${wanted?.join(', ') ?? '200-399'} is wanted, then it is ${severity}`, async () => {
      const port = await startHttp(answerWith(status, 'x', { Location: '/elsewhere' }));
      const { outcome } = await runMonitor('http', { port, ...(wanted && { status: wanted }) });
      expect(outcome.severity).toBe(severity);
    });
  }

  it('given a wrong status, when it is told, then what, where and what was wanted are in the line', async () => {
    const port = await startHttp(answerWith(503));
    const { outcome } = await runMonitor('http', {
      port,
      path: '/health?full=1',
      virtualHost: 'shop.example',
    });
    expect(outcome.summary).toEqual({
      en: `http://shop.example:${port}/health?full=1 answered with status 503, wanted 200-399`,
      ja: `http://shop.example:${port}/health?full=1 がステータス 503 を返しました(正常は 200-399)`,
    });
  });

  it('given a virtual host, when it is asked, then the request names it and nothing else', async () => {
    let seen: unknown;
    const port = await startHttp((request, response) => {
      seen = { url: request.url, method: request.method, headers: request.headers };
      response.end();
    });
    const { outcome } = await runMonitor('http', { port, path: '/x', virtualHost: 'shop.example' });
    expect(outcome.severity).toBe('ok');
    expect(seen).toEqual({
      url: '/x',
      method: 'GET',
      headers: {
        host: `shop.example:${port}`,
        'user-agent': 'mimamori-monitoring',
        accept: '*/*',
        'accept-encoding': 'identity',
        connection: 'close',
      },
    });
    expect(outcome.values).toEqual({
      responseMs: expect.any(Number),
      connectMs: expect.any(Number),
      firstByteMs: expect.any(Number),
    });
  });

  const shiftJis = Buffer.from([0x93, 0xfa, 0x96, 0x7b]);
  const bodies = [
    { given: 'the text in the body', body: 'all is well', wants: { contains: 'is well' }, severity: 'ok' },
    {
      given: 'another text in the body',
      body: 'database error',
      wants: { contains: 'is well' },
      severity: 'critical',
    },
    {
      given: 'a body that fits the pattern',
      body: 'queue: 12',
      wants: { matches: 'queue: \\d+$' },
      severity: 'ok',
    },
    {
      given: 'a body that does not fit the pattern',
      body: 'queue: x',
      wants: { matches: 'queue: \\d+$' },
      severity: 'critical',
    },
    { given: 'one of two', body: 'well', wants: { contains: 'well', matches: 'ill' }, severity: 'critical' },
    { given: 'Shift_JIS', body: shiftJis, wants: { contains: '日本' }, severity: 'ok' },
    {
      given: 'the text behind the first MiB',
      body: `${'x'.repeat(1_100_000)}is well`,
      wants: { contains: 'is well' },
      severity: 'critical',
    },
    {
      given: 'the text at the end of the first MiB',
      body: `${'x'.repeat(1_000_000)}is well`,
      wants: { contains: 'is well' },
      severity: 'ok',
    },
  ] as const;
  for (const { given, body, wants, severity } of bodies) {
    it(`given ${given}, when the body is looked at, then it is ${severity}`, async () => {
      const type = body === shiftJis ? 'text/html; charset="Shift_JIS"' : 'text/html';
      const port = await startHttp(answerWith(200, body, { 'Content-Type': type }));
      const { outcome } = await runMonitor('http', { port, body: wants });
      expect(outcome.severity).toBe(severity);
    });
  }

  it('given a body that lacks the text, when it is told, then the line says how much was looked at', async () => {
    const port = await startHttp(answerWith(200, 'error'));
    const { outcome } = await runMonitor('http', { port, body: { contains: 'is well' } });
    expect(outcome.summary.en).toBe(`http://127.0.0.1:${port}/ has no "is well" in the body of 5 bytes`);
  });

  const headers = [
    { given: 'the header', sent: { 'X-App': 'shop v2' }, wants: { 'x-app': 'v2' }, severity: 'ok' },
    { given: 'another value', sent: { 'X-App': 'shop v1' }, wants: { 'X-App': 'v2' }, severity: 'critical' },
    { given: 'no header', sent: {}, wants: { 'X-App': '' }, severity: 'critical' },
  ] as const;
  for (const { given, sent, wants, severity } of headers) {
    it(`given ${given}, when it is expected, then it is ${severity}`, async () => {
      const port = await startHttp(answerWith(200, '', sent));
      expect((await runMonitor('http', { port, headers: wants })).outcome.severity).toBe(severity);
    });
  }

  const liars = [
    { given: 'a banner of another protocol', sends: 'SSH-2.0-OpenSSH\r\n', said: 'not HTTP' },
    {
      given: 'headers without end',
      sends: `HTTP/1.1 200 OK\r\n${'X-A: b\r\n'.repeat(20_000)}`,
      said: 'sent headers of more than 16 KiB',
    },
    {
      given: 'two lengths',
      sends: 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx',
      said: 'not HTTP',
    },
    {
      given: 'a change of protocol',
      sends: 'HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
      said: 'not HTTP',
    },
    {
      given: 'a body that ends early',
      sends: 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx',
      said: 'answered with status 200, and its page broke off after 1 of 100 bytes',
    },
    {
      given: 'a chunk of a false size',
      sends: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\nzz\r\n',
      said: 'not HTTP',
    },
    {
      given: 'interim answers without end',
      sends: 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(5000),
      said: 'interim answers without end',
    },
    { given: 'nothing at all', sends: '', said: 'reset the connection' },
  ];
  for (const { given, sends, said } of liars) {
    it(`given ${given}, when it is asked, then one bounded check is critical`, async () => {
      const port = await startTcp((socket) => {
        socket.once('data', () => socket.end(sends));
      });
      const { outcome } = await runMonitor('http', { port, body: { contains: 'never' } });
      expect(outcome.severity).toBe('critical');
      expect(outcome.summary.en).toContain(said);
    });
  }

  const stalls = [
    { given: 'no answer', sends: '' },
    { given: 'half of the headers', sends: 'HTTP/1.1 200 OK\r\nX-A: b\r\n' },
    { given: 'interim answers only', sends: 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(5) },
  ];
  for (const { given, sends } of stalls) {
    it(`given ${given}, when the time is up, then it is critical and the limit is told`, async () => {
      const port = await startTcp((socket) => socket.write(sends));
      const { outcome } = await runMonitor(
        'http',
        { port, body: { contains: 'never' } },
        {},
        { timeLimitMs: 120 },
      );
      expect(outcome).toMatchObject({
        severity: 'critical',
        summary: { en: `http://127.0.0.1:${port}/ gave no answer within 0.12 s` },
      });
    });
  }

  it('given a closed port, when it is asked, then it is critical with the reason', async () => {
    const port = await closedPort();
    const { outcome } = await runMonitor('http', { port });
    expect(outcome.summary.en).toBe(`http://127.0.0.1:${port}/ refused the connection`);
    expect(outcome.severity).toBe('critical');
  });

  const refused = [
    { given: 'a path with a line break', settings: { path: '/x\r\nHost: evil' } },
    { given: 'a path without slash', settings: { path: 'x' } },
    { given: 'a virtual host with a port', settings: { virtualHost: 'a:80' } },
    { given: 'a pattern that is none', settings: { body: { matches: '(' } } },
    { given: 'a long pattern', settings: { body: { matches: 'a'.repeat(201) } } },
    { given: 'a status range backwards', settings: { status: ['399-200'] } },
    { given: 'an unknown setting', settings: { verifyCertificate: false } },
  ];
  for (const { given, settings } of refused) {
    it(`given ${given}, when it is checked, then it is unknown: the fault is in the settings`, async () => {
      expect((await runMonitor('http', settings)).outcome.severity).toBe('unknown');
    });
  }
});

describe('patterns on hostile pages', () => {
  it('given a pattern that backtracks without end, when the page is made for it, then it is stopped', () => {
    const startedAt = performance.now();
    expect(() => matchesWithin('^(a+)+$', `${'a'.repeat(5000)}!`, 50)).toThrow(
      'body.matches (^(a+)+$) took longer than 50 ms; write it without nested repetitions',
    );
    expect(performance.now() - startedAt).toBeLessThan(1500);
  });

  it('given a stopped pattern, when the next one runs, then it runs as if nothing had been', () => {
    expect(() => matchesWithin('^(a+)+$', `${'a'.repeat(5000)}!`, 20)).toThrow();
    expect(matchesWithin('^b', 'bc', 1000)).toBe(true);
    expect(matchesWithin('^c', 'bc', 1000)).toBe(false);
  });

  it('given such a page, when it is checked, then the check is unknown and names the pattern', async () => {
    const port = await startHttp(answerWith(200, `${'a'.repeat(5000)}!`));
    const { outcome } = await runMonitor('http', { port, body: { matches: '^(a+)+$' } });
    expect(outcome.severity).toBe('unknown');
    expect(outcome.summary.en).toContain('body.matches (^(a+)+$)');
  });
});

describe('https', () => {
  const authority = makeAuthority('Mimamori Test Authority');
  beforeAll(() => setDefaultCACertificates([...getCACertificates('bundled'), authority.cert]));

  const startHttps = (certificate: Certificate, options: TlsOptions = {}) =>
    listen(createSecureServer({ ...certificate, ...options }, answerWith(200, 'secret page')));
  const trusted = (...names: string[]) => makeCertificate({ names, issuer: authority });

  it('given a trusted certificate for the virtual host, when it is asked, then it is ok and the handshake is timed', async () => {
    const port = await startHttps(trusted('shop.example'));
    const { outcome } = await runMonitor('https', {
      port,
      virtualHost: 'shop.example',
      body: { contains: 'secret' },
    });
    expect(outcome.summary.en).toContain(`https://shop.example:${port}/ answered with status 200`);
    expect(outcome.severity).toBe('ok');
    expect(outcome.values.tlsMs).toBeGreaterThan(outcome.values.connectMs ?? Number.NaN);
  });

  it('given a server with several names, when one is asked, then SNI names it', async () => {
    let seen: string | undefined;
    const port = await startHttps(trusted('shop.example'), {
      SNICallback: (name, done) => {
        seen = name;
        done(null);
      },
    });
    await runMonitor('https', { port, virtualHost: 'shop.example' });
    expect(seen).toBe('shop.example');
  });

  it('given a certificate for the address, when the address is asked, then it is ok', async () => {
    const port = await startHttps(trusted('127.0.0.1'));
    expect((await runMonitor('https', { port })).outcome.severity).toBe('ok');
  });

  const past = new Date(Date.now() - 86_400_000);
  const wrong = [
    {
      given: 'a certificate for another name',
      certificate: () => trusted('other.example'),
      said: 'its certificate is for another host name',
    },
    {
      given: 'a certificate that has ended',
      certificate: () =>
        makeCertificate({
          names: ['shop.example'],
          issuer: authority,
          notBefore: new Date(0),
          notAfter: past,
        }),
      said: 'its certificate has expired',
    },
    {
      given: 'a certificate that has not begun',
      certificate: () =>
        makeCertificate({
          names: ['shop.example'],
          issuer: authority,
          notBefore: new Date(Date.now() + 86_400_000),
        }),
      said: 'its certificate is not valid yet',
    },
    {
      given: 'a certificate that signed itself',
      certificate: () => makeCertificate({ names: ['shop.example'] }),
      said: 'its certificate is self-signed',
    },
    {
      given: 'a certificate of an unknown authority',
      certificate: () => makeCertificate({ names: ['shop.example'], issuer: makeAuthority('Nobody') }),
      said: 'its certificate comes from an unknown authority',
    },
  ];
  for (const { given, certificate, said } of wrong) {
    it(`given ${given}, when it is asked, then it is critical and says so`, async () => {
      const port = await startHttps(certificate());
      const { outcome } = await runMonitor('https', { port, virtualHost: 'shop.example' });
      expect(outcome.severity).toBe('critical');
      expect(outcome.summary.en).toContain(
        `https://shop.example:${port}/ failed in the TLS handshake: ${said}`,
      );
    });

    it(`given ${given}, when certificates are not verified, then it is ok`, async () => {
      const port = await startHttps(certificate());
      const settings = { port, virtualHost: 'shop.example', verifyCertificate: false };
      expect((await runMonitor('https', settings)).outcome.severity).toBe('ok');
    });
  }

  it('given a server that speaks HTTP on the port, when it is asked, then it is critical', async () => {
    const port = await startHttp(answerWith(200));
    const { outcome } = await runMonitor('https', { port });
    expect(outcome.severity).toBe('critical');
    expect(outcome.summary.en).toContain('failed in the TLS handshake');
  });

  const ends = [
    {
      given: 'a server that closes in the handshake',
      talk: (socket: { destroy(): void }) => socket.destroy(),
      said: 'reset the connection',
    },
    { given: 'a server that stalls in the handshake', talk: () => {}, said: 'gave no answer within 0.15 s' },
  ];
  for (const { given, talk, said } of ends) {
    it(`given ${given}, when it is asked, then it is critical`, async () => {
      const port = await startTcp(talk);
      const { outcome } = await runMonitor('https', { port }, {}, { timeLimitMs: 150 });
      expect(outcome.severity).toBe('critical');
      expect(outcome.summary.en).toContain(said);
    });
  }
});
