import { afterEach, describe, expect, it } from 'vitest';
import { hang, Workbench } from './workbench.ts';

let bench: Workbench;
afterEach(async () => {
  await bench.close();
});

const pass = { Type: 'Pass', End: true };
const nested = (levels: number) => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`) as unknown;
const register = (definition: unknown) => () =>
  bench.engine.registerMachine({ arn: bench.machineArn, name: 'm', definition });
const machine = (states: Record<string, unknown>) => ({
  QueryLanguage: 'JSONata',
  StartAt: Object.keys(states)[0],
  States: states,
});

/** A machine of `count` states, each of which leads to the next. */
function chain(count: number, state: (index: number) => Record<string, unknown>) {
  const states = Array.from({ length: count }, (_, index) => [
    `S${index}`,
    { ...state(index), ...(index === count - 1 ? { End: true } : { Next: `S${index + 1}` }) },
  ]);
  return machine(Object.fromEntries(states) as Record<string, unknown>);
}

function parallelInside(levels: number): Record<string, unknown> {
  const name = `L${levels}`;
  const inner =
    levels === 0
      ? { [name]: pass }
      : { [name]: { Type: 'Parallel', Branches: [parallelInside(levels - 1)], End: true } };
  return { StartAt: name, States: inner };
}

const refusals: readonly { given: string; definition: unknown; problem: string }[] = [
  {
    given: 'a definition of more than 1 MiB',
    definition: machine({ P: { ...pass, Comment: 'c'.repeat(1_048_577) } }),
    problem: 'The definition exceeds 1048576 bytes',
  },
  {
    given: 'a template 100,000 levels deep',
    definition: machine({ P: { ...pass, Output: nested(100_000) } }),
    problem: 'The definition nests deeper than 500 levels',
  },
  {
    given: 'branches 400 levels deep',
    definition: { QueryLanguage: 'JSONata', ...parallelInside(400) },
    problem: 'The definition nests deeper than 500 levels',
  },
  {
    given: 'an expression of 100,000 brackets',
    definition: machine({ P: { ...pass, Output: `{% ${'('.repeat(100_000)}1 %}` } }),
    problem: 'is no JSONata of the service',
  },
  {
    given: 'a start called __proto__',
    definition: JSON.parse(
      '{"QueryLanguage":"JSONata","StartAt":"__proto__","States":{"P":{"Type":"Pass","End":true}}}',
    ) as unknown,
    problem: "Missing 'StartAt' target: __proto__",
  },
  {
    given: 'a Next to constructor',
    definition: machine({ P: { Type: 'Pass', Next: 'constructor' } }),
    problem: "Missing 'Next' target: constructor",
  },
  {
    given: 'a resource called constructor',
    definition: machine({ T: { Type: 'Task', Resource: 'constructor', End: true } }),
    problem: 'The resource "constructor" is not supported',
  },
];

describe('a hostile definition', () => {
  for (const { given, definition, problem } of refusals) {
    it(`given ${given}, when it is registered, then it is refused`, () => {
      bench = new Workbench();
      expect(register(definition)).toThrow(problem);
    });
  }

  it('given names of what every object has, when they are states, then they run', async () => {
    bench = new Workbench();
    const states = `{"__proto__":{"Type":"Parallel","Branches":[{"StartAt":"constructor","States":{"constructor":
      {"Type":"Pass","Assign":{"toString":1},"Next":"toString"},"toString":{"Type":"Pass","Output":"{% $toString %}","End":true}}}],"End":true}}`;
    const definition = {
      QueryLanguage: 'JSONata',
      StartAt: '__proto__',
      States: JSON.parse(states) as unknown,
    };
    register(definition)();
    await bench.start();
    expect(bench.outcome()).toEqual({ status: 'SUCCEEDED', output: [1] });
  });

  it('given the largest definition, when it is registered and run, then both end soon', async () => {
    bench = new Workbench();
    const definition = chain(6_000, (index) => ({
      Type: 'Pass',
      Comment: 'c'.repeat(80),
      Output: `{% $states.input + ${index} %}`,
    }));
    expect(JSON.stringify(definition).length).toBeGreaterThan(900_000);
    register(definition)();
    await bench.start(0);
    expect(bench.outcome()).toEqual({ status: 'SUCCEEDED', output: 17_997_000 });
  });

  it('given states that lead to each other for ever, when they run, then the limit of events ends them', async () => {
    bench = new Workbench();
    register(
      machine({
        A: { Type: 'Pass', Next: 'C' },
        C: { Type: 'Choice', Choices: [{ Condition: '{% true %}', Next: 'A' }] },
      }),
    )();
    await bench.start();
    expect(bench.outcome()).toEqual({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: 'The execution reached the maximum number of history events (25000).',
    });
    // The last event is the limit's: https://github.com/floci-io/floci/issues/2734
    const { events } = bench.engine.getExecutionHistory({
      executionArn: bench.executionArn,
      reverseOrder: true,
      maxResults: 2,
    });
    expect(events).toMatchObject([
      { id: 25_000, previousEventId: 24_999, type: 'ExecutionFailed' },
      { id: 24_999, previousEventId: 24_998 },
    ]);
  });

  it('given an expression that hangs, when it is caught and others wait, then they go on after it', async () => {
    bench = new Workbench({ functions: { hang } });
    register(
      machine({
        C: {
          Type: 'Choice',
          Choices: [{ Condition: '{% $states.input.hostile %}', Next: 'M' }],
          Default: 'P',
        },
        M: {
          Type: 'Map',
          Items: '{% [$match($states.input.t, /a*a*a*b/)] %}',
          ItemProcessor: { StartAt: 'I', States: { I: pass } },
          Catch: [{ ErrorEquals: ['States.QueryEvaluationError'], Output: 'caught', Next: 'P' }],
          End: true,
        },
        P: pass,
      }),
    )();
    const input = JSON.stringify({ hostile: true, t: 'a'.repeat(30_000) });
    const hostile = bench.engine.startExecution({
      stateMachineArn: bench.machineArn,
      name: 'hostile',
      input,
    });
    await bench.start({ hostile: false });
    const { executionArn } = await hostile;
    expect(bench.outcome()).toMatchObject({ status: 'SUCCEEDED' });
    expect(bench.engine.describeExecution({ executionArn })).toMatchObject({
      status: 'SUCCEEDED',
      output: '"caught"',
    });
  });

  it('given an input 100,000 levels deep, when an execution is started with it, then it is refused', async () => {
    bench = new Workbench();
    register(machine({ P: pass }))();
    const input = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    await expect(
      bench.engine.startExecution({ stateMachineArn: bench.machineArn, input }),
    ).rejects.toMatchObject({
      name: 'InvalidExecutionInput',
    });
  });
});
