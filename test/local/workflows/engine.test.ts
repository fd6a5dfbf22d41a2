import { describe, expect, it } from 'vitest';
import { call, dayMs, hourMs, Workbench } from './workbench.ts';

const pass = { Type: 'Pass', End: true };
const wait = { Type: 'Wait', Seconds: 3_600, End: true };

async function withBench<Result>(run: (bench: Workbench) => Promise<Result>, options = {}): Promise<Result> {
  const bench = new Workbench(options);
  try {
    return await run(bench);
  } finally {
    await bench.close();
  }
}

describe('starting by name', () => {
  const rows = [
    {
      given: 'an execution that runs',
      input: '{"a":1}',
      states: { W: wait },
      then: 'the same one is answered',
      error: null,
    },
    {
      given: 'an execution that runs with other input',
      input: '{"a":2}',
      states: { W: wait },
      then: 'it is refused',
      error: 'ExecutionAlreadyExists',
    },
    {
      given: 'an execution that has ended',
      input: '{"a":1}',
      states: { P: pass },
      then: 'it is refused',
      error: 'ExecutionAlreadyExists',
    },
  ];
  for (const { given, input, states, then, error } of rows) {
    it(`given ${given}, when its name is started again, then ${then}`, () =>
      withBench(async (bench) => {
        bench.register(states);
        const request = { stateMachineArn: bench.machineArn, name: 'e' };
        const first = await bench.engine.startExecution({ ...request, input: '{"a":1}' });
        await bench.pass(1);
        const second = bench.engine.startExecution({ ...request, input });
        if (error === null) expect(await second).toEqual(first);
        else await expect(second).rejects.toMatchObject({ name: error });
        expect(bench.engine.listExecutions().executions).toHaveLength(1);
      }));
  }

  it('given two starts of one name at once, when both are queued, then one execution runs', () =>
    withBench(async (bench) => {
      bench.register({ W: wait });
      const request = { stateMachineArn: bench.machineArn, name: 'e', input: '{}' };
      const [first, second] = await Promise.all([
        bench.engine.startExecution(request),
        bench.engine.startExecution(request),
      ]);
      expect(second).toEqual(first);
      expect(bench.engine.listExecutions().executions).toHaveLength(1);
    }));

  const refused = [
    {
      given: 'no such machine',
      request: { stateMachineArn: 'arn:aws:states:us-east-1:1:stateMachine:no' },
      error: 'StateMachineDoesNotExist',
    },
    { given: 'a name with a slash', request: { name: 'a/b' }, error: 'InvalidName' },
    { given: 'a name of 81 characters', request: { name: 'n'.repeat(81) }, error: 'InvalidName' },
    { given: 'an input that is no JSON', request: { input: 'text' }, error: 'InvalidExecutionInput' },
    {
      given: 'an input over 256 KiB',
      request: { input: `"${'x'.repeat(262_143)}"` },
      error: 'ValidationException',
    },
  ];
  for (const { given, request, error } of refused) {
    it(`given ${given}, when it is started, then ${error} refuses it`, () =>
      withBench(async (bench) => {
        bench.register({ P: pass });
        const start = bench.engine.startExecution({ stateMachineArn: bench.machineArn, ...request });
        await expect(start).rejects.toMatchObject({ name: error });
      }));
  }

  it('given an input of exactly 256 KiB, when it is started, then it is taken', () =>
    withBench(async (bench) => {
      bench.register({ P: { ...pass, Output: 1 } });
      const input = `"${'é'.repeat(131_071)}"`;
      await bench.engine.startExecution({ stateMachineArn: bench.machineArn, name: 'e', input });
      await bench.idle();
      expect(bench.outcome()).toEqual({ status: 'SUCCEEDED', output: 1 });
    }));
});

describe('registering', () => {
  const definition = { QueryLanguage: 'JSONata', StartAt: 'P', States: { P: pass } };
  const refused = [
    {
      given: 'an ARN of another name',
      machine: { name: 'other' },
      error: 'InvalidArn',
      message:
        "Invalid Arn: 'arn:aws:states:us-east-1:111111111111:stateMachine:m' of the state machine other; write it like arn:aws:states:us-east-1:111111111111:stateMachine:other",
    },
    {
      given: 'a name with a blank',
      machine: { name: 'a b' },
      error: 'InvalidName',
      message: "Invalid Name: 'a b'",
    },
    {
      given: 'a definition with two faults',
      machine: { definition: { ...definition, States: { P: { Type: 'Pass', Wait: 1 } } } },
      error: 'InvalidDefinition',
      message:
        'Invalid State Machine Definition: \'SCHEMA_VALIDATION_FAILED: Field \'Wait\' is not supported at /States/P/Wait; supported here are Type, Comment, QueryLanguage, Assign, Output, Next, End, SCHEMA_VALIDATION_FAILED: The state has neither Next nor End at /States/P; give "Next" with a state, or "End": true\'',
    },
  ];
  for (const { given, machine, error, message } of refused) {
    it(`given ${given}, when it is registered, then ${error} refuses it and nothing is kept`, () =>
      withBench(async ({ engine, machineArn }) => {
        const register = () => engine.registerMachine({ arn: machineArn, name: 'm', definition, ...machine });
        expect(register).toThrow(expect.objectContaining({ name: error, message }));
        expect(engine.listStateMachines().stateMachines).toEqual([]);
      }));
  }
});

