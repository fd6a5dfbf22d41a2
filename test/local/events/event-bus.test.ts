import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAssembly } from '../../../local/assembly/read-assembly.ts';
import { type BusEvent, EventBus } from '../../../local/events/event-bus.ts';
import { workflowEvents } from '../../../local/events/workflow-events.ts';
import { VirtualClock } from '../../../local/virtual-clock.ts';
import { WorkflowEngine } from '../../../local/workflows/engine.ts';
import { temporaryDirectory, writeAssembly } from '../assembly/write-assembly.ts';

const now = Date.parse('2026-01-01T00:00:00.500Z');
const place = { region: 'ap-northeast-1', accountId: '000000000000' };

const rule = (properties: object): object => ({
  Type: 'AWS::Events::Rule',
  Properties: {
    EventPattern: { source: ['shop'] },
    Targets: [{ Id: 't', Arn: { 'Fn::GetAtt': ['Note', 'Arn'] } }],
    ...properties,
  },
});
const assembly = (rules: Readonly<Record<string, object>>) =>
  readAssembly(
    writeAssembly({
      Service: {
        Resources: {
          Note: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'note' } },
          ...rules,
        },
      },
    }),
  );

/** A bus whose functions work, unless `hangs`. */
function openBus(rules: Readonly<Record<string, object>>, { file = ':memory:', hangs = false } = {}) {
  const delivered: { target: string; event: Record<string, unknown> }[] = [];
  const bus = EventBus.open({
    file,
    assembly: assembly(rules),
    clock: new VirtualClock(now),
    deliver: (target, event) => {
      delivered.push({ target, event: JSON.parse(event) });
      return hangs ? new Promise(() => undefined) : Promise.resolve();
    },
  });
  return { bus, delivered };
}

const sold: BusEvent = { source: 'shop', detailType: 'Sold', detail: { item: 'tea' } };

describe('the event bus', () => {
  it('given a rule, when an event matches, then its function gets it in the form of the service', async () => {
    const { bus, delivered } = openBus({ Sold: rule({}) });
    const ids = bus.publish([sold, { ...sold, source: 'other' }]);
    expect(delivered).toEqual([
      {
        target: 'arn:aws:lambda:ap-northeast-1:000000000000:function:note',
        event: {
          version: '0',
          id: ids[0],
          'detail-type': 'Sold',
          source: 'shop',
          account: '000000000000',
          time: '2026-01-01T00:00:00Z',
          region: 'ap-northeast-1',
          resources: [],
          detail: { item: 'tea' },
        },
      },
    ]);
    await expect.poll(() => bus.pending()).toBe(0);
  });

  it('given a rule that is off, when an event matches, then nobody gets it', () => {
    const { bus, delivered } = openBus({ Sold: rule({ State: 'DISABLED' }) });
    bus.publish([sold]);
    expect(delivered).toEqual([]);
    expect(bus.isWanted(sold)).toBe(false);
  });

  it('given a process that died with a delivery under way, when the next one starts, then it is delivered again, once', async () => {
    const file = join(temporaryDirectory(), 'events.sqlite');
    const before = openBus({ Sold: rule({}) }, { file, hangs: true });
    before.bus.publish([sold]);
    before.bus.close();
    const after = openBus({ Sold: rule({}) }, { file });
    expect(after.delivered).toEqual([]);
    after.bus.start();
    expect(after.delivered).toEqual(before.delivered);
    await expect.poll(() => after.bus.pending()).toBe(0);
    after.bus.close();
    const later = openBus({ Sold: rule({}) }, { file });
    later.bus.start();
    expect(later.delivered).toEqual([]);
  });

  const faults: { given: string; rules: object; then: string }[] = [
    {
      given: 'a schedule',
      rules: rule({ ScheduleExpression: 'rate(1 day)' }),
      then: 'Service.R has a schedule; on one machine schedules are AWS::Scheduler::Schedule',
    },
    {
      given: 'another bus',
      rules: rule({ EventBusName: 'own' }),
      then: 'Service.R is on the bus "own"; one machine has the default one',
    },
    {
      given: 'a target that is no function',
      rules: rule({ Targets: [{ Id: 't', Arn: 'arn:aws:sqs:x:0:queue' }] }),
      then: 'Service.R.Targets[0] is arn:aws:sqs:x:0:queue; on one machine a rule calls functions only',
    },
    {
      given: 'a matcher that is not known',
      rules: rule({ EventPattern: { source: [{ cidr: '10.0.0.0/8' }] } }),
      then: 'Service.R.EventPattern.source[0] uses cidr, which is not simulated',
    },
  ];
  for (const { given, rules, then } of faults) {
    it(`given a rule with ${given}, when the template is read, then the message says the mend`, () => {
      expect(() => openBus({ R: rules })).toThrow(then);
    });
  }
});

