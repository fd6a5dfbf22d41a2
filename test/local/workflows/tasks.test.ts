import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FunctionCall } from '../../../local/workflows/engine.ts';
import { call, dayMs, hang, secondMs, thrown, Workbench } from './workbench.ts';

const pass = { Type: 'Pass', End: true };
const callback = (functionName: string, fields: Record<string, unknown> = {}) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
  Arguments: { FunctionName: functionName, Payload: { token: '{% $states.context.Task.Token %}' } },
  ...fields,
  End: true,
});

let failuresLeft = 0;
let bench: Workbench;

function tokenOf(functionCall: FunctionCall | undefined): string {
  return functionCall?.token ?? 'the function was not called with a token';
}

beforeEach(() => {
  failuresLeft = 0;
  bench = new Workbench({
    functions: {
      echo: ({ payload }) => ({ payload }),
      ask: () => ({ payload: 'asked' }),
      broken: () => thrown('Broken'),
      hang,
      failsAtFirst: ({ payload }) => (failuresLeft-- > 0 ? thrown('Flaky') : { payload }),
      answersItself: async ({ token = '' }) => {
        await bench.engine.sendTaskSuccess({ taskToken: token, output: '"early"' });
        return { payload: 'late' };
      },
    },
  });
});
afterEach(async () => {
  await bench.close();
});

