import { afterAll, beforeAll, describe, it } from 'vitest';
import { badCertificates, certificateFor } from './certificates.ts';
import { type Case, expectToFollow, testCases } from './check.ts';
import { begins, occupy } from './occupy.ts';
import type { RealServer } from './servers/child-server.ts';
import { startVsftpd } from './servers/vsftpd.ts';

const name = 'files.example';
const certificate = certificateFor(name);
let vsftpd: RealServer;
beforeAll(async () => {
  vsftpd = await startVsftpd({ certificate, settings: { ftpd_banner: 'Files of Acme' } });
});
afterAll(() => vsftpd?.remove());

/** Each of its settings closes it to a second client. */
const busy = async (settings: Record<string, string>) => {
  const server = await startVsftpd({ certificate, settings });
  const first = await occupy(server.port, begins('220'));
  return { ...server, remove: () => server.remove().finally(() => first.destroy()) };
};

describe('vsftpd', () => {
  const starttls = { tls: 'starttls', tlsName: name } as const;

  it('given vsftpd, when it stands still, stops and starts, then ftp follows', () =>
    expectToFollow(vsftpd, 'ftp', starttls));

  testCases([
    {
      given: 'vsftpd without TLS asked for',
      server: () => vsftpd,
      type: 'ftp',
      settings: { expect: 'Files of Acme' },
      then: 'ok',
      said: 'sent its FTP greeting in',
    },
    {
      given: 'TLS by AUTH TLS',
      server: () => vsftpd,
      type: 'ftp',
      settings: starttls,
      then: 'ok',
      said: 'started TLS (certificate: 89 days left)',
    },
    {
      given: 'TLS from the first byte',
      server: () => startVsftpd({ certificate, settings: { implicit_ssl: 'YES' } }),
      type: 'ftp',
      settings: { tls: 'implicit', tlsName: name },
      then: 'ok',
      said: 'started TLS',
    },
    {
      given: 'another greeting than the one expected',
      server: () => vsftpd,
      type: 'ftp',
      settings: { expect: 'Files of Beta' },
      then: 'critical',
      said: 'has no "Files of Beta" in its greeting',
    },
    {
      given: 'a server without TLS',
      server: () => startVsftpd({ settings: { ssl_enable: 'NO' } }),
      type: 'ftp',
      settings: starttls,
      then: 'critical',
      said: 'answered AUTH with "530',
    },
    {
      given: 'as many clients as it takes',
      server: () => busy({ max_clients: '1' }),
      type: 'ftp',
      then: 'critical',
      said: 'greeted with "421 There are too many connected users',
    },
    {
      given: 'as many connections as it takes from one address',
      server: () => busy({ max_per_ip: '1' }),
      type: 'ftp',
      then: 'critical',
      said: 'greeted with "421 There are too many connections from your internet address',
    },
    {
      given: 'a session that fails before its greeting',
      server: () => startVsftpd({ settings: { secure_chroot_dir: '/nonexistent' } }),
      type: 'ftp',
      then: 'critical',
      said: 'greeted with "500 OOPS',
    },
    ...badCertificates(name).map(
      ({ given, certificate: bad, said }): Case => ({
        given,
        server: () => startVsftpd({ certificate: bad }),
        type: 'ftp',
        settings: starttls,
        then: 'critical',
        said,
      }),
    ),
  ]);
});