describe('the events of executions', () => {
  const statusRule = (status: string[]) => ({
    Ended: rule({ EventPattern: { source: ['aws.states'], detail: { status } } }),
  });
  const definitions = {
    works: { StartAt: 'Done', States: { Done: { Type: 'Succeed' } } },
    fails: { StartAt: 'No', States: { No: { Type: 'Fail', Error: 'Shop.Closed', Cause: 'after hours' } } },
    waits: { StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds: 600, End: true } } },
    limited: {
      TimeoutSeconds: 5,
      StartAt: 'Wait',
      States: { Wait: { Type: 'Wait', Seconds: 600, End: true } },
    },
  };
  function openEngine(bus: Pick<EventBus, 'isWanted' | 'publish'>, file = ':memory:') {
    const clock = new VirtualClock(now);
    const faults: string[] = [];
    const engine = WorkflowEngine.open({
      file,
      clock,
      ...place,
      tasks: { invokeFunction: async () => ({ payload: null }) },
      statusChanges: workflowEvents(bus),
      onFault: (message) => faults.push(message),
    });
    for (const [name, definition] of Object.entries(definitions)) {
      const arn = engine.stateMachineArn(name);
      engine.registerMachine({ arn, name, definition: { QueryLanguage: 'JSONata', ...definition } });
    }
    const start = (machine: string) =>
      engine.startExecution({
        stateMachineArn: engine.stateMachineArn(machine),
        name: 'one',
        input: '{"a":1}',
      });
    return { engine, clock, start, faults };
  }

  it('given executions that end in every way, when rules want them, then each end is told with what the service tells', async () => {
    const { bus, delivered } = openBus(statusRule(['SUCCEEDED', 'FAILED', 'ABORTED', 'TIMED_OUT']));
    const { engine, clock, start } = openEngine(bus);
    await start('works');
    await start('fails');
    const { executionArn } = await start('waits');
    await start('limited');
    await engine.whenIdle();
    await engine.stopExecution({ executionArn, error: 'Operator', cause: 'not needed' });
    await clock.advanceTo(now + 10_000, () => engine.whenIdle());
    const common = {
      name: 'one',
      stateMachineVersionArn: null,
      stateMachineAliasArn: null,
      startDate: now,
      input: '{"a":1}',
      inputDetails: { included: true },
      redriveCount: 0,
      redriveDate: null,
    };
    const detailOf = (machine: string) =>
      delivered.find(({ event }) => JSON.stringify(event.resources).includes(`:${machine}:one`))?.event
        .detail;
    expect(detailOf('works')).toEqual({
      ...common,
      executionArn: 'arn:aws:states:ap-northeast-1:000000000000:execution:works:one',
      stateMachineArn: 'arn:aws:states:ap-northeast-1:000000000000:stateMachine:works',
      status: 'SUCCEEDED',
      stopDate: now,
      output: '{"a":1}',
      outputDetails: { included: true },
      error: null,
      cause: null,
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
    });
    expect(detailOf('fails')).toMatchObject({
      status: 'FAILED',
      error: 'Shop.Closed',
      cause: 'after hours',
      output: null,
      outputDetails: null,
      redriveStatus: 'REDRIVABLE',
    });
    expect(detailOf('waits')).toMatchObject({ status: 'ABORTED', error: 'Operator', cause: 'not needed' });
    expect(detailOf('limited')).toMatchObject({ status: 'TIMED_OUT', stopDate: now + 5_000 });
    expect(delivered).toHaveLength(4);
    await engine.close();
  });

  it('given an execution that was stopped, when it is redriven, then it is told to run again', async () => {
    const { bus, delivered } = openBus(statusRule(['RUNNING']));
    const { engine, start } = openEngine(bus);
    const { executionArn } = await start('waits');
    await engine.stopExecution({ executionArn });
    await engine.redriveExecution({ executionArn });
    await engine.whenIdle();
    expect(delivered.map(({ event }) => event.detail)).toMatchObject([
      { status: 'RUNNING', redriveCount: 0, stopDate: null },
      { status: 'RUNNING', redriveCount: 1, redriveDate: now },
    ]);
    await engine.close();
  });

  it('given a process that dies right after an end, when the next one starts, then the end is told', async () => {
    const file = join(temporaryDirectory(), 'workflows.sqlite');
    const { bus, delivered } = openBus(statusRule(['SUCCEEDED']));
    const deaf = { isWanted: bus.isWanted.bind(bus), publish: () => fail() };
    const fail = (): never => {
      throw new Error('disk full');
    };
    const before = openEngine(deaf, file);
    await before.start('works');
    await before.engine.whenIdle();
    await before.engine.close();
    expect(before.faults[0]).toBe(
      'workflows: changes of status could not be told; they are told with the next one',
    );
    const after = openEngine(bus, file);
    await after.engine.whenIdle();
    expect(delivered.map(({ event }) => event.detail)).toMatchObject([{ status: 'SUCCEEDED', name: 'one' }]);
    await after.engine.close();
    const later = openEngine(bus, file);
    await later.engine.whenIdle();
    expect(delivered).toHaveLength(1);
    await later.engine.close();
  });

  it('given input and output beyond the bound of the service, when it ends, then they are left out', async () => {
    const { bus, delivered } = openBus(statusRule(['SUCCEEDED']));
    const { engine } = openEngine(bus);
    const input = JSON.stringify({ text: 'x'.repeat(200 * 1024) });
    await engine.startExecution({ stateMachineArn: engine.stateMachineArn('works'), name: 'big', input });
    await engine.whenIdle();
    expect(delivered[0]?.event.detail).toMatchObject({
      input: null,
      inputDetails: { included: false },
      outputDetails: { included: true },
    });
    await engine.close();
  });
});
