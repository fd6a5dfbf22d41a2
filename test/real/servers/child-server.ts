import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Certificate } from '../../probe/certificate.ts';

/** A real server as a child process. It keeps its port and its settings over stops and starts. */
export interface RealServer {
  readonly port: number;
  /** @throws with what the server printed, when it ends by itself or does not answer in time */
  start(): Promise<void>;
  /** Ends this very process and waits for it. */
  stop(): Promise<void>;
  /** Lets it and its children stand still: the kernel accepts connections, and nobody answers. */
  freeze(): void;
  thaw(): void;
  /** Stops it and removes its files. */
  remove(): Promise<void>;
}

/** A port of the loopback that is free for both UDP and TCP, as far as one can know beforehand. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

export const makeDirectory = (name: string): Promise<string> => mkdtemp(join(tmpdir(), `mimamori-${name}-`));

/** Whether servers may, and must, become users of their own. */
export const isRoot = process.getuid?.() === 0;

const run = promisify(execFile);

/** Runs a program to its end as the user that a server runs as. @returns what it printed */
export async function runAs(user: string, program: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await run('setpriv', [...changeUser(user), program, ...args], { cwd: '/' });
  return stdout;
}

const changeUser = (user: string) => (isRoot ? ['--reuid', user, '--regid', user, '--init-groups'] : []);

/** Gives a directory and all in it to the user that a server runs as. */
export async function giveTo(user: string, directory: string): Promise<void> {
  if (isRoot) await run('chown', ['-R', `${user}:`, directory]);
}

/** Writes `cert.pem` (all certificates that the server is to show) and `key.pem`. */
export async function writeCertificate(directory: string, { cert, key }: Certificate) {
  const files = { cert: join(directory, 'cert.pem'), key: join(directory, 'key.pem') };
  await writeFile(files.cert, cert);
  await writeFile(files.key, key, { mode: 0o600 });
  return files;
}

const startLimitMs = 20_000;
const stopLimitMs = 5_000;
const askEveryMs = 50;
/** What setpriv ends with when there is no such program. */
const cannotRun = 127;

/** Runs a program in the foreground and calls it started once `answers` says so. */
export function childServer(given: {
  readonly port: number;
  readonly directory: string;
  readonly command: string;
  readonly args: readonly string[] | (() => readonly string[]);
  readonly env?: Readonly<Record<string, string>>;
  /** The user of Debian's package, for servers that refuse to be root. */
  readonly as?: string;
  readonly stopSignal?: NodeJS.Signals;
  readonly answers: () => Promise<boolean>;
}): RealServer {
  let child: ChildProcess | undefined;
  let printed = '';

  const start = async () => {
    try {
      await startOnce();
    } catch (error) {
      await end((running) => signalGroup(running, 'SIGKILL'));
      throw error;
    }
  };

  const startOnce = async () => {
    const args = typeof given.args === 'function' ? given.args() : given.args;
    const user = given.as === undefined ? [] : changeUser(given.as);
    // Ends with the tests however they end. A group of its own, so that its children can be reached as one.
    const started = spawn('setpriv', [...user, '--pdeathsig', 'TERM', given.command, ...args], {
      cwd: given.directory,
      env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin`, ...given.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    child = started;
    printed = '';
    const keep = (text: Buffer) => {
      printed = (printed + text).slice(-4000);
    };
    started.stdout.on('data', keep);
    started.stderr.on('data', keep);
    const endsAt = performance.now() + startLimitMs;
    while (!(await given.answers())) {
      if (started.exitCode === cannotRun) {
        throw new Error(`${given.command} cannot be run; see test/real/install-debian.sh:\n${printed}`);
      }
      if (started.exitCode !== null) throw new Error(`${given.command} ended at its start:\n${printed}`);
      if (performance.now() > endsAt) throw new Error(`${given.command} does not answer:\n${printed}`);
      await wait(askEveryMs);
    }
  };

  const end = async (send: (running: ChildProcess) => void) => {
    const running = child;
    child = undefined;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const ended = once(running, 'exit');
    send(running);
    const force = setTimeout(() => signalGroup(running, 'SIGKILL'), stopLimitMs);
    await ended;
    clearTimeout(force);
    // A child that was just made holds the port a moment longer than its parent.
    signalGroup(running, 'SIGKILL');
    const endsAt = performance.now() + stopLimitMs;
    while ((await acceptsTcp(given.port)) && performance.now() < endsAt) await wait(5);
  };
  const stop = () => end((running) => running.kill(given.stopSignal ?? 'SIGTERM'));

  const remove = async () => {
    // Nobody needs it any more; some take seconds over their farewell.
    await end((running) => signalGroup(running, 'SIGKILL'));
    await rm(given.directory, { recursive: true, force: true });
  };

  return {
    port: given.port,
    start,
    stop,
    remove,
    freeze: () => signalGroup(child, 'SIGSTOP'),
    thaw: () => signalGroup(child, 'SIGCONT'),
  };
}

function signalGroup(leader: ChildProcess | undefined, signal: NodeJS.Signals): void {
  if (leader?.pid === undefined) return;
  try {
    process.kill(-leader.pid, signal);
  } catch {
    // Nobody is left.
  }
}

/** Whether somebody accepts TCP connections there. */
export async function acceptsTcp(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
