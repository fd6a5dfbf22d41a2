import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

it('given the command line starts, when it has used its pool, then sixty-four threads stand in it', () => {
  // A check of a closed port resolves a name in the pool; its threads are counted from a module loaded before it.
  const count = `process.on('exit', () => process.stdout.write('threads ' + process.getBuiltinModule('node:fs').readdirSync('/proc/self/task').length))`;
  const { stdout } = spawnSync(
    process.execPath,
    [
      '--import',
      `data:text/javascript,${encodeURIComponent(count)}`,
      'bin/mimamori.ts',
      'check',
      'tcp',
      'localhost',
      '--port',
      '1',
    ],
    { encoding: 'utf8', env: { PATH: process.env.PATH } },
  );
  const [, threads = '0'] = /threads (\d+)/.exec(stdout) ?? [];
  expect(Number(threads)).toBeGreaterThanOrEqual(64);
});
