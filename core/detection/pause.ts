import type { Instant } from '../instant.ts';
import type { MonitorState, Pause } from '../monitor.ts';

/** True from the pause until its end; a pause without an end holds until somebody or something ends it. */
export const isInEffect = ({ until }: Pause, at: Instant): boolean => until === undefined || at < until;

/** The pause that holds at this instant, if any. */
export const pauseAt = ({ pause }: MonitorState, at: Instant): Pause | undefined =>
  pause !== undefined && isInEffect(pause, at) ? pause : undefined;

/** The state without its pause; the same object when there is none. */
export function withoutPause(state: MonitorState): MonitorState {
  if (state.pause === undefined) return state;
  const { pause: _ended, ...resumed } = state;
  return resumed;
}

/**
 * Sets a pause into a state.
 *
 * What an operator decided stands over what an escalation asks for. An escalation pauses nothing that is well: the
 * service recovered while the phones were ringing, and a pause would only hide its next failure.
 *
 * @returns the state to write; the same object when nothing changes
 */
export function withPause(state: MonitorState, pause: Pause): MonitorState {
  const now = pauseAt(state, pause.since);
  if (pause.by === 'escalation' && (now !== undefined || state.phase === 'well')) return state;
  if (state.pause !== undefined && isSamePause(state.pause, pause)) return state;
  return { ...state, pause };
}

export const isSamePause = (one: Pause | undefined, other: Pause | undefined): boolean =>
  one?.by === other?.by &&
  one?.since === other?.since &&
  one?.until === other?.until &&
  one?.reason === other?.reason &&
  one?.who === other?.who;
