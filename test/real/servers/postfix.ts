import { chmod, mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Certificate, makeCertificate } from '../../probe/certificate.ts';
import {
  acceptsTcp,
  childServer,
  freePort,
  giveTo,
  isRoot,
  makeDirectory,
  type RealServer,
  writeCertificate,
} from './child-server.ts';

export interface RealPostfix extends RealServer {
  /** With TLS from the first byte, like 465. */
  readonly securePort: number;
}

export interface PostfixOptions {
  readonly port?: number;
  readonly securePort?: number;
  /** By default one that signed itself, for mail.example. */
  readonly certificate?: Certificate;
  /** Further lines of main.cf; they win over those here. */
  readonly settings?: Readonly<Record<string, string>>;
}

/**
 * Starts Postfix on the loopback as far as a client's talk needs it: it greets as mail.example, offers STARTTLS and
 * has no queue to deliver. It must be root, for it changes its users itself.
 */
export async function startPostfix({
  port,
  securePort,
  certificate = makeCertificate({ names: ['mail.example'] }),
  settings = {},
}: PostfixOptions = {}): Promise<RealPostfix> {
  if (!isRoot) throw new Error('Postfix runs for root only; run these tests as root');
  const directory = await makeDirectory('postfix');
  await chmod(directory, 0o755);
  const onPort = port ?? (await freePort());
  const onSecurePort = securePort ?? (await freePort());
  const files = await writeCertificate(directory, certificate);
  for (const name of ['queue', 'queue/pid', 'queue/private', 'queue/public', 'data']) {
    await mkdir(join(directory, name));
  }
  for (const name of ['queue/private', 'queue/public', 'data'])
    await giveTo('postfix', join(directory, name));
  const main = {
    compatibility_level: '3.6',
    queue_directory: join(directory, 'queue'),
    data_directory: join(directory, 'data'),
    command_directory: '/usr/sbin',
    daemon_directory: '/usr/lib/postfix/sbin',
    myhostname: 'mail.example',
    mydestination: '',
    mynetworks: '',
    alias_maps: '',
    alias_database: '',
    inet_interfaces: '127.0.0.1',
    inet_protocols: 'ipv4',
    // Where what it has to say is found when a test fails.
    maillog_file_prefixes: directory,
    maillog_file: join(directory, 'log'),
    smtpd_tls_security_level: 'may',
    smtpd_tls_chain_files: `${files.key}, ${files.cert}`,
    // It delays every refusal until the recipient is named; a check never comes so far.
    smtpd_delay_reject: 'no',
    ...settings,
  };
  const services = [
    `127.0.0.1:${onPort} inet n - n - - smtpd`,
    `127.0.0.1:${onSecurePort} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes`,
    'tlsmgr unix - - n 1000? 1 tlsmgr',
    'rewrite unix - - n - - trivial-rewrite',
    'proxymap unix - - n - - proxymap',
    'anvil unix - - n - 1 anvil',
    'postlog unix-dgram n - n - 1 postlogd',
    '',
  ];
  const lines = Object.entries(main).map(([name, value]) => `${name} = ${value}`);
  await writeFile(join(directory, 'main.cf'), `${lines.join('\n')}\n`);
  // Settings that have just changed may be half written: it waits until they are two seconds old.
  await utimes(join(directory, 'main.cf'), 0, 0);
  await writeFile(join(directory, 'master.cf'), services.join('\n'));
  const server = childServer({
    port: onPort,
    directory,
    command: '/usr/lib/postfix/sbin/master',
    args: ['-c', directory, '-d'],
    answers: async () => (await acceptsTcp(onPort)) && (await acceptsTcp(onSecurePort)),
  });
  await server.start();
  return { ...server, securePort: onSecurePort };
}
