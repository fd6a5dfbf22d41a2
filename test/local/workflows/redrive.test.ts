import { afterEach, describe, expect, it } from 'vitest';
import { call, dayMs, type Functions, hang, thrown, Workbench } from './workbench.ts';

let bench: Workbench;
afterEach(async () => {
  await bench.close();
});

const pass = { Type: 'Pass', End: true };
const each = (states: Record<string, unknown>) => ({ StartAt: Object.keys(states)[0], States: states });
const payload = { Output: '{% $states.result.Payload %}', End: true };

async function redrive(): Promise<void> {
  await bench.engine.redriveExecution({ executionArn: bench.executionArn });
  await bench.idle();
}

/** A function that fails until it is mended. */
function mendable(): { functions: Functions; mend: () => void } {
  let isMended = false;
  return {
    functions: {
      f: ({ payload: n }) => (isMended || n === 'well' ? { payload: n } : thrown('Broken')),
      hang,
    },
    mend: () => {
      isMended = true;
    },
  };
}

const rows: readonly {
  given: string;
  states: Record<string, unknown>;
  input: unknown;
  again: unknown[];
  output: unknown;
}[] = [
  {
    given: 'a task that failed',
    states: {
      Before: { Type: 'Pass', Assign: { kept: 'yes' }, Next: 'T' },
      T: { ...call('f'), Output: '{% $states.result.Payload & $kept %}', End: true },
    },
    input: 'ill',
    again: ['ill'],
    output: 'illyes',
  },
  {
    given: 'a Map of which one iteration failed',
    states: {
      M: {
        Type: 'Map',
        MaxConcurrency: 2,
        ItemProcessor: each({ T: { ...call('f'), ...payload } }),
        End: true,
      },
    },
    input: ['well', 'ill', 'well'],
    again: ['ill', 'well'],
    output: ['well', 'ill', 'well'],
  },
  {
    given: 'a Parallel of which one branch failed and another was stopped',
    states: {
      P: {
        Type: 'Parallel',
        Branches: [
          each({ A: { ...call('f', 'well'), ...payload } }),
          each({ B: { Type: 'Wait', Seconds: 5, Next: 'C' }, C: { ...call('f'), ...payload } }),
          each({ D: { Type: 'Wait', Seconds: 60, Next: 'E' }, E: { ...pass, Output: 'waited' } }),
        ],
        End: true,
      },
    },
    input: 'ill',
    again: ['ill'],
    output: ['well', 'ill', 'waited'],
  },
];

describe('a redrive', () => {
  for (const { given, states, input, again, output } of rows) {
    it(`given ${given}, when what was broken is mended and it is redriven, then only what had not succeeded runs again`, async () => {
      const { functions, mend } = mendable();
      bench = new Workbench({ functions });
      expect(await bench.run(states, input)).toMatchObject({ status: 'FAILED', error: 'Broken' });
      mend();
      bench.calls.length = 0;
      await redrive();
      await bench.pass(dayMs);
      expect(bench.outcome()).toEqual({ status: 'SUCCEEDED', output });
      expect(bench.calls.map(({ payload: called }) => called)).toEqual(again);
      expect(bench.events().filter((type) => type === 'ExecutionRedriven')).toHaveLength(1);
      expect(bench.describe()).toMatchObject({ redriveCount: 1, redriveStatus: 'NOT_REDRIVABLE' });
    });
  }

  it('given an execution that was stopped, when it is redriven, then it goes on in the state where it was', async () => {
    bench = new Workbench();
    bench.register({
      W: { Type: 'Wait', Seconds: 60, Next: 'P' },
      P: { ...pass, Output: '{% $states.context.Execution.RedriveCount %}' },
    });
    await bench.start();
    await bench.engine.stopExecution({ executionArn: bench.executionArn });
    await redrive();
    await bench.pass(dayMs);
    expect(bench.outcome()).toEqual({ status: 'SUCCEEDED', output: 1 });
  });

  it('given an execution that fails again, when it is redriven again, then that is counted', async () => {
    bench = new Workbench();
    await bench.run({ F: { Type: 'Fail', Error: 'E' } });
    await redrive();
    await redrive();
    expect(bench.describe()).toMatchObject({
      status: 'FAILED',
      redriveCount: 2,
      redriveStatus: 'REDRIVABLE',
    });
  });

  const refusals = [
    {
      given: 'it runs',
      states: { W: { Type: 'Wait', Seconds: 99_999_999, End: true } },
      days: 1,
      reason: 'Execution is RUNNING and cannot be redriven',
    },
    {
      given: 'it succeeded',
      states: { P: pass },
      days: 1,
      reason: 'Execution is SUCCEEDED and cannot be redriven',
    },
    {
      given: 'it failed fifteen days ago',
      states: { F: { Type: 'Fail' } },
      days: 15,
      reason: 'Execution is outside of the 14 days redrivable period',
    },
  ];
  for (const { given, states, days, reason } of refusals) {
    it(`given ${given}, when it is redriven, then that is refused`, async () => {
      bench = new Workbench();
      bench.register(states);
      await bench.start();
      await bench.pass(days * dayMs);
      await expect(redrive()).rejects.toMatchObject({
        name: 'ExecutionNotRedrivable',
        message: `Execution Not Redrivable: '${reason}'`,
      });
      expect(bench.describe()).toMatchObject({
        redriveStatus: 'NOT_REDRIVABLE',
        redriveStatusReason: reason,
      });
    });
  }
});
