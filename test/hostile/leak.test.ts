import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { checkTypes } from '../../lambdas/probe/checks/registry.ts';
import type { LeakReport } from './leak/run.ts';

const program = new URL('leak/run.ts', import.meta.url).pathname;

async function runChecks(checks: number, ...leaks: string[]): Promise<LeakReport> {
  const { stdout } = await promisify(execFile)('node', ['--expose-gc', program, String(checks), ...leaks]);
  return JSON.parse(stdout) as LeakReport;
}

describe('a process that checks', () => {
  it('given a hundred thousand checks of all types, well and unwell, when they have ended, then nothing is held more than before', async () => {
    const report = await runChecks(100_000);
    expect(report.leaks).toEqual([]);
    expect(Object.keys(report.verdicts).sort()).toEqual(Object.keys(checkTypes).sort());
    for (const [check, { ok = 0, critical = 0, unknown = 0 }] of Object.entries(report.verdicts)) {
      expect(ok, check).toBeGreaterThan(0);
      if (check !== 'host' && check !== 'process') expect(critical + unknown, check).toBeGreaterThan(0);
    }
  }, 240_000);

  it('given one socket, timer, listener and list left behind in a thousand checks, when four thousand have ended, then each is told', async () => {
    const report = await runChecks(4000, 'socket,timer,listener,memory');
    expect([...report.leaks].sort()).toEqual([
      'TCPSocketWrap: 0 before, 4 after',
      'Timeout: 0 before, 4 after',
      expect.stringMatching(/^file descriptors: /),
      expect.stringMatching(/^heap bytes: /),
      expect.stringMatching(/^listeners on the process: /),
    ]);
  });
});
