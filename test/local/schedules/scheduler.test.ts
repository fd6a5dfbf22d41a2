import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAssembly } from '../../../local/assembly/read-assembly.ts';
import { Scheduler } from '../../../local/schedules/scheduler.ts';
import { VirtualClock } from '../../../local/virtual-clock.ts';
import { temporaryDirectory, writeAssembly } from '../assembly/write-assembly.ts';

const target = 'arn:aws:lambda:ap-northeast-1:000000000000:function:sweep';

const assemblyWith = (properties: object = {}, targetProperties: object = {}) =>
  readAssembly(
    writeAssembly({
      Service: {
        Resources: {
          Sweep: {
            Type: 'AWS::Scheduler::Schedule',
            Properties: {
              Name: 'sweep',
              ScheduleExpression: 'rate(1 minute)',
              ScheduleExpressionTimezone: 'Etc/UTC',
              State: 'ENABLED',
              Target: {
                Arn: target,
                Input: '{"time":"<aws.scheduler.scheduled-time>","shard":0}',
                RetryPolicy: { MaximumEventAgeInSeconds: 60 },
                ...targetProperties,
              },
              ...properties,
            },
          },
        },
      },
    }),
  );

interface Run {
  readonly time: string;
  readonly first?: true;
  readonly end: () => void;
}

/** A scheduler at a fixed instant, whose runs end when the test says so, or at once. */
function schedulerAt(
  now: string,
  {
    assembly = assemblyWith(),
    stateFile = join(temporaryDirectory(), 'fired.json'),
    hangs = false,
    firstInput = (input: string): string => input,
  } = {},
) {
  const clock = new VirtualClock(Date.parse(now));
  const runs: Run[] = [];
  const warnings: string[] = [];
  const scheduler = new Scheduler({
    clock,
    assembly,
    stateFile,
    firstInput,
    warn: (message) => warnings.push(message),
    call: (arn, input) => {
      expect(arn).toBe(target);
      const { promise, resolve } = Promise.withResolvers<void>();
      runs.push({ ...JSON.parse(input), end: resolve });
      if (!hangs) resolve();
      return promise;
    },
  });
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return {
    stateFile,
    scheduler,
    runs,
    warnings,
    times: () => runs.splice(0).map(({ time }) => time.slice(11)),
    advanceTo: (until: string) => clock.advanceTo(Date.parse(until), settle),
    settle,
  };
}

