import { describe, expect, it } from 'vitest';
import { call, type Functions, thrown, Workbench } from './workbench.ts';

const pass = { Type: 'Pass', End: true };
const succeeded = (output: unknown) => ({ status: 'SUCCEEDED', output });
const failed = (error?: string, cause?: string) => ({
  status: 'FAILED',
  ...(error === undefined ? {} : { error }),
  ...(cause === undefined ? {} : { cause }),
});
const evaluationFailed = (state: string, enteredEvent: number, problem: string) =>
  failed(
    'States.QueryEvaluationError',
    `An error occurred while executing the state '${state}' (entered at the event id #${enteredEvent}). ${problem}`,
  );

const functions: Functions = {
  echo: ({ payload }) => ({ payload }),
  broken: () => thrown('Broken'),
  nothing: () => ({ payload: undefined }),
  throttled: () => ({ functionError: 'Lambda.TooManyRequestsException', cause: 'Rate exceeded' }),
  nameless: () => ({ functionError: 'Unhandled', cause: '{"errorMessage":"no type"}' }),
  crashed: () => Promise.reject(new Error('the worker died')),
  huge: () => ({ payload: 'x'.repeat(262_144) }),
};

interface Row {
  readonly given: string;
  readonly when: string;
  readonly then: string;
  readonly states: Record<string, unknown>;
  readonly input?: unknown;
  readonly machine?: Record<string, unknown>;
  readonly outcome: Record<string, unknown>;
}

