import { describe, expect, it } from 'vitest';
import type { CheckOutcome, Severity } from '../../../core/check-outcome.ts';
import { decideState, type SweepDecision } from '../../../core/detection/decide-state.ts';
import { defaultTiming } from '../../../core/detection/default-timing.ts';
import { type MonitorState, neverFailed } from '../../../core/monitor.ts';

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
];

describe('what a sweep makes of one outcome', () => {
  for (const { given, when, then, before, wanted } of cases) {
    it(`given ${given}, when it is seen ${when}, then ${then}`, () =>
      expect(decideState(before, seen(when), at, defaultTiming.liveness)).toEqual(wanted));
  }
});
