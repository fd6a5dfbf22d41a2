import type { CheckOutcome } from '../check-outcome.ts';
import { type Instant, secondsBetween } from '../instant.ts';
import type { MonitorState, Timing } from '../monitor.ts';
import { pauseAt, withoutPause } from './pause.ts';

/**
 * What a sweep does about one outcome. `after` is present only when the state changes: that alone is written.
 * Tell first, then write: a crash in between repeats the telling, which is idempotent, and loses nothing.
 */
export interface SweepDecision {
  readonly act: 'nothing' | 'start-detection' | 'close-alert' | 'tell-unknown';
  readonly after?: MonitorState;
}

/** A detection that has lasted longer than this beyond its own repeats was lost; the next failure starts anew. */
const lostAfterSeconds = 90 * 60;

/**
 * Decides what a scheduled check means. Repeats inside a detection are not decided here but in its workflow.
 *
 * @param outcome as believed: a failure behind our own broken way out has become `unknown` before
 * @param at the scheduled time of the sweep
 * @param inMaintenance no failure is acted upon; recoveries are recorded all the same. Nor is an unknown told: what keeps us
 * from checking then is most likely the announced work, and what still does after it is told with the next check
 */
export function decideState(
  before: MonitorState,
  outcome: CheckOutcome,
  at: Instant,
  timing: Timing,
  inMaintenance = false,
): SweepDecision {
  if (outcome.severity === 'unknown') return decideUnknown(before, at, inMaintenance);
  const failed = outcome.severity !== 'ok';
  const known = withoutPauseThatEnded(withoutUnknown(before), failed, at);
  const seenAgain: SweepDecision = known === before ? { act: 'nothing' } : { act: 'nothing', after: known };
  const failedAnew = (): SweepDecision =>
    inMaintenance || pauseAt(known, at) !== undefined ? seenAgain : startDetection(known, outcome, at);

  const { phase } = before;
  if (phase === 'well') return failed ? failedAnew() : seenAgain;
  if (phase === 'alerted') {
    if (!failed) return { act: 'close-alert', after: settle(known, outcome, at) };
    // A warning that became critical is a new alert; one that eased stays the alert it is until it is well.
    const raised = before.severity === 'warning' && outcome.severity === 'critical';
    return raised ? failedAnew() : seenAgain;
  }
  // Confirming: the workflow repeats the check by itself, unless it was lost.
  const bound = timing.confirmations * timing.confirmationSpacingSeconds + lostAfterSeconds;
  if (before.since === undefined || secondsBetween(before.since, at) <= bound) return seenAgain;
  return failed ? failedAnew() : { act: 'nothing', after: settle(known, outcome, at) };
}

function startDetection(before: MonitorState, outcome: CheckOutcome, at: Instant): SweepDecision {
  const { severity, summary } = outcome;
  return {
    act: 'start-detection',
    after: { phase: 'confirming', episode: before.episode + 1, severity, since: at, summary },
  };
}

/** The state after a failure that has ended: the episode is kept, as it numbers the next one, and so is a pause that goes on. */
export function settle(before: MonitorState, outcome: CheckOutcome, at: Instant): MonitorState {
  const { pause } = withoutPauseThatEnded(before, outcome.severity !== 'ok', at);
  return {
    phase: 'well',
    episode: before.episode,
    severity: outcome.severity,
    since: at,
    summary: outcome.summary,
    ...(pause !== undefined && { pause }),
  };
}

/** An operator's pause ends at its time, that of an escalation when the monitor is well again. */
function withoutPauseThatEnded(state: MonitorState, failed: boolean, at: Instant): MonitorState {
  const pause = pauseAt(state, at);
  return pause === undefined || (pause.by === 'escalation' && !failed) ? withoutPause(state) : state;
}

/** Operators hear of a check that could not run twice in a row, once; a single miss of ours disturbs nobody. */
function decideUnknown(before: MonitorState, at: Instant, inMaintenance: boolean): SweepDecision {
  if (before.unknownSince === undefined) return { act: 'nothing', after: { ...before, unknownSince: at } };
  if (before.unknownTold || inMaintenance) return { act: 'nothing' };
  return { act: 'tell-unknown', after: { ...before, unknownTold: true } };
}

function withoutUnknown(state: MonitorState): MonitorState {
  if (state.unknownSince === undefined) return state;
  const { unknownSince: _since, unknownTold: _told, ...known } = state;
  return known;
}
