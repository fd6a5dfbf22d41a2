import { mkdir, writeFile } from 'node:fs/promises';
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

export interface VsftpdOptions {
  readonly port?: number;
  /** By default one that signed itself, for files.example. */
  readonly certificate?: Certificate;
  /** Further lines of its settings; they win over those here. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Starts vsftpd on the loopback; it offers TLS by AUTH TLS. */
export async function startVsftpd({
  port,
  certificate = makeCertificate({ names: ['files.example'] }),
  settings = {},
}: VsftpdOptions = {}): Promise<RealServer> {
  const directory = await makeDirectory('vsftpd');
  const onPort = port ?? (await freePort());
  const files = await writeCertificate(directory, certificate);
  const jail = join(directory, 'empty');
  await mkdir(jail, { mode: 0o555 });
  const all = {
    listen: 'YES',
    listen_ipv6: 'NO',
    listen_address: '127.0.0.1',
    listen_port: String(onPort),
    background: 'NO',
    run_as_launching_user: isRoot ? 'NO' : 'YES',
    secure_chroot_dir: jail,
    // Its list of system calls is older than the C library, which ends the session without a word.
    seccomp_sandbox: 'NO',
    anonymous_enable: 'NO',
    local_enable: 'YES',
    xferlog_enable: 'NO',
    ssl_enable: 'YES',
    // Its own choice is one cipher that is no longer there.
    ssl_ciphers: 'HIGH',
    rsa_cert_file: files.cert,
    rsa_private_key_file: files.key,
    ...settings,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}=${value}`);
  await writeFile(join(directory, 'vsftpd.conf'), `${lines.join('\n')}\n`);
  const server = childServer({
    port: onPort,
    directory,
    command: '/usr/sbin/vsftpd',
    args: [join(directory, 'vsftpd.conf')],
    answers: () => acceptsTcp(onPort),
  });
  await server.start();
  return server;
}
