import { describe, expect, it } from 'vitest';
import type { CheckOutcome, Severity } from '../../../core/check-outcome.ts';
import { decideState, type SweepDecision } from '../../../core/detection/decide-state.ts';
import { defaultTiming } from '../../../core/detection/default-timing.ts';
import { type MonitorState, neverFailed, type Pause } from '../../../core/monitor.ts';

const at = '2026-11-21T00:03:00.000Z';
const earlier = '2026-11-21T00:00:00.000Z';
const longAgo = '2026-11-20T22:00:00.000Z';
const summary = { en: 'seen', ja: '観測' };
const seen = (severity: Severity): CheckOutcome => ({ severity, summary, durationMs: 1, values: {} });

const well3: MonitorState = { phase: 'well', episode: 3, severity: 'ok', since: earlier, summary };
const confirming: MonitorState = {
  phase: 'confirming',
  episode: 4,
  severity: 'critical',
  since: earlier,
  summary,
};
const lost: MonitorState = { ...confirming, since: longAgo };
const alerted: MonitorState = { phase: 'alerted', episode: 4, severity: 'critical', since: longAgo, summary };
const warned: MonitorState = { ...alerted, severity: 'warning' };
const unknownOnce: MonitorState = { ...alerted, unknownSince: earlier };
const unknownTold: MonitorState = { ...unknownOnce, unknownTold: true };

const byOperator: Pause = {
  by: 'operator',
  since: earlier,
  until: '2026-11-21T01:00:00.000Z',
  reason: 'disk swap',
};
const overPause: Pause = { ...byOperator, until: at };
const endless: Pause = { by: 'operator', since: earlier, reason: 'until the move' };
const byEscalation: Pause = { by: 'escalation', since: earlier, reason: 'nobody answered' };
const paused = (state: MonitorState, pause = byOperator): MonitorState => ({ ...state, pause });

interface Case {
  readonly given: string;
  readonly when: Severity;
  readonly then: string;
  readonly before: MonitorState;
  readonly wanted: SweepDecision;
}

const nothing: SweepDecision = { act: 'nothing' };
const startsEpisode = (episode: number, severity: Severity): SweepDecision => ({
  act: 'start-detection',
  after: { phase: 'confirming', episode, severity, since: at, summary },
});
const wellAgain: MonitorState = { phase: 'well', episode: 4, severity: 'ok', since: at, summary };

