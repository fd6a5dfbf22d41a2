import { afterEach, describe, expect, it } from 'vitest';
import type { Course, StateStatus } from '../../../../local/pages/workflows/course.ts';
import { ExecutionReader } from '../../../../local/pages/workflows/read-execution.ts';
import { call, hang, secondMs, thrown, Workbench } from '../../workflows/workbench.ts';
import { detectionInput, servers, start, workflowSample } from '../workflow-sample.ts';

let bench: Workbench;
afterEach(() => bench.close());

const read = (arn: string) => new ExecutionReader(bench.engine).read(arn, { from: 1 });
const statuses = (course: Course, names: readonly string[]): Record<string, StateStatus> =>
  Object.fromEntries(names.map((name) => [name, course.statusOf(name)]));

describe('executions of the shipped machines', () => {
  it('given a failure that is confirmed, when its detection has ended, then the way it went is read', async () => {
    bench = workflowSample();
    const arn = await start(bench, 'mimamori-detection', 'd', detectionInput('web'));
    await bench.pass(300 * secondMs);
    const { course, machine, started, execution } = await read(arn);
    expect(execution.status).toBe('SUCCEEDED');
    const reached = [...machine.states.keys()].filter((name) => course.statusOf(name) !== 'not-reached');
    expect(reached).toEqual([
      'Take up the failure',
      'Is the failure confirmed?',
      'Wait before the repeat',
      'Check again',
      'What did the repeat see?',
      "Join the server's incident or open one",
      'Does this alert lead?',
      "Start the incident's workflow",
      'Handed to the incident',
    ]);
    expect(new Set(reached.map((name) => course.statusOf(name)))).toEqual(new Set(['succeeded']));
    expect(course.visits.get('Check again')?.length).toBe(2);
    expect(started).toEqual([arn.replace('mimamori-detection:d', 'mimamori-incident:demo.web-1-1')]);
    const child = await read(started[0] ?? '');
    expect(child.startedBy).toBe(arn);
    expect(
      statuses(child.course, ['Log in and collect information', 'Wait for news of the incident', 'Closed']),
    ).toEqual({
      'Log in and collect information': 'caught',
      'Wait for news of the incident': 'running',
      Closed: 'not-reached',
    });
  });

  it('given a join that always fails, when it is given up, then that is caught and the end has failed', async () => {
    bench = workflowSample({ JoinIncidentArn: () => thrown('Throttled') });
    const arn = await start(bench, 'mimamori-detection', 'd', detectionInput('web'));
    await bench.pass(3_600 * secondMs);
    const { course, execution } = await read(arn);
    expect(execution.status).toBe('FAILED');
    expect(
      statuses(course, [
        "Join the server's incident or open one",
        'Tell the operators that the detection failed',
        'The detection failed',
      ]),
    ).toEqual({
      "Join the server's incident or open one": 'caught',
      'Tell the operators that the detection failed': 'succeeded',
      'The detection failed': 'failed',
    });
    const attempts = course.visits.get("Join the server's incident or open one")?.[0]?.attempts ?? [];
    expect(attempts.length).toBeGreaterThan(3);
    expect(new Set(attempts.map(({ end, error }) => `${end} ${error}`))).toEqual(
      new Set(['failed Throttled']),
    );
  });
});

