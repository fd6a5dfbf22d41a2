import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../local/virtual-clock.ts';
import type { FunctionCall } from '../../../local/workflows/engine.ts';
import { call, dayMs, type Functions, hang, secondMs, startMs, thrown, Workbench } from './workbench.ts';

let folder: string;
let bench: Workbench;
let faults: string[];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'workflows-'));
});
afterEach(async () => {
  await bench.close();
  rmSync(folder, { recursive: true });
});

/** Changes the file from outside, while no engine has it open. */
function tamper(sql: string): void {
  const database = new DatabaseSync(path.join(folder, 'journal.sqlite'));
  database.exec(sql);
  database.close();
}

/** Opens the same file anew, at the instant where the last engine closed or later. */
function open(functions: Functions, atMs: number): void {
  faults = [];
  bench = new Workbench({
    file: path.join(folder, 'journal.sqlite'),
    clock: new VirtualClock(atMs),
    functions,
    onFault: (message, error) => faults.push(`${message}: ${error instanceof Error ? error.message : ''}`),
  });
}

async function reopen(functions: Functions, downMs: number): Promise<void> {
  const atMs = bench.clock.now() + downMs;
  await bench.close();
  open(functions, atMs);
  await bench.idle();
}

const pass = { Type: 'Pass', End: true };

