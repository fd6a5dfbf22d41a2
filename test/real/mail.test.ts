import { afterAll, beforeAll, describe, it } from 'vitest';
import { badCertificates, certificateFor, certificateWithChain } from './certificates.ts';
import { type Case, expectToFollow, testCases } from './check.ts';
import { begins, occupy } from './occupy.ts';
import { type RealDovecot, startDovecot } from './servers/dovecot.ts';
import { type PostfixOptions, type RealPostfix, startPostfix } from './servers/postfix.ts';

const name = 'mail.example';
const certificate = certificateFor(name);
let postfix: RealPostfix;
let dovecot: RealDovecot;
beforeAll(async () => {
  [postfix, dovecot] = await Promise.all([startPostfix({ certificate }), startDovecot({ certificate })]);
});
afterAll(async () => {
  await Promise.all([postfix?.remove(), dovecot?.remove()]);
});

const starttls = { tls: 'starttls', tlsName: name } as const;
const implicit = { tls: 'implicit', tlsName: name } as const;

describe('Postfix', () => {
  it('given Postfix, when it stands still, stops and starts, then smtp follows', () =>
    expectToFollow(postfix, 'smtp', starttls));

  const withSettings = (settings: Record<string, string>, other: PostfixOptions = {}) =>
    startPostfix({ certificate, settings, ...other });
  const refusing: Case[] = [
    {
      given: 'a client that the server rejects',
      server: () => withSettings({ smtpd_client_restrictions: 'reject' }),
      type: 'smtp',
      then: 'critical',
      said: 'greeted with "554 5.7.1',
    },
    {
      given: 'a name in EHLO that the server rejects',
      server: () => withSettings({ smtpd_helo_required: 'yes', smtpd_helo_restrictions: 'reject' }),
      type: 'smtp',
      then: 'critical',
      said: 'answered EHLO with "554 5.7.1',
    },
    {
      given: 'a greeting that is delayed beyond the time limit',
      server: () => withSettings({ smtpd_client_restrictions: 'sleep 3' }),
      type: 'smtp',
      timeLimitMs: 1000,
      then: 'critical',
      said: 'gave no answer within 1 s',
    },
    {
      given: 'a greeting that is delayed beyond the warning',
      server: () => withSettings({ smtpd_client_restrictions: 'sleep 1' }),
      type: 'smtp',
      settings: { responseMs: { warning: 900 } },
      then: 'warning',
      said: 'sent its SMTP greeting in 1',
    },
    {
      given: 'a server that has no TLS',
      server: () => withSettings({ smtpd_tls_security_level: 'none' }),
      type: 'smtp',
      settings: starttls,
      then: 'critical',
      said: 'does not offer STARTTLS',
    },
    {
      given: 'a server whose certificate cannot be read',
      server: () => withSettings({ smtpd_tls_chain_files: '/nonexistent' }),
      type: 'smtp',
      settings: starttls,
      then: 'critical',
      said: 'failed in the TLS handshake',
    },
    {
      given: 'a server that wants TLS before any mail, asked in the clear',
      server: () => withSettings({ smtpd_tls_security_level: 'encrypt' }),
      type: 'smtp',
      then: 'ok',
      said: 'sent its SMTP greeting in',
    },
    {
      given: 'a client that has its one connection already',
      server: async () => {
        const server = await withSettings({
          smtpd_client_connection_count_limit: '1',
          smtpd_client_event_limit_exceptions: '',
        });
        const first = await occupy(server.port, begins('220'));
        return { ...server, remove: () => server.remove().finally(() => first.destroy()) };
      },
      type: 'smtp',
      then: 'critical',
      said: 'greeted with "421 4.7.0',
    },
  ];
  testCases([
    {
      given: 'Postfix without TLS asked for',
      server: () => postfix,
      type: 'smtp',
      settings: { expect: `${name} ESMTP` },
      then: 'ok',
      said: 'sent its SMTP greeting in',
    },
    {
      given: 'Postfix with TLS from the first byte',
      server: () => postfix,
      type: 'smtp',
      settings: () => ({ port: postfix.securePort, ...implicit }),
      then: 'ok',
      said: 'started TLS (certificate: 89 days left)',
    },
    {
      given: 'another name in the greeting',
      server: () => postfix,
      type: 'smtp',
      settings: { expect: 'relay.example' },
      then: 'critical',
      said: 'has no "relay.example" in its greeting',
    },
    {
      given: 'the port with TLS from the first byte, asked in the clear',
      server: () => postfix,
      type: 'smtp',
      settings: () => ({ port: postfix.securePort }),
      timeLimitMs: 1000,
      then: 'critical',
      said: 'gave no answer within 1 s',
    },
    {
      given: 'the port that greets in the clear, asked for TLS from the first byte',
      server: () => postfix,
      type: 'smtp',
      settings: implicit,
      then: 'critical',
      said: 'what it sent is not TLS',
    },
    {
      given: 'a chain with its intermediate',
      server: () => startPostfix({ certificate: certificateWithChain(name) }),
      type: 'smtp',
      settings: starttls,
      then: 'ok',
      said: 'started TLS',
    },
    ...badCertificates(name).map(
      ({ given, certificate: bad, said }): Case => ({
        given,
        server: () => startPostfix({ certificate: bad }),
        type: 'smtp',
        settings: starttls,
        then: 'critical',
        said,
      }),
    ),
    ...refusing,
  ]);
});