describe('branches and iterations', () => {
  it('given iterations that succeed, are caught and fail, when the Map has ended, then they are counted', async () => {
    bench = workflowSample();
    const arn = await start(bench, 'survey', 's', { servers });
    const { course } = await read(arn);
    expect(course.visits.get('Look at each server')?.[0]?.iterations).toEqual({
      total: 5,
      succeeded: 4,
      failed: 1,
      aborted: 0,
      running: 0,
    });
    const ends = course.visits.get('Ask the server')?.map(({ scope, end }) => `${scope.iteration} ${end}`);
    expect(ends?.toSorted()).toEqual(['0 succeeded', '1 succeeded', '2 caught', '3 succeeded', '4 failed']);
    expect(course.statusOf('Look at each server')).toBe('succeeded');
    expect(course.statusOf('Fine')).toBe('succeeded');
  });

  it('given iterations that hang, when they run, then they run and the others have begun no state', async () => {
    bench = workflowSample({ ask: hang });
    const arn = await start(bench, 'survey', 's', { servers });
    const running = await read(arn);
    expect(running.course.visits.get('Look at each server')?.[0]?.iterations).toMatchObject({
      total: 5,
      running: 3,
    });
    expect(
      statuses(running.course, [
        'Look everywhere at once',
        'Ask the server',
        'Try the way out',
        'Is all well?',
      ]),
    ).toEqual({
      'Look everywhere at once': 'running',
      'Ask the server': 'running',
      'Try the way out': 'succeeded',
      'Is all well?': 'not-reached',
    });
    await bench.engine.stopExecution({ executionArn: arn, cause: 'enough' });
    const stopped = await read(arn);
    expect(
      statuses(stopped.course, [
        'Look everywhere at once',
        'Look at each server',
        'Ask the server',
        'Try the way out',
      ]),
    ).toEqual({
      'Look everywhere at once': 'aborted',
      'Look at each server': 'aborted',
      'Ask the server': 'aborted',
      'Try the way out': 'succeeded',
    });
    expect(stopped.course.visits.get('Look at each server')?.[0]?.iterations).toMatchObject({
      running: 0,
      aborted: 3,
    });
  });

  it('given a branch that fails, when it ends the other, then one has failed and the other was stopped', async () => {
    bench = workflowSample({ ask: hang, wayOut: () => thrown('NoWayOut') });
    const arn = await start(bench, 'survey', 's', { servers });
    await bench.pass(20 * secondMs);
    const { course, execution } = await read(arn);
    expect(execution.status).toBe('FAILED');
    expect(
      statuses(course, [
        'Look everywhere at once',
        'Try the way out',
        'Look at each server',
        'Ask the server',
      ]),
    ).toEqual({
      'Look everywhere at once': 'failed',
      'Try the way out': 'failed',
      'Look at each server': 'aborted',
      'Ask the server': 'aborted',
    });
    expect(course.visits.get('Look everywhere at once')?.[0]?.error).toBe('NoWayOut');
  });

  it('given a Parallel that is tried again, when it succeeds, then the first try is past', async () => {
    let calls = 0;
    bench = new Workbench({ functions: { f: () => (calls++ === 0 ? thrown('Once') : { payload: 1 }) } });
    const branch = (name: string, state: object) => ({
      StartAt: name,
      States: { [name]: { ...state, End: true } },
    });
    bench.register({
      P: {
        Type: 'Parallel',
        Branches: [branch('A', call('f')), branch('B', { Type: 'Wait', Seconds: 5 })],
        Retry: [{ ErrorEquals: ['Once'], IntervalSeconds: 1 }],
        End: true,
      },
    });
    await bench.start();
    await bench.pass(60 * secondMs);
    const { course } = await read(bench.executionArn);
    expect(statuses(course, ['P', 'A', 'B'])).toEqual({ P: 'succeeded', A: 'succeeded', B: 'succeeded' });
    expect(course.visits.get('A')?.map(({ end }) => end)).toEqual(['failed', 'succeeded']);
    expect(course.visits.get('B')?.map(({ end }) => end)).toEqual(['aborted', 'succeeded']);
    expect(course.visits.get('P')?.[0]?.attempts.map(({ end }) => end)).toEqual(['failed', 'succeeded']);
  });

  it('given a Parallel inside a Parallel that fails, when the outer one catches, then each is told rightly', async () => {
    bench = new Workbench({ functions: { f: () => thrown('Deep') } });
    const inner = {
      StartAt: 'I',
      States: {
        I: {
          Type: 'Parallel',
          Branches: [{ StartAt: 'A', States: { A: { ...call('f'), End: true } } }],
          End: true,
        },
      },
    };
    bench.register({
      P: { Type: 'Parallel', Branches: [inner], Catch: [{ ErrorEquals: ['Deep'], Next: 'N' }], End: true },
      N: { Type: 'Pass', End: true },
    });
    await bench.start();
    const { course } = await read(bench.executionArn);
    expect(statuses(course, ['P', 'I', 'A', 'N'])).toEqual({
      P: 'caught',
      I: 'failed',
      A: 'failed',
      N: 'succeeded',
    });
  });

  it('given an expression that fails as its state begins, when that is caught nowhere, then that state has failed', async () => {
    bench = new Workbench();
    bench.register({
      A: { Type: 'Pass', Next: 'B' },
      B: { Type: 'Wait', Seconds: '{% $states.input.none %}', End: true },
    });
    await bench.start();
    const { course } = await read(bench.executionArn);
    expect(statuses(course, ['A', 'B'])).toEqual({ A: 'succeeded', B: 'failed' });
    expect(course.visits.get('B')?.[0]?.error).toBe('States.QueryEvaluationError');
  });
});