describe('retrying a task', () => {
  it('given a function that fails twice, when it is retried, then it gets the attempt’s number and the delays grow', async () => {
    failuresLeft = 2;
    const payload = { retry: '{% $states.context.State.RetryCount %}', at: '{% $now() %}' };
    const states = {
      T: {
        ...call('failsAtFirst', payload),
        Retry: [{ ErrorEquals: ['Flaky'], IntervalSeconds: 10 }],
        Output: '{% $states.result.Payload %}',
        End: true,
      },
    };

    const outcome = await bench.run(states);

    expect(outcome).toEqual({ status: 'SUCCEEDED', output: { retry: 2, at: '2026-11-21T09:00:30.000Z' } });
    expect(bench.calls.map(({ payload: sent }) => sent)).toEqual([
      { retry: 0, at: '2026-11-21T09:00:00.000Z' },
      { retry: 1, at: '2026-11-21T09:00:10.000Z' },
      { retry: 2, at: '2026-11-21T09:00:30.000Z' },
    ]);
    expect(new Set(bench.calls.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(3);
  });

  it('given two retriers, when one is used up, then the other still has its own count', async () => {
    const errors = ['A', 'B', 'A', 'B'];
    await bench.close();
    bench = new Workbench({ functions: { either: () => thrown(errors.shift() ?? 'A') } });
    const Retry = [
      { ErrorEquals: ['A'], MaxAttempts: 2 },
      { ErrorEquals: ['B'], MaxAttempts: 1 },
    ];

    const outcome = await bench.run({ T: { ...call('either'), Retry, End: true } });

    expect(outcome).toMatchObject({ status: 'FAILED', error: 'B' });
    expect(bench.calls).toHaveLength(4);
  });

  it('given a retrier with one attempt, when the state is visited again, then it counts anew', async () => {
    const states = {
      Twice: {
        Type: 'Pass',
        Assign: { visits: '{% $exists($visits) ? $visits + 1 : 1 %}' },
        Next: 'T',
      },
      T: {
        ...call('broken'),
        Retry: [{ ErrorEquals: ['Broken'], MaxAttempts: 1 }],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Again?' }],
        End: true,
      },
      'Again?': {
        Type: 'Choice',
        Choices: [{ Condition: '{% $visits < 2 %}', Next: 'Twice' }],
        Default: 'Done',
      },
      Done: pass,
    };

    await bench.run(states);

    expect(bench.calls).toHaveLength(4);
  });

  it('given full jitter, when it is retried, then the delay is drawn from the engine’s own randomness', async () => {
    failuresLeft = 1;
    const Retry = [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 10, JitterStrategy: 'FULL' }];
    const payload = { at: '{% $now() %}' };

    await bench.run({ T: { ...call('failsAtFirst', payload), Retry, End: true } });

    // The workbench draws 0.5 every time.
    expect(bench.calls[1]?.payload).toEqual({ at: '2026-11-21T09:00:05.000Z' });
  });
});

describe('the time limits of a task', () => {
  const limits = [
    { given: 'a number', TimeoutSeconds: 30 },
    { given: 'an expression', TimeoutSeconds: '{% $states.input.limit %}' },
  ];
  for (const { given, TimeoutSeconds } of limits) {
    it(`given TimeoutSeconds as ${given}, when the function hangs, then it is given up and the error is caught`, async () => {
      const Catch = [{ ErrorEquals: ['States.Timeout'], Next: 'P' }];
      bench.register({ T: { ...call('hang'), TimeoutSeconds, Catch, End: true }, P: pass });
      await bench.start({ limit: 30 });
      await bench.pass(29 * secondMs);
      expect(bench.outcome()).toEqual({ status: 'RUNNING' });
      await bench.pass(secondMs);
      expect(bench.outcome()).toEqual({
        status: 'SUCCEEDED',
        output: { Error: 'States.Timeout', Cause: '' },
      });
      expect(bench.calls[0]?.signal.aborted).toBe(true);
    });
  }

  it('given a function that heeds no signal, when its time is over, then the execution goes on without it', async () => {
    await bench.close();
    bench = new Workbench({ functions: { deaf: ({ parked }) => parked(new Promise(() => {})) } });
    const outcome = await bench.run({ T: { ...call('deaf'), TimeoutSeconds: 30, End: true } });
    expect(outcome).toEqual({ status: 'FAILED', error: 'States.Timeout' });
  });

  it('given TimeoutSeconds and a Retry, when every attempt hangs, then each has the whole time', async () => {
    const Retry = [{ ErrorEquals: ['States.Timeout'], IntervalSeconds: 1, BackoffRate: 1, MaxAttempts: 2 }];
    bench.register({ T: { ...call('hang'), TimeoutSeconds: 30, Retry, End: true } });
    await bench.start();
    await bench.pass(91 * secondMs);
    expect(bench.outcome()).toEqual({ status: 'RUNNING' });
    await bench.pass(secondMs);
    expect(bench.outcome()).toEqual({ status: 'FAILED', error: 'States.Timeout' });
    expect(bench.calls).toHaveLength(3);
  });

  it('given HeartbeatSeconds, when heartbeats come and then stop, then the task times out after the last', async () => {
    bench.register({ T: callback('ask', { HeartbeatSeconds: 60, TimeoutSeconds: 1_000 }) });
    await bench.start();
    const taskToken = tokenOf(bench.calls[0]);
    for (let beat = 0; beat < 5; beat++) {
      await bench.pass(59 * secondMs);
      await bench.engine.sendTaskHeartbeat({ taskToken });
    }
    await bench.pass(59 * secondMs);
    expect(bench.outcome()).toEqual({ status: 'RUNNING' });
    await bench.pass(secondMs);
    expect(bench.outcome()).toEqual({ status: 'FAILED', error: 'States.Timeout' });
    await expect(bench.engine.sendTaskHeartbeat({ taskToken })).rejects.toMatchObject({
      name: 'TaskTimedOut',
    });
  });

  it('given a Catch for missed heartbeats, when a heartbeat is missed, then it catches', async () => {
    const Catch = [{ ErrorEquals: ['States.HeartbeatTimeout'], Output: 'missed', Next: 'P' }];
    bench.register({ T: callback('ask', { HeartbeatSeconds: 60, Catch }), P: pass });
    await bench.start();
    await bench.pass(60 * secondMs);
    expect(bench.outcome()).toEqual({ status: 'SUCCEEDED', output: 'missed' });
  });
});

describe('a task that waits for its token', () => {
  it('given the token is out, when its success comes, then its output is the result', async () => {
    bench.register({ T: callback('ask', { Output: { got: '{% $states.result %}' } }) });
    await bench.start();
    await bench.pass(30 * dayMs);
    expect(bench.outcome()).toEqual({ status: 'RUNNING' });
    expect(bench.calls[0]?.payload).toEqual({ token: bench.calls[0]?.token });

    await bench.engine.sendTaskSuccess({ taskToken: tokenOf(bench.calls[0]), output: '{"a":1}' });
    await bench.idle();

    expect(bench.outcome()).toEqual({ status: 'SUCCEEDED', output: { got: { a: 1 } } });
    expect(bench.events()).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSubmitted',
      'TaskSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
  });

  const failures = [
    {
      given: 'error and cause',
      failure: { error: 'Refused', cause: 'busy' },
      output: { Error: 'Refused', Cause: 'busy' },
    },
    { given: 'neither', failure: {}, output: { Error: null, Cause: null } },
  ];
  for (const { given, failure, output } of failures) {
    it(`given a failure with ${given}, when it comes, then States.TaskFailed catches it`, async () => {
      const Catch = [{ ErrorEquals: ['States.TaskFailed'], Next: 'P' }];
      bench.register({ T: callback('ask', { Catch }), P: pass });
      await bench.start();
      await bench.engine.sendTaskFailure({ taskToken: tokenOf(bench.calls[0]), ...failure });
      await bench.idle();
      expect(bench.outcome()).toEqual({ status: 'SUCCEEDED', output });
    });
  }

  it('given two answers at once, when both are sent, then the first wins and the second is refused', async () => {
    bench.register({ T: callback('ask') });
    await bench.start();
    const taskToken = tokenOf(bench.calls[0]);
    const answers = await Promise.allSettled([
      bench.engine.sendTaskSuccess({ taskToken, output: '"first"' }),
      bench.engine.sendTaskFailure({ taskToken, error: 'Second' }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(bench.outcome()).toEqual({ status: 'SUCCEEDED', output: 'first' });
  });

  it('given the task has timed out, when its answer comes late, then it is refused and changes nothing', async () => {
    bench.register({ T: callback('ask', { TimeoutSeconds: 60 }) });
    await bench.start();
    await bench.pass(60 * secondMs);
    const late = bench.engine.sendTaskSuccess({ taskToken: tokenOf(bench.calls[0]), output: '1' });
    await expect(late).rejects.toMatchObject({
      name: 'TaskTimedOut',
      message: "Task Timed Out: 'Provided task does not exist anymore'",
    });
    expect(bench.outcome()).toEqual({ status: 'FAILED', error: 'States.Timeout' });
  });

  it('given a retried task, when the token of the first attempt is answered, then it is refused', async () => {
    const Retry = [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 1 }];
    bench.register({ T: callback('ask', { Retry }) });
    await bench.start();
    await bench.engine.sendTaskFailure({ taskToken: tokenOf(bench.calls[0]), error: 'Again' });
    await bench.pass(secondMs);
    const stale = bench.engine.sendTaskSuccess({ taskToken: tokenOf(bench.calls[0]), output: '1' });
    await expect(stale).rejects.toMatchObject({ name: 'TaskTimedOut' });
    await bench.engine.sendTaskSuccess({ taskToken: tokenOf(bench.calls[1]), output: '2' });
    expect(bench.outcome()).toEqual({ status: 'SUCCEEDED', output: 2 });
  });

  it('given a function that answers its own token, when it returns afterwards, then the token’s answer counts', async () => {
    const outcome = await bench.run({ T: callback('answersItself') });
    expect(outcome).toEqual({ status: 'SUCCEEDED', output: 'early' });
    expect(bench.events()).not.toContain('TaskSubmitted');
  });

  it('given the function behind it fails, when it has not submitted anything, then the task fails', async () => {
    const outcome = await bench.run({ T: callback('broken') });
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'Broken' });
  });

  const refused = [
    { given: 'a token of another shape', taskToken: 'nonsense', output: '1', error: 'InvalidToken' },
    { given: 'a token nobody gave out', taskToken: 'A'.repeat(64), output: '1', error: 'TaskTimedOut' },
    { given: 'an output that is no JSON', taskToken: 'A'.repeat(64), output: '{', error: 'InvalidOutput' },
    {
      given: 'an output over 256 KiB',
      taskToken: 'A'.repeat(64),
      output: `"${'é'.repeat(131_072)}"`,
      error: 'ValidationException',
    },
  ];
  for (const { given, taskToken, output, error } of refused) {
    it(`given ${given}, when it is sent, then ${error} refuses it`, async () => {
      await expect(bench.engine.sendTaskSuccess({ taskToken, output })).rejects.toMatchObject({
        name: error,
      });
    });
  }

  it('given a task without .waitForTaskToken, when its function is called, then it gets no token', async () => {
    bench.register({ T: { ...call('hang'), End: true } });
    await bench.start();
    expect(bench.calls[0]?.token).toBeUndefined();
  });
});

describe('starting another machine', () => {
  const start = (fields: Record<string, unknown>, rest: Record<string, unknown> = {}) => ({
    S: {
      Type: 'Task',
      Resource: 'arn:aws:states:::states:startExecution',
      Arguments: fields,
      ...rest,
      End: true,
    },
  });

  function registerChild(): string {
    const arn = bench.engine.stateMachineArn('child');
    const definition = { QueryLanguage: 'JSONata', StartAt: 'P', States: { P: pass } };
    bench.engine.registerMachine({ arn, name: 'child', definition });
    return arn;
  }

  it('given a machine and a name, when the task runs, then the child runs with the input and the task does not wait', async () => {
    const arn = registerChild();
    const outcome = await bench.run(
      start({ StateMachineArn: arn, Name: 'c-1', Input: { from: '{% $states.input.a %}' } }),
      {
        a: 5,
      },
    );
    const executionArn = 'arn:aws:states:us-east-1:111111111111:execution:child:c-1';
    expect(outcome).toEqual({
      status: 'SUCCEEDED',
      output: { ExecutionArn: executionArn, StartDate: '2026-11-21T09:00:00.000Z' },
    });
    expect(bench.engine.describeExecution({ executionArn })).toMatchObject({
      status: 'SUCCEEDED',
      output: '{"from":5}',
    });
  });

  const refusals = [
    {
      given: 'a name that is taken',
      fields: { Name: 'taken' },
      error: 'StepFunctions.ExecutionAlreadyExistsException',
      cause: "Execution Already Exists: 'arn:aws:states:us-east-1:111111111111:execution:child:taken'",
    },
    {
      given: 'a name with a blank',
      fields: { Name: 'a b' },
      error: 'StepFunctions.InvalidNameException',
      cause: "Invalid Name: 'a b'",
    },
    {
      given: 'a machine that is not there',
      fields: { StateMachineArn: 'arn:aws:states:us-east-1:111111111111:stateMachine:no' },
      error: 'StepFunctions.StateMachineDoesNotExistException',
      cause: "State Machine Does Not Exist: 'arn:aws:states:us-east-1:111111111111:stateMachine:no'",
    },
  ];
  for (const { given, fields, error, cause } of refusals) {
    it(`given ${given}, when the task runs, then ${error} can be caught`, async () => {
      const arn = registerChild();
      await bench.engine.startExecution({ stateMachineArn: arn, name: 'taken' });
      await bench.idle();
      const Catch = [{ ErrorEquals: [error], Next: 'P' }];
      const states = { ...start({ StateMachineArn: arn, ...fields }, { Catch }), P: pass };
      expect(await bench.run(states)).toEqual({
        status: 'SUCCEEDED',
        output: { Error: error, Cause: cause },
      });
    });
  }
});

describe('stopping an execution', () => {
  it('given a task that runs, when the execution is stopped, then it is aborted with reason and the task given up', async () => {
    bench.register({ T: { ...call('hang'), TimeoutSeconds: 60, End: true } });
    await bench.start();
    const { stopDate } = await bench.engine.stopExecution({
      executionArn: bench.executionArn,
      error: 'Enough',
      cause: 'by hand',
    });
    expect(bench.outcome()).toEqual({ status: 'ABORTED', error: 'Enough', cause: 'by hand' });
    expect(stopDate).toBe(bench.clock.now());
    expect(bench.calls[0]?.signal.aborted).toBe(true);
    expect(bench.clock.nextDueMs()).toBeUndefined();
  });

  it('given an execution that has ended, when it is stopped, then it stays as it is', async () => {
    await bench.run({ P: pass });
    await bench.engine.stopExecution({ executionArn: bench.executionArn });
    expect(bench.outcome()).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('given no such execution, when it is stopped, then it is refused', async () => {
    const stop = bench.engine.stopExecution({ executionArn: 'arn:aws:states:us-east-1:1:execution:m:no' });
    await expect(stop).rejects.toMatchObject({
      name: 'ExecutionDoesNotExist',
      message: "Execution Does Not Exist: 'arn:aws:states:us-east-1:1:execution:m:no'",
    });
  });
});

describe('many tasks at once', () => {
  it('given a bound of two, when five executions call a slow function, then two run at once and all end', async () => {
    await bench.close();
    let running = 0;
    let most = 0;
    bench = new Workbench({
      maxConcurrentTasks: 2,
      functions: {
        slow: async () => {
          most = Math.max(most, ++running);
          await new Promise((resolve) => setImmediate(resolve));
          running--;
          return { payload: null };
        },
      },
    });
    bench.register({ T: { ...call('slow'), End: true } });
    for (let n = 0; n < 5; n++) {
      await bench.engine.startExecution({ stateMachineArn: bench.machineArn, name: `n${n}` });
    }
    await bench.idle();
    const { executions } = bench.engine.listExecutions({ statusFilter: 'SUCCEEDED' });
    expect(executions).toHaveLength(5);
    expect(most).toBe(2);
  });
});
