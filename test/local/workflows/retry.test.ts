import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coversError, retryDelayMs } from '../../../local/workflows/retry.ts';

const rows = [
  { names: ['A'], error: 'A', covered: true },
  { names: ['A'], error: 'B', covered: false },
  { names: ['A', 'B'], error: 'B', covered: true },
  { names: ['States.ALL'], error: 'B', covered: true },
  { names: ['States.ALL'], error: null, covered: true },
  { names: ['States.ALL'], error: 'States.Timeout', covered: true },
  { names: ['States.ALL'], error: 'States.QueryEvaluationError', covered: true },
  // Recorded: test_service_task_lambada_catch_state_all_data_limit_exceeded_on_large_utf8_response in LocalStack's snapshots.
  { names: ['States.ALL'], error: 'States.DataLimitExceeded', covered: true },
  { names: ['States.TaskFailed'], error: 'States.DataLimitExceeded', covered: false },
  { names: ['States.DataLimitExceeded'], error: 'States.DataLimitExceeded', covered: true },
  { names: ['States.ALL'], error: 'States.Runtime', covered: false },
  { names: ['States.Runtime'], error: 'States.Runtime', covered: false },
  { names: ['States.TaskFailed'], error: 'B', covered: true },
  { names: ['States.TaskFailed'], error: null, covered: true },
  { names: ['States.TaskFailed'], error: 'States.Timeout', covered: false },
  { names: ['States.HeartbeatTimeout'], error: 'States.Timeout', covered: false },
  { names: ['States.HeartbeatTimeout'], error: 'States.Timeout', isMissedHeartbeat: true, covered: true },
  { names: ['States.Timeout'], error: 'States.Timeout', isMissedHeartbeat: true, covered: true },
];

describe('which errors a name covers', () => {
  for (const { names, error, covered, ...rest } of rows) {
    const kind = rest.isMissedHeartbeat === true ? ' from a missed heartbeat' : '';
    it(`given ${names.join(' and ')}, when ${error ?? 'a nameless error'}${kind} comes, then it is ${covered ? '' : 'not '}covered`, () => {
      expect(coversError(names, { error, cause: null, ...rest })).toBe(covered);
    });
  }
});

describe('how long a retry waits', () => {
  const delays = [
    { given: 'no settings', retrier: {}, seconds: [1, 2, 4, 8] },
    { given: 'an interval', retrier: { IntervalSeconds: 3 }, seconds: [3, 6, 12] },
    { given: 'a rate of 1', retrier: { IntervalSeconds: 3, BackoffRate: 1 }, seconds: [3, 3, 3] },
    { given: 'a rate of 1.5', retrier: { BackoffRate: 1.5 }, seconds: [1, 1.5, 2.25] },
    { given: 'a longest delay', retrier: { IntervalSeconds: 3, MaxDelaySeconds: 5 }, seconds: [3, 5, 5] },
    {
      given: 'full jitter',
      retrier: { IntervalSeconds: 4, JitterStrategy: 'FULL' as const },
      seconds: [1, 2, 4],
    },
  ];
  for (const { given, retrier, seconds } of delays) {
    it(`given ${given}, when retries follow each other, then the delays are ${seconds.join(', ')} s`, () => {
      const full = { ErrorEquals: ['A'], ...retrier };
      expect(seconds.map((_, retries) => retryDelayMs(full, retries, () => 0.25) / 1_000)).toEqual(seconds);
    });
  }

  it('given any retrier, when any retry is due, then its delay lies between nothing and its bound', () => {
    const retriers = fc.record({
      IntervalSeconds: fc.integer({ min: 1, max: 99_999_999 }),
      BackoffRate: fc.double({ min: 1, max: 100, noNaN: true }),
      MaxDelaySeconds: fc.integer({ min: 1, max: 31_622_400 }),
      JitterStrategy: fc.constantFrom('FULL' as const, 'NONE' as const),
    });
    const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(retriers, fc.nat(100_000), chance, (retrier, retries, drawn) => {
        const delayMs = retryDelayMs({ ErrorEquals: ['A'], ...retrier }, retries, () => drawn);
        expect(Number.isSafeInteger(delayMs)).toBe(true);
        expect(delayMs).toBeGreaterThanOrEqual(0);
        expect(delayMs).toBeLessThanOrEqual(retrier.MaxDelaySeconds * 1_000);
        if (retrier.JitterStrategy === 'NONE') expect(delayMs).toBeGreaterThanOrEqual(1_000);
      }),
    );
  });
});
