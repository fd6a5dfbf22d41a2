import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { badCertificates, certificateFor, certificateWithChain } from './certificates.ts';
import { type Case, check, expectOk, testCases } from './check.ts';
import type { RealServer } from './servers/child-server.ts';
import { startDovecot } from './servers/dovecot.ts';
import { startMariadb } from './servers/mariadb.ts';
import { type RealNginx, startNginx } from './servers/nginx.ts';
import { startPostfix } from './servers/postfix.ts';
import { startPostgres } from './servers/postgres.ts';
import { startVsftpd } from './servers/vsftpd.ts';

const name = 'shop.example';
const named = { tlsName: name } as const;

/** Nginx is asked on its port for TLS. */
const onSecurePort = async (starting: Promise<RealNginx>): Promise<RealServer> => {
  const nginx = await starting;
  return { ...nginx, port: nginx.securePort };
};
const nginxWith = (certificate: Parameters<typeof startNginx>[0]) => () =>
  onSecurePort(startNginx(certificate));

describe('the certificate of nginx', () => {
  const lasting = (daysLeft: number) => nginxWith({ certificate: certificateFor(name, daysLeft) });
  testCases([
    {
      given: 'a certificate of 90 days',
      server: lasting(90),
      type: 'tls',
      settings: named,
      then: 'ok',
      said: 'has a certificate with 89 days left',
    },
    {
      given: 'a certificate of 20 days',
      server: lasting(20),
      type: 'tls',
      settings: named,
      then: 'warning',
      said: 'has a certificate with 19 days left',
    },
    {
      given: 'a certificate of 20 days, where 10 are enough',
      server: lasting(20),
      type: 'tls',
      settings: { ...named, daysLeft: { warning: 10, critical: 5 } },
      then: 'ok',
      said: 'has a certificate with 19 days left',
    },
    {
      given: 'a certificate of 3 days',
      server: lasting(3),
      type: 'tls',
      settings: named,
      then: 'critical',
      said: 'has a certificate with 2 days left',
    },
    {
      given: 'a chain with its intermediate',
      server: nginxWith({ certificate: certificateWithChain(name) }),
      type: 'tls',
      settings: named,
      then: 'ok',
      said: 'has a certificate with 89 days left',
    },
    ...badCertificates(name).map(
      ({ given, certificate, said }): Case => ({
        given,
        server: nginxWith({ certificate }),
        type: 'tls',
        settings: { ...named, daysLeft: { warning: 10, critical: 5 } },
        then: 'critical',
        // One that has ended is told with its day.
        said: given.includes('expired') ? 'has a certificate that ended on' : said,
      }),
    ),
    {
      given: 'a certificate that signed itself, where only the days count',
      server: nginxWith({ certificate: badCertificates(name)[3]?.certificate ?? expect.fail() }),
      type: 'tls',
      settings: { ...named, verifyCertificate: false, daysLeft: { warning: 10, critical: 5 } },
      then: 'ok',
      said: 'has a certificate with 29 days left',
    },
  ]);

  it('given nginx, when its port without TLS is asked, it stands still, stops and starts, then tls follows', async () => {
    const nginx = await startNginx({ certificate: certificateFor(name) });
    const ask = async (port: number) =>
      (await check('tls', { ...named, port }, { timeLimitMs: 1000 })).outcome;
    try {
      expectOk(await ask(nginx.securePort));
      expect(await ask(nginx.port)).toMatchObject({ severity: 'critical' });
      expect((await ask(nginx.port)).summary.en).toContain('what it sent is not TLS');
      nginx.freeze();
      expect((await ask(nginx.securePort)).summary.en).toContain('gave no answer within 1 s');
      nginx.thaw();
      await nginx.stop();
      expect((await ask(nginx.securePort)).summary.en).toContain('refused the connection');
      await nginx.start();
      expectOk(await ask(nginx.securePort));
    } finally {
      await nginx.remove();
    }
  });
});

describe('certificates that are asked for in the protocol', () => {
  const services = [
    { starttls: 'smtp', start: startPostfix },
    { starttls: 'imap', start: startDovecot },
    {
      starttls: 'pop3',
      start: async (options: Parameters<typeof startDovecot>[0]) => {
        const dovecot = await startDovecot(options);
        return { ...dovecot, port: dovecot.pop3Port };
      },
    },
    { starttls: 'ftp', start: startVsftpd },
    { starttls: 'mysql', start: startMariadb },
    { starttls: 'postgres', start: startPostgres },
  ] as const;
  const certificate = certificateFor(name, 20);

  describe.each(services)('$starttls', ({ starttls, start }) => {
    let server: RealServer;
    beforeAll(async () => {
      server = await start({ certificate });
    });
    afterAll(() => server?.remove());

    testCases([
      {
        given: 'a certificate of 20 days',
        server: () => server,
        type: 'tls',
        settings: { ...named, starttls },
        then: 'warning',
        said: 'has a certificate with 19 days left',
      },
      {
        given: 'a certificate of another name',
        server: () => server,
        type: 'tls',
        settings: { starttls, tlsName: 'other.example' },
        then: 'critical',
        said: 'has a bad certificate: its certificate is for another host name (19 days left)',
      },
    ]);
  });
});
