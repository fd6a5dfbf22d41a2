import { spawn } from 'node:child_process';
import { afterEach } from 'vitest';
import { type Exec, startSshServer } from '../../platform/ssh/ssh-server.ts';

/** Hands the command to this machine's shell, as sshd does. */
export const realShell: Exec = (command, channel) => {
  const child = spawn('/bin/sh', ['-c', command], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.pipe(channel, { end: false });
  child.stderr.pipe(channel.stderr, { end: false });
  channel.on('close', () => child.kill('SIGKILL'));
  child.on('close', (code, signal) => {
    if (signal === null) channel.exit(code ?? 255);
    else channel.exit(signal);
    channel.end();
  });
};

/** A command that says this and ends so. */
export const says =
  (output: string | Buffer, code: number, errors = ''): Exec =>
  (_command, channel) => {
    channel.stderr.write(errors);
    channel.write(output);
    channel.exit(code);
    channel.end();
  };

/** Starts SSH servers that close after each test. */
export function serveSsh() {
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });
  return async (exec: Exec = realShell) => {
    const server = await startSshServer({ exec });
    closers.push(server.close);
    return server.target;
  };
}
