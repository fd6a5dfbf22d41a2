import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The command line as a user runs it, away from the credentials and the terminal of whoever runs the tests. */
export async function runMimamori(
  args: readonly string[],
  { input = '', env = {} }: { readonly input?: string | Buffer; readonly env?: Record<string, string> } = {},
): Promise<Ended> {
  const child = spawn(process.execPath, ['bin/mimamori.ts', ...args], {
    env: {
      PATH: process.env.PATH ?? '',
      // Compiled once for all runs of the tests.
      NODE_COMPILE_CACHE: 'node_modules/.cache/mimamori-cli',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: '/nowhere/config',
      AWS_SHARED_CREDENTIALS_FILE: '/nowhere/credentials',
      ...env,
    },
  });
  // A command that refuses its arguments reads nothing.
  child.stdin.on('error', () => {}).end(input);
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { code, out, err };
}
