import { SFNClient } from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Gateway } from '../../../local/aws/gateway.ts';
import type { Executions } from '../../../platform/workflows/executions.ts';
import { createStepFunctionsExecutions } from '../../../platform/workflows/step-functions-executions.ts';
import { call, secondMs, startMs, thrown, Workbench } from '../../local/workflows/workbench.ts';
import { serveWorkflows } from '../../local/workflows/workflow-gateway.ts';

// The engine of one machine, behind the service's own protocol.
let bench: Workbench;
let gateway: Gateway;
let client: SFNClient;
let executions: Executions;

const arnsOf = (arn: string) => ({
  detection: arn,
  incident: arn,
  'first-response': arn,
  escalation: arn,
  'second-response': arn,
});
const instant = (seconds: number) => new Date(startMs + seconds * secondMs).toISOString();
const step = () => executions.step('incident', 'e');

beforeEach(async () => {
  bench = new Workbench({ functions: { broken: () => thrown('Broken') } });
  gateway = await serveWorkflows(bench);
  client = new SFNClient({
    endpoint: `http://127.0.0.1:${gateway.port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  executions = createStepFunctionsExecutions(client, arnsOf(bench.machineArn), '/workflows');
});
afterEach(async () => {
  client.destroy();
  await gateway.close();
  await bench.close();
});

const wait = (seconds: number, next?: string) => ({
  Type: 'Wait',
  Seconds: seconds,
  ...(next === undefined ? { End: true } : { Next: next }),
});

describe('step', () => {
  it('given an execution that goes from state to state, then it is the one that it is in, since it came there', async () => {
    bench.register({ 'Look at it': wait(60, 'Wait for news'), 'Wait for news': wait(600) });
    await bench.start();
    expect(await step()).toEqual({ name: 'Look at it', since: instant(0) });
    await bench.pass(90 * secondMs);
    expect(await step()).toEqual({ name: 'Wait for news', since: instant(60) });
  });

  it('given states side by side, of which the later one has ended, then it is the one that goes on', async () => {
    const branch = (name: string, seconds: number) => ({ StartAt: name, States: { [name]: wait(seconds) } });
    bench.register({
      Both: { Type: 'Parallel', Branches: [branch('Ring', 600), branch('Ask', 5)], End: true },
    });
    await bench.start();
    await bench.pass(10 * secondMs);
    expect(await step()).toEqual({ name: 'Ring', since: instant(0) });
  });

  it('given a round that comes again and again, then it is the present one', async () => {
    bench.register({
      Wait: wait(10, 'Again?'),
      'Again?': { Type: 'Choice', Choices: [{ Condition: '{% false %}', Next: 'End' }], Default: 'Wait' },
      End: { Type: 'Succeed' },
    });
    await bench.start();
    await bench.pass(35 * secondMs);
    expect(await step()).toEqual({ name: 'Wait', since: instant(30) });
  });

  it('given one that has failed, then it is the state in which it failed', async () => {
    bench.register({
      First: { Type: 'Pass', Next: 'Run the step' },
      'Run the step': { ...call('broken'), End: true },
    });
    await bench.start();
    expect(await step()).toMatchObject({ name: 'Run the step' });
    expect(await executions.execution('incident', 'e')).toEqual({
      machine: 'incident',
      name: 'e',
      status: 'FAILED',
      startedAt: instant(0),
      endedAt: instant(0),
    });
  });

  it('given one that has ended well, then it is the last', async () => {
    bench.register({ First: { Type: 'Pass', Next: 'Last' }, Last: { Type: 'Pass', End: true } });
    await bench.start();
    expect(await step()).toMatchObject({ name: 'Last' });
  });

  it('given one that never was, then there is none', async () => {
    bench.register({ Only: wait(1) });
    expect(await step()).toBeUndefined();
    expect(await executions.execution('incident', 'nobody')).toBeUndefined();
  });
});

describe('list', () => {
  it('given executions that run and that have ended, then those of a status are there, the last started first', async () => {
    bench.register({ Only: wait(60) });
    for (const name of ['a', 'b', 'c']) {
      await bench.engine.startExecution({ stateMachineArn: bench.machineArn, name, input: '{}' });
      await bench.pass(25 * secondMs);
    }
    const running = await executions.list('incident', { status: 'RUNNING', limit: 10 });
    expect(running.map(({ name }) => name)).toEqual(['c', 'b']);
    expect(await executions.list('incident', { status: 'RUNNING', limit: 1 })).toEqual([
      { machine: 'incident', name: 'c', status: 'RUNNING', startedAt: instant(50) },
    ]);
    const [ended] = await executions.list('incident', { status: 'SUCCEEDED', limit: 10 });
    expect(ended).toMatchObject({ name: 'a', startedAt: instant(0), endedAt: instant(60) });
    expect(await executions.list('incident', { status: 'FAILED', limit: 10 })).toEqual([]);
  });
});

describe('url', () => {
  const console = 'https://ap-northeast-1.console.aws.amazon.com/states/home?region=ap-northeast-1';
  const arn = 'arn:aws:states:ap-northeast-1:111111111111:stateMachine:mimamori-incident';

  it('given one machine, then it leads to its own pages', () => {
    const local = createStepFunctionsExecutions(client, arnsOf(arn), '/workflows');
    expect(local.url('incident', 'acme.web-1-7')).toBe('/workflows/mimamori-incident%3Aacme.web-1-7');
    expect(local.machineUrl('incident')).toBe('/workflows/machine/mimamori-incident');
  });

  it('given the cloud, then it leads to the console', () => {
    const cloud = createStepFunctionsExecutions(client, arnsOf(arn), console);
    expect(cloud.url('incident', 'acme.web-1-7')).toBe(
      `${console}#/v2/executions/details/arn:aws:states:ap-northeast-1:111111111111:execution:mimamori-incident:acme.web-1-7`,
    );
    expect(cloud.machineUrl('incident')).toBe(`${console}#/statemachines/view/${arn}`);
  });
});
