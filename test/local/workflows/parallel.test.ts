import { afterEach, describe, expect, it } from 'vitest';
import { call, dayMs, hang, secondMs, thrown, Workbench } from './workbench.ts';

let bench: Workbench;
afterEach(async () => {
  await bench.close();
});

const pass = { Type: 'Pass', End: true };
const branch = (states: Record<string, unknown>) => ({ StartAt: Object.keys(states)[0], States: states });
const parallel = (branches: unknown[], rest: Record<string, unknown> = {}) => ({
  P: { Type: 'Parallel', Branches: branches, End: true, ...rest },
});
const payload = { Output: '{% $states.result.Payload %}', End: true };

interface Row {
  readonly given: string;
  readonly states: Record<string, unknown>;
  readonly input?: unknown;
  readonly then: string;
  readonly outcome: unknown;
}

const rows: readonly Row[] = [
  {
    given: 'branches that end in another order than they stand',
    states: parallel([
      branch({ Long: { Type: 'Wait', Seconds: 60, Next: 'A' }, A: { ...pass, Output: 'first' } }),
      branch({ B: { ...pass, Output: 'second' } }),
    ]),
    then: 'the results stand as the branches do',
    outcome: { status: 'SUCCEEDED', output: ['first', 'second'] },
  },
  {
    given: 'variables from outside and inside',
    states: {
      Before: { Type: 'Pass', Assign: { outer: 'o', both: 'o' }, Next: 'P' },
      ...parallel(
        [
          branch({
            A: { Type: 'Pass', Assign: { inner: 'a', both: 'a' }, Next: 'A2' },
            A2: { ...pass, Output: '{% $outer & $inner & $both %}' },
          }),
          branch({ B: { ...pass, Output: '{% $outer & $both & $string($exists($inner)) %}' } }),
        ],
        { Assign: { got: '{% $states.result %}' }, Next: 'After', End: undefined },
      ),
      After: { ...pass, Output: '{% [$got, $both, $string($exists($inner))] %}' },
    },
    then: 'a branch reads what is outside, changes only its own, and leaves nothing behind',
    outcome: { status: 'SUCCEEDED', output: ['oaa', 'oofalse', 'o', 'false'] },
  },
  {
    given: 'a branch inside a branch',
    states: {
      Before: { Type: 'Pass', Assign: { x: 1 }, Next: 'P' },
      ...parallel([
        branch({
          Inner: {
            Type: 'Parallel',
            Branches: [branch({ I: { Type: 'Wait', Seconds: 5, Output: '{% $x + 1 %}', End: true } })],
            End: true,
          },
        }),
      ]),
    },
    then: 'it reads the variables of the outermost',
    outcome: { status: 'SUCCEEDED', output: [[2]] },
  },
  {
    given: 'Arguments',
    states: parallel([branch({ A: pass })], {
      Arguments: { n: '{% $states.input.n %}' },
      Output: '{% $states %}',
    }),
    input: { n: 1, other: 2 },
    then: 'they are the input of each branch',
    outcome: {
      status: 'SUCCEEDED',
      output: expect.objectContaining({ input: { n: 1, other: 2 }, result: [{ n: 1 }] }),
    },
  },
  {
    given: 'a branch that fails and a catcher',
    states: {
      ...parallel(
        [
          branch({ F: { Type: 'Fail', Error: 'E', Cause: 'c' } }),
          branch({ T: { ...call('hang'), End: true } }),
        ],
        {
          Catch: [{ ErrorEquals: ['E'], Assign: { e: '{% $states.errorOutput %}' }, Next: 'Caught' }],
        },
      ),
      Caught: { ...pass, Output: '{% $e.Cause %}' },
    },
    then: 'the error of the branch is caught',
    outcome: { status: 'SUCCEEDED', output: 'c' },
  },
  {
    given: 'Arguments that cannot be evaluated',
    states: {
      ...parallel([branch({ A: pass })], {
        Arguments: '{% $missing %}',
        Catch: [{ ErrorEquals: ['States.QueryEvaluationError'], Output: 'caught', Next: 'Caught' }],
      }),
      Caught: pass,
    },
    then: 'that is caught',
    outcome: { status: 'SUCCEEDED', output: 'caught' },
  },
  {
    given: 'branches whose results together are too long',
    states: parallel([1, 2].map((n) => branch({ [`A${n}`]: { ...pass, Output: `{% [1..30000] %}` } }))),
    then: 'the execution fails with the right error',
    outcome: {
      status: 'FAILED',
      error: 'States.DataLimitExceeded',
      cause: expect.stringContaining("The state/task 'P' returned a result with a size exceeding"),
    },
  },
];