describe('waiting', () => {
  const rows = [
    { given: 'seconds', wait: { Seconds: 90 }, ends: '09:01:30' },
    { given: 'computed seconds', wait: { Seconds: '{% 30 * 3 %}' }, ends: '09:01:30' },
    { given: 'no seconds', wait: { Seconds: 0 }, ends: '09:00:00' },
    { given: 'a timestamp', wait: { Timestamp: '2026-11-21T09:10:00Z' }, ends: '09:10:00' },
    { given: 'a timestamp with offset', wait: { Timestamp: '2026-11-21T18:10:00+09:00' }, ends: '09:10:00' },
    {
      given: 'a computed timestamp',
      wait: { Timestamp: '{% $fromMillis($millis() + 5000) %}' },
      ends: '09:00:05',
    },
    { given: 'a timestamp in the past', wait: { Timestamp: '2020-01-01T00:00:00Z' }, ends: '09:00:00' },
  ];
  for (const { given, wait: fields, ends } of rows) {
    it(`given a Wait for ${given}, when it is reached at 09:00:00, then it ends at ${ends}`, () =>
      withBench(async (bench) => {
        bench.register({ W: { Type: 'Wait', ...fields, End: true } });
        await bench.start();
        await bench.pass(dayMs);
        expect(bench.describe().stopDate).toBe(Date.parse(`2026-11-21T${ends}.000Z`));
      }));
  }

  it('given a Wait of 300 days, when the days pass, then it ends on the day', () =>
    withBench(async (bench) => {
      bench.register({ W: { Type: 'Wait', Seconds: 300 * 86_400, End: true } });
      await bench.start();
      await bench.pass(300 * dayMs - 1);
      expect(bench.describe().status).toBe('RUNNING');
      await bench.pass(1);
      expect(bench.describe().status).toBe('SUCCEEDED');
    }));

  it('given a Wait beyond a year, when a year has passed, then the execution times out', () =>
    withBench(async (bench) => {
      bench.register({ W: { Type: 'Wait', Seconds: 99_999_999, End: true } });
      await bench.start();
      await bench.pass(365 * dayMs);
      expect(bench.outcome()).toEqual({ status: 'TIMED_OUT' });
    }));
});

