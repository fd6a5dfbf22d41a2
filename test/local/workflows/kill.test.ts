import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const worker = path.join(import.meta.dirname, 'kill-worker.ts');
const executions = 60;
const kills = 10;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'workflows-kill-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** A sequence of numbers from 0 to 1 that is the same in every run of the test. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

/** Runs the worker on `file`; kills it `killAfterMs` after it has opened the file, when given. */
function run(
  file: string,
  startMs: number,
  killAfterMs?: number,
): Promise<{ outcomes?: unknown[]; isKilled: boolean }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [worker, file, String(startMs), String(executions)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      if (text === '' && killAfterMs !== undefined) setTimeout(() => child.kill('SIGKILL'), killAfterMs);
      text += chunk;
    });
    child.on('error', reject);
    child.on('close', (_code, signal) => {
      const [, last = ''] = text.trim().split('\n');
      resolve({
        isKilled: signal === 'SIGKILL',
        ...(last === '' ? {} : { outcomes: JSON.parse(last) as unknown[] }),
      });
    });
  });
}

describe('a process that is killed', () => {
  it(`given ${executions} executions, when it is killed ${kills} times, then each ends as it would have without`, async () => {
    const startMs = Date.now();
    const random = seeded(20_261_121);
    const wanted = await run(path.join(folder, 'undisturbed.sqlite'), startMs);
    const file = path.join(folder, 'killed.sqlite');
    let killed = 0;
    for (let round = 0; round < kills; round++) {
      const { isKilled } = await run(file, startMs, 5 + Math.floor(random() * 50));
      if (isKilled) killed++;
    }
    const survived = await run(file, startMs);
    expect(killed).toBe(kills);
    expect(wanted.outcomes).toHaveLength(executions * 2);
    expect(survived.outcomes).toEqual(wanted.outcomes);
  });
});
