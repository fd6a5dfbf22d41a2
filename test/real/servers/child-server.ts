import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** A real server as a child process. It keeps its port and its settings over stops and starts. */
export interface RealServer {
  readonly port: number;
  /** @throws with what the server printed, when it ends by itself or does not answer in time */
  start(): Promise<void>;
  /** Ends this very process and waits for it. */
  stop(): Promise<void>;
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

const startLimitMs = 20_000;
const stopLimitMs = 5_000;
const askEveryMs = 50;

/** Runs a program in the foreground and calls it started once `answers` says so. */
export function childServer(given: {
  readonly port: number;
  readonly directory: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly answers: () => Promise<boolean>;
}): RealServer {
  let child: ChildProcess | undefined;
  let printed = '';

  const start = async () => {
    const started = spawn(given.command, given.args, {
      cwd: given.directory,
      env: { ...process.env, ...given.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = started;
    printed = '';
    let failed: Error | undefined;
    const keep = (text: Buffer) => {
      printed = (printed + text).slice(-4000);
    };
    started.stdout.on('data', keep);
    started.stderr.on('data', keep);
    started.on('error', (error) => {
      failed = error;
    });
    const endsAt = performance.now() + startLimitMs;
    while (!(await given.answers())) {
      if (failed !== undefined) {
        throw new Error(
          `${given.command} cannot be run (${failed.message}); see test/real/install-debian.sh`,
        );
      }
      if (started.exitCode !== null) throw new Error(`${given.command} ended at its start:\n${printed}`);
      if (performance.now() > endsAt) throw new Error(`${given.command} does not answer:\n${printed}`);
      await wait(askEveryMs);
    }
  };

  const stop = async () => {
    const running = child;
    child = undefined;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const ended = once(running, 'exit');
    running.kill('SIGTERM');
    const force = setTimeout(() => running.kill('SIGKILL'), stopLimitMs);
    await ended;
    clearTimeout(force);
  };

  const remove = async () => {
    await stop();
    await rm(given.directory, { recursive: true, force: true });
  };

  return { port: given.port, start, stop, remove };
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
