import { afterEach, describe, expect, it } from 'vitest';
import { call, dayMs, hang, secondMs, Workbench } from './workbench.ts';

let bench: Workbench;
afterEach(async () => {
  await bench.close();
});

const childArn = 'arn:aws:states:us-east-1:111111111111:stateMachine:child';
const childExecutionArn = 'arn:aws:states:us-east-1:111111111111:execution:child:c';
const pass = { Type: 'Pass', End: true };

function registerChild(states: Record<string, unknown>): void {
  const definition = { QueryLanguage: 'JSONata', StartAt: Object.keys(states)[0], States: states };
  bench.engine.registerMachine({ arn: childArn, name: 'child', definition });
}

const start = (suffix: string, rest: Record<string, unknown> = {}) => ({
  Type: 'Task',
  Resource: `arn:aws:states:::states:startExecution${suffix}`,
  Arguments: { StateMachineArn: childArn, Name: 'c', Input: { n: 1 } },
  End: true,
  ...rest,
});
const childStatus = () => bench.engine.describeExecution({ executionArn: childExecutionArn }).status;

describe('starting another machine', () => {
  it('given .sync:2, when the child succeeds, then the parent gets its output as what it is', async () => {
    bench = new Workbench();
    registerChild({ W: { Type: 'Wait', Seconds: 60, Output: { done: '{% $states.input.n %}' }, End: true } });
    const outcome = await bench.run({ T: start('.sync:2') });
    expect(outcome).toEqual({
      status: 'SUCCEEDED',
      output: {
        ExecutionArn: childExecutionArn,
        Input: { n: 1 },
        InputDetails: { Included: true },
        Name: 'c',
        Output: { done: 1 },
        OutputDetails: { Included: true },
        RedriveCount: 0,
        RedriveStatus: 'NOT_REDRIVABLE',
        RedriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
        StartDate: '2026-11-21T09:00:00.000Z',
        StateMachineArn: childArn,
        Status: 'SUCCEEDED',
        StopDate: '2026-11-21T09:01:00.000Z',
      },
    });
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

  it('given .sync, when the child succeeds, then the parent gets its output as text', async () => {
    bench = new Workbench();
    registerChild({ P: { ...pass, Output: { done: true } } });
    const outcome = await bench.run({ T: start('.sync', { Output: '{% $states.result.Output %}' }) });
    expect(outcome).toEqual({ status: 'SUCCEEDED', output: '{"done":true}' });
  });

  it('given .sync:2, when the child fails, then the parent can catch that with the reason', async () => {
    bench = new Workbench();
    registerChild({ F: { Type: 'Fail', Error: 'E', Cause: 'because' } });
    const outcome = await bench.run({
      T: start('.sync:2', {
        Catch: [
          {
            ErrorEquals: ['States.TaskFailed'],
            Output: '{% $parse($states.errorOutput.Cause).(Error & Cause & Status) %}',
            Next: 'C',
          },
        ],
      }),
      C: pass,
    });
    expect(outcome).toEqual({ status: 'SUCCEEDED', output: 'EbecauseFAILED' });
  });

  const endings = [
    { given: 'a time limit', fields: { TimeoutSeconds: 10 }, status: 'FAILED' },
    { given: 'a stop', fields: {}, status: 'ABORTED' },
  ];
  for (const { given, fields, status } of endings) {
    it(`given .sync:2 and ${given}, when the parent no longer waits, then the child and its calls are aborted`, async () => {
      bench = new Workbench({ functions: { hang } });
      registerChild({ T: { ...call('hang'), End: true } });
      bench.register({ T: start('.sync:2', fields) });
      await bench.start();
      if (status === 'ABORTED') await bench.engine.stopExecution({ executionArn: bench.executionArn });
      await bench.pass(dayMs);
      expect(bench.outcome()).toMatchObject({ status });
      expect(childStatus()).toBe('ABORTED');
      expect(bench.calls[0]?.signal.aborted).toBe(true);
    });
  }

  it('given a child that starts a child, when the outermost is stopped, then all are aborted', async () => {
    bench = new Workbench({ functions: { hang } });
    const innerArn = childArn.replace('child', 'inner');
    const inner = { QueryLanguage: 'JSONata', StartAt: 'T', States: { T: { ...call('hang'), End: true } } };
    bench.engine.registerMachine({ arn: innerArn, name: 'inner', definition: inner });
    registerChild({ T: start('.sync:2', { Arguments: { StateMachineArn: innerArn } }) });
    bench.register({ T: start('.sync:2') });
    await bench.start();
    await bench.engine.stopExecution({ executionArn: bench.executionArn });
    expect(bench.engine.listExecutions({ statusFilter: 'ABORTED' }).executions).toHaveLength(3);
  });

  it('given a child that is stopped, when its parent waits for it, then the parent learns of it', async () => {
    bench = new Workbench();
    registerChild({ W: { Type: 'Wait', Seconds: 600, End: true } });
    bench.register({ T: start('.sync:2') });
    await bench.start();
    await bench.engine.stopExecution({ executionArn: childExecutionArn, error: 'Mine', cause: 'enough' });
    await bench.idle();
    expect(bench.outcome()).toMatchObject({ status: 'FAILED', error: 'States.TaskFailed' });
    expect(JSON.parse(String(bench.outcome().cause))).toMatchObject({ Status: 'ABORTED', Error: 'Mine' });
  });

  it('given a token, when the child is started with it, then only its answer ends the task', async () => {
    bench = new Workbench({ functions: { answer: () => ({ payload: null }) } });
    registerChild({ T: { ...call('answer'), End: true } });
    bench.register({
      T: start('.waitForTaskToken', {
        Arguments: {
          StateMachineArn: childArn,
          Name: 'c',
          Input: '{% {"token": $states.context.Task.Token} %}',
        },
      }),
    });
    await bench.start();
    expect(childStatus()).toBe('SUCCEEDED');
    expect(bench.outcome()).toEqual({ status: 'RUNNING' });
    const given = bench.calls.map(({ payload }) => (payload as { token: string }).token);
    const taskToken = given.join();
    await bench.engine.sendTaskSuccess({ taskToken, output: '"answered"' });
    await bench.idle();
    expect(bench.outcome()).toEqual({ status: 'SUCCEEDED', output: 'answered' });
  });

  it('given a name that is taken, when a child is to be waited for, then the task fails by the name', async () => {
    bench = new Workbench();
    registerChild({ W: { Type: 'Wait', Seconds: 600, End: true } });
    await bench.engine.startExecution({ stateMachineArn: childArn, name: 'c', input: '{"n":1}' });
    expect(await bench.run({ T: start('.sync:2') })).toMatchObject({
      status: 'FAILED',
      error: 'StepFunctions.ExecutionAlreadyExistsException',
    });
  });

  it('given a machine that starts itself without end, when time passes, then each start is an execution of its own', async () => {
    bench = new Workbench();
    bench.register({
      W: { Type: 'Wait', Seconds: 10, Next: 'T' },
      T: {
        Type: 'Task',
        Resource: 'arn:aws:states:::states:startExecution',
        Arguments: { StateMachineArn: '{% $states.context.StateMachine.Id %}' },
        End: true,
      },
    });
    await bench.start();
    await bench.pass(95 * secondMs);
    expect(bench.engine.listExecutions().executions).toHaveLength(10);
  });
});

describe('a function as the whole Resource', () => {
  const Resource = 'arn:aws:lambda:us-east-1:111111111111:function:f';
  it('given its ARN, when it is called, then its answer is the result and the older events tell of it', async () => {
    bench = new Workbench({
      functions: { [Resource]: ({ payload }) => ({ payload: { got: payload as never } }) },
    });
    expect(await bench.run({ T: { Type: 'Task', Resource, Arguments: { a: 1 }, End: true } })).toEqual({
      status: 'SUCCEEDED',
      output: { got: { a: 1 } },
    });
    expect(bench.events().slice(2, 5)).toEqual([
      'LambdaFunctionScheduled',
      'LambdaFunctionStarted',
      'LambdaFunctionSucceeded',
    ]);
  });

  it('given its ARN, when it does not answer in time, then the older event tells of that', async () => {
    bench = new Workbench({ functions: { [Resource]: hang } });
    expect(await bench.run({ T: { Type: 'Task', Resource, TimeoutSeconds: 5, End: true } })).toEqual({
      status: 'FAILED',
      error: 'States.Timeout',
    });
    expect(bench.events()).toContain('LambdaFunctionTimedOut');
  });
});