describe('a restart', () => {
  it('given a Wait, when it ends while the process is down, then it goes on at once, at the time of the restart', async () => {
    open({}, startMs);
    bench.register({
      Before: { Type: 'Pass', Assign: { kept: 'yes' }, Next: 'W' },
      W: { Type: 'Wait', Seconds: 600, Next: 'After' },
      After: { Type: 'Pass', Output: { kept: '{% $kept %}', at: '{% $now() %}' }, End: true },
    });
    await bench.start();
    await reopen({}, 700 * secondMs);
    expect(bench.outcome()).toEqual({
      status: 'SUCCEEDED',
      output: { kept: 'yes', at: '2026-11-21T09:11:40.000Z' },
    });
  });

  it('given a Wait, when the process is down for a part of it, then it lasts as long as it would have', async () => {
    open({}, startMs);
    bench.register({ W: { Type: 'Wait', Seconds: 600, Next: 'P' }, P: { ...pass, Output: '{% $now() %}' } });
    await bench.start();
    await reopen({}, 100 * secondMs);
    expect(bench.outcome()).toEqual({ status: 'RUNNING' });
    await bench.pass(dayMs);
    expect(bench.outcome()).toEqual({ status: 'SUCCEEDED', output: '2026-11-21T09:10:00.000Z' });
  });

  it('given several overdue waits, when the process starts, then they end in the order of their instants', async () => {
    open({}, startMs);
    bench.register({
      W: { Type: 'Wait', Seconds: '{% $states.input.seconds %}', Next: 'T' },
      T: { ...call('note'), End: true },
    });
    const waits = [
      { name: 'a', seconds: 300 },
      { name: 'b', seconds: 100 },
      { name: 'c', seconds: 200 },
      { name: 'd', seconds: 100 },
    ];
    for (const { name, seconds } of waits) {
      const input = JSON.stringify({ name, seconds });
      await bench.engine.startExecution({ stateMachineArn: bench.machineArn, name, input });
    }
    await bench.idle();
    await reopen({ note: () => ({ payload: null }) }, 1_000 * secondMs);
    expect(bench.calls.map(({ payload }) => (payload as { name: string }).name)).toEqual([
      'b',
      'd',
      'c',
      'a',
    ]);
  });

  it('given a task whose function had not answered, when the process starts, then it is called again with the same key', async () => {
    open({ f: hang }, startMs);
    bench.register({ T: { ...call('f'), Output: '{% $states.result.Payload %}', End: true } });
    await bench.start();
    const [before] = bench.calls;
    await reopen({ f: () => ({ payload: 'second' }) }, secondMs);
    const [after] = bench.calls;
    expect(before?.signal.aborted).toBe(true);
    expect(after?.idempotencyKey).toBe(before?.idempotencyKey);
    expect(bench.outcome()).toEqual({ status: 'SUCCEEDED', output: 'second' });
    expect(bench.events().filter((type) => type === 'TaskScheduled')).toHaveLength(1);
  });

  it('given a task whose time passed while the process was down, when it starts, then it has timed out', async () => {
    open({ f: hang }, startMs);
    bench.register({ T: { ...call('f'), TimeoutSeconds: 30, End: true } });
    await bench.start();
    await reopen({ f: hang }, 31 * secondMs);
    expect(bench.outcome()).toEqual({ status: 'FAILED', error: 'States.Timeout' });
  });

  it('given a token that is out, when it is answered after a restart, then the task ends and was not called again', async () => {
    open({ ask: () => ({ payload: null }) }, startMs);
    bench.register({
      T: {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
        Arguments: { FunctionName: 'ask', Payload: {} },
        HeartbeatSeconds: 3_600,
        End: true,
      },
    });
    await bench.start();
    const taskToken = bench.calls[0]?.token ?? '';
    await reopen({}, 60 * secondMs);
    expect(bench.calls).toEqual([]);
    await bench.engine.sendTaskSuccess({ taskToken, output: '"answer"' });
    await bench.idle();
    expect(bench.outcome()).toEqual({ status: 'SUCCEEDED', output: 'answer' });
  });

  it('given a token task whose function had not answered, when the process starts, then the token stays the same', async () => {
    const tokens: (string | undefined)[] = [];
    const remember = (functionCall: FunctionCall) => {
      tokens.push(functionCall.token);
      return hang(functionCall);
    };
    open({ ask: remember }, startMs);
    bench.register({
      T: {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
        Arguments: { FunctionName: 'ask', Payload: {} },
        End: true,
      },
    });
    await bench.start();
    await reopen({ ask: remember }, secondMs);
    expect(tokens).toHaveLength(2);
    expect(tokens[1]).toBe(tokens[0]);
  });

  it('given a retry’s delay, when the process is down for a part of it, then the next attempt comes at its time', async () => {
    open({ f: () => thrown('Flaky') }, startMs);
    const Retry = [{ ErrorEquals: ['Flaky'], IntervalSeconds: 60, MaxAttempts: 1 }];
    bench.register({ T: { ...call('f', { at: '{% $now() %}' }), Retry, End: true } });
    await bench.start();
    await reopen({ f: ({ payload }) => ({ payload }) }, 20 * secondMs);
    await bench.pass(dayMs);
    expect(bench.outcome()).toMatchObject({
      status: 'SUCCEEDED',
      output: { Payload: { at: '2026-11-21T09:01:00.000Z' } },
    });
  });

  it('given the machine’s own time limit, when it passes while the process is down, then the execution has timed out', async () => {
    open({}, startMs);
    bench.register({ W: { Type: 'Wait', Seconds: 600, End: true } }, { TimeoutSeconds: 60 });
    await bench.start();
    await reopen({}, 61 * secondMs);
    expect(bench.outcome()).toEqual({ status: 'TIMED_OUT' });
  });

  it('given a request that was just queued, when the engine closes, then it is done and its states run after the restart', async () => {
    open({}, startMs);
    bench.register({ P: { Type: 'Pass', Next: 'S' }, S: { Type: 'Succeed' } });
    const started = bench.engine.startExecution({ stateMachineArn: bench.machineArn, name: 'e' });
    await bench.close();
    await started;
    open({}, startMs);
    await bench.idle();
    expect(bench.outcome()).toEqual({ status: 'SUCCEEDED', output: {} });
  });

  it('given an execution that runs, when its machine gets a new definition, then it keeps the one it started with', async () => {
    open({}, startMs);
    bench.register({ W: { Type: 'Wait', Seconds: 60, Next: 'Old' }, Old: { ...pass, Output: 'old' } });
    await bench.start();
    bench.register({ W: { Type: 'Wait', Seconds: 60, Next: 'New' }, New: { ...pass, Output: 'new' } });
    await bench.engine.startExecution({ stateMachineArn: bench.machineArn, name: 'later' });
    await reopen({}, 61 * secondMs);
    expect(bench.outcome()).toEqual({ status: 'SUCCEEDED', output: 'old' });
    const executionArn = bench.executionArn.replace(/e$/, 'later');
    expect(bench.engine.describeExecution({ executionArn }).output).toBe('"new"');
    const kept = bench.engine.describeStateMachineForExecution({ executionArn: bench.executionArn });
    expect(JSON.parse(kept.definition)).toMatchObject({ States: { Old: { Output: 'old' } } });
  });

  it('given an engine that is to resume later, when it is told to, then only then waits end and functions are called', async () => {
    open({ f: hang }, startMs);
    bench.register({
      C: { Type: 'Choice', Choices: [{ Condition: '{% $states.input.waits %}', Next: 'W' }], Default: 'T' },
      W: { Type: 'Wait', Seconds: 10, End: true },
      T: { ...call('f'), End: true },
    });
    await bench.start({ waits: false });
    await bench.engine.startExecution({
      stateMachineArn: bench.machineArn,
      name: 'w',
      input: '{"waits":true}',
    });
    await bench.idle();
    await bench.close();
    bench = new Workbench({
      file: path.join(folder, 'journal.sqlite'),
      clock: new VirtualClock(startMs + dayMs),
      functions: { f: () => ({ payload: null }) },
      resumeLater: true,
    });
    await bench.idle();
    expect(bench.calls).toEqual([]);
    expect(bench.engine.listExecutions({ statusFilter: 'RUNNING' }).executions).toHaveLength(2);
    bench.engine.resume();
    await bench.idle();
    expect(bench.engine.listExecutions({ statusFilter: 'SUCCEEDED' }).executions).toHaveLength(2);
  });

  it('given a closed engine, when a request comes, then it is refused', async () => {
    open({}, startMs);
    await bench.close();
    await expect(bench.engine.startExecution({ stateMachineArn: bench.machineArn })).rejects.toMatchObject({
      name: 'ServiceUnavailable',
    });
  });

  it('given a file that another engine has open, when it is opened, then the message says so', () => {
    open({}, startMs);
    const file = path.join(folder, 'journal.sqlite');
    expect(() => new Workbench({ file })).toThrow(
      `${file}: the workflow journal cannot be used: another process has it open; stop that one first`,
    );
  });
});

