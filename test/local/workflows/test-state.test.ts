import { afterEach, describe, expect, it } from 'vitest';
import type { StateMock } from '../../../local/workflows/test-state.ts';
import { call, hang, thrown, Workbench } from './workbench.ts';

let bench: Workbench;
afterEach(async () => {
  await bench.close();
});

const retry = { Retry: [{ ErrorEquals: ['Broken'], MaxAttempts: 2 }] };
const caught = { Catch: [{ ErrorEquals: ['Broken'], Output: '{% $states.errorOutput.Error %}', Next: 'C' }] };
const state = (fields: Record<string, unknown>) => ({ QueryLanguage: 'JSONata', ...fields });
const end = { End: true };

const rows: readonly {
  given: string;
  definition: unknown;
  stateName?: string;
  mock?: StateMock;
  tested: unknown;
}[] = [
  {
    given: 'a Pass',
    definition: state({ Type: 'Pass', Output: '{% $states.input.n + 1 %}', Next: 'N' }),
    tested: { status: 'SUCCEEDED', output: '2', nextState: 'N' },
  },
  {
    given: 'a Wait of a year',
    definition: state({ Type: 'Wait', Seconds: 31_000_000, Next: 'N' }),
    tested: { status: 'SUCCEEDED', output: '{"n":1}', nextState: 'N' },
  },
  {
    given: 'a Choice',
    definition: state({
      Type: 'Choice',
      Choices: [{ Condition: '{% $states.input.n = 1 %}', Next: 'A' }],
      Default: 'B',
    }),
    tested: { status: 'SUCCEEDED', output: '{"n":1}', nextState: 'A' },
  },
  {
    given: 'a call',
    definition: state({ ...call('double'), Output: '{% $states.result.Payload %}', ...end }),
    tested: { status: 'SUCCEEDED', output: '2' },
  },
  {
    given: 'a call that fails',
    definition: state({ ...call('broken'), ...end }),
    tested: expect.objectContaining({ status: 'FAILED', error: 'Broken' }),
  },
  {
    given: 'a call that fails and would be retried',
    definition: state({ ...call('broken'), ...retry, ...end }),
    tested: expect.objectContaining({ status: 'RETRIABLE', error: 'Broken' }),
  },
  {
    given: 'a call that fails and is caught',
    definition: state({ ...call('broken'), ...caught, ...end }),
    tested: expect.objectContaining({
      status: 'CAUGHT_ERROR',
      error: 'Broken',
      output: '"Broken"',
      nextState: 'C',
    }),
  },
  {
    given: 'a call with a mocked result',
    definition: state({ ...call('broken'), Output: '{% $states.result.a %}', ...end }),
    mock: { result: '{"a":5}' },
    tested: { status: 'SUCCEEDED', output: '5' },
  },
  {
    given: 'a call with a mocked error',
    definition: state({ ...call('double'), ...caught, ...end }),
    mock: { errorOutput: { error: 'Broken', cause: 'so' } },
    tested: { status: 'CAUGHT_ERROR', error: 'Broken', cause: 'so', output: '"Broken"', nextState: 'C' },
  },
  {
    // The service leaves out which state that was: https://github.com/floci-io/floci/pull/2689
    given: 'an expression that gives nothing',
    definition: state({ Type: 'Pass', Output: { v: '{% $states.input.missing %}' }, ...end }),
    tested: {
      status: 'FAILED',
      error: 'States.QueryEvaluationError',
      cause:
        "The JSONata expression '$states.input.missing' specified for the field 'Output/v' returned nothing (undefined).",
    },
  },
  {
    given: 'a state inside a Map',
    definition: {
      QueryLanguage: 'JSONata',
      StartAt: 'M',
      States: {
        M: {
          Type: 'Map',
          ItemProcessor: { StartAt: 'I', States: { I: { Type: 'Pass', Output: 'inner', End: true } } },
          End: true,
        },
      },
    },
    stateName: 'I',
    tested: { status: 'SUCCEEDED', output: '"inner"' },
  },
  {
    given: 'a Map with a mocked result',
    definition: state({ Type: 'Map', ItemProcessor: {}, Output: '{% $count($states.result) %}', ...end }),
    mock: { result: '[1,2]' },
    tested: { status: 'SUCCEEDED', output: '2' },
  },
];

describe('testing one state', () => {
  for (const { given, definition, stateName, mock, tested } of rows) {
    it(`given ${given}, when it is tested, then it is run alone and nothing is kept of it`, async () => {
      bench = new Workbench({
        functions: {
          hang,
          double: ({ payload }) => ({ payload: (payload as { n: number }).n * 2 }),
          broken: () => thrown('Broken'),
        },
      });
      expect(await bench.engine.testState({ definition, input: '{"n":1}', stateName, mock })).toEqual(tested);
      expect(bench.engine.listExecutions().executions).toEqual([]);
      expect(bench.engine.listStateMachines().stateMachines).toEqual([]);
    });
  }

  it('given a task that waits for others, when it is tested without a mock, then that is refused', async () => {
    bench = new Workbench();
    const definition = state({
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      ...end,
    });
    await expect(bench.engine.testState({ definition })).rejects.toMatchObject({
      name: 'ValidationException',
      message:
        '1 validation error detected: State waits for what a test does not do; give a mock with its result',
    });
  });

  // Recorded in LocalStack's snapshots of test_state_mock_validation.py.
  const branch = { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } };
  const parallel = { Type: 'Parallel', Branches: [branch, branch], ...end };
  const noArray = 'Mocked result must be an array.';
  const refusals = [
    {
      given: 'a Map without a mock',
      tested: { Type: 'Map', ItemProcessor: branch, ...end },
      name: 'InvalidDefinition',
      message:
        'TestState API does not support Map or Parallel states. Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]',
    },
    {
      given: 'a Map with an object for its result',
      tested: { Type: 'Map', ItemProcessor: branch, ...end },
      mock: { result: '{}' },
      message: noArray,
    },
    {
      given: 'a Parallel with a number for its result',
      tested: parallel,
      mock: { result: '1' },
      message: noArray,
    },
    {
      given: 'a Parallel with too short a result',
      tested: parallel,
      mock: { result: '[1]' },
      message: 'Mocked result must contain the same number of items as number of Parallel branches.',
    },
    {
      given: 'a Pass with a mock',
      tested: { Type: 'Pass', ...end },
      mock: { result: '1' },
      message: "State type 'Pass' is not supported when a mock is specified",
    },
  ];
  for (const { given, tested, mock, name = 'ValidationException', message } of refusals) {
    it(`given ${given}, when it is tested, then that is refused as by the service`, async () => {
      bench = new Workbench();
      const request = { definition: state(tested), ...(mock === undefined ? {} : { mock }) };
      await expect(bench.engine.testState(request)).rejects.toMatchObject({
        name,
        message: expect.stringMatching(new RegExp(`^${message.replace(/[.[\]]/g, '\\$&')}`)),
      });
    });
  }

  it('given a name that no state has, when it is tested, then that is refused', async () => {
    bench = new Workbench();
    const definition = { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } };
    await expect(bench.engine.testState({ definition, stateName: 'Q' })).rejects.toMatchObject({
      name: 'ValidationException',
      message: '1 validation error detected: the definition has no state Q; give the name of one',
    });
  });
});
