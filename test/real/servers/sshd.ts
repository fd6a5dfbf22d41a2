import { execFile } from 'node:child_process';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { acceptsTcp, childServer, freePort, isRoot, makeDirectory, type RealServer } from './child-server.ts';

const run = promisify(execFile);

export interface RealSshd extends RealServer {
  /** Who may log in: the user that runs the tests. */
  readonly user: string;
  /** Private key of that user, in OpenSSH's form. */
  readonly key: string;
  /** The host key's fingerprint as `ssh-keygen -l` prints it. */
  readonly hostKey: string;
}

/** Starts OpenSSH's server on the loopback with keys of its own. */
export async function startSshd({
  port,
  settings: further = [],
}: {
  port?: number;
  /** Further lines of its settings; they win over those here. */
  settings?: readonly string[];
} = {}): Promise<RealSshd> {
  const directory = await makeDirectory('sshd');
  const onPort = port ?? (await freePort());
  const hostKeyFile = join(directory, 'host-key');
  const userKeyFile = join(directory, 'user-key');
  for (const file of [hostKeyFile, userKeyFile]) {
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'test', '-f', file]);
  }
  await copyFile(`${userKeyFile}.pub`, join(directory, 'authorized-keys'));
  const settings = [
    ...further,
    `Port ${onPort}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${hostKeyFile}`,
    `AuthorizedKeysFile ${join(directory, 'authorized-keys')}`,
    'PidFile none',
    'UsePAM no',
    'PasswordAuthentication no',
    'PermitRootLogin prohibit-password',
    // The files lie below the directory for temporary ones, which everybody may write to.
    'StrictModes no',
    '',
  ];
  await writeFile(join(directory, 'sshd_config'), settings.join('\n'));
  // Where sshd locks up its unprivileged part; the service's own start makes it otherwise.
  if (isRoot) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  const server = childServer({
    port: onPort,
    directory,
    // It starts itself anew for each connection, and wants its whole path for that.
    command: '/usr/sbin/sshd',
    args: ['-D', '-e', '-f', join(directory, 'sshd_config')],
    answers: () => acceptsTcp(onPort),
  });
  await server.start();
  const { stdout } = await run('ssh-keygen', ['-l', '-E', 'sha256', '-f', `${hostKeyFile}.pub`]);
  const hostKey = stdout.split(' ')[1] ?? '';
  return { ...server, user: userInfo().username, key: await readFile(userKeyFile, 'utf8'), hostKey };
}
