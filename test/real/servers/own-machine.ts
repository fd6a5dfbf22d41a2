import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { acceptsTcp, freePort, makeDirectory } from './child-server.ts';

const run = promisify(execFile);

/**
 * A server with processes, accounts, services, logs and caches of its own. What is left of this machine's disk it can
 * read and not change, and all that is its own is gone with its first process. Its network is this machine's.
 */
export interface OwnMachine {
  /** Where its sshd listens. */
  readonly port: number;
  /** Fingerprint of the key that it showed at first. */
  readonly hostKey: string;
  /** Runs a program there as root. @returns what it printed @throws when it does not end with 0 */
  run(program: string, ...args: readonly string[]): Promise<string>;
  /** One of its files as this machine sees it. */
  pathOf(file: string): string;
  /** Makes its sshd read its files anew. */
  reloadSshd(): Promise<void>;
  remove(): Promise<void>;
}

/** What of this machine it has a copy or an empty place of; everything else is read-only. */
const startScript = (settings: string) => `set -e
mount -t tmpfs -o mode=755 none /run
mkdir /run/sshd /run/etc
cp -a /etc/. /run/etc
mount --bind /run/etc /etc
mount -t tmpfs -o mode=755 none /home
mount -t tmpfs -o mode=755,size=8m none /var/log
mount -t tmpfs -o mode=755 none /var/cache/apt
mount -o remount,bind,ro /
ssh-keygen -q -t ed25519 -N '' -f /run/host-key
cat >/run/sshd_config <<'END'
${settings}
END
exec /usr/sbin/sshd -D -E /run/sshd.log -f /run/sshd_config`;

const startLimitMs = 10_000;
const askEveryMs = 20;

/** Starts one; only root can. */
export async function startOwnMachine(): Promise<OwnMachine> {
  const directory = await makeDirectory('machine');
  const port = await freePort();
  const settings = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    'HostKey /run/host-key',
    'AuthorizedKeysFile .ssh/authorized_keys',
    'PidFile none',
    'UsePAM no',
    'PasswordAuthentication yes',
    'LogLevel VERBOSE',
  ];
  await writeFile(join(directory, 'start.sh'), startScript(settings.join('\n')));
  // Ends with the tests however they end; what it has started ends with it.
  const outer = spawn(
    'setpriv',
    [
      ...['--pdeathsig', 'KILL', 'unshare', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'],
      ...['sh', join(directory, 'start.sh')],
    ],
    { cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let printed = '';
  const keep = (text: Buffer) => {
    printed = (printed + text).slice(-4000);
  };
  outer.stdout.on('data', keep);
  outer.stderr.on('data', keep);

  const remove = async () => {
    if (outer.exitCode === null && outer.signalCode === null) {
      const ended = once(outer, 'exit');
      outer.kill('SIGKILL');
      await ended;
    }
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await until(async () => {
      if (outer.exitCode !== null) throw new Error(`a machine of its own ended at its start:\n${printed}`);
      return acceptsTcp(port);
    });
  } catch (error) {
    await remove();
    throw error;
  }

  const pid = await firstProcess(outer);
  const pathOf = (file: string) => `/proc/${pid}/root${file}`;
  const runThere = async (program: string, ...args: readonly string[]) => {
    const there = ['--target', pid, '--mount', '--pid', '--', program, ...args];
    const { stdout } = await run('nsenter', there, { cwd: '/' });
    return stdout;
  };
  const printedKey = await runThere('ssh-keygen', '-l', '-E', 'sha256', '-f', '/run/host-key.pub');
  const hostKey = printedKey.split(' ')[1] ?? '';
  const reloads = async () =>
    (await readFile(pathOf('/run/sshd.log'), 'utf8')).split(`Server listening on 127.0.0.1 port ${port}.`)
      .length;
  return {
    port,
    hostKey,
    run: runThere,
    pathOf,
    remove,
    reloadSshd: async () => {
      const before = await reloads();
      await runThere('kill', '-HUP', '1');
      await until(async () => (await reloads()) > before);
    },
  };
}

/** What process 1 of the machine is called here. */
async function firstProcess({ pid }: ChildProcess): Promise<string> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return children.trim();
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const endsAt = performance.now() + startLimitMs;
  while (!(await isSo())) {
    if (performance.now() > endsAt) throw new Error('a machine of its own did not follow in time');
    await wait(askEveryMs);
  }
}
