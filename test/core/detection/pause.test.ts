import { describe, expect, it } from 'vitest';
import { pauseAt, withoutPause, withPause } from '../../../core/detection/pause.ts';
import { type MonitorState, neverFailed, type Pause } from '../../../core/monitor.ts';

const at = '2026-11-21T00:00:00.000Z';
const later = '2026-11-21T02:00:00.000Z';
const byOperator: Pause = { by: 'operator', since: at, until: later, reason: 'disk swap', who: 'Sato' };
const byEscalation: Pause = { by: 'escalation', since: at, reason: 'nobody answered' };
const alerted: MonitorState = { phase: 'alerted', episode: 4, severity: 'critical', since: at };

describe('pausing a monitor', () => {
  const lateEscalation: Pause = { ...byEscalation, since: later };
  const rows = [
    { given: 'a well monitor', when: byOperator, before: neverFailed, then: byOperator },
    { given: 'an alerted monitor', when: byEscalation, before: alerted, then: byEscalation },
    { given: 'a well monitor', when: byEscalation, before: neverFailed, then: undefined },
    {
      given: "an operator's pause",
      when: byEscalation,
      before: { ...alerted, pause: byOperator },
      then: byOperator,
    },
    {
      given: "an operator's pause that is over",
      when: lateEscalation,
      before: { ...alerted, pause: byOperator },
      then: lateEscalation,
    },
    {
      given: "an escalation's pause",
      when: byOperator,
      before: { ...alerted, pause: byEscalation },
      then: byOperator,
    },
  ];
  for (const { given, when, before, then } of rows) {
    it(`given ${given}, when ${when.by} pauses it, then the pause of ${then?.by ?? 'nobody'} stands`, () =>
      expect(withPause(before, when).pause).toEqual(then));
  }

  it('given the same pause, when it is set again, then there is nothing to write', () => {
    const before = withPause(alerted, byOperator);
    expect(withPause(before, { ...byOperator })).toBe(before);
  });

  it('given a pause with an end, when the end comes, then it holds no longer', () => {
    const state = withPause(alerted, byOperator);
    expect(pauseAt(state, '2026-11-21T01:59:59.999Z')).toEqual(byOperator);
    expect(pauseAt(state, later)).toBeUndefined();
  });

  it('given no pause, when it is resumed, then there is nothing to write', () =>
    expect(withoutPause(alerted)).toBe(alerted));

  it('given a pause, when it is resumed, then all else stays', () =>
    expect(withoutPause(withPause(alerted, byOperator))).toEqual(alerted));
});