describe('a journal that cannot be written', () => {
  it('given a disk that refuses for a while, when a wait is over, then it is tried every second until it is written', async () => {
    open({}, startMs);
    bench.register({ W: { Type: 'Wait', Seconds: 10, Next: 'P' }, P: { ...pass, Output: '{% $now() %}' } });
    await bench.start();
    await bench.close();
    tamper(`CREATE TRIGGER full BEFORE INSERT ON history WHEN NEW.type = 'WaitStateExited'
      AND NEW.atMs < ${startMs + 13 * secondMs} BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`);
    open({}, startMs);
    await bench.pass(dayMs);
    expect(faults).toEqual(
      Array(3).fill(
        'workflows: a due timer could not be written; it is tried again in 1000 ms: the disk is full',
      ),
    );
    expect(bench.outcome()).toEqual({ status: 'SUCCEEDED', output: '2026-11-21T09:00:13.000Z' });
  });

  it('given a disk that refuses, when a start is asked for, then the caller is told and nothing is left of it', async () => {
    open({}, startMs);
    bench.register({ P: pass });
    await bench.close();
    tamper("CREATE TRIGGER full BEFORE INSERT ON frame BEGIN SELECT RAISE(ABORT, 'the disk is full'); END");
    open({}, startMs);
    await expect(bench.start()).rejects.toThrow('the disk is full');
    expect(bench.engine.listExecutions().executions).toEqual([]);
  });

  it('given an execution that the engine cannot run, when it is its turn, then it alone fails and is told of', async () => {
    open({}, startMs);
    bench.register({ W: { Type: 'Wait', Seconds: 10, Next: 'P' }, P: pass });
    await bench.start();
    await bench.engine.startExecution({ stateMachineArn: bench.machineArn, name: 'other' });
    await bench.idle();
    await bench.close();
    tamper("UPDATE frame SET state = 'gone' WHERE execution = 1");
    open({}, startMs);
    await bench.pass(dayMs);
    const problem = `${bench.executionArn}: its definition has no state gone`;
    expect(faults).toEqual([`workflows: a due timer failed, and its execution with it: ${problem}`]);
    expect(bench.outcome()).toEqual({ status: 'FAILED', error: 'States.Runtime', cause: problem });
    const [other] = bench.engine.listExecutions({ statusFilter: 'SUCCEEDED' }).executions;
    expect(other?.name).toBe('other');
  });

  it('given a file of the version before, when it is opened, then its executions go on', async () => {
    open({}, startMs);
    bench.register({ W: { Type: 'Wait', Seconds: 10, Next: 'P' }, P: { ...pass, Output: 'went on' } });
    await bench.start();
    await bench.close();
    tamper(`DROP INDEX frameByParent; DROP INDEX executionByParent; ALTER TABLE task DROP COLUMN outcome;
      DROP INDEX executionByMachineAndStatus; DROP TABLE statusChange;
      ALTER TABLE execution DROP COLUMN parentArn; ALTER TABLE execution DROP COLUMN redriveCount; ALTER TABLE execution DROP COLUMN redrivenMs;
      PRAGMA user_version = 1`);
    open({}, startMs);
    await bench.pass(dayMs);
    expect(bench.outcome()).toEqual({ status: 'SUCCEEDED', output: 'went on' });
  });

  it('given a file of a newer version, when it is opened, then the message says so', async () => {
    open({}, startMs);
    await bench.close();
    tamper('PRAGMA user_version = 99');
    const file = path.join(folder, 'journal.sqlite');
    expect(() => new Workbench({ file })).toThrow(
      `${file}: the workflow journal cannot be used: it has layout 99, this program knows 4; start the version that wrote it`,
    );
  });

  it('given a folder that is not there, when the journal is opened, then the message names the file', async () => {
    open({}, startMs);
    const file = path.join(folder, 'no', 'journal.sqlite');
    expect(() => new Workbench({ file })).toThrow(
      `${file}: the workflow journal cannot be used: unable to open database file`,
    );
  });
});
