import { type MonitorState, neverFailed, type Pause } from '../../../core/monitor.ts';

/** The parts of a state as they lie in a monitor's item. */
type StoredState = {
  readonly [Name in Exclude<keyof MonitorState, 'pause'>]?: MonitorState[Name] | undefined;
} & { readonly pause?: string | undefined };

/** A monitor's state from what lies in its item. One that never failed has no phase, but may have the episode of an earlier life. */
export function stateOf(stored: StoredState): MonitorState {
  const { phase, severity, episode, pause } = stored;
  if (phase === undefined || severity === undefined || episode === undefined) {
    return episode === undefined ? neverFailed : { ...neverFailed, episode };
  }
  const parts = definedParts({ ...stored, phase, severity, episode });
  return pause === undefined ? parts : { ...parts, pause: JSON.parse(pause) };
}

/** What is written of a state: no part that is there and undefined. */
export const storedParts = (state: Readonly<MonitorState>) => ({
  ...definedParts(state),
  ...(state.pause !== undefined && { pause: pauseText(state.pause) }),
});

/** A pause as text, always in the same order, so that a condition can compare it whole. */
export const pauseText = ({ by, since, until, reason, who }: Pause): string =>
  JSON.stringify({ by, since, until, reason, who });

type Parts = Omit<StoredState, 'pause'> & Pick<MonitorState, 'phase' | 'severity' | 'episode'>;

function definedParts(state: Parts) {
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
