import { request as httpRequest } from 'node:http';
import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  ExecutionNotRedrivable,
  GetExecutionHistoryCommand,
  InvalidArn,
  InvalidDefinition,
  InvalidExecutionInput,
  InvalidName,
  InvalidOutput,
  InvalidToken,
  ListActivitiesCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  paginateGetExecutionHistory,
  paginateListExecutions,
  paginateListStateMachines,
  RedriveExecutionCommand,
  ResourceNotFound,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  SFNClient,
  SFNServiceException,
  StartExecutionCommand,
  StateMachineDoesNotExist,
  StopExecutionCommand,
  TaskDoesNotExist,
  TaskTimedOut,
  TestStateCommand,
  type TestStateCommandInput,
  ValidationException,
} from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Gateway } from '../../../local/aws/gateway.ts';
import { call, dayMs, secondMs, startMs, thrown, Workbench } from './workbench.ts';
import { serveWorkflows } from './workflow-gateway.ts';

/** A class of the SDK's, whatever its constructor takes. */
type ErrorClass = abstract new (...args: never[]) => SFNServiceException;

let bench: Workbench;
let gateway: Gateway;
let client: SFNClient;
let isMended = false;

beforeEach(async () => {
  isMended = false;
  bench = new Workbench({
    functions: {
      ask: () => ({ payload: null }),
      double: ({ payload }) => ({ payload: Number(payload) * 2 }),
      broken: () => (isMended ? { payload: 'mended' } : thrown('Broken')),
    },
  });
  gateway = await serveWorkflows(bench);
  client = new SFNClient({
    endpoint: `http://127.0.0.1:${gateway.port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
    // TestState is sent to `sync-` before the host's name, which loopback has not.
    disableHostPrefix: true,
  });
});
afterEach(async () => {
  client.destroy();
  await gateway.close();
  await bench.close();
});

const waiting = { W: { Type: 'Wait', Seconds: 60, End: true } };
const passing = { P: { Type: 'Pass', End: true } };
const failing = { T: { ...call('broken'), End: true } };
const asking = {
  T: {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
    Arguments: { FunctionName: 'ask', Payload: {} },
    HeartbeatSeconds: 60,
    End: true,
  },
};
const tooLong = JSON.stringify('x'.repeat(256 * 1024));
const start = (fields: { name?: string; input?: string } = {}) =>
  client.send(new StartExecutionCommand({ stateMachineArn: bench.machineArn, name: 'e', ...fields }));
const stop = () => client.send(new StopExecutionCommand({ executionArn: bench.executionArn }));
const describeIt = () => client.send(new DescribeExecutionCommand({ executionArn: bench.executionArn }));
const redrive = (clientToken?: string) =>
  client.send(
    new RedriveExecutionCommand({
      executionArn: bench.executionArn,
      ...(clientToken === undefined ? {} : { clientToken }),
    }),
  );
const history = (fields: { maxResults?: number; nextToken?: string; reverseOrder?: boolean } = {}) =>
  client.send(new GetExecutionHistoryCommand({ executionArn: bench.executionArn, ...fields }));
const list = (fields: { maxResults?: number; nextToken?: string } = {}) =>
  client.send(new ListExecutionsCommand({ stateMachineArn: bench.machineArn, ...fields }));
const testState = (definition: unknown, fields: Partial<TestStateCommandInput> = {}) =>
  client.send(new TestStateCommand({ definition: JSON.stringify(definition), ...fields }));

async function startMany(count: number): Promise<string[]> {
  const names = Array.from({ length: count }, (_, index) => `e${index}`);
  for (const name of names)
    await bench.engine.startExecution({ stateMachineArn: bench.machineArn, name, input: '{}' });
  await bench.idle();
  return names.reverse();
}

describe('executions by the SDK', () => {
  it('given a running execution, when it is started again with its input, then it is found; with another, it is refused', async () => {
    bench.register(waiting);
    const first = await start({ input: '{"a":1}' });
    await bench.pass(secondMs);
    const again = await start({ input: '{"a":1}' });
    expect(again).toMatchObject({ executionArn: first.executionArn, startDate: new Date(startMs) });
    await expect(start({ input: '{"a":2}' })).rejects.toBeInstanceOf(ExecutionAlreadyExists);
  });

  it('given no name and no input, when it is started, then it gets a name of its own and an empty object', async () => {
    bench.register(passing);
    const { executionArn } = await client.send(
      new StartExecutionCommand({ stateMachineArn: bench.machineArn, traceHeader: 'Root=1' }),
    );
    expect(executionArn).toMatch(/:execution:m:[\da-f-]{36}$/);
    await bench.idle();
    const described = await client.send(new DescribeExecutionCommand({ executionArn }));
    expect(described).toMatchObject({ status: 'SUCCEEDED', input: '{}', output: '{}' });
  });

  it('given an ended execution, when it is described with metadata only, then its data is left out, and said to be', async () => {
    bench.register(passing);
    await bench.start({ secret: 1 });
    const all = await describeIt();
    const { includedData } = { includedData: 'METADATA_ONLY' as const };
    const meta = await client.send(
      new DescribeExecutionCommand({ executionArn: bench.executionArn, includedData }),
    );
    expect(all).toMatchObject({ input: '{"secret":1}', inputDetails: { included: true } });
    expect(all).toMatchObject({ output: '{"secret":1}', outputDetails: { included: true } });
    expect(meta).toMatchObject({ status: 'SUCCEEDED', inputDetails: { included: false } });
    expect(JSON.stringify(meta)).not.toContain('secret');
  });

  it('given a running execution, when it is stopped with error and cause, then it is ABORTED with both', async () => {
    bench.register(waiting);
    await bench.start();
    const { executionArn } = bench;
    const { stopDate } = await client.send(
      new StopExecutionCommand({ executionArn, error: 'Enough', cause: 'no longer wanted' }),
    );
    expect(stopDate).toEqual(new Date(startMs));
    expect(await describeIt()).toMatchObject({
      status: 'ABORTED',
      error: 'Enough',
      cause: 'no longer wanted',
      redriveStatus: 'REDRIVABLE',
    });
  });

  it('given more executions than a page holds, when they are paged through, then each is listed once, newest first', async () => {
    bench.register(passing);
    const names = await startMany(250);
    const seen: (string | undefined)[] = [];
    const sizes: number[] = [];
    for await (const { executions = [] } of paginateListExecutions(
      { client },
      { stateMachineArn: bench.machineArn, statusFilter: 'SUCCEEDED' },
    )) {
      sizes.push(executions.length);
      seen.push(...executions.map(({ name }) => name));
    }
    expect(sizes).toEqual([100, 100, 50]);
    expect(seen).toEqual(names);
  });

  it('given executions of each kind, when they are filtered, then only those are listed', async () => {
    bench.register(failing);
    await bench.start();
    await redrive();
    await bench.idle();
    await start({ name: 'other' });
    await bench.idle();
    bench.register(waiting);
    await start({ name: 'waits' });
    const names = async (fields: Partial<ConstructorParameters<typeof ListExecutionsCommand>[0]>) => {
      const { executions = [] } = await client.send(
        new ListExecutionsCommand({ stateMachineArn: bench.machineArn, ...fields }),
      );
      return executions.map(({ name, redriveCount }) => [name, redriveCount]);
    };
    expect(await names({ statusFilter: 'RUNNING' })).toEqual([['waits', 0]]);
    expect(await names({ redriveFilter: 'REDRIVEN' })).toEqual([['e', 1]]);
    expect(await names({ redriveFilter: 'NOT_REDRIVEN', statusFilter: 'FAILED' })).toEqual([['other', 0]]);
  });
});

describe('the history by the SDK', () => {
  it('given a long history, when it is paged through in either order, then each event comes once', async () => {
    const names = Array.from({ length: 80 }, (_, index) => `P${index}`);
    const states = Object.fromEntries(
      names.map((name, index) => [
        name,
        { Type: 'Pass', ...(index === 79 ? { End: true } : { Next: `P${index + 1}` }) },
      ]),
    );
    bench.register(states);
    await bench.start();
    const ids = async (reverseOrder: boolean) => {
      const seen: (number | undefined)[] = [];
      const request = { executionArn: bench.executionArn, reverseOrder };
      for await (const { events = [] } of paginateGetExecutionHistory({ client, pageSize: 70 }, request))
        seen.push(...events.map(({ id }) => id));
      return seen;
    };
    const all = Array.from({ length: 162 }, (_, index) => index + 1);
    expect(await ids(false)).toEqual(all);
    expect(await ids(true)).toEqual(all.toReversed());
  });

  it('given data in every event, when it is asked for without, then none is told', async () => {
    bench.register({
      T: { ...call('double', '{% $states.input.confidential %}'), Assign: { v: 'confidential' }, End: true },
    });
    await bench.start({ confidential: 4 });
    const { executionArn } = bench;
    const read = (includeExecutionData: boolean) =>
      client.send(new GetExecutionHistoryCommand({ executionArn, includeExecutionData }));
    const [withData, without] = [await read(true), await read(false)];
    expect(JSON.stringify(withData.events)).toContain('confidential');
    expect(JSON.stringify(without.events)).not.toContain('confidential');
    expect(without.events?.map(({ type }) => type)).toEqual(withData.events?.map(({ type }) => type));
    expect(without.events?.[1]).toMatchObject({ stateEnteredEventDetails: { name: 'T' } });
  });
});

describe('task tokens by the SDK', () => {
  const tokenOf = (index = 0) => bench.calls[index]?.token;

  it('given a task that waits, when it is answered twice, then the second answer is TaskTimedOut', async () => {
    bench.register(asking);
    await bench.start();
    const taskToken = tokenOf();
    await bench.pass(50 * secondMs);
    await client.send(new SendTaskHeartbeatCommand({ taskToken }));
    await bench.pass(50 * secondMs);
    await client.send(new SendTaskSuccessCommand({ taskToken, output: '{"n":1}' }));
    expect(await describeIt()).toMatchObject({ status: 'SUCCEEDED', output: '{"n":1}' });
    const late = client.send(new SendTaskFailureCommand({ taskToken, error: 'Late' }));
    await expect(late).rejects.toBeInstanceOf(TaskTimedOut);
    await expect(late).rejects.toThrow("Task Timed Out: 'Provided task does not exist anymore'");
  });

  it('given a missed heartbeat, when the worker calls again, then it is told TaskTimedOut', async () => {
    bench.register(asking);
    await bench.start();
    await bench.pass(61 * secondMs);
    const late = client.send(new SendTaskHeartbeatCommand({ taskToken: tokenOf() }));
    await expect(late).rejects.toBeInstanceOf(TaskTimedOut);
    expect(await describeIt()).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
  });

  it('given a task that waits, when it is answered with no JSON or too much, then it goes on waiting', async () => {
    bench.register(asking);
    await bench.start();
    const answer = (output: string) =>
      client.send(new SendTaskSuccessCommand({ taskToken: tokenOf(), output }));
    await expect(answer('{')).rejects.toBeInstanceOf(InvalidOutput);
    await expect(answer(tooLong)).rejects.toBeInstanceOf(ValidationException);
    await expect(answer(tooLong)).rejects.toThrow(
      "1 validation error detected: Value at 'output' failed to satisfy constraint: Member must have length less than or equal to 262144",
    );
    expect(await describeIt()).toMatchObject({ status: 'RUNNING' });
  });

  it('given a token that no task can have, when it is sent, then it is InvalidToken', async () => {
    const send = client.send(new SendTaskSuccessCommand({ taskToken: 'made up', output: '1' }));
    await expect(send).rejects.toBeInstanceOf(InvalidToken);
    await expect(send).rejects.toThrow("Invalid Token: 'Invalid token'");
  });

  it('given a task that waits for another execution, when its token is sent, then it is TaskDoesNotExist', async () => {
    const child = bench.engine.stateMachineArn('child');
    const definition = { QueryLanguage: 'JSONata', StartAt: 'W', States: waiting };
    bench.engine.registerMachine({ arn: child, name: 'child', definition });
    bench.register({
      T: {
        Type: 'Task',
        Resource: 'arn:aws:states:::states:startExecution.sync:2',
        Arguments: {
          StateMachineArn: child,
          Name: 'c',
          Input: { token: '{% $states.context.Task.Token %}' },
        },
        End: true,
      },
    });
    await bench.start();
    const executionArn = child.replace('stateMachine', 'execution').concat(':c');
    const { input = '' } = await client.send(new DescribeExecutionCommand({ executionArn }));
    const { token } = JSON.parse(input) as { token: string };
    const send = client.send(new SendTaskSuccessCommand({ taskToken: token, output: '1' }));
    await expect(send).rejects.toBeInstanceOf(TaskDoesNotExist);
    await expect(send).rejects.toThrow(/startExecution\.sync:2 is not answered by its token/);
    expect(await describeIt()).toMatchObject({ status: 'RUNNING' });
  });
});

describe('redrive by the SDK', () => {
  it('given a failed execution, when it is redriven, then it goes on, and says how often', async () => {
    bench.register(failing);
    await bench.start();
    isMended = true;
    await bench.pass(secondMs);
    expect(await redrive()).toMatchObject({ redriveDate: new Date(startMs + secondMs) });
    await bench.idle();
    expect(await describeIt()).toMatchObject({
      status: 'SUCCEEDED',
      redriveCount: 1,
      redriveDate: new Date(startMs + secondMs),
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
    });
  });

  it('given a redrive, when it is asked for again with its token, then it is answered alike, and not done again', async () => {
    bench.register(failing);
    await bench.start();
    const [first, meanwhile] = await Promise.all([redrive('one'), redrive('one')]);
    await bench.idle();
    await bench.pass(14 * 60 * secondMs);
    expect(meanwhile.redriveDate).toEqual(first.redriveDate);
    expect((await redrive('one')).redriveDate).toEqual(first.redriveDate);
    expect(await describeIt()).toMatchObject({ status: 'FAILED', redriveCount: 1 });
    await bench.pass(60 * secondMs);
    await redrive('one');
    await bench.idle();
    expect(await describeIt()).toMatchObject({ status: 'FAILED', redriveCount: 2 });
  });

  it('given a token whose redrive was refused, when it is asked for again later, then it is done', async () => {
    bench.register(waiting);
    await bench.start();
    await expect(redrive('one')).rejects.toBeInstanceOf(ExecutionNotRedrivable);
    await stop();
    await redrive('one');
    expect(await describeIt()).toMatchObject({ status: 'RUNNING', redriveCount: 1 });
  });

  const refused = [
    {
      given: 'one that runs',
      states: waiting,
      waitMs: 0,
      reason: 'Execution is RUNNING and cannot be redriven',
    },
    {
      given: 'one that succeeded',
      states: passing,
      waitMs: 0,
      reason: 'Execution is SUCCEEDED and cannot be redriven',
    },
    {
      given: 'one that ended long ago',
      states: failing,
      waitMs: 15 * dayMs,
      reason: 'Execution is outside of the 14 days redrivable period',
    },
  ];
  for (const { given, states, waitMs, reason } of refused) {
    it(`given ${given}, when it is redriven, then ExecutionNotRedrivable says why`, async () => {
      bench.register(states);
      await bench.start();
      await bench.pass(waitMs);
      await expect(redrive()).rejects.toBeInstanceOf(ExecutionNotRedrivable);
      await expect(redrive()).rejects.toThrow(`Execution Not Redrivable: '${reason}'`);
    });
  }
});

describe('machines by the SDK', () => {
  it('given a machine with a new definition, when it and its execution are described, then each tells its own', async () => {
    bench.register(waiting);
    await bench.start();
    bench.register(passing);
    const { machineArn: stateMachineArn, executionArn } = bench;
    const startAt = (definition = '') => (JSON.parse(definition) as { StartAt?: string }).StartAt;
    const machine = await client.send(new DescribeStateMachineCommand({ stateMachineArn }));
    const pinned = await client.send(new DescribeStateMachineForExecutionCommand({ executionArn }));
    expect([startAt(machine.definition), startAt(pinned.definition)]).toEqual(['P', 'W']);
    expect(machine).toMatchObject({ name: 'm', type: 'STANDARD', status: 'ACTIVE', stateMachineArn });
    expect(pinned).toMatchObject({ name: 'm', stateMachineArn, updateDate: new Date(startMs) });
    const includedData = 'METADATA_ONLY' as const;
    const meta = [
      await client.send(new DescribeStateMachineCommand({ stateMachineArn, includedData })),
      await client.send(new DescribeStateMachineForExecutionCommand({ executionArn, includedData })),
    ];
    expect(meta.map(({ definition }) => definition)).toEqual(['{}', '{}']);
  });

  it('given several machines, when they are paged through, then each is listed once', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    for (const name of names) {
      const definition = { QueryLanguage: 'JSONata', StartAt: 'P', States: passing };
      bench.engine.registerMachine({ arn: bench.engine.stateMachineArn(name), name, definition });
    }
    const pages: (string | undefined)[][] = [];
    for await (const { stateMachines = [] } of paginateListStateMachines({ client, pageSize: 2 }, {}))
      pages.push(stateMachines.map(({ name }) => name));
    expect(pages).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
  });
});

describe('TestState by the SDK', () => {
  const jsonata = { QueryLanguage: 'JSONata' };
  const assigning = {
    ...jsonata,
    ...call('double', '{% $states.input.n %}'),
    Assign: { twice: '{% $states.result.Payload %}' },
    Output: '{% $before %}',
    Next: 'N',
  };
  const answer = { ExecutedVersion: '$LATEST', Payload: 6, StatusCode: 200 };
  const retry = (ErrorEquals: string[], fields = {}) => ({ ErrorEquals, IntervalSeconds: 2, ...fields });
  const recovering = {
    ...jsonata,
    ...call('double'),
    Retry: [retry(['Other']), retry(['Busy'], { MaxAttempts: 2, BackoffRate: 3 })],
    Catch: [
      { ErrorEquals: ['Else'], Next: 'A' },
      { ErrorEquals: ['Busy'], Assign: { got: '{% $states.errorOutput.Error %}' }, Next: 'B' },
    ],
    End: true,
  };
  const busy = { errorOutput: { error: 'Busy', cause: 'so' } };

  for (const inspectionLevel of ['DEBUG', 'TRACE'] as const) {
    it(`given the level ${inspectionLevel}, when a task is tested, then each step to its output is told`, async () => {
      const { inspectionData, ...tested } = await testState(assigning, {
        input: '{"n":3}',
        variables: '{"before":"kept"}',
        inspectionLevel,
      });
      expect(tested).toMatchObject({ status: 'SUCCEEDED', output: '"kept"', nextState: 'N' });
      const { result = '', variables = '', ...rest } = inspectionData ?? {};
      expect(rest).toEqual({ input: '{"n":3}', afterArguments: '{"FunctionName":"double","Payload":3}' });
      expect(JSON.parse(result)).toEqual(answer);
      expect(JSON.parse(variables)).toEqual({ before: 'kept', twice: 6 });
    });
  }

  it('given the level INFO, when a state is tested, then only what it came to is told', async () => {
    const tested = await testState(assigning, {
      input: '{"n":3}',
      variables: '{"before":1}',
      inspectionLevel: 'INFO',
    });
    expect(tested).toMatchObject({ status: 'SUCCEEDED', output: '1', nextState: 'N' });
    expect(tested.inspectionData).toBeUndefined();
  });

  it('given a mocked error with retries left, when it is tested, then the retrier and its delay are told', async () => {
    const { inspectionData, ...tested } = await testState(recovering, {
      mock: busy,
      stateConfiguration: { retrierRetryCount: 1 },
      inspectionLevel: 'DEBUG',
    });
    expect(tested).toMatchObject({ status: 'RETRIABLE', error: 'Busy', cause: 'so' });
    expect(inspectionData?.errorDetails).toEqual({ retryIndex: 1, retryBackoffIntervalSeconds: 6 });
  });

  it('given a mocked error with no retries left, when it is tested, then its catcher is told', async () => {
    const { inspectionData, ...tested } = await testState(recovering, {
      mock: busy,
      stateConfiguration: { retrierRetryCount: 2 },
      inspectionLevel: 'DEBUG',
    });
    expect(tested).toMatchObject({ status: 'CAUGHT_ERROR', error: 'Busy', nextState: 'B' });
    expect(inspectionData).toMatchObject({ errorDetails: { catchIndex: 1 }, variables: '{"got":"Busy"}' });
  });

  it('given a context with a mock, when it is tested, then the state reads it over its own', async () => {
    const context = {
      Execution: { Name: 'night-17' },
      State: { RetryCount: 4 },
      Map: { Item: { Index: 7 } },
    };
    const { output = '' } = await testState(
      {
        ...jsonata,
        ...call('double'),
        Output: {
          name: '{% $states.context.Execution.Name %}',
          retries: '{% $states.context.State.RetryCount %}',
          state: '{% $states.context.State.Name %}',
          item: '{% $states.context.Map.Item.Index %}',
        },
        End: true,
      },
      { mock: { result: '1' }, context: JSON.stringify(context) },
    );
    expect(JSON.parse(output)).toEqual({ name: 'night-17', retries: 4, state: 'State', item: 7 });
  });

  it('given a state that leads to itself, when it is tested, then it runs once', async () => {
    const states = { Again: { ...call('double', 2), Next: 'Again' } };
    const machine = { ...jsonata, StartAt: 'Again', States: states };
    expect(await testState(machine, { stateName: 'Again' })).toMatchObject({ nextState: 'Again' });
    expect(bench.calls).toHaveLength(1);
  });

  const pass = { ...jsonata, Type: 'Pass', End: true };
  const task = { ...jsonata, ...call('double'), End: true };
  const refused: readonly {
    given: string;
    definition: unknown;
    fields?: Partial<TestStateCommandInput>;
    error?: ErrorClass;
    message: string | RegExp;
  }[] = [
    {
      given: 'a mock of a Pass',
      definition: pass,
      fields: { mock: { result: '1' } },
      message: "State type 'Pass' is not supported when a mock is specified",
    },
    {
      given: 'a context without a mock',
      definition: pass,
      fields: { context: '{}' },
      message: 'context is given without a mock',
    },
    {
      given: 'a mock of nothing',
      definition: task,
      fields: { mock: {} },
      message: 'mock has neither result nor errorOutput; give one of them',
    },
    {
      given: 'a mock of both',
      definition: task,
      fields: { mock: { result: '1', errorOutput: {} } },
      message: 'A test mock should have only one of the following fields: [result, errorOutput].',
    },
    {
      given: 'a mocked result that is no JSON',
      definition: task,
      fields: { mock: { result: '{' } },
      message: 'Mocked result must be valid JSON',
    },
    {
      given: 'variables that are no object',
      definition: pass,
      fields: { variables: '[1]' },
      message: 'variables is array; give the JSON text of an object',
    },
    {
      given: 'a variable with a reserved name',
      definition: pass,
      fields: { variables: '{"states":1}' },
      message: 'variables has "states"',
    },
    {
      given: 'retries of an error that is not retried',
      definition: task,
      fields: { mock: busy, stateConfiguration: { retrierRetryCount: 1 } },
      message: 'no Retry of the state covers a mocked error',
    },
    {
      given: 'a configuration for what there is not',
      definition: task,
      fields: { stateConfiguration: { mapItemReaderData: 'x' } },
      message: 'stateConfiguration.mapItemReaderData is not supported here; leave it out',
    },
    {
      given: 'an input that is no JSON',
      definition: pass,
      fields: { input: '{' },
      error: InvalidExecutionInput,
      message: 'Invalid State Machine Execution Input',
    },
    {
      given: 'too long variables',
      definition: pass,
      fields: { variables: tooLong },
      message: "Value at 'variables' failed to satisfy constraint",
    },
    {
      given: 'a state that the service refuses',
      definition: { ...jsonata, Type: 'Pass' },
      error: InvalidDefinition,
      message: 'Invalid State Machine Definition',
    },
  ];
  for (const { given, definition, fields, error = ValidationException, message } of refused) {
    it(`given ${given}, when it is tested, then that is refused with the reason`, async () => {
      const sent = testState(definition, fields);
      await expect(sent).rejects.toBeInstanceOf(error);
      await expect(sent).rejects.toThrow(message);
    });
  }

  it('given a definition that is no JSON, when it is tested, then it is InvalidDefinition', async () => {
    const sent = client.send(new TestStateCommand({ definition: '{"Type":' }));
    await expect(sent).rejects.toBeInstanceOf(InvalidDefinition);
    await expect(sent).rejects.toThrow('INVALID_JSON_DESCRIPTION');
  });

  it('given a definition of endless depth, when it is tested, then it is refused', async () => {
    const definition = `${'{"States":{"a":'.repeat(60_000)}1${'}}'.repeat(60_000)}`;
    const sent = client.send(new TestStateCommand({ definition, stateName: 'x' }));
    await expect(sent).rejects.toBeInstanceOf(ValidationException);
    await expect(sent).rejects.toThrow('nests deeper than 500 levels');
  });
});

describe('what the SDK is refused', () => {
  const other = 'arn:aws:states:us-east-1:111111111111:';
  const rows: readonly {
    given: string;
    send: () => Promise<unknown>;
    error: ErrorClass;
    message: string;
  }[] = [
    {
      given: 'a machine that is not there',
      send: () => client.send(new StartExecutionCommand({ stateMachineArn: `${other}stateMachine:no` })),
      error: StateMachineDoesNotExist,
      message: `State Machine Does Not Exist: '${other}stateMachine:no'`,
    },
    {
      given: 'a version of a machine',
      send: () => client.send(new DescribeStateMachineCommand({ stateMachineArn: `${bench.machineArn}:1` })),
      error: StateMachineDoesNotExist,
      message: ':m:1',
    },
    {
      given: 'an execution that is not there',
      send: stop,
      error: ExecutionDoesNotExist,
      message: `Execution Does Not Exist: '${other}execution:m:e'`,
    },
    {
      given: 'an execution’s history that is not there',
      send: history,
      error: ExecutionDoesNotExist,
      message: 'Execution Does Not Exist',
    },
    {
      given: 'an execution’s machine that is not there',
      send: () =>
        client.send(new DescribeStateMachineForExecutionCommand({ executionArn: `${other}execution:m:e` })),
      error: ExecutionDoesNotExist,
      message: 'Execution Does Not Exist',
    },
    {
      given: 'text for an ARN',
      send: () => client.send(new DescribeExecutionCommand({ executionArn: 'abc' })),
      error: InvalidArn,
      message: "Invalid Arn: 'Invalid ARN prefix: abc'",
    },
    {
      given: 'a machine’s ARN for an execution',
      send: () => client.send(new DescribeExecutionCommand({ executionArn: `${other}stateMachine:m` })),
      error: InvalidArn,
      message: "Invalid Arn: 'Resource type not valid in this context: stateMachine'",
    },
    {
      given: 'an execution’s ARN for a machine',
      send: () => client.send(new StartExecutionCommand({ stateMachineArn: `${other}execution:m:e` })),
      error: InvalidArn,
      message: "Invalid Arn: 'Resource type not valid in this context: execution'",
    },
    {
      given: 'an execution’s ARN without its name',
      send: () => client.send(new StopExecutionCommand({ executionArn: `${other}execution:m` })),
      error: InvalidArn,
      message: 'write it like arn:aws:states:us-east-1:111111111111:execution:machine:name',
    },
    {
      given: 'a name with a space',
      send: () => start({ name: 'a b' }),
      error: InvalidName,
      message: "Invalid Name: 'a b'",
    },
    {
      given: 'a name of 81 characters',
      send: () => start({ name: 'n'.repeat(81) }),
      error: InvalidName,
      message: 'Invalid Name',
    },
    {
      given: 'an input that is no JSON',
      send: () => start({ input: '{a' }),
      error: InvalidExecutionInput,
      message: 'Invalid State Machine Execution Input',
    },
    {
      given: 'an input over 256 KiB',
      send: () => start({ input: tooLong }),
      error: ValidationException,
      message:
        "1 validation error detected: Value at 'input' failed to satisfy constraint: Member must have length less than or equal to 262144",
    },
    {
      given: 'no machine to list',
      send: () => client.send(new ListExecutionsCommand({})),
      error: ValidationException,
      message: '1 validation error detected: give one of stateMachineArn and mapRunArn',
    },
    {
      given: 'a Map Run',
      send: () => client.send(new ListExecutionsCommand({ mapRunArn: `${other}mapRun:m/M:1` })),
      error: ResourceNotFound,
      message: 'Resource not found',
    },
    {
      given: 'a status of Map Runs alone',
      send: () =>
        client.send(
          new ListExecutionsCommand({ stateMachineArn: bench.machineArn, statusFilter: 'PENDING_REDRIVE' }),
        ),
      error: ValidationException,
      message: 'PENDING_REDRIVE',
    },
    {
      given: 'a page of 1,001',
      send: () => list({ maxResults: 1_001 }),
      error: ValidationException,
      message:
        "1 validation error detected: Value at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 1000",
    },
    {
      given: 'a status that there is not',
      send: () =>
        client.send(
          new ListExecutionsCommand({ stateMachineArn: bench.machineArn, statusFilter: 'DONE' as 'FAILED' }),
        ),
      error: ValidationException,
      message:
        'Member must satisfy enum value set: [RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED, PENDING_REDRIVE]',
    },
    {
      given: 'nothing at all',
      send: () => client.send(new SendTaskSuccessCommand({ taskToken: undefined, output: undefined })),
      error: ValidationException,
      message:
        "2 validation errors detected: Value at 'taskToken' failed to satisfy constraint: Member must not be null; Value at 'output' failed to satisfy constraint: Member must not be null",
    },
    {
      given: 'an operation that is not here',
      send: () => client.send(new ListActivitiesCommand({})),
      error: SFNServiceException,
      message: 'ListActivities is not supported here; there are StartExecution',
    },
  ];
  for (const { given, send, error, message } of rows) {
    it(`given ${given}, when it is sent, then the client throws the service's own error`, async () => {
      bench.register(passing);
      await expect(send()).rejects.toBeInstanceOf(error);
      await expect(send()).rejects.toThrow(message);
      await expect(send()).rejects.toMatchObject({ $fault: 'client', $metadata: { httpStatusCode: 400 } });
    });
  }

  describe('page tokens', () => {
    const token = async (): Promise<string> => {
      const { nextToken = '' } = await list({ maxResults: 2 });
      expect(nextToken).not.toBe('');
      return nextToken;
    };
    const tokens: readonly { given: string; send: () => Promise<unknown> }[] = [
      { given: 'made up', send: () => list({ nextToken: '2' }) },
      { given: 'cut short', send: async () => list({ nextToken: (await token()).slice(0, -1) }) },
      { given: 'made longer', send: async () => list({ nextToken: `${await token()}AA` }) },
      {
        given: 'of another position',
        send: async () => list({ nextToken: `${(await token()).slice(0, 16)}MQ` }),
      },
      { given: 'of another operation', send: async () => history({ nextToken: await token() }) },
      {
        given: 'of another operation that has no other fields',
        send: async () => client.send(new ListStateMachinesCommand({ nextToken: await token() })),
      },
      {
        given: 'of the same list with another filter',
        send: async () =>
          client.send(
            new ListExecutionsCommand({
              stateMachineArn: bench.machineArn,
              statusFilter: 'FAILED',
              nextToken: await token(),
            }),
          ),
      },
    ];
    for (const { given, send } of tokens) {
      it(`given a page token ${given}, when it is sent, then it is InvalidToken`, async () => {
        bench.register(passing);
        await startMany(5);
        await bench.start();
        await expect(send()).rejects.toBeInstanceOf(InvalidToken);
        await expect(send()).rejects.toThrow("Invalid Token: 'Invalid token'");
      });
    }

    it('given a page token, when the next page is of another size, then it goes on', async () => {
      bench.register(passing);
      const names = await startMany(5);
      const { executions = [] } = await list({ nextToken: await token(), maxResults: 3 });
      expect(executions.map(({ name }) => name)).toEqual(names.slice(2));
    });
  });
});

