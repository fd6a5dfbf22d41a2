import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { call, dayMs, hang, secondMs, startMs, thrown, Workbench } from './workbench.ts';

let bench: Workbench;
afterEach(async () => {
  await bench.close();
});

const pass = { Type: 'Pass', End: true };
const each = (states: Record<string, unknown>) => ({ StartAt: Object.keys(states)[0], States: states });
const map = (states: Record<string, unknown>, rest: Record<string, unknown> = {}) => ({
  M: { Type: 'Map', ItemProcessor: each(states), End: true, ...rest },
});
const payload = { Output: '{% $states.result.Payload %}', End: true };
const failOn = (n: number) => ({
  C: {
    Type: 'Choice',
    Choices: [{ Condition: `{% $states.input >= ${n} %}`, Next: 'F' }],
    Default: 'Ok',
  },
  F: { Type: 'Fail', Error: 'Bad', Cause: '{% "item " & $string($states.input) %}' },
  Ok: pass,
});

interface Row {
  readonly given: string;
  readonly states: Record<string, unknown>;
  readonly input?: unknown;
  readonly then: string;
  readonly outcome: unknown;
}

const rows: readonly Row[] = [
  {
    given: 'items that take different times',
    states: map({ W: { Type: 'Wait', Seconds: '{% $states.input %}', End: true } }),
    input: [30, 10, 20],
    then: 'the results stand as the items do',
    outcome: { status: 'SUCCEEDED', output: [30, 10, 20] },
  },
  {
    given: 'an ItemSelector',
    states: map(
      { A: pass },
      {
        Items: '{% $states.input.list %}',
        ItemSelector: {
          i: '{% $states.context.Map.Item.Index %}',
          v: '{% $states.context.Map.Item.Value %}',
          all: '{% $states.input.n %}',
        },
      },
    ),
    input: { list: ['a', 'b'], n: 7 },
    then: 'it makes the input of each iteration of its item and the input of the state',
    outcome: {
      status: 'SUCCEEDED',
      output: [
        { i: 0, v: 'a', all: 7 },
        { i: 1, v: 'b', all: 7 },
      ],
    },
  },
  {
    given: 'a state inside an iteration, and one inside a branch of it',
    states: map({
      P: {
        Type: 'Parallel',
        Branches: [each({ A: { ...pass, Output: '{% $states.context.Map.Item.Value * 10 %}' } })],
        Next: 'B',
      },
      B: { ...pass, Output: '{% [$states.input, $states.context.Map.Item.Index] %}' },
    }),
    input: [1, 2],
    then: 'both see the item',
    outcome: {
      status: 'SUCCEEDED',
      output: [
        [10, 0],
        [20, 1],
      ],
    },
  },
  {
    given: 'a Map inside a Map',
    states: map({
      Inner: {
        Type: 'Map',
        ItemProcessor: each({ A: { ...pass, Output: '{% $states.context.Map.Item.Value * 2 %}' } }),
        Next: 'B',
      },
      B: { ...pass, Output: '{% {"of": $states.context.Map.Item.Index, "is": $states.input} %}' },
    }),
    input: [[1, 2], [], [3]],
    then: 'each sees its own item',
    outcome: {
      status: 'SUCCEEDED',
      output: [
        { of: 0, is: [2, 4] },
        { of: 1, is: [] },
        { of: 2, is: [6] },
      ],
    },
  },
  {
    given: 'variables',
    states: {
      Before: { Type: 'Pass', Assign: { sum: 100 }, Next: 'M' },
      ...map(
        {
          A: { Type: 'Pass', Assign: { sum: '{% $sum + $states.input %}' }, Next: 'B' },
          B: { ...pass, Output: '{% $sum %}' },
        },
        { Next: 'After', End: undefined },
      ),
      After: { ...pass, Output: '{% $append($states.input, $sum) %}' },
    },
    input: [1, 2],
    then: 'each iteration begins with those outside and changes only its own',
    outcome: { status: 'SUCCEEDED', output: [101, 102, 100] },
  },
  {
    given: 'literal items with expressions',
    states: map({ A: pass }, { Items: ['{% $states.input.a %}', 'b', { c: '{% 1 + 2 %}' }] }),
    input: { a: 'A' },
    then: 'they are filled',
    outcome: { status: 'SUCCEEDED', output: ['A', 'b', { c: 3 }] },
  },
  {
    given: 'a failing iteration and no tolerance',
    states: map(failOn(2), { MaxConcurrency: 1 }),
    input: [1, 2, 3],
    then: 'its own error ends the execution',
    outcome: { status: 'FAILED', error: 'Bad', cause: 'item 2' },
  },
  {
    given: 'as many failures as are tolerated',
    states: map(failOn(2), { ToleratedFailureCount: 2 }),
    input: [1, 2, 3],
    then: 'the results are those that there are',
    outcome: { status: 'SUCCEEDED', output: [1] },
  },
  {
    given: 'one failure more than is tolerated',
    states: map(failOn(2), { ToleratedFailureCount: '{% 1 %}' }),
    input: [1, 2, 3],
    then: 'the threshold is the error',
    outcome: {
      status: 'FAILED',
      error: 'States.ExceedToleratedFailureThreshold',
      cause: 'The specified tolerated failure threshold was exceeded',
    },
  },
  {
    given: 'a share of failures that is tolerated',
    states: map(failOn(4), { ToleratedFailurePercentage: 25 }),
    input: [1, 2, 3, 4],
    then: 'the others are the result',
    outcome: { status: 'SUCCEEDED', output: [1, 2, 3] },
  },
  {
    given: 'a share of failures above the tolerated one',
    states: map(failOn(4), { ToleratedFailurePercentage: '{% 24.9 %}' }),
    input: [1, 2, 3, 4],
    then: 'the threshold is the error',
    outcome: expect.objectContaining({ error: 'States.ExceedToleratedFailureThreshold' }),
  },
  {
    given: 'a concurrency that is no number of iterations',
    states: map({ A: pass }, { MaxConcurrency: '{% -1 %}' }),
    input: [1],
    then: 'that is an error of evaluation',
    outcome: {
      status: 'FAILED',
      error: 'States.QueryEvaluationError',
      cause:
        "An error occurred while executing the state 'M' (entered at the event id #2). The MaxConcurrency field must be a whole number, 0 or more, but was: -1",
    },
  },
  {
    given: 'an ItemSelector that cannot be evaluated',
    states: {
      ...map(
        { A: pass },
        {
          ItemSelector: '{% $missing %}',
          Catch: [{ ErrorEquals: ['States.ALL'], Output: '{% $states.errorOutput.Error %}', Next: 'Caught' }],
        },
      ),
      Caught: pass,
    },
    input: [1, 2],
    then: 'the iteration fails by it, and the Map can catch it',
    outcome: { status: 'SUCCEEDED', output: 'States.QueryEvaluationError' },
  },
];

