import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Gateway } from '../../local/aws/gateway.ts';
import { call, secondMs, startMs, thrown, Workbench } from '../local/workflows/workbench.ts';
import { serveWorkflows } from '../local/workflows/workflow-gateway.ts';

const command = join(process.env.AWS_CLI_DIRECTORY ?? '/opt/mimamori-aws-cli', 'bin/aws');
const run = promisify(execFile);

let directory: string;
let bench: Workbench;
let gateway: Gateway;
let isMended = false;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'aws-cli-'));
});
afterAll(() => rmSync(directory, { recursive: true }));
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
});
afterEach(async () => {
  await gateway.close();
  await bench.close();
});

/** Runs `aws stepfunctions` as an operator does, with nothing from this machine's own settings. */
async function aws(...words: string[]): Promise<string> {
  const { stdout } = await run(
    command,
    ['stepfunctions', ...words, '--endpoint-url', `http://127.0.0.1:${gateway.port}`],
    {
      env: {
        PATH: '/usr/bin:/bin',
        HOME: directory,
        LC_ALL: 'C.UTF-8',
        AWS_CONFIG_FILE: '/dev/null',
        AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_MAX_ATTEMPTS: '1',
        // test-state is sent to `sync-` before the host's name, which loopback has not.
        AWS_DISABLE_HOST_PREFIX_INJECTION: 'true',
        AWS_ACCESS_KEY_ID: 'local',
        AWS_SECRET_ACCESS_KEY: 'local',
        AWS_REGION: 'us-east-1',
        AWS_DEFAULT_REGION: 'us-east-1',
      },
      timeout: 30_000,
    },
  );
  return stdout;
}

async function awsJson(...words: string[]): Promise<Record<string, unknown>> {
  return JSON.parse(await aws(...words, '--output', 'json')) as Record<string, unknown>;
}

/** What the command prints when it is refused; its exit code says so as well. */
async function refusal(...words: string[]): Promise<string> {
  const ended = await aws(...words).then(
    (printed) => ({ code: 0, stderr: printed }),
    (error: { code?: number; stderr?: string }) => ({
      code: error.code,
      stderr: error.stderr ?? String(error),
    }),
  );
  expect(ended.code, ended.stderr).toBe(255);
  return ended.stderr.trim();
}

function file(name: string, value: unknown): string {
  const path = join(directory, name);
  writeFileSync(path, JSON.stringify(value));
  return `file://${path}`;
}

const failing = { T: { ...call('broken'), End: true } };
/** Version 1 prints instants as they come: in seconds. */
const startSeconds = startMs / 1_000;