describe('a schedule', () => {
  it('given a first start, when it begins, then the present minute is fired at once and then each minute', async () => {
    const { scheduler, times, advanceTo } = schedulerAt('2026-01-01T10:00:30Z');
    scheduler.start();
    expect(times()).toEqual(['10:00:00Z']);
    await advanceTo('2026-01-01T10:03:10Z');
    expect(times()).toEqual(['10:01:00Z', '10:02:00Z', '10:03:00Z']);
  });

  it('given a restart in the same minute, when it begins, then nothing is fired twice', async () => {
    const first = schedulerAt('2026-01-01T10:00:30Z');
    first.scheduler.start();
    first.scheduler.close();
    const second = schedulerAt('2026-01-01T10:00:50Z', { stateFile: first.stateFile });
    second.scheduler.start();
    expect(second.times()).toEqual([]);
    await second.advanceTo('2026-01-01T10:01:00Z');
    expect(second.times()).toEqual(['10:01:00Z']);
  });

  it('given an hour of standing still, when it begins, then one run makes up for all', async () => {
    const first = schedulerAt('2026-01-01T10:00:30Z');
    first.scheduler.start();
    first.scheduler.close();
    const second = schedulerAt('2026-01-01T11:00:30Z', { stateFile: first.stateFile });
    second.scheduler.start();
    expect(second.times()).toEqual(['11:00:00Z']);
    await second.advanceTo('2026-01-01T11:01:00Z');
    expect(second.times()).toEqual(['11:01:00Z']);
  });

  it('given a daily time that was missed, when it begins later than the event may be old, then it waits for the next', async () => {
    const assembly = assemblyWith({ ScheduleExpression: 'cron(0 10 * * ? *)' });
    const first = schedulerAt('2026-01-01T10:00:30Z', { assembly });
    first.scheduler.start();
    expect(first.times()).toEqual(['10:00:00Z']);
    first.scheduler.close();
    const second = schedulerAt('2026-01-02T10:05:00Z', { assembly, stateFile: first.stateFile });
    second.scheduler.start();
    expect(second.times()).toEqual([]);
  });

  it('given another input for the first run, when minutes pass, then only the first run has it', async () => {
    const { scheduler, runs, advanceTo } = schedulerAt('2026-01-01T10:00:30Z', {
      firstInput: (input) => input.replace('}', ',"first":true}'),
    });
    scheduler.start();
    await advanceTo('2026-01-01T10:02:00Z');
    expect(runs.map(({ first }) => first)).toEqual([true, undefined, undefined]);
  });

  it('given runs that hang, when many minutes pass, then ten run, the young wait and the old are given up', async () => {
    const { scheduler, runs, warnings, advanceTo, settle } = schedulerAt('2026-01-01T10:00:30Z', {
      hangs: true,
    });
    scheduler.start();
    await advanceTo('2026-01-01T10:30:30Z');
    expect(runs.map(({ time }) => time.slice(14, 16))).toEqual([
      '00',
      '01',
      '02',
      '03',
      '04',
      '05',
      '06',
      '07',
      '08',
      '09',
    ]);
    expect(warnings[0]).toBe(
      'schedule sweep: 1 of its times from 2026-01-01T10:10:00Z on were given up, as 10 earlier runs still go on; ' +
        'a lower --speed gives them more time',
    );
    for (const { end } of runs.slice()) end();
    await settle();
    expect(runs.slice(10).map(({ time }) => time.slice(11))).toEqual(['10:29:00Z', '10:30:00Z']);
  });

  it('given a schedule that is off, when time passes, then it never fires', async () => {
    const { scheduler, times, advanceTo } = schedulerAt('2026-01-01T10:00:30Z', {
      assembly: assemblyWith({ State: 'DISABLED' }),
    });
    scheduler.start();
    await advanceTo('2026-01-01T11:00:00Z');
    expect(times()).toEqual([]);
  });

  it('given an instant, when it has come, then it fires once, over a restart too', async () => {
    const assembly = assemblyWith({ ScheduleExpression: 'at(2026-01-01T10:01:00)' });
    const first = schedulerAt('2026-01-01T10:00:30Z', { assembly });
    first.scheduler.start();
    await first.advanceTo('2026-01-01T10:01:30Z');
    expect(first.times()).toEqual(['10:01:00Z']);
    const second = schedulerAt('2026-01-01T10:02:00Z', { assembly, stateFile: first.stateFile });
    second.scheduler.start();
    await second.advanceTo('2026-01-02T00:00:00Z');
    expect(second.times()).toEqual([]);
  });

  it('given it was closed, when time passes, then it never fires', async () => {
    const { scheduler, times, advanceTo } = schedulerAt('2026-01-01T10:00:30Z');
    scheduler.start();
    times();
    scheduler.close();
    await advanceTo('2026-01-01T11:00:00Z');
    expect(times()).toEqual([]);
  });

  it('given an expression that is not known, when it is read, then the message names the resource', () => {
    expect(() =>
      schedulerAt('2026-01-01T10:00:30Z', { assembly: assemblyWith({ ScheduleExpression: 'often' }) }),
    ).toThrow('Service.Sweep: schedule often is not known; write rate(…), cron(…) or at(…)');
  });

  it('given the context attributes, when it fires, then each is replaced', async () => {
    const inputs: string[] = [];
    const scheduler = new Scheduler({
      clock: new VirtualClock(Date.parse('2026-01-01T10:00:30Z')),
      assembly: assemblyWith(
        {},
        {
          Input:
            '<aws.scheduler.schedule-arn> <aws.scheduler.execution-id> <aws.scheduler.attempt-number> <aws.scheduler.other>',
        },
      ),
      stateFile: join(temporaryDirectory(), 'fired.json'),
      warn: () => undefined,
      call: async (_arn, input) => void inputs.push(input),
    });
    scheduler.start();
    expect(inputs[0]).toMatch(
      /^arn:aws:scheduler:ap-northeast-1:000000000000:schedule\/default\/sweep [0-9a-f-]{36} 1 <aws\.scheduler\.other>$/,
    );
  });
});