describe('Map', () => {
  for (const { given, states, input, then, outcome } of rows) {
    it(`given ${given}, when it runs, then ${then}`, async () => {
      bench = new Workbench();
      expect(await bench.run(states, input)).toEqual(outcome);
    });
  }

  const concurrencies = [
    { MaxConcurrency: 1, most: 1 },
    { MaxConcurrency: 3, most: 3 },
    { MaxConcurrency: '{% $count($states.input) - 95 %}', most: 5 },
    { MaxConcurrency: 0, most: 40 },
    { MaxConcurrency: 1_000, most: 40 },
    { MaxConcurrency: undefined, most: 40 },
  ];
  for (const { MaxConcurrency, most } of concurrencies) {
    it(`given MaxConcurrency ${MaxConcurrency}, when 100 items are there, then ${most} run at once`, async () => {
      let running = 0;
      let highest = 0;
      bench = new Workbench({
        maxConcurrentTasks: 1_000,
        functions: {
          f: async ({ payload: n, parked }) => {
            highest = Math.max(highest, ++running);
            const alarm = bench.clock.createAlarm();
            await parked(new Promise<void>((resolve) => alarm.set(bench.clock.now() + secondMs, resolve)));
            running--;
            return { payload: n };
          },
        },
      });
      const items = Array.from({ length: 100 }, (_, index) => index);
      const outcome = await bench.run(map({ T: { ...call('f'), ...payload } }, { MaxConcurrency }), items);
      expect(outcome).toEqual({ status: 'SUCCEEDED', output: items });
      expect(highest).toBe(most);
      expect(bench.clock.now()).toBe(startMs + dayMs);
    });
  }

  it('given iterations that hang, when one fails, then the others are aborted and the queued ones never begin', async () => {
    bench = new Workbench({
      functions: { f: (functionCall) => (functionCall.payload === 1 ? thrown('Bad') : hang(functionCall)) },
    });
    const states = map({ T: { ...call('f'), End: true } }, { MaxConcurrency: 2 });
    expect(await bench.run(states, [0, 1, 2, 3])).toMatchObject({ status: 'FAILED', error: 'Bad' });
    expect(bench.calls.map(({ payload: n }) => n)).toEqual([0, 1]);
    expect(bench.calls[0]?.signal.aborted).toBe(true);
    expect(bench.events().slice(-5)).toEqual([
      'MapIterationFailed',
      'TaskStateAborted',
      'MapIterationAborted',
      'MapStateFailed',
      'ExecutionFailed',
    ]);
    // What is stopped is linked to what failed, as in LocalStack's snapshot of test_service_lambda_map_timeout.
    const { events } = bench.engine.getExecutionHistory({ executionArn: bench.executionArn });
    const failedTask = events.find(({ type }) => type === 'TaskFailed')?.id;
    expect(events.slice(-5, -1).map(({ previousEventId }) => previousEventId)).toEqual(
      Array(4).fill(failedTask),
    );
  });

  it('given a Retry, when an iteration fails at first, then all items begin anew', async () => {
    let calls = 0;
    bench = new Workbench({
      functions: { f: ({ payload: n }) => (++calls === 2 ? thrown('Bad') : { payload: n }) },
    });
    const states = map(
      { T: { ...call('f'), ...payload } },
      { MaxConcurrency: 1, Retry: [{ ErrorEquals: ['Bad'], MaxAttempts: 1 }] },
    );
    expect(await bench.run(states, ['a', 'b'])).toEqual({ status: 'SUCCEEDED', output: ['a', 'b'] });
    expect(bench.calls.map(({ payload: n }) => n)).toEqual(['a', 'b', 'a', 'b']);
  });

  it('given more items than events, when they are mapped, then the execution fails at the limit and stays small', async () => {
    bench = new Workbench();
    const outcome = await bench.run(map({ A: { ...pass, Output: 0 } }), Array(60_000).fill(0));
    expect(outcome).toEqual({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: 'The execution reached the maximum number of history events (25000).',
    });
  });

  it('given any items and any concurrency, when they are mapped, then the output is each item in its place', async () => {
    const items = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(items, fc.integer({ min: 0, max: 4 }), async (seconds, MaxConcurrency) => {
        bench = new Workbench();
        const states = map(
          { W: { Type: 'Wait', Seconds: '{% $states.input %}', End: true } },
          { MaxConcurrency },
        );
        expect(await bench.run(states, seconds)).toEqual({ status: 'SUCCEEDED', output: seconds });
        await bench.close();
      }),
      { numRuns: 30 },
    );
  });
});