describe('redriven executions', () => {
  it('given a failed task, when it is redriven and succeeds, then the state has succeeded', async () => {
    let isMended = false;
    bench = new Workbench({ functions: { f: () => (isMended ? { payload: 1 } : thrown('Broken')) } });
    bench.register({
      A: { Type: 'Pass', Next: 'B' },
      B: { ...call('f'), Next: 'C' },
      C: { Type: 'Pass', End: true },
    });
    await bench.start();
    const reader = new ExecutionReader(bench.engine);
    const before = await reader.read(bench.executionArn, { from: 1 });
    expect(statuses(before.course, ['A', 'B', 'C'])).toEqual({
      A: 'succeeded',
      B: 'failed',
      C: 'not-reached',
    });
    isMended = true;
    await bench.engine.redriveExecution({ executionArn: bench.executionArn });
    await bench.idle();
    const { course, execution } = await reader.read(bench.executionArn, { from: 1 });
    expect([execution.status, execution.redriveCount, course.redrives]).toEqual(['SUCCEEDED', 1, 1]);
    expect(statuses(course, ['A', 'B', 'C'])).toEqual({ A: 'succeeded', B: 'succeeded', C: 'succeeded' });
    expect(course.visits.get('B')?.map(({ end }) => end)).toEqual(['failed', 'succeeded']);
  });

  it('given failed iterations in a branch, when they are redriven, then only they run again and the counts follow', async () => {
    let isMended = false;
    bench = workflowSample({
      ask: ({ payload }) => (payload === 'web-1' || isMended ? { payload: 'well' } : thrown('Odd')),
    });
    const arn = await start(bench, 'survey', 's', { servers: ['web-1', 'a', 'b', 'c'] });
    const before = await read(arn);
    expect(before.course.statusOf('Look at each server')).toBe('failed');
    isMended = true;
    await bench.engine.redriveExecution({ executionArn: arn });
    await bench.idle();
    const { course, execution } = await read(arn);
    expect(execution.status).toBe('SUCCEEDED');
    expect(
      statuses(course, [
        'Look everywhere at once',
        'Look at each server',
        'Ask the server',
        'Note the answer',
        'Fine',
      ]),
    ).toEqual({
      'Look everywhere at once': 'succeeded',
      'Look at each server': 'succeeded',
      'Ask the server': 'succeeded',
      'Note the answer': 'succeeded',
      Fine: 'succeeded',
    });
    expect(course.visits.get('Look at each server')?.[0]?.iterations).toEqual({
      total: 4,
      succeeded: 4,
      failed: 0,
      aborted: 0,
      running: 0,
    });
  });
});

describe('long histories', () => {
  it('given some thousand events, when the page is read again, then only what is new is read', async () => {
    bench = new Workbench();
    bench.register({
      Count: {
        Type: 'Pass',
        Assign: { n: '{% $states.input.n + 1 %}' },
        Output: { n: '{% $states.input.n + 1 %}' },
        Next: 'More?',
      },
      'More?': { Type: 'Choice', Choices: [{ Condition: '{% $n < 600 %}', Next: 'Count' }], Default: 'Rest' },
      Rest: { Type: 'Wait', Seconds: 10, End: true },
    });
    await bench.start({ n: 0 });
    let eventsRead = 0;
    const reader = new ExecutionReader(
      new Proxy(bench.engine, {
        get(engine, name) {
          const value: unknown = Reflect.get(engine, name);
          if (typeof value !== 'function') return value;
          return (request: Record<string, unknown>) => {
            const answer: unknown = Reflect.apply(value, engine, [request]);
            if (name === 'getExecutionHistory') eventsRead += (answer as { events: unknown[] }).events.length;
            return answer;
          };
        },
      }),
    );
    const { course } = await reader.read(bench.executionArn, { from: 1 });
    expect(course.lastEvent).toBe(2 + 4 * 600);
    expect(course.visits.get('Count')?.length).toBe(600);
    const first = eventsRead;
    await bench.pass(20 * secondMs);
    await reader.read(bench.executionArn, { from: 2_400 });
    expect(first).toBe(2 + 4 * 600 + 100);
    expect(eventsRead - first).toBeLessThan(20);
  });
});
