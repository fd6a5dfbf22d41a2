import { afterEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../local/virtual-clock.ts';
import { dayMs, Workbench } from './workbench.ts';

let bench: Workbench;
afterEach(async () => {
  await bench.close();
});

const now = { Type: 'Pass', Output: '{% $now() %}', End: true };

interface Row {
  readonly given: string;
  readonly at: string;
  readonly wait: Record<string, unknown>;
  readonly ends: string;
}

/** In Berlin, clocks go forward on 2027-03-28 at 02:00 and back on 2027-10-31 at 03:00; in New York on other days. */
const rows: readonly Row[] = [
  {
    given: 'a wait of 200 days in seconds',
    at: '2026-11-21T09:00:00Z',
    wait: { Seconds: 17_280_000 },
    ends: '2027-06-09T09:00:00.000Z',
  },
  {
    given: 'a wait past what a timer of Node can hold',
    at: '2026-11-21T09:00:00Z',
    wait: { Seconds: 2_147_484 },
    ends: '2026-12-16T05:31:24.000Z',
  },
  {
    given: 'seconds over the start of summer time',
    at: '2027-03-27T12:00:00Z',
    wait: { Seconds: 86_400 },
    ends: '2027-03-28T12:00:00.000Z',
  },
  {
    given: 'seconds over its end',
    at: '2027-10-30T12:00:00Z',
    wait: { Seconds: 86_400 },
    ends: '2027-10-31T12:00:00.000Z',
  },
  {
    given: 'a timestamp with the offset of winter, in summer',
    at: '2027-05-01T00:00:00Z',
    wait: { Timestamp: '2027-07-01T09:00:00+01:00' },
    ends: '2027-07-01T08:00:00.000Z',
  },
  {
    given: 'a timestamp in the hour that is there twice',
    at: '2027-10-30T00:00:00Z',
    wait: { Timestamp: '2027-10-31T02:30:00+02:00' },
    ends: '2027-10-31T00:30:00.000Z',
  },
  {
    given: 'the same hour the second time',
    at: '2027-10-30T00:00:00Z',
    wait: { Timestamp: '2027-10-31T02:30:00+01:00' },
    ends: '2027-10-31T01:30:00.000Z',
  },
  {
    given: 'the 29th of February',
    at: '2027-11-21T00:00:00Z',
    wait: { Timestamp: '{% "2028-02-29T12:00:00Z" %}' },
    ends: '2028-02-29T12:00:00.000Z',
  },
  {
    given: 'an instant that has passed',
    at: '2026-11-21T09:00:00Z',
    wait: { Timestamp: '2020-01-01T00:00:00Z' },
    ends: '2026-11-21T09:00:00.000Z',
  },
  {
    given: 'no seconds',
    at: '2026-11-21T09:00:00Z',
    wait: { Seconds: '{% 0 %}' },
    ends: '2026-11-21T09:00:00.000Z',
  },
];

describe('long waits', () => {
  for (const { given, at, wait, ends } of rows) {
    it(`given ${given}, when it is waited for, then it ends at ${ends}`, async () => {
      bench = new Workbench({ clock: new VirtualClock(Date.parse(at)) });
      bench.register({ W: { Type: 'Wait', ...wait, Next: 'P' }, P: now });
      await bench.start();
      await bench.pass(300 * dayMs);
      expect(bench.outcome()).toEqual({ status: 'SUCCEEDED', output: ends });
    });
  }

  const limits = [
    { given: 'a wait beyond a year', machine: {}, wait: { Seconds: 99_999_999 }, ends: 365 },
    {
      given: 'a machine with a limit',
      machine: { TimeoutSeconds: 864_000 },
      wait: { Seconds: 8_640_000 },
      ends: 10,
    },
    {
      given: 'a limit beyond a year',
      machine: { TimeoutSeconds: 99_999_999 },
      wait: { Seconds: 99_999_999 },
      ends: 365,
    },
  ];
  for (const { given, machine, wait, ends } of limits) {
    it(`given ${given}, when ${ends} days have passed, then the execution has timed out, and not before`, async () => {
      bench = new Workbench();
      bench.register({ W: { Type: 'Wait', ...wait, End: true } }, machine);
      await bench.start();
      await bench.pass(ends * dayMs - 1);
      expect(bench.outcome()).toEqual({ status: 'RUNNING' });
      await bench.pass(1);
      // The error stands in the event alone: https://github.com/floci-io/floci/issues/2733
      expect(bench.outcome()).toEqual({ status: 'TIMED_OUT' });
      const { events } = bench.engine.getExecutionHistory({
        executionArn: bench.executionArn,
        reverseOrder: true,
      });
      expect(events[0]).toMatchObject({
        type: 'ExecutionTimedOut',
        previousEventId: 0,
        details: { error: 'States.Timeout' },
      });
    });
  }

  it('given a monthly round, when two years pass, then it never comes late', async () => {
    bench = new Workbench();
    bench.register({
      Begin: { Type: 'Pass', Assign: { rounds: '{% [] %}' }, Next: 'W' },
      W: {
        Type: 'Wait',
        Timestamp: '{% $fromMillis($toMillis($states.context.State.EnteredTime) + 2592000000) %}',
        Next: 'Note',
      },
      Note: { Type: 'Pass', Assign: { rounds: '{% $append($rounds, $now()) %}' }, Next: 'More?' },
      'More?': {
        Type: 'Choice',
        Choices: [{ Condition: '{% $count($rounds) < 12 %}', Next: 'W' }],
        Default: 'Done',
      },
      Done: { Type: 'Succeed', Output: '{% $rounds %}' },
    });
    await bench.start();
    await bench.pass(364 * dayMs);
    const { output } = bench.outcome() as { output: string[] };
    const days = output.map((at) => (Date.parse(at) - Date.parse('2026-11-21T09:00:00Z')) / dayMs);
    expect(days).toEqual(Array.from({ length: 12 }, (_, round) => (round + 1) * 30));
  });
});