describe('bodies that no client sends', () => {
  const post = (target: string, body: string): Promise<{ status: number | undefined; body: string }> =>
    new Promise((resolve, reject) => {
      const sent = httpRequest(
        {
          port: gateway.port,
          host: '127.0.0.1',
          method: 'POST',
          headers: { 'x-amz-target': `AWSStepFunctions.${target}` },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () =>
            resolve({ status: response.statusCode, body: Buffer.concat(chunks).toString() }),
          );
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  const rows = [
    {
      given: 'no JSON',
      target: 'ListStateMachines',
      body: '{"maxResults":',
      error: 'SerializationException',
      message: 'The request body is not JSON.',
    },
    {
      given: 'a number where text belongs',
      target: 'DescribeExecution',
      body: '{"executionArn":1}',
      error: 'ValidationException',
      message: 'expected string',
    },
    {
      given: 'an array',
      target: 'DescribeExecution',
      body: '[]',
      error: 'ValidationException',
      message: 'expected object',
    },
    {
      given: 'a field of another service',
      target: 'ListStateMachines',
      body: '{"__proto__":{"a":1},"x":1}',
      error: 'ValidationException',
      message: 'not supported here; leave it out',
    },
    {
      given: 'endless depth',
      target: 'ListStateMachines',
      body: `{"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      error: 'ValidationException',
      message: 'x is not supported here',
    },
  ];
  for (const { given, target, body, error, message } of rows) {
    it(`given ${given}, when it is posted, then ${error} says so`, async () => {
      const answer = await post(target, body);
      expect(answer.status).toBe(400);
      const parsed = JSON.parse(answer.body) as { __type: string; message: string };
      expect(parsed.__type).toMatch(new RegExp(`(^|#)${error}$`));
      expect(parsed.message).toContain(message);
    });
  }

  it('given a field that is null, when it is posted, then it is one that is not there', async () => {
    bench.register(passing);
    const answer = await post('ListStateMachines', '{"nextToken":null,"maxResults":0}');
    expect(JSON.parse(answer.body)).toMatchObject({ stateMachines: [{ name: 'm' }] });
  });
});
