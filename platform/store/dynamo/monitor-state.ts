import { type MonitorRef, monitorKey } from '../../../core/ids.ts';
import { type MonitorState, neverFailed, type Pause } from '../../../core/monitor.ts';
import { dueSlot } from '../../../core/schedule/due.ts';
import { isTroubled, unknownKey } from '../directory-lists.ts';

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

/** The partitions of the list of what could not be checked: when a probe fails, that is everything it checks in one minute. */
export const unknownLists = 8;
export const unknownList = (number: number): string => `unknown#${number}`;

/** The partition of an account's monitors that are not simply well. */
export const troubledList = (account: string): string => `troubled#${account}`;

/** Attributes that put a monitor's item into lists of exceptions. */
export const listParts = ['troubledOf', 'troubledKey', 'unknownOf', 'unknownKey'] as const;

/** Those that an item with this state has; it must have no others. */
export function listPartsOf(ref: MonitorRef, state: Readonly<MonitorState>) {
  if (!isTroubled(state)) return {};
  const key = monitorKey(ref);
  return {
    troubledOf: troubledList(ref.account),
    troubledKey: key,
    ...(state.unknownSince !== undefined && {
      unknownOf: unknownList(dueSlot(ref, 1).bucket % unknownLists),
      unknownKey: unknownKey(key, state.unknownSince),
    }),
  };
}
