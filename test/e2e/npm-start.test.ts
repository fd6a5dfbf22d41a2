import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freePort, until } from './running-mimamori.ts';

describe('npm start', () => {
  it('given it runs, when npm is told to end, then the runtime behind it ends cleanly and leaves no process', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'mimamori-npm-'));
    const [port, awsPort] = [await freePort(), await freePort()];
    const npm = spawn('npm', [
      'start',
      '--',
      '--port',
      `${port}`,
      '--aws-port',
      `${awsPort}`,
      '--data',
      directory,
    ]);
    let output = '';
    npm.stdout.on('data', (chunk) => {
      output += String(chunk);
    });
    const health = () => fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined);
    await until('the health page', async () => ((await health())?.status === 200 ? true : undefined));

    npm.kill('SIGTERM');
    const [code] = (await once(npm, 'exit')) as [number | null];
    expect(code).toBe(0);
    expect(output).toContain('Ending');
    expect(await health()).toBeUndefined();
    rmSync(directory, { recursive: true });
  });
});
