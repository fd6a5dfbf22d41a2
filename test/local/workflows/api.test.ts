import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createStepFunctionsApi } from '../../../local/workflows/api.ts';
import { call, secondMs, startMs, Workbench } from './workbench.ts';

let bench: Workbench;
let server: Server;
let client: SFNClient;

beforeEach(async () => {
  bench = new Workbench({
    functions: { ask: () => ({ payload: 'asked' }), echo: ({ payload }) => ({ payload }) },
  });
  const api = createStepFunctionsApi(bench.engine);
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const target = String(request.headers['x-amz-target']);
      const answer = await api.handle(target, JSON.parse(Buffer.concat(chunks).toString()));
      const headers = { 'content-type': 'application/x-amz-json-1.0', ...answer.headers };
      response.writeHead(answer.status, headers).end(JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = new SFNClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
});
afterEach(async () => {
  client.destroy();
  await new Promise((resolve) => server.close(resolve));
  await bench.close();
});

const callback = {
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
  Arguments: { FunctionName: 'ask', Payload: {} },
  HeartbeatSeconds: 60,
  End: true,
};

describe('the SDK’s client against the engine', () => {
  it('given a machine, when an execution is started, run and described, then instants and texts arrive as the client’s types', async () => {
    bench.register({ T: { ...call('echo'), Assign: { got: '{% $states.result.Payload %}' }, End: true } });
    const started = await client.send(
      new StartExecutionCommand({ stateMachineArn: bench.machineArn, name: 'e', input: '{"a":1}' }),
    );
    await bench.pass(2 * secondMs);
    const described = await client.send(new DescribeExecutionCommand({ executionArn: started.executionArn }));
    expect(started).toMatchObject({ executionArn: bench.executionArn, startDate: new Date(startMs) });
    expect(described).toMatchObject({
      status: 'SUCCEEDED',
      startDate: new Date(startMs),
      stopDate: new Date(startMs),
      input: '{"a":1}',
      output: '{"ExecutedVersion":"$LATEST","Payload":{"a":1},"StatusCode":200}',
    });

    const { events = [] } = await client.send(
      new GetExecutionHistoryCommand({ executionArn: bench.executionArn, reverseOrder: true }),
    );
    expect(events.map(({ type }) => type)).toEqual([
      'ExecutionSucceeded',
      'TaskStateExited',
      'TaskSucceeded',
      'TaskStarted',
      'TaskScheduled',
      'TaskStateEntered',
      'ExecutionStarted',
    ]);
    expect(events[1]).toMatchObject({
      id: 6,
      previousEventId: 5,
      timestamp: new Date(startMs),
      stateExitedEventDetails: { name: 'T', assignedVariables: { got: '{"a":1}' } },
    });
    expect(events[4]?.taskScheduledEventDetails).toMatchObject({
      resource: 'invoke',
      resourceType: 'lambda',
      region: 'us-east-1',
      parameters: '{"FunctionName":"echo","Payload":{"a":1}}',
    });
  });

  it('given a token that is out, when heartbeat and success are sent, then the execution ends with the output', async () => {
    bench.register({ T: callback });
    await bench.start();
    const taskToken = bench.calls[0]?.token;
    await bench.pass(59 * secondMs);
    await client.send(new SendTaskHeartbeatCommand({ taskToken }));
    await bench.pass(59 * secondMs);
    await client.send(new SendTaskSuccessCommand({ taskToken, output: '{"b":2}' }));
    const { output } = await client.send(new DescribeExecutionCommand({ executionArn: bench.executionArn }));
    expect(output).toBe('{"b":2}');
  });

  it('given a token that is out, when a failure is sent, then the execution fails with it', async () => {
    bench.register({ T: callback });
    await bench.start();
    await client.send(
      new SendTaskFailureCommand({ taskToken: bench.calls[0]?.token, error: 'No', cause: 'busy' }),
    );
    const described = await client.send(new DescribeExecutionCommand({ executionArn: bench.executionArn }));
    expect(described).toMatchObject({ status: 'FAILED', error: 'No', cause: 'busy' });
  });

  it('given machines and executions, when they are listed and stopped, then the client reads them', async () => {
    bench.register({ W: { Type: 'Wait', Seconds: 60, End: true } });
    await bench.start();
    const machines = await client.send(new ListStateMachinesCommand({}));
    const machine = await client.send(new DescribeStateMachineCommand({ stateMachineArn: bench.machineArn }));
    const stopped = await client.send(
      new StopExecutionCommand({ executionArn: bench.executionArn, cause: 'test' }),
    );
    const list = await client.send(
      new ListExecutionsCommand({ stateMachineArn: bench.machineArn, statusFilter: 'ABORTED' }),
    );
    expect(machines.stateMachines).toMatchObject([{ name: 'm', creationDate: new Date(startMs) }]);
    expect(JSON.parse(machine.definition ?? '')).toMatchObject({ StartAt: 'W' });
    expect(stopped.stopDate).toEqual(new Date(startMs));
    expect(list.executions).toMatchObject([{ name: 'e', status: 'ABORTED', stopDate: new Date(startMs) }]);
  });

  const refused = [
    {
      given: 'no such execution',
      send: () => client.send(new DescribeExecutionCommand({ executionArn: `${bench.executionArn}x` })),
      error: 'ExecutionDoesNotExist',
    },
    {
      given: 'no such machine',
      send: () => client.send(new StartExecutionCommand({ stateMachineArn: `${bench.machineArn}x` })),
      error: 'StateMachineDoesNotExist',
    },
    {
      given: 'a made-up token',
      send: () => client.send(new SendTaskSuccessCommand({ taskToken: 'x', output: '1' })),
      error: 'InvalidToken',
    },
    {
      given: 'a token that is gone',
      send: () => client.send(new SendTaskHeartbeatCommand({ taskToken: 'A'.repeat(64) })),
      error: 'TaskTimedOut',
    },
    {
      given: 'a name that is taken',
      send: async () => {
        bench.register({ P: { Type: 'Pass', End: true } });
        const start = () =>
          client.send(new StartExecutionCommand({ stateMachineArn: bench.machineArn, name: 'e' }));
        await start();
        await bench.idle();
        await start();
      },
      error: 'ExecutionAlreadyExists',
    },
    {
      given: 'a page that is too long',
      send: () => client.send(new ListStateMachinesCommand({ maxResults: 5_000 })),
      error: 'ValidationException',
    },
  ];
  for (const { given, send, error } of refused) {
    it(`given ${given}, when it is asked for, then the client gets ${error}`, async () => {
      await expect(send()).rejects.toMatchObject({ name: error, $metadata: { httpStatusCode: 400 } });
    });
  }
});

describe('requests that no client of ours sends', () => {
  const rows = [
    {
      given: 'an operation that is not there',
      target: 'AWSStepFunctions.CreateActivity',
      body: {},
      type: 'UnknownOperationException',
      message:
        'CreateActivity is not supported here; there are StartExecution, StopExecution, RedriveExecution, DescribeExecution, ListExecutions, GetExecutionHistory, TestState, DescribeStateMachine, DescribeStateMachineForExecution, ListStateMachines, SendTaskSuccess, SendTaskFailure, SendTaskHeartbeat',
    },
    {
      given: 'a field that is not supported',
      target: 'ListStateMachines',
      body: { filter: 'x' },
      type: 'ValidationException',
      message: expect.stringContaining('filter'),
    },
    {
      given: 'a body that is no object',
      target: 'DescribeExecution',
      body: [1],
      type: 'ValidationException',
      message: expect.stringContaining('expected object'),
    },
    {
      given: 'the name of an object’s internals as operation',
      target: 'AWSStepFunctions.constructor',
      body: {},
      type: 'UnknownOperationException',
      message: expect.stringMatching(/^constructor is not supported here/),
    },
  ];
  for (const { given, target, body, type, message } of rows) {
    it(`given ${given}, when it is handled, then ${type} tells what is wrong`, async () => {
      const answer = await createStepFunctionsApi(bench.engine).handle(target, body);
      expect(answer).toEqual({
        status: 400,
        body: { __type: `com.amazonaws.swf.service.v2.model#${type}`, message },
        headers: { 'x-amzn-errortype': type },
      });
    });
  }
});
