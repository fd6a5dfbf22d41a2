import { describe, expect, it } from 'vitest';
import { type MonitorState, neverFailed } from '../../../core/monitor.ts';
import { shownState } from '../../../local/pages/state-mark.ts';

describe('the state that is shown', () => {
  const alerted: MonitorState = {
    phase: 'alerted',
    episode: 1,
    severity: 'critical',
    since: '2026-11-21T03:00:00.000Z',
  };
  const latest = {
    account: 'a',
    server: 's',
    monitor: 'm',
    check: 'tcp',
    at: '',
    severity: 'ok',
    values: {},
  } as const;
  const cases = [
    { given: 'a monitor that was never checked', state: neverFailed, then: 'pending' },
    { given: 'one that was checked and never failed', state: neverFailed, latest, then: 'ok' },
    { given: 'one that recovered', state: { ...alerted, phase: 'well', severity: 'ok' }, then: 'ok' },
    {
      given: 'one that is being confirmed',
      state: { ...alerted, phase: 'confirming' },
      latest,
      then: 'confirming',
    },
    { given: 'an alert', state: alerted, latest, then: 'critical' },
    { given: 'a warning', state: { ...alerted, severity: 'warning' }, latest, then: 'warning' },
    {
      given: 'one that cannot be checked',
      state: { ...neverFailed, unknownSince: '2026-11-21T03:00:00.000Z' },
      latest,
      then: 'unknown',
    },
    {
      given: 'an alert that cannot be checked now',
      state: { ...alerted, unknownSince: '2026-11-21T03:00:00.000Z' },
      then: 'critical',
    },
  ] as const;
  for (const { given, state, then, ...rest } of cases) {
    it(`given ${given}, when it is shown, then it is ${then}`, () => {
      expect(shownState({ state, ...rest })).toBe(then);
    });
  }
});
