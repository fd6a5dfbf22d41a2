import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../local/virtual-clock.ts';
import type { FunctionCall } from '../../../local/workflows/engine.ts';
import { call, dayMs, type Functions, hang, secondMs, startMs, thrown, Workbench } from './workbench.ts';

let folder: string;
let bench: Workbench;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'workflows-'));
});
afterEach(async () => {
  await bench.close();
  rmSync(folder, { recursive: true });
});

function open(functions: Functions, atMs: number): void {
  bench = new Workbench({
    file: path.join(folder, 'journal.sqlite'),
    clock: new VirtualClock(atMs),
    functions,
  });
}

/** Closes the engine and opens the same file anew, a second later. */
async function reopen(functions: Functions): Promise<void> {
  const atMs = bench.clock.now() + secondMs;
  await bench.close();
  open(functions, atMs);
  await bench.idle();
}

const pass = { Type: 'Pass', End: true };
const each = (states: Record<string, unknown>) => ({ StartAt: Object.keys(states)[0], States: states });
const map = (states: Record<string, unknown>, rest: Record<string, unknown> = {}) => ({
  Before: { Type: 'Pass', Assign: { outer: 'o' }, Next: 'M' },
  M: { Type: 'Map', ItemProcessor: each(states), End: true, ...rest },
});
const parallel = (branches: unknown[]) => ({
  Before: { Type: 'Pass', Assign: { outer: 'o' }, Next: 'M' },
  M: { Type: 'Parallel', Branches: branches, End: true },
});
const payload = { Output: '{% $states.result.Payload & $outer %}', End: true };
const retried = { Retry: [{ ErrorEquals: ['Flaky'], IntervalSeconds: 30, MaxAttempts: 1 }] };
const childArn = 'arn:aws:states:us-east-1:111111111111:stateMachine:child';
const child = {
  QueryLanguage: 'JSONata',
  StartAt: 'W',
  States: { W: { Type: 'Wait', Seconds: 60, Next: 'P' }, P: pass },
};
const waitForChild = {
  Type: 'Task',
  Resource: 'arn:aws:states:::states:startExecution.sync:2',
  Arguments: { StateMachineArn: childArn, Name: '{% "c" & $states.input %}', Input: '{% $states.input %}' },
  Output: '{% $string($states.result.Output) & $outer %}',
  End: true,
};

/** A state in which the process goes down, with how often it may. */
const rests: readonly {
  given: string;
  states: Record<string, unknown>;
  before: Functions;
  after: Functions;
}[] = [
  {
    given: 'a Wait',
    states: { W: { Type: 'Wait', Seconds: 60, Output: '{% $states.input & $outer %}', End: true } },
    before: {},
    after: {},
  },
  {
    given: 'a task that runs',
    states: { T: { ...call('f'), ...payload } },
    before: { f: hang },
    after: { f: ({ payload: n }) => ({ payload: n }) },
  },
  {
    given: 'the delay of a retry',
    states: { T: { ...call('f'), ...payload, ...retried } },
    before: { f: () => thrown('Flaky') },
    after: { f: ({ payload: n }) => ({ payload: n }) },
  },
  { given: 'a child execution', states: { T: waitForChild }, before: {}, after: {} },
  {
    given: 'a Map inside',
    states: {
      I: {
        Type: 'Map',
        Items: '{% [$states.input] %}',
        ItemProcessor: each({ W: { Type: 'Wait', Seconds: 60, End: true } }),
        Output: '{% $states.result[0] & $outer %}',
        End: true,
      },
    },
    before: {},
    after: {},
  },
  {
    given: 'a Parallel inside',
    states: {
      I: {
        Type: 'Parallel',
        Branches: [each({ W: { Type: 'Wait', Seconds: 60, End: true } })],
        Output: '{% $states.result[0] & $outer %}',
        End: true,
      },
    },
    before: {},
    after: {},
  },
];

const groups = [
  {
    round: 'iterations, two at once',
    states: (inner: Record<string, unknown>) => map(inner, { MaxConcurrency: 2 }),
  },
  {
    round: 'branches',
    states: (inner: Record<string, unknown>) =>
      parallel(
        ['a', 'b', 'c'].map((letter, index) => {
          const text = JSON.stringify(inner).replaceAll(
            /"(?:W|T|I)"(?=[:,}])/g,
            (name) => `"${letter}${name.slice(1)}`,
          );
          const states = JSON.parse(text) as Record<string, unknown>;
          return each({
            [`take ${letter}`]: {
              Type: 'Pass',
              Output: `{% $states.input[${index}] %}`,
              Next: Object.keys(states)[0],
            },
            ...states,
          });
        }),
      ),
  },
];

describe('a restart inside a state', () => {
  for (const { round, states } of groups) {
    for (const { given, states: inner, before, after } of rests) {
      it(`given ${given} in ${round}, when the process restarts again and again, then each ends as it would have`, async () => {
        open(before, startMs);
        bench.engine.registerMachine({ arn: childArn, name: 'child', definition: child });
        bench.register(states(inner));
        await bench.start(['x', 'y', 'z']);
        await reopen(before);
        expect(bench.outcome()).toEqual({ status: 'RUNNING' });
        await reopen(after);
        for (let go = 0; go < 10 && bench.outcome().status === 'RUNNING'; go++) {
          await bench.pass(20 * secondMs);
          await reopen(after);
        }
        await bench.pass(dayMs);
        expect(bench.outcome()).toEqual({ status: 'SUCCEEDED', output: ['xo', 'yo', 'zo'] });
        const count = (end: string) => bench.events().filter((type) => type.endsWith(end)).length;
        expect(count('StateEntered')).toBe(count('StateExited'));
        expect(count('IterationStarted')).toBe(count('IterationSucceeded'));
      });
    }
  }

  it('given a child that ends as its parent is down with it, when the process starts, then the parent learns of it once', async () => {
    open({}, startMs);
    bench.engine.registerMachine({ arn: childArn, name: 'child', definition: child });
    bench.register({ B: { Type: 'Pass', Assign: { outer: 'o' }, Next: 'T' }, T: waitForChild });
    await bench.start('n');
    await bench.close();
    open({}, startMs + dayMs);
    await bench.idle();
    expect(bench.outcome()).toEqual({ status: 'SUCCEEDED', output: 'no' });
    expect(bench.events().filter((type) => type === 'TaskSucceeded')).toHaveLength(1);
  });

  it('given finished and failed iterations, when the process restarts before the last, then none of them runs again', async () => {
    const answers: Functions = {
      f: (functionCall: FunctionCall) =>
        functionCall.payload === 'slow' ? hang(functionCall) : { payload: functionCall.payload },
    };
    open(answers, startMs);
    bench.register(map({ T: { ...call('f'), ...payload } }));
    await bench.start(['quick', 'slow']);
    expect(bench.calls).toHaveLength(2);
    await reopen({ f: ({ payload: n }) => ({ payload: n }) });
    expect(bench.calls.map(({ payload: n }) => n)).toEqual(['slow']);
    expect(bench.outcome()).toEqual({ status: 'SUCCEEDED', output: ['quicko', 'slowo'] });
  });
});
