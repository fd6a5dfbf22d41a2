import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const worker = path.join(import.meta.dirname, 'kill-worker.ts');
/** A longer run: KILL_EXECUTIONS=350 KILLS=50. */
const executions = Number(process.env.KILL_EXECUTIONS ?? 60);
const kills = Number(process.env.KILLS ?? 8);

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

interface Kill {
  /** Kills when so many functions have been called since the start of the process … */
  readonly calls: number;
  /** … and this time has passed, so that it does not always come at the same step. */
  readonly delayMs: number;
}

/** Runs the worker on `file` to its end, or to the kill. */
function run(file: string, kill?: Kill): Promise<{ outcomes?: unknown[]; isKilled: boolean }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [worker, file, String(executions)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let calls = 0;
    let isDoomed = false;
    let outcomes: unknown[] | undefined;
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line !== 'called') outcomes = JSON.parse(line) as unknown[];
      else if (++calls >= (kill?.calls ?? Number.POSITIVE_INFINITY) && !isDoomed) {
        isDoomed = true;
        setTimeout(() => child.kill('SIGKILL'), kill?.delayMs);
      }
    });
    child.on('error', reject);
    child.on('close', (_code, signal) => {
      resolve({ isKilled: signal === 'SIGKILL', ...(outcomes === undefined ? {} : { outcomes }) });
    });
  });
}

describe('a process that is killed', () => {
  it(`given ${executions} executions, when it is killed ${kills} times, then each ends as it would have without`, async () => {
    const random = seeded(20_261_121);
    const wanted = await run(path.join(folder, 'undisturbed.sqlite'));
    const file = path.join(folder, 'killed.sqlite');
    let killed = 0;
    for (let round = 0; round < kills; round++) {
      const calls = 1 + Math.floor(random() * 12);
      const { isKilled } = await run(file, { calls, delayMs: random() * 5 });
      if (isKilled) killed++;
    }
    const survived = await run(file);
    expect(killed).toBe(kills);
    expect(wanted.outcomes).toHaveLength(executions * 3);
    expect(survived.outcomes).toEqual(wanted.outcomes);
  }, 600_000);
});
