import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Certificate, makeCertificate } from '../../probe/certificate.ts';
import {
  acceptsTcp,
  childServer,
  freePort,
  isRoot,
  makeDirectory,
  type RealServer,
  writeCertificate,
} from './child-server.ts';

/** `port` is that of IMAP. */
export interface RealDovecot extends RealServer {
  readonly imapsPort: number;
  readonly pop3Port: number;
  readonly pop3sPort: number;
}

export interface DovecotOptions {
  /** By default one that signed itself, for mail.example. */
  readonly certificate?: Certificate;
  /** By default both. */
  readonly protocols?: readonly ('imap' | 'pop3')[];
  /** False for a server that knows no TLS; nobody listens on the ports for it then. */
  readonly hasTls?: boolean;
  /** Further lines of dovecot.conf; they win over those here. */
  readonly settings?: readonly string[];
}

/** Starts Dovecot on the loopback: IMAP and POP3, each with STARTTLS and with TLS from the first byte. */
export async function startDovecot({
  certificate = makeCertificate({ names: ['mail.example'] }),
  protocols = ['imap', 'pop3'],
  hasTls = true,
  settings = [],
}: DovecotOptions = {}): Promise<RealDovecot> {
  const directory = await makeDirectory('dovecot');
  await chmod(directory, 0o755);
  const ports = [await freePort(), await freePort(), await freePort(), await freePort()] as const;
  const [imapPort, imapsPort, pop3Port, pop3sPort] = ports;
  const files = await writeCertificate(directory, certificate);
  const lines = [
    `base_dir = ${join(directory, 'run')}`,
    `state_dir = ${join(directory, 'state')}`,
    'log_path = /dev/stderr',
    `protocols = ${protocols.join(' ')}`,
    'listen = 127.0.0.1',
    `ssl = ${hasTls ? 'yes' : 'no'}`,
    `ssl_cert = <${files.cert}`,
    `ssl_key = <${files.key}`,
    ...(isRoot ? ['default_internal_user = dovecot', 'default_login_user = dovenull'] : []),
    // One process for all connections: one that is just being made would miss the signal to end.
    'service imap-login {\n  service_count = 0',
    `  inet_listener imap {\n    port = ${imapPort}\n  }`,
    `  inet_listener imaps {\n    port = ${imapsPort}\n    ssl = yes\n  }`,
    '}',
    'service pop3-login {\n  service_count = 0',
    `  inet_listener pop3 {\n    port = ${pop3Port}\n  }`,
    `  inet_listener pop3s {\n    port = ${pop3sPort}\n    ssl = yes\n  }`,
    '}',
    // Without a way to look users up it does not start; nobody logs in.
    'passdb {\n  driver = static\n  args = password=nobody-logs-in\n}',
    `userdb {\n  driver = static\n  args = uid=nobody gid=nogroup home=${directory}\n}`,
    ...settings,
    '',
  ];
  const served = {
    imap: hasTls ? [imapPort, imapsPort] : [imapPort],
    pop3: hasTls ? [pop3Port, pop3sPort] : [pop3Port],
  };
  const listening = protocols.flatMap((protocol) => served[protocol]);
  await writeFile(join(directory, 'dovecot.conf'), lines.join('\n'));
  const server = childServer({
    port: imapPort,
    directory,
    command: '/usr/sbin/dovecot',
    args: ['-F', '-c', join(directory, 'dovecot.conf')],
    answers: async () => (await Promise.all(listening.map(acceptsTcp))).every(Boolean),
  });
  await server.start();
  return { ...server, imapsPort, pop3Port, pop3sPort };
}