const cases: readonly Case[] = [
  {
    given: 'a monitor that never failed',
    when: 'ok',
    then: 'nothing is written',
    before: neverFailed,
    wanted: nothing,
  },
  {
    given: 'a monitor that never failed',
    when: 'critical',
    then: 'its first detection starts',
    before: neverFailed,
    wanted: startsEpisode(1, 'critical'),
  },
  {
    given: 'a monitor that never failed',
    when: 'warning',
    then: 'its first detection starts',
    before: neverFailed,
    wanted: startsEpisode(1, 'warning'),
  },
  {
    given: 'a monitor that failed three times before',
    when: 'critical',
    then: 'the fourth detection starts',
    before: well3,
    wanted: startsEpisode(4, 'critical'),
  },
  {
    given: 'a detection under way',
    when: 'critical',
    then: 'it is left alone',
    before: confirming,
    wanted: nothing,
  },
  {
    given: 'a detection under way',
    when: 'ok',
    then: 'its own repeat will see it',
    before: confirming,
    wanted: nothing,
  },
  {
    given: 'a detection that was lost',
    when: 'critical',
    then: 'a new one starts',
    before: lost,
    wanted: startsEpisode(5, 'critical'),
  },
  {
    given: 'a detection that was lost',
    when: 'ok',
    then: 'the monitor is well',
    before: lost,
    wanted: { act: 'nothing', after: wellAgain },
  },
  { given: 'an alert', when: 'critical', then: 'nothing is repeated', before: alerted, wanted: nothing },
  { given: 'an alert', when: 'warning', then: 'it stays until it is well', before: alerted, wanted: nothing },
  {
    given: 'an alert',
    when: 'ok',
    then: 'it is closed',
    before: alerted,
    wanted: { act: 'close-alert', after: wellAgain },
  },
  {
    given: 'a warning',
    when: 'critical',
    then: 'it is detected as a new alert',
    before: warned,
    wanted: startsEpisode(5, 'critical'),
  },
  {
    given: 'a monitor that never failed',
    when: 'unknown',
    then: 'the first miss is only noted',
    before: neverFailed,
    wanted: { act: 'nothing', after: { ...neverFailed, unknownSince: at } },
  },
  {
    given: 'a second miss in a row',
    when: 'unknown',
    then: 'operators are told',
    before: unknownOnce,
    wanted: { act: 'tell-unknown', after: unknownTold },
  },
  {
    given: 'a third miss in a row',
    when: 'unknown',
    then: 'nobody is told again',
    before: unknownTold,
    wanted: nothing,
  },
  {
    given: 'an alert that could not be checked',
    when: 'critical',
    then: 'only the miss is forgotten',
    before: unknownTold,
    wanted: { act: 'nothing', after: alerted },
  },
  {
    given: 'an alert that could not be checked',
    when: 'ok',
    then: 'it is closed',
    before: unknownOnce,
    wanted: { act: 'close-alert', after: wellAgain },
  },
  {
    given: 'a monitor that an operator paused',
    when: 'critical',
    then: 'nothing starts',
    before: paused(well3),
    wanted: nothing,
  },
  {
    given: 'a monitor that an operator paused without an end',
    when: 'critical',
    then: 'nothing starts',
    before: paused(neverFailed, endless),
    wanted: nothing,
  },
  {
    given: 'a monitor that an operator paused',
    when: 'ok',
    then: 'the pause goes on',
    before: paused(well3),
    wanted: nothing,
  },
  {
    given: 'a pause whose end has come',
    when: 'critical',
    then: 'the failure is detected as usual',
    before: paused(well3, overPause),
    wanted: startsEpisode(4, 'critical'),
  },
  {
    given: 'a pause whose end has come',
    when: 'ok',
    then: 'the pause is gone',
    before: paused(well3, overPause),
    wanted: { act: 'nothing', after: well3 },
  },
  {
    given: 'an alerted monitor that an operator paused',
    when: 'ok',
    then: 'its alert is closed and the pause goes on',
    before: paused(alerted),
    wanted: { act: 'close-alert', after: paused(wellAgain) },
  },
  {
    given: 'an alerted monitor that an operator paused',
    when: 'critical',
    then: 'nothing starts',
    before: paused(alerted),
    wanted: nothing,
  },
  {
    given: 'a warning of a paused monitor',
    when: 'critical',
    then: 'nothing starts',
    before: paused(warned),
    wanted: nothing,
  },
  {
    given: 'a warning of a monitor whose pause is over',
    when: 'critical',
    then: 'it is detected as a new alert',
    before: paused(warned, overPause),
    wanted: startsEpisode(5, 'critical'),
  },
  {
    given: 'an alert whose pause is over',
    when: 'critical',
    then: 'only the pause is forgotten',
    before: paused(alerted, overPause),
    wanted: { act: 'nothing', after: alerted },
  },
  {
    given: 'a monitor that an escalation paused',
    when: 'critical',
    then: 'nothing starts',
    before: paused(alerted, byEscalation),
    wanted: nothing,
  },
  {
    given: 'a monitor that an escalation paused',
    when: 'ok',
    then: 'its alert is closed and the pause ends by itself',
    before: paused(alerted, byEscalation),
    wanted: { act: 'close-alert', after: wellAgain },
  },
  {
    given: 'a detection of a paused monitor that was lost',
    when: 'critical',
    then: 'nothing starts',
    before: paused(lost),
    wanted: nothing,
  },
  {
    given: 'a paused monitor',
    when: 'unknown',
    then: 'the miss is noted and the pause goes on',
    before: paused(alerted, byEscalation),
    wanted: { act: 'nothing', after: { ...paused(alerted, byEscalation), unknownSince: at } },
  },
];

describe('what a sweep makes of one outcome', () => {
  for (const { given, when, then, before, wanted } of cases) {
    it(`given ${given}, when it is seen ${when}, then ${then}`, () =>
      expect(decideState(before, seen(when), at, defaultTiming.liveness)).toEqual(wanted));
  }
});
