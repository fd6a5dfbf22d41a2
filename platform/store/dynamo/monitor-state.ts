import { type MonitorState, neverFailed } from '../../../core/monitor.ts';

type StoredState = { readonly [Name in keyof MonitorState]?: MonitorState[Name] | undefined };

/** A monitor's state from what lies in its item. One that never failed has no phase, but may have the episode of an earlier life. */
export function stateOf(stored: StoredState): MonitorState {
  const { phase, severity, episode } = stored;
  if (phase === undefined || severity === undefined || episode === undefined) {
    return episode === undefined ? neverFailed : { ...neverFailed, episode };
  }
  return definedParts({ ...stored, phase, severity, episode });
}

/** The state without parts that are there and undefined. */
export function definedParts(state: MonitorState) {
  const { phase, episode, severity, since, summary, unknownSince, unknownTold } = state;
  return {
    phase,
    episode,
    severity,
    ...(since !== undefined && { since }),
    ...(summary !== undefined && { summary }),
    ...(unknownSince !== undefined && { unknownSince }),
    ...(unknownTold !== undefined && { unknownTold }),
  };
}