describe('the AWS CLI', () => {
  it('given a machine, when an execution is started with a file, then it is described and listed as it ran', async () => {
    bench.register({ T: { ...call('double', '{% $states.input.n %}'), End: true } });
    const { machineArn, executionArn } = bench;
    const { stateMachines } = await awsJson('list-state-machines');
    expect(stateMachines).toMatchObject([{ stateMachineArn: machineArn, name: 'm', type: 'STANDARD' }]);
    const start = ['start-execution', '--state-machine-arn', machineArn, '--name', 'e', '--input'];
    const started = await awsJson(...start, file('input.json', { n: 21, 名: '監視' }));
    expect(started.executionArn).toBe(executionArn);
    expect(started.startDate).toBe(startSeconds);
    await bench.idle();
    const described = await awsJson('describe-execution', '--execution-arn', executionArn);
    expect(described).toMatchObject({ status: 'SUCCEEDED', name: 'e', input: '{"n":21,"名":"監視"}' });
    expect(JSON.parse(String(described.output))).toMatchObject({ Payload: 42, StatusCode: 200 });
    const bare = await awsJson(
      ...['describe-execution', '--execution-arn', executionArn, '--included-data', 'METADATA_ONLY'],
    );
    expect(bare).toMatchObject({ status: 'SUCCEEDED', inputDetails: { included: false } });
    expect(bare).not.toHaveProperty('input');
    const ended = ['--status-filter', 'SUCCEEDED', '--query', 'executions[].name'];
    expect(await awsJson('list-executions', '--state-machine-arn', machineArn, ...ended)).toEqual(['e']);
    expect(await refusal(...start, '{"n":22}')).toMatch(
      /\(ExecutionAlreadyExists\) when calling the StartExecution operation: Execution Already Exists: '.*:m:e'$/,
    );
  });

  it('given a history of several pages, when it is asked for, then the command reads them all', async () => {
    const last = 79;
    const states = Object.fromEntries(
      Array.from({ length: last + 1 }, (_, index) => [
        `P${index}`,
        { Type: 'Pass', ...(index === last ? { End: true } : { Next: `P${index + 1}` }) },
      ]),
    );
    bench.register(states);
    await bench.start();
    const ask = ['get-execution-history', '--execution-arn', bench.executionArn];
    const { events } = (await awsJson(...ask)) as { events: { id: number; type: string }[] };
    expect(events.map(({ id }) => id)).toEqual(Array.from({ length: 162 }, (_, index) => index + 1));
    const cut = (await awsJson(...ask, '--max-items', '3', '--reverse-order')) as {
      events: { type: string }[];
      NextToken: string;
    };
    expect(cut.events.map(({ type }) => type)).toEqual([
      'ExecutionSucceeded',
      'PassStateExited',
      'PassStateEntered',
    ]);
    const more = [...ask, '--max-items', '1', '--reverse-order', '--starting-token', cut.NextToken];
    expect(await awsJson(...more)).toMatchObject({ events: [{ id: 159, type: 'PassStateExited' }] });
  });

  it('given a running execution, when it is stopped, then it is ABORTED with error and cause', async () => {
    bench.register({ W: { Type: 'Wait', Seconds: 60, End: true } });
    await bench.start();
    const { executionArn } = bench;
    const reason = ['--error', 'Enough', '--cause', 'no longer wanted'];
    const { stopDate } = await awsJson('stop-execution', '--execution-arn', executionArn, ...reason);
    expect(stopDate).toBe(startSeconds);
    expect(bench.outcome()).toEqual({ status: 'ABORTED', error: 'Enough', cause: 'no longer wanted' });
  });

  it('given a failed execution, when it is redriven, then it goes on; again, and it is refused', async () => {
    bench.register(failing);
    await bench.start();
    isMended = true;
    await bench.pass(secondMs);
    const redrive = ['redrive-execution', '--execution-arn', bench.executionArn];
    expect((await awsJson(...redrive)).redriveDate).toBe(startSeconds + 1);
    await bench.idle();
    expect(bench.outcome()).toMatchObject({ status: 'SUCCEEDED' });
    expect(await refusal(...redrive)).toMatch(
      /\(ExecutionNotRedrivable\).*SUCCEEDED and cannot be redriven'$/,
    );
    const filter = ['--redrive-filter', 'REDRIVEN', '--query', 'executions[].redriveCount'];
    const list = ['list-executions', '--state-machine-arn', bench.machineArn, ...filter];
    expect(await awsJson(...list)).toEqual([1]);
  });

  it('given a task that waits for its token, when it is answered, then it goes on; again, and it is too late', async () => {
    bench.register({
      T: {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
        Arguments: { FunctionName: 'ask', Payload: {} },
        HeartbeatSeconds: 60,
        End: true,
      },
    });
    await bench.start();
    const task = ['--task-token', bench.calls[0]?.token ?? ''];
    await bench.pass(50 * secondMs);
    expect(await aws('send-task-heartbeat', ...task)).toBe('');
    await bench.pass(50 * secondMs);
    expect(await aws('send-task-success', ...task, '--task-output', '{"n":1}')).toBe('');
    expect(bench.outcome()).toEqual({ status: 'SUCCEEDED', output: { n: 1 } });
    expect(await refusal('send-task-failure', ...task, '--error', 'Late')).toContain('(TaskTimedOut)');
  });

  it('given a state in a file, when it is tested, then its way to the output is told', async () => {
    const definition = file('state.json', {
      QueryLanguage: 'JSONata',
      ...call('double', '{% $n %}'),
      Assign: { twice: '{% $states.result.Payload %}' },
      Output: '{% $states.result.Payload %}',
      Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 2, MaxAttempts: 3 }],
      Next: 'N',
    });
    const test = ['test-state', '--definition', definition, '--inspection-level', 'DEBUG'];
    const tested = await awsJson(...test, '--variables', '{"n":4}', '--input', '{}');
    expect(tested).toMatchObject({
      status: 'SUCCEEDED',
      output: '8',
      nextState: 'N',
      inspectionData: {
        afterArguments: '{"FunctionName":"double","Payload":4}',
        variables: '{"n":4,"twice":8}',
      },
    });
    const mocked = await awsJson(
      ...[...test, '--variables', '{"n":4}', '--mock', '{"errorOutput":{"error":"Busy","cause":"so"}}'],
      ...['--state-configuration', '{"retrierRetryCount":1}'],
    );
    expect(mocked).toMatchObject({
      status: 'RETRIABLE',
      error: 'Busy',
      inspectionData: { errorDetails: { retryIndex: 0, retryBackoffIntervalSeconds: 4 } },
    });
  });

  it('given what is not there, when it is asked for, then the command tells the service’s error', async () => {
    const describe = ['describe-execution', '--execution-arn'];
    expect(await refusal(...describe, bench.executionArn)).toContain('(ExecutionDoesNotExist)');
    expect(await refusal(...describe, bench.machineArn)).toBe(
      "An error occurred (InvalidArn) when calling the DescribeExecution operation: Invalid Arn: 'Resource type not valid in this context: stateMachine'",
    );
    expect(await refusal('list-activities')).toContain('ListActivities is not supported here');
  });
});
