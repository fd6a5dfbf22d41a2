import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../local/virtual-clock.ts';
import { dayMs, hourMs, startMs, Workbench, type WorkbenchOptions } from './workbench.ts';

const pass = { Type: 'Pass', End: true };
const wait = { Type: 'Wait', Seconds: '{% $states.input %}', End: true };
const mebibyte = 1024 * 1024;
/** An execution of one Pass with this input holds about 1.5 MB: the service, too, keeps what each event has seen. */
const large = JSON.stringify('x'.repeat(250_000));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mimamori-retention-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const names = ({ engine }: Workbench) => engine.listExecutions().executions.map(({ name }) => name);

async function withBench(run: (bench: Workbench) => Promise<void>, options: WorkbenchOptions): Promise<void> {
  const bench = new Workbench(options);
  try {
    await run(bench);
  } finally {
    await bench.close();
  }
}

async function startOne({ engine, machineArn }: Workbench, name: string, input = '{}'): Promise<void> {
  await engine.startExecution({ stateMachineArn: machineArn, name, input });
  await engine.whenIdle();
}

describe('how long ended executions are kept', () => {
  const rows = [
    { given: 'the usual time', options: {}, kept: 90 * dayMs },
    { given: 'a time of an hour', options: { keepEndedMs: hourMs }, kept: hourMs },
  ];
  for (const { given, options, kept } of rows) {
    it(`given ${given}, when an execution is as old and another ends, then it is gone, its name is free, and what runs stays`, () =>
      withBench(async (bench) => {
        bench.register({ W: wait });
        await startOne(bench, 'running', String((kept + hourMs) / 1_000));
        await startOne(bench, 'old', '0');
        await bench.pass(kept - 1);
        await startOne(bench, 'later', '0');
        expect(names(bench)).toEqual(['later', 'old', 'running']);
        await bench.pass(1);
        await startOne(bench, 'latest', '0');
        expect(names(bench)).toEqual(['latest', 'later', 'running']);
        await startOne(bench, 'old', '0');
        expect(names(bench)).toEqual(['old', 'latest', 'later', 'running']);
      }, options));
  }

  it('given executions that became too old while nothing ran, when the engine starts anew, then they are gone', async () => {
    const file = join(folder, 'idle.sqlite');
    await withBench(
      async (bench) => {
        bench.register({ P: pass });
        await startOne(bench, 'old');
      },
      { file },
    );
    await withBench(
      async (bench) => {
        await bench.idle();
        expect(names(bench)).toEqual([]);
      },
      { file, clock: new VirtualClock(startMs + 91 * dayMs) },
    );
  });
});

describe('how large the file becomes', () => {
  it('given a bound of 16 MiB, when 60 MB of executions end, then the newest are kept and the file stays near its bound', async () => {
    const file = join(folder, 'bounded.sqlite');
    await withBench(
      async (bench) => {
        bench.register({ P: pass });
        await startOne(bench, 'first', large);
        for (let count = 0; count < 40; count++) await startOne(bench, `e${count}`, large);
        const kept = names(bench);
        expect(kept.length).toBeGreaterThan(5);
        expect(kept).toEqual(Array.from(kept, (_, index) => `e${39 - index}`));
        await startOne(bench, 'first');
        expect(bench.engine.listExecutions().executions[0]).toMatchObject({
          name: 'first',
          status: 'SUCCEEDED',
        });
      },
      { file, keepBytes: 16 * mebibyte },
    );
    // Beside what it holds, a file keeps 16 MiB at most for what comes next.
    expect(statSync(file).size).toBeLessThan(34 * mebibyte);
  });

  it('given a file that was large, when what filled it is too old, then its space is given back', async () => {
    const file = join(folder, 'shrinks.sqlite');
    await withBench(
      async (bench) => {
        bench.register({ P: pass });
        for (let count = 0; count < 40; count++) await startOne(bench, `e${count}`, large);
      },
      { file },
    );
    expect(statSync(file).size).toBeGreaterThan(40 * mebibyte);
    await withBench((bench) => bench.idle(), { file, clock: new VirtualClock(startMs + 91 * dayMs) });
    expect(statSync(file).size).toBeLessThan(17 * mebibyte);
  });

  it('given executions that run and fill the file alone, when others end, then those go and what runs stays', () =>
    withBench(
      async (bench) => {
        bench.register({ W: { Type: 'Wait', Seconds: 3_600, End: true } });
        await startOne(bench, 'running', large);
        const quick = bench.engine.stateMachineArn('quick');
        const definition = { QueryLanguage: 'JSONata', StartAt: 'P', States: { P: pass } };
        bench.engine.registerMachine({ arn: quick, name: 'quick', definition });
        await bench.engine.startExecution({ stateMachineArn: quick, name: 'q' });
        await bench.idle();
        expect(names(bench)).toEqual(['running']);
      },
      { keepBytes: 0 },
    ));
});

describe('removing without holding others up', () => {
  it('given an ended execution of 25,000 events, when it is removed, then other work has its turn between', () =>
    withBench(
      async (bench) => {
        bench.register({ A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } });
        await bench.engine.startExecution({ stateMachineArn: bench.machineArn, name: 'e' });
        const seen = new Set<number>();
        const left = () => {
          try {
            return bench.engine.getExecutionHistory({ executionArn: bench.executionArn, maxResults: 1 })
              .events[0]?.id;
          } catch {
            return undefined;
          }
        };
        for (let first = left(); first !== undefined; first = left()) {
          seen.add(first);
          await new Promise((resolve) => setImmediate(resolve));
        }
        await bench.idle();
        expect(names(bench)).toEqual([]);
        expect(seen.size).toBeGreaterThan(20);
      },
      { keepBytes: 0 },
    ));

  it('given a failed execution half removed, when it is redriven, then that is refused with the reason', () =>
    withBench(
      async (bench) => {
        bench.register({
          A: { Type: 'Pass', Output: '{% $states.input + 1 %}', Next: 'B' },
          B: {
            Type: 'Choice',
            Choices: [{ Condition: '{% $states.input < 2000 %}', Next: 'A' }],
            Default: 'F',
          },
          F: { Type: 'Fail', Error: 'Enough' },
        });
        await bench.engine.startExecution({ stateMachineArn: bench.machineArn, name: 'e', input: '0' });
        const first = () =>
          bench.engine.getExecutionHistory({ executionArn: bench.executionArn, maxResults: 1 }).events[0]?.id;
        while (first() === 1) await new Promise((resolve) => setImmediate(resolve));
        await expect(bench.engine.redriveExecution({ executionArn: bench.executionArn })).rejects.toThrow(
          "Execution Not Redrivable: 'Execution is being removed: it is past its time, or the file is full'",
        );
        await bench.idle();
        expect(names(bench)).toEqual([]);
      },
      { keepBytes: 0 },
    ));
});