const rows: Row[] = [
  // Pass, variables and templates
  {
    given: 'a Pass without Output',
    when: 'it runs',
    then: 'its input is its output',
    states: { P: pass },
    input: { a: [1] },
    outcome: succeeded({ a: [1] }),
  },
  {
    given: 'a Pass that assigns a variable',
    when: 'its Output reads it',
    then: 'it sees the old value, and the next state the new one',
    states: {
      First: { Type: 'Pass', Assign: { n: 1 }, Next: 'Second' },
      Second: { Type: 'Pass', Assign: { n: '{% $n + 1 %}' }, Output: { old: '{% $n %}' }, Next: 'Third' },
      Third: { Type: 'Pass', Output: { old: '{% $states.input.old %}', now: '{% $n %}' }, End: true },
    },
    outcome: succeeded({ old: 1, now: 2 }),
  },
  {
    given: 'two variables assigned together',
    when: 'one is computed from the other',
    then: 'both are computed from the old values',
    states: {
      First: { Type: 'Pass', Assign: { a: 1, b: 2 }, Next: 'Swap' },
      Swap: { Type: 'Pass', Assign: { a: '{% $b %}', b: '{% $a %}' }, Next: 'Show' },
      Show: { Type: 'Pass', Output: ['{% $a %}', '{% $b %}'], End: true },
    },
    outcome: succeeded([2, 1]),
  },
  {
    given: 'a template with every kind of value',
    when: 'it is filled',
    then: 'expressions become their values and the rest stays',
    states: {
      P: {
        Type: 'Pass',
        Output: { t: 'a {% 1 %} b', e: '{% 1 + 1 %}', l: [null, true, '{% [2] %}'], o: { n: 0.5 } },
        End: true,
      },
    },
    outcome: succeeded({ t: 'a {% 1 %} b', e: 2, l: [null, true, [2]], o: { n: 0.5 } }),
  },
  {
    given: 'a missing value inside one expression',
    when: 'it is evaluated',
    then: 'its key is left out',
    states: { P: { Type: 'Pass', Output: '{% {"a": $states.input.no, "b": 1} %}', End: true } },
    outcome: succeeded({ b: 1 }),
  },
  {
    given: 'a missing value as a whole expression',
    when: 'it is evaluated',
    then: 'the execution fails with the place',
    states: { P: { Type: 'Pass', Output: { a: { b: '{% $states.input.no %}' } }, End: true } },
    outcome: evaluationFailed(
      'P',
      2,
      "The JSONata expression '$states.input.no' specified for the field 'Output/a/b' returned nothing (undefined).",
    ),
  },
  {
    given: 'an expression that throws',
    when: 'it is evaluated',
    then: 'the execution fails with JSONata’s reason',
    states: { P: { Type: 'Pass', Output: '{% "a" + 1 %}', End: true } },
    outcome: evaluationFailed(
      'P',
      2,
      `The JSONata expression '"a" + 1' specified for the field 'Output' threw an error during evaluation. T2001: The left side of the "+" operator must evaluate to a number`,
    ),
  },
  {
    given: 'an expression that answers a function',
    when: 'it is evaluated',
    then: 'the execution fails',
    states: { P: { Type: 'Pass', Output: '{% {"f": function($x) { $x }} %}', End: true } },
    outcome: evaluationFailed(
      'P',
      2,
      `The JSONata expression '{"f": function($x) { $x }}' specified for the field 'Output' returned an unsupported result. a function is not a JSON value`,
    ),
  },
  {
    given: 'an endless recursion',
    when: 'it is evaluated',
    then: 'it is stopped and the execution fails',
    states: { P: { Type: 'Pass', Output: '{% ($f := function($n) { 1 + $f($n) }; $f(1)) %}', End: true } },
    outcome: {
      status: 'FAILED',
      error: 'States.QueryEvaluationError',
      cause: expect.stringContaining('Stack overflow error: Check for non-terminating recursive function.'),
    },
  },
  {
    given: 'data with the names of object internals',
    when: 'it passes through templates',
    then: 'it stays data',
    states: {
      P: { Type: 'Pass', Output: { o: '{% $states.input %}' }, Next: 'Q' },
      Q: { Type: 'Pass', Output: '{% $keys($states.input.o) %}', End: true },
    },
    input: JSON.parse('{"__proto__": {"a": 1}, "constructor": 2}'),
    outcome: succeeded(['__proto__', 'constructor']),
  },
  {
    given: 'data that looks like an expression',
    when: 'it passes through a template',
    then: 'it is not evaluated',
    states: {
      P: { Type: 'Pass', Assign: { v: '{% $states.input %}' }, Next: 'Q' },
      Q: { ...pass, Output: '{% $v %}' },
    },
    input: { t: '{% $states.context.Execution.RoleArn %}' },
    outcome: succeeded({ t: '{% $states.context.Execution.RoleArn %}' }),
  },
  {
    given: 'a result over 256 KiB',
    when: 'a Pass answers it',
    then: 'the execution fails with States.DataLimitExceeded',
    states: { P: { Type: 'Pass', Output: '{% $pad("", 262143, "é") %}', End: true } },
    outcome: failed(
      'States.DataLimitExceeded',
      "The state/task 'P' returned a result with a size exceeding the maximum number of bytes service limit.",
    ),
  },
  {
    given: 'a variable over 256 KiB',
    when: 'it is assigned',
    then: 'the execution fails with States.DataLimitExceeded',
    states: { P: { Type: 'Pass', Assign: { big: '{% $pad("", 262143, "x") %}' }, End: true } },
    outcome: failed(
      'States.DataLimitExceeded',
      "The state/task 'P' returned a result with a size exceeding the maximum number of bytes service limit.",
    ),
  },
  {
    given: 'the clock',
    when: 'expressions ask for the time',
    then: 'they get the clock’s, in every form',
    states: {
      P: {
        Type: 'Pass',
        Output: ['{% $now() %}', '{% $millis() %}', '{% $now("[Y]-[M01]-[D01] [H01]:[m01]", "+0900") %}'],
        End: true,
      },
    },
    outcome: succeeded(['2026-11-21T09:00:00.000Z', 1_795_251_600_000, '2026-11-21 18:00']),
  },
  {
    given: 'the context object',
    when: 'a state reads it',
    then: 'it holds execution, machine and state',
    states: { 'Show it': { Type: 'Pass', Output: '{% $states.context %}', End: true } },
    input: { a: 1 },
    outcome: succeeded({
      Execution: {
        Id: 'arn:aws:states:us-east-1:111111111111:execution:m:e',
        Input: { a: 1 },
        Name: 'e',
        RedriveCount: 0,
        RoleArn: 'arn:aws:iam::111111111111:role/m',
        StartTime: '2026-11-21T09:00:00.000Z',
      },
      State: { Name: 'Show it', EnteredTime: '2026-11-21T09:00:00.000Z' },
      StateMachine: { Id: 'arn:aws:states:us-east-1:111111111111:stateMachine:m', Name: 'm' },
    }),
  },
  // Succeed and Fail
  {
    given: 'a Succeed with Output',
    when: 'it is reached',
    then: 'the execution ends with it',
    states: { S: { Type: 'Succeed', Output: { n: '{% $states.input.n * 2 %}' } } },
    input: { n: 2 },
    outcome: succeeded({ n: 4 }),
  },
  {
    given: 'a Fail with expressions',
    when: 'it is reached',
    then: 'the execution fails with their values',
    states: {
      F: { Type: 'Fail', Error: '{% $states.input.e %}', Cause: '{% "because " & $states.input.e %}' },
    },
    input: { e: 'Bad' },
    outcome: failed('Bad', 'because Bad'),
  },
  {
    given: 'a Fail without fields',
    when: 'it is reached',
    then: 'the execution fails without a name',
    states: { F: { Type: 'Fail' } },
    outcome: failed(),
  },
  {
    given: 'a Fail whose Error is a number',
    when: 'it is reached',
    then: 'the execution fails for that',
    states: { F: { Type: 'Fail', Error: '{% 1 %}' } },
    outcome: evaluationFailed(
      'F',
      2,
      "The JSONata expression '1' specified for the field 'Error' returned an unexpected result type. Expected 'string', but was 'number' for value: 1",
    ),
  },
  // Choice
  ...[
    { n: 1, output: { from: 'rule', n: 1, kept: 'rule' } },
    { n: 5, output: { from: 'default', n: 5, kept: 'default' } },
  ].map(({ n, output }) => ({
    given: 'a Choice with Assign and Output on rule and state',
    when: `the input is ${n}`,
    then: `those of the ${output.from} count`,
    states: {
      C: {
        Type: 'Choice',
        Choices: [
          { Condition: false, Next: 'Never' },
          {
            Condition: '{% $states.input.n = 1 %}',
            Assign: { kept: 'rule' },
            Output: { from: 'rule', n: '{% $states.input.n %}' },
            Next: 'Show',
          },
        ],
        Default: 'Show',
        Assign: { kept: 'default' },
        Output: { from: 'default', n: '{% $states.input.n %}' },
      },
      Show: { Type: 'Pass', Output: '{% $merge([$states.input, {"kept": $kept}]) %}', End: true },
      Never: { Type: 'Fail' },
    },
    input: { n },
    outcome: succeeded(output),
  })),
  {
    given: 'a Choice without Default',
    when: 'no rule holds',
    // Measured at the service: https://github.com/floci-io/floci/pull/3167
    then: 'the execution fails with States.Runtime',
    states: { C: { Type: 'Choice', Choices: [{ Condition: '{% 1 = 2 %}', Next: 'P' }] }, P: pass },
    outcome: failed(
      'States.Runtime',
      "An error occurred while executing the state 'C' (entered at the event id #2). Failed to transition out of the state. The state does not point to a next state.",
    ),
  },
  {
    given: 'a Condition that answers a string',
    when: 'it is evaluated',
    then: 'the execution fails for its type',
    states: { C: { Type: 'Choice', Choices: [{ Condition: '{% "yes" %}', Next: 'P' }] }, P: pass },
    outcome: evaluationFailed(
      'C',
      2,
      `The JSONata expression '"yes"' specified for the field 'Choices[0]/Condition' returned an unexpected result type. Expected 'boolean', but was 'string' for value: "yes"`,
    ),
  },
  // Wait (how long it lasts: engine.test.ts)
  {
    given: 'a Wait with Assign and Output',
    when: 'its time has passed',
    then: 'both are evaluated at its end',
    states: {
      W: {
        Type: 'Wait',
        Seconds: 60,
        Assign: { at: '{% $now() %}' },
        Output: { was: '{% $states.input %}' },
        Next: 'P',
      },
      P: { Type: 'Pass', Output: '{% $merge([$states.input, {"at": $at}]) %}', End: true },
    },
    input: 1,
    outcome: succeeded({ was: 1, at: '2026-11-21T09:01:00.000Z' }),
  },
  {
    given: 'a Wait for a fraction of a second',
    when: 'it is reached',
    then: 'the execution fails',
    states: { W: { Type: 'Wait', Seconds: '{% 1.5 %}', End: true } },
    outcome: evaluationFailed(
      'W',
      2,
      "The JSONata expression '1.5' specified for the field 'Seconds' returned 1.5. Expected a whole number of seconds, 0 or more.",
    ),
  },
  {
    given: 'a Wait for 2^31 seconds',
    when: 'it is reached',
    then: 'the execution fails with States.Runtime',
    states: { W: { Type: 'Wait', Seconds: '{% 2147483648 %}', End: true } },
    outcome: failed(
      'States.Runtime',
      "An error occurred while executing the state 'W' (entered at the event id #2). The Seconds field must be below 2147483648, but was: 2147483648",
    ),
  },
  // Task
  {
    given: 'a Task without Output',
    when: 'its function answers',
    then: 'the result is the output',
    states: { T: { ...call('echo'), End: true } },
    input: { a: 1 },
    outcome: succeeded({ ExecutedVersion: '$LATEST', Payload: { a: 1 }, StatusCode: 200 }),
  },
  {
    given: 'a Task with Assign and Output',
    when: 'its function answers',
    then: 'both read the result and the input',
    states: {
      T: {
        ...call('echo', { n: '{% $states.input.n + 1 %}' }),
        Assign: { got: '{% $states.result.Payload.n %}' },
        Output: { was: '{% $states.input.n %}' },
        Next: 'P',
      },
      P: { Type: 'Pass', Output: '{% $merge([$states.input, {"got": $got}]) %}', End: true },
    },
    input: { n: 1 },
    outcome: succeeded({ was: 1, got: 2 }),
  },
  {
    given: 'a function that answers nothing',
    when: 'it is called',
    then: 'the Payload is null',
    states: { T: { ...call('nothing'), Output: '{% $states.result.Payload %}', End: true } },
    outcome: succeeded(null),
  },
  {
    given: 'Arguments that are one expression',
    when: 'it names the function and the payload',
    then: 'the function is called',
    states: {
      T: {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke',
        Arguments: '{% {"FunctionName": "echo", "Payload": [1]} %}',
        Output: '{% $states.result.Payload %}',
        End: true,
      },
    },
    outcome: succeeded([1]),
  },
  {
    given: 'Arguments that are one expression',
    when: 'it holds what the runtime does not do',
    then: 'the task fails with States.Runtime, which nothing catches',
    states: {
      T: {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke',
        Arguments: '{% {"FunctionName": "echo", "InvocationType": "Event"} %}',
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'P' }],
        End: true,
      },
      P: pass,
    },
    outcome: failed(
      'States.Runtime',
      'Arguments has InvocationType, which is not supported; give FunctionName and Payload',
    ),
  },
  ...[
    { name: 'broken', error: 'Broken', cause: '{"errorMessage":"it broke","errorType":"Broken","trace":[]}' },
    { name: 'throttled', error: 'Lambda.TooManyRequestsException', cause: 'Rate exceeded' },
    { name: 'nameless', error: 'Lambda.Unknown', cause: '{"errorMessage":"no type"}' },
    { name: 'crashed', error: 'Lambda.Unknown', cause: 'the worker died' },
    {
      name: 'huge',
      error: 'States.DataLimitExceeded',
      cause:
        // As in LocalStack's snapshot of test_service_task_lambada_data_limit_exceeded_on_large_utf8_response.
        "The state/task 'lambda' returned a result with a size exceeding the maximum number of bytes service limit.",
    },
  ].flatMap(({ name, error, cause }) => [
    {
      given: `a function that is ${name}`,
      when: 'nothing catches it',
      then: `the execution fails with ${error}`,
      states: { T: { ...call(name), End: true } },
      outcome: failed(error, cause),
    },
    {
      given: `a function that is ${name}`,
      when: 'a Catch names the error',
      then: 'the state it names gets error and cause',
      states: { T: { ...call(name), Catch: [{ ErrorEquals: [error], Next: 'P' }], End: true }, P: pass },
      outcome: succeeded({ Error: error, Cause: cause }),
    },
  ]),
  {
    given: 'a Catch with Assign and Output',
    when: 'it catches',
    then: 'both read the error and the input',
    states: {
      T: {
        ...call('broken'),
        Catch: [
          { ErrorEquals: ['Other'], Next: 'Never' },
          {
            ErrorEquals: ['States.ALL'],
            Assign: { fault: '{% $states.errorOutput.Error %}' },
            Output: { id: '{% $states.input.id %}' },
            Next: 'P',
          },
        ],
        End: true,
      },
      P: { Type: 'Pass', Output: '{% $merge([$states.input, {"fault": $fault}]) %}', End: true },
      Never: { Type: 'Fail' },
    },
    input: { id: 7 },
    outcome: succeeded({ id: 7, fault: 'Broken' }),
  },
  {
    given: 'a Catch whose Output throws',
    when: 'it catches',
    then: 'the execution fails for the Output and nothing catches that',
    states: {
      T: {
        ...call('broken'),
        Catch: [{ ErrorEquals: ['States.ALL'], Output: '{% $nothing %}', Next: 'P' }],
        End: true,
      },
      P: pass,
    },
    outcome: evaluationFailed(
      'T',
      2,
      "The JSONata expression '$nothing' specified for the field 'Catch[0]/Output' returned nothing (undefined).",
    ),
  },
  {
    given: 'Arguments that cannot be evaluated',
    when: 'a Catch names States.QueryEvaluationError',
    then: 'it is caught',
    states: {
      T: {
        ...call('echo', '{% $nothing %}'),
        Catch: [
          {
            ErrorEquals: ['States.QueryEvaluationError'],
            Output: '{% $states.errorOutput.Error %}',
            Next: 'P',
          },
        ],
        End: true,
      },
      P: pass,
    },
    outcome: succeeded('States.QueryEvaluationError'),
  },
  {
    given: 'TimeoutSeconds that is zero at run time',
    when: 'the task is reached',
    then: 'the execution fails for that field',
    states: { T: { ...call('echo'), TimeoutSeconds: '{% 0 %}', End: true } },
    outcome: evaluationFailed('T', 2, 'The TimeoutSeconds field must be from 1 to 99999999, but was: 0'),
  },
  // The machine
  {
    given: 'a machine that goes round without end',
    when: 'its history is full',
    then: 'it fails with the limit as its cause',
    states: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } },
    outcome: failed('States.Runtime', 'The execution reached the maximum number of history events (25000).'),
  },
  {
    given: 'a machine with TimeoutSeconds',
    when: 'they pass',
    then: 'the execution times out',
    states: { W: { Type: 'Wait', Seconds: 3_600, End: true } },
    machine: { TimeoutSeconds: 60 },
    outcome: { status: 'TIMED_OUT' },
  },
];

describe('what each state does', () => {
  for (const { given, when, then, states, input = {}, machine = {}, outcome } of rows) {
    it(`given ${given}, when ${when}, then ${then}`, async () => {
      const bench = new Workbench({ functions });
      expect(await bench.run(states, input, machine)).toEqual(outcome);
      await bench.close();
    });
  }
});
