import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isInRange, parseRange } from '../../core/threshold.ts';

const plugin = '/usr/lib/nagios/plugins/check_procs';
/** Nobody else on the machine sleeps for so long. */
const seconds = '86317';
const count = 5;
const sleepers: ChildProcess[] = [];

beforeAll(async () => {
  for (let i = 0; i < count; i += 1) sleepers.push(spawn('sleep', [seconds], { stdio: 'ignore' }));
  await Promise.all(sleepers.map((sleeper) => once(sleeper, 'spawn')));
});
afterAll(async () => {
  const ended = sleepers.map((sleeper) => once(sleeper, 'exit'));
  for (const sleeper of sleepers) sleeper.kill();
  await Promise.all(ended);
});

/** @returns whether check_procs calls the five sleepers critical by this range */
async function isCriticalToNagios(range: string): Promise<boolean> {
  const { code, stdout } = await promisify(execFile)(plugin, ['-a', `sleep ${seconds}`, '-c', range]).then(
    ({ stdout }) => ({ code: 0, stdout }),
    (error: { code?: unknown; stdout?: string }) => ({ code: error.code, stdout: String(error.stdout) }),
  );
  if (!stdout.includes(`: ${count} processes`) || (code !== 0 && code !== 2)) {
    throw new Error(`check_procs -c ${range} ended with ${code}: ${stdout}`);
  }
  return code === 2;
}

describe('ranges, beside a plugin that reads them itself', () => {
  const parts = [
    '5',
    '4',
    '6',
    '0:5',
    '0:4',
    '5:5',
    '4:5',
    '5:6',
    '6:9',
    '1:4',
    '4:6',
    '5:',
    '6:',
    '~:4',
    '~:5',
    ':4',
    ':5',
  ];
  for (const text of parts.flatMap((part) => [part, `@${part}`])) {
    it(`given five processes, when ${text} is critical, then check_procs and we agree`, async () => {
      const range = parseRange(text);
      expect(range).toBeDefined();
      expect(isInRange(count, range ?? {})).toBe(await isCriticalToNagios(text));
    });
  }
});