describe('Dovecot', () => {
  const services = [
    { type: 'imap', plain: () => dovecot.port, secure: () => dovecot.imapsPort, greeting: '* OK' },
    { type: 'pop3', plain: () => dovecot.pop3Port, secure: () => dovecot.pop3sPort, greeting: '+OK' },
  ] as const;
  const portOf = (type: 'imap' | 'pop3', server: RealDovecot) =>
    type === 'imap' ? server.port : server.pop3Port;

  for (const { type, plain, secure } of services) {
    it(`given Dovecot, when it stands still, stops and starts, then ${type} follows`, () =>
      expectToFollow(dovecot, type, { port: plain(), ...starttls }));

    const startFor = (given: Parameters<typeof startDovecot>[0]) => async () => {
      const server = await startDovecot({ certificate, ...given });
      return { ...server, port: portOf(type, server) };
    };
    const protocol = type.toUpperCase();
    testCases([
      {
        given: 'Dovecot without TLS asked for',
        server: () => dovecot,
        type,
        settings: () => ({ port: plain(), expect: 'Dovecot (Debian) ready' }),
        then: 'ok',
        said: `sent its ${protocol} greeting in`,
      },
      {
        given: 'Dovecot with TLS from the first byte',
        server: () => dovecot,
        type,
        settings: () => ({ port: secure(), ...implicit }),
        then: 'ok',
        said: 'started TLS (certificate: 89 days left)',
      },
      {
        given: 'logins in the clear disabled, asked in the clear',
        server: startFor({ settings: ['ssl = required', 'disable_plaintext_auth = yes'] }),
        type,
        then: 'ok',
        said: `sent its ${protocol} greeting in`,
      },
      {
        given: 'TLS switched off',
        server: startFor({ hasTls: false }),
        type,
        settings: starttls,
        then: 'critical',
        said: type === 'imap' ? 'answered STARTTLS with "m1 BAD' : 'answered STLS with "-ERR',
      },
      {
        given: 'the other protocol alone served',
        server: startFor({ protocols: [type === 'imap' ? 'pop3' : 'imap'] }),
        type,
        then: 'critical',
        said: 'refused the connection',
      },
      {
        given: 'the port that greets in the clear, asked for TLS from the first byte',
        server: () => dovecot,
        type,
        settings: () => ({ port: plain(), ...implicit }),
        then: 'critical',
        said: 'what it sent is not TLS',
      },
      ...badCertificates(name).map(
        ({ given, certificate: bad, said }): Case => ({
          given,
          server: startFor({ certificate: bad }),
          type,
          settings: starttls,
          then: 'critical',
          said,
        }),
      ),
    ]);
  }
});