describe('reading what happened', () => {
  it('given 25 executions, when they are listed ten at a time, then each is there once, newest first', () =>
    withBench(async (bench) => {
      bench.register({ P: pass });
      const names = Array.from({ length: 25 }, (_, n) => `n${n}`);
      for (const name of names) {
        await bench.engine.startExecution({ stateMachineArn: bench.machineArn, name });
      }
      await bench.idle();
      const listed: string[] = [];
      let nextToken: string | undefined;
      do {
        const page = bench.engine.listExecutions({
          stateMachineArn: bench.machineArn,
          maxResults: 10,
          nextToken,
        });
        listed.push(...page.executions.map(({ name }) => name));
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
      expect(listed).toEqual(names.reverse());
    }));

  it('given executions of two machines in two states, when they are listed by status, then only those come', () =>
    withBench(async (bench) => {
      bench.register({ W: wait });
      await bench.start();
      const other = bench.engine.stateMachineArn('other');
      const definition = { QueryLanguage: 'JSONata', StartAt: 'P', States: { P: pass } };
      bench.engine.registerMachine({ arn: other, name: 'other', definition });
      await bench.engine.startExecution({ stateMachineArn: other, name: 'o' });
      await bench.idle();
      const names = (request: Parameters<typeof bench.engine.listExecutions>[0]) =>
        bench.engine.listExecutions(request).executions.map(({ name }) => name);
      expect(names({})).toEqual(['o', 'e']);
      expect(names({ statusFilter: 'RUNNING' })).toEqual(['e']);
      expect(names({ stateMachineArn: other })).toEqual(['o']);
      expect(names({ stateMachineArn: other, statusFilter: 'RUNNING' })).toEqual([]);
      expect(bench.engine.listStateMachines().stateMachines.map(({ name }) => name)).toEqual(['m', 'other']);
    }));

  it('given a history, when it is read in pages from either end, then the pages join without gap', () =>
    withBench(async (bench) => {
      bench.register({ A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'C' }, C: pass });
      await bench.start();
      const { executionArn } = bench;
      const read = (reverseOrder: boolean): number[] => {
        const ids: number[] = [];
        let nextToken: string | undefined;
        do {
          const page = bench.engine.getExecutionHistory({
            executionArn,
            reverseOrder,
            maxResults: 3,
            nextToken,
          });
          ids.push(...page.events.map(({ id }) => id));
          nextToken = page.nextToken;
        } while (nextToken !== undefined);
        return ids;
      };
      expect(read(false)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
      expect(read(true)).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
    }));

  it('given a history, when it is read without data, then inputs and outputs are left out', () =>
    withBench(async (bench) => {
      bench.register({ P: { ...pass, Assign: { secret: 1 } } });
      await bench.start({ secret: 1 });
      const { executionArn } = bench;
      const { events } = bench.engine.getExecutionHistory({ executionArn, includeExecutionData: false });
      expect(JSON.stringify(events)).not.toContain('secret');
      expect(events[1]?.details).toEqual({ name: 'P' });
    }));

  it('given a machine, when it is described, then its definition and dates are told', () =>
    withBench(async (bench) => {
      bench.register({ P: pass });
      expect(bench.engine.describeStateMachine({ stateMachineArn: bench.machineArn })).toEqual({
        stateMachineArn: bench.machineArn,
        name: 'm',
        type: 'STANDARD',
        status: 'ACTIVE',
        creationDate: bench.clock.now(),
        roleArn: 'arn:aws:iam::111111111111:role/m',
        definition: JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'P', States: { P: pass } }),
      });
    }));

  const refused = [
    {
      given: 'no such execution',
      read: (bench: Workbench) => bench.describe(),
      error: 'ExecutionDoesNotExist',
    },
    {
      given: 'a page of 1,001',
      read: ({ engine }: Workbench) => engine.listExecutions({ maxResults: 1_001 }),
      error: 'ValidationException',
    },
    {
      given: 'a made-up page token',
      read: ({ engine }: Workbench) => engine.listExecutions({ nextToken: 'x' }),
      error: 'InvalidToken',
    },
  ];
  for (const { given, read, error } of refused) {
    it(`given ${given}, when it is read, then ${error} refuses it`, () =>
      withBench(async (bench) => {
        expect(() => read(bench)).toThrow(expect.objectContaining({ name: error }));
      }));
  }
});

describe('sharing the process', () => {
  it('given an execution that never waits, when another starts meanwhile, then it ends long before the first', () =>
    withBench(async (bench) => {
      bench.register({ A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } });
      await bench.engine.startExecution({ stateMachineArn: bench.machineArn, name: 'endless' });
      const quick = bench.engine.stateMachineArn('quick');
      const definition = { QueryLanguage: 'JSONata', StartAt: 'P', States: { P: pass } };
      bench.engine.registerMachine({ arn: quick, name: 'quick', definition });
      const { executionArn } = await bench.engine.startExecution({ stateMachineArn: quick, name: 'q' });
      while (bench.engine.describeExecution({ executionArn }).status === 'RUNNING') {
        await new Promise((resolve) => setImmediate(resolve));
      }
      const [endless] = bench.engine.listExecutions({ statusFilter: 'RUNNING' }).executions;
      expect(endless?.name).toBe('endless');
      await bench.idle();
    }));

  it('given 200 executions with a task and a wait, when they start together, then all end', () =>
    withBench(
      async (bench) => {
        bench.register({
          T: {
            ...call('echo', { n: '{% $states.input.n %}' }),
            Output: '{% $states.result.Payload %}',
            Next: 'W',
          },
          W: { Type: 'Wait', Seconds: '{% $states.input.n %}', End: true },
        });
        const starts = Array.from({ length: 200 }, (_, n) =>
          bench.engine.startExecution({ stateMachineArn: bench.machineArn, input: JSON.stringify({ n }) }),
        );
        await Promise.all(starts);
        await bench.pass(hourMs);
        expect(
          bench.engine.listExecutions({ statusFilter: 'SUCCEEDED', maxResults: 1_000 }).executions,
        ).toHaveLength(200);
        expect(bench.clock.nextDueMs()).toBeUndefined();
      },
      { functions: { echo: ({ payload }: { payload: unknown }) => ({ payload }) } },
    ));
});