describe('Parallel', () => {
  for (const { given, states, input, then, outcome } of rows) {
    it(`given ${given}, when it runs, then ${then}`, async () => {
      bench = new Workbench({ functions: { hang } });
      expect(await bench.run(states, input)).toEqual(outcome);
    });
  }

  it('given branches that wait and call, when another fails, then they are aborted and nothing of them comes later', async () => {
    bench = new Workbench({ functions: { hang } });
    const states = parallel([
      branch({ F: { Type: 'Wait', Seconds: 5, Next: 'G' }, G: { Type: 'Fail', Error: 'E' } }),
      branch({ T: { ...call('hang'), TimeoutSeconds: 60, End: true } }),
      branch({ W: { Type: 'Wait', Seconds: 60, End: true } }),
      branch({
        Inner: {
          Type: 'Parallel',
          Branches: [branch({ V: { Type: 'Wait', Seconds: 60, End: true } })],
          End: true,
        },
      }),
    ]);
    bench.register(states);
    await bench.start();
    const [hanging] = bench.calls;
    await bench.pass(dayMs);
    expect(bench.outcome()).toEqual({ status: 'FAILED', error: 'E' });
    expect(hanging?.signal.aborted).toBe(true);
    expect(bench.events().slice(-8)).toEqual([
      'WaitStateExited',
      'FailStateEntered',
      'TaskStateAborted',
      'WaitStateAborted',
      'WaitStateAborted',
      'ParallelStateAborted',
      'ParallelStateFailed',
      'ExecutionFailed',
    ]);
  });

  it('given a branch with a token out, when another branch fails, then a late answer finds nobody', async () => {
    bench = new Workbench({ functions: { ask: () => ({ payload: null }) } });
    bench.register(
      parallel([
        branch({ F: { Type: 'Wait', Seconds: 5, Next: 'G' }, G: { Type: 'Fail', Error: 'E' } }),
        branch({
          T: { ...call('ask'), Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken', End: true },
        }),
      ]),
    );
    await bench.start();
    await bench.pass(10 * secondMs);
    const taskToken = bench.calls[0]?.token ?? '';
    await expect(bench.engine.sendTaskSuccess({ taskToken, output: '1' })).rejects.toMatchObject({
      name: 'TaskTimedOut',
    });
    expect(bench.outcome()).toEqual({ status: 'FAILED', error: 'E' });
  });

  it('given a Retry, when a branch fails at first, then all branches run again and the first ones are gone', async () => {
    let calls = 0;
    bench = new Workbench({
      functions: {
        flaky: () => (++calls === 1 ? thrown('Flaky') : { payload: `call ${calls}` }),
        hang: (functionCall) => (calls === 1 ? hang(functionCall) : { payload: 'second time' }),
      },
    });
    const states = parallel(
      [branch({ T: { ...call('flaky'), ...payload } }), branch({ H: { ...call('hang'), ...payload } })],
      { Retry: [{ ErrorEquals: ['Flaky'], IntervalSeconds: 3, MaxAttempts: 1 }] },
    );
    expect(await bench.run(states)).toEqual({ status: 'SUCCEEDED', output: ['call 2', 'second time'] });
    expect(bench.events().filter((type) => type === 'ParallelStateStarted')).toHaveLength(2);
    expect(bench.events()).not.toContain('ParallelStateFailed');
    expect(bench.events().filter((type) => type === 'TaskStateAborted')).toHaveLength(1);
  });

  it('given a Retry that is used up, when a branch fails again, then the execution ends with its error', async () => {
    bench = new Workbench({ functions: { f: () => thrown('Broken') } });
    const states = parallel([branch({ T: { ...call('f'), End: true } })], {
      Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 2 }],
    });
    expect(await bench.run(states)).toMatchObject({ status: 'FAILED', error: 'Broken' });
    expect(bench.calls).toHaveLength(3);
  });

  it('given an execution that is stopped inside branches, when their answers come, then nothing changes', async () => {
    bench = new Workbench({ functions: { hang } });
    bench.register(
      parallel([
        branch({ A: { ...call('hang'), End: true } }),
        branch({ B: { ...call('hang'), End: true } }),
      ]),
    );
    await bench.start();
    await bench.engine.stopExecution({ executionArn: bench.executionArn });
    await bench.pass(dayMs);
    expect(bench.outcome()).toEqual({ status: 'ABORTED' });
    expect(bench.calls.every(({ signal }) => signal.aborted)).toBe(true);
  });

  it('given States.Runtime in a branch, when a Catch covers all errors, then the execution ends without a word of the Parallel, and a redrive goes on from there', async () => {
    bench = new Workbench();
    const states = {
      ...parallel(
        [
          branch({ C: { Type: 'Choice', Choices: [{ Condition: '{% false %}', Next: 'X' }] }, X: pass }),
          branch({ W: { Type: 'Wait', Seconds: 60, End: true } }),
        ],
        { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Q' }], Retry: [{ ErrorEquals: ['States.ALL'] }] },
      ),
      Q: pass,
    };
    expect(await bench.run(states)).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
    // As the service tells of it: https://github.com/floci-io/floci/issues/2868
    const told = ['ExecutionStarted', 'ParallelStateEntered', 'ParallelStateStarted', 'ChoiceStateEntered'];
    expect(bench.events().filter((type) => !type.startsWith('Wait'))).toEqual([...told, 'ExecutionFailed']);
    await bench.engine.redriveExecution({ executionArn: bench.executionArn });
    await bench.pass(dayMs);
    expect(bench.outcome()).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
    expect(bench.events().filter((type) => type === 'ChoiceStateEntered')).toHaveLength(2);
  });
});
