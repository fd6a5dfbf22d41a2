/**
 * Records what the checks and real servers of Debian say to each other, TLS taken off: `node test/probe/exchanges/record.ts`,
 * as root, with the servers of test/real/install-debian.sh. The servers run on the loopback under names ending in
 * `.example`, with certificates made for the recording; nobody logs in, so that no secret is said.
 */

import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { connect as connectTls, createSecureContext, TLSSocket } from 'node:tls';
import { checkTypes } from '../../../lambdas/probe/checks/registry.ts';
import { createCheckRunner } from '../../../lambdas/probe/run-check.ts';
import { startDovecot } from '../../real/servers/dovecot.ts';
import { startMariadb } from '../../real/servers/mariadb.ts';
import { startPostfix } from '../../real/servers/postfix.ts';
import { startPostgres } from '../../real/servers/postgres.ts';
import { startSshd } from '../../real/servers/sshd.ts';
import { startVsftpd } from '../../real/servers/vsftpd.ts';
import { makeCertificate } from '../certificate.ts';
import { type Exchange, exchangeFile, type Turn } from './exchange.ts';

const certificate = makeCertificate({ names: ['mail.example'] });
const secureContext = createSecureContext({ ...certificate });
const run = createCheckRunner({
  checkTypes,
  secrets: { read: async () => '' },
  localTargetsAllowed: true,
});

/** Where a client's hello begins; what lies before it is said in the clear. */
const startOfTls = (data: Buffer): number => data.indexOf(Buffer.from([0x16, 0x03, 0x01]));

/** Stands between a check and a server, opens their TLS and writes down what is said. */
function listenIn(near: Socket, far: Socket, turns: Turn[]): void {
  const note = (from: Turn['from'], isInside: boolean, data: Buffer) => {
    const last = turns.at(-1);
    const said = data.toString('latin1');
    if (last?.from === from && last.isInside === isInside) {
      turns[turns.length - 1] = { ...last, said: last.said + said };
    } else turns.push({ from, isInside, said });
  };
  const join = (client: Socket, server: Socket, isInside: boolean) => {
    client.on('data', (data: Buffer) => {
      const hello = isInside ? -1 : startOfTls(data);
      const said = hello < 0 ? data : data.subarray(0, hello);
      if (said.length > 0) note('check', isInside, said);
      if (said.length > 0) server.write(said);
      if (hello < 0) return;
      client.removeAllListeners('data').removeAllListeners('end').pause();
      server.removeAllListeners('data').removeAllListeners('end');
      const open = () => {
        client.unshift(data.subarray(hello));
        const inner = new TLSSocket(client, { isServer: true, secureContext });
        join(inner, connectTls({ socket: server, rejectUnauthorized: false }), true);
      };
      // A server that was told so a moment ago must have read it before the handshake.
      setTimeout(open, said.length > 0 ? 200 : 0);
    });
    server.on('data', (data: Buffer) => {
      note('server', isInside, data);
      client.write(data);
    });
    client.on('end', () => server.end());
    server.on('end', () => client.end());
    for (const socket of [client, server]) socket.on('error', () => {});
  };
  join(near, far, false);
}

const escaped = (letter: string) => `\\u00${letter.charCodeAt(0).toString(16)}`;

async function record(name: string, port: number, exchange: Omit<Exchange, 'turns'>): Promise<void> {
  const { check, settings } = exchange;
  const turns: Turn[] = [];
  const between = createServer({ allowHalfOpen: true }, (near) =>
    listenIn(near, connect({ port, host: '127.0.0.1', allowHalfOpen: true }), turns),
  );
  between.listen(0, '127.0.0.1');
  await once(between, 'listening');
  const monitor = {
    check,
    settings: { ...settings, port: (between.address() as AddressInfo).port },
    timeLimitMs: 5000,
    target: { address: '127.0.0.1', reach: 'local' },
  } as const;
  const { outcome } = await run(monitor, '2026-11-21T03:00:00.000Z');
  between.close();
  if (outcome.severity !== 'ok') throw new Error(`${name}: ${outcome.summary.en}`);
  const version = execFileSync('dpkg-query', ['-W', '-f=${Package} ${Version}', exchange.server]).toString();
  const text = JSON.stringify({ ...exchange, server: version, turns }, undefined, 2);
  writeFileSync(exchangeFile(name), `${text.replace(/[\x7f-\xff]/g, escaped)}\n`);
}

const open = { verifyCertificate: false };
const starttls = { tls: 'starttls', ...open };
const implicit = { tls: 'implicit', ...open };
const require = { tls: 'require', ...open };

const postfix = await startPostfix();
const dovecot = await startDovecot();
const vsftpd = await startVsftpd();
const mariadb = await startMariadb({ certificate });
const postgres = await startPostgres({ certificate });
const sshd = await startSshd();
try {
  const mail = [
    { check: 'smtp', server: 'postfix', port: postfix.port, securePort: postfix.securePort },
    { check: 'imap', server: 'dovecot-core', port: dovecot.port, securePort: dovecot.imapsPort },
    { check: 'pop3', server: 'dovecot-core', port: dovecot.pop3Port, securePort: dovecot.pop3sPort },
  ];
  for (const { check, server, port, securePort } of mail) {
    await record(check, port, { check, server, settings: {} });
    await record(`${check}-starttls`, port, { check, server, settings: starttls });
    await record(`${check}-implicit`, securePort, { check, server, settings: implicit });
  }
  const files = { server: 'vsftpd', check: 'ftp' };
  await record('ftp', vsftpd.port, { ...files, settings: {} });
  await record('ftp-starttls', vsftpd.port, { ...files, settings: starttls });
  for (const { check, server, port } of [
    { check: 'mysql', server: 'mariadb-server', port: mariadb.port },
    { check: 'postgres', server: 'postgresql-15', port: postgres.port },
  ]) {
    await record(check, port, { check, server, settings: {} });
    await record(`${check}-require`, port, { check, server, settings: require });
  }
  await record('ssh', sshd.port, { check: 'ssh', server: 'openssh-server', settings: {} });
  const sent = { send: 'NOOP\r\n', expect: '530 Please login' };
  await record('tcp', vsftpd.port, { check: 'tcp', server: 'vsftpd', settings: sent });
  // Of the tls check only the bounds of the days hang on the certificate, which is another one when it is replayed.
  const days = { ...open, daysLeft: { warning: 2, critical: 1 } };
  await record('tls', postfix.securePort, { check: 'tls', server: 'postfix', settings: days });
  await record('tls-smtp', postfix.port, {
    check: 'tls',
    server: 'postfix',
    settings: { starttls: 'smtp', ...days },
  });
  await record('tls-mysql', mariadb.port, {
    check: 'tls',
    server: 'mariadb-server',
    settings: { starttls: 'mysql', ...days },
  });
} finally {
  for (const server of [postfix, dovecot, vsftpd, mariadb, postgres, sshd]) await server.remove();
}
