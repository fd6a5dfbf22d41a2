import { type ChoiceState, expressionIn, type FailState, type WaitState } from './definition.ts';
import { failFrame, leaveState } from './leave-state.ts';
import { evaluateQueryOfKind } from './query.ts';
import { limits } from './state-data.ts';
import { causeOf, StateFault, type Step, scopeOf } from './step.ts';
import { waitEndMs } from './time-fields.ts';

/** Leaves by the first rule that holds. */
export async function choose(step: Step, state: ChoiceState): Promise<void> {
  const scope = scopeOf(step);
  for (const [index, rule] of state.Choices.entries()) {
    const source = typeof rule.Condition === 'string' ? expressionIn(rule.Condition) : undefined;
    const holds =
      source === undefined
        ? rule.Condition === true
        : await evaluateQueryOfKind(source, `Choices[${index}]/Condition`, scope, 'boolean');
    if (holds === true) return leaveState(step, rule, {}, `Choices[${index}]/`);
  }
  if (state.Default === undefined) {
    // Not `States.NoChoiceMatched`, whatever the documentation says: measured in https://github.com/floci-io/floci/pull/3167.
    const problem = 'Failed to transition out of the state. The state does not point to a next state.';
    throw new StateFault({ error: 'States.Runtime', cause: causeOf(step, problem) });
  }
  return leaveState(step, { ...state, Next: state.Default });
}

/** Holds the frame until the instant that was computed once, or leaves at once when it has passed. */
export async function wait(step: Step, state: WaitState): Promise<void> {
  const { change, execution, frame } = step;
  const dueMs = await waitEndMs(step, state);
  if (dueMs <= change.nowMs) return leaveState(step, state);
  frame.phase = 'wait';
  change.addTimer({ dueMs, execution: execution.id, frame: frame.id, kind: 'wait' });
}

/** Ends the frame with the state's error. */
export async function fail(step: Step, state: FailState): Promise<void> {
  const scope = scopeOf(step);
  const text = async (location: 'Error' | 'Cause'): Promise<string | null> => {
    const field = state[location];
    if (field === undefined) return null;
    const source = expressionIn(field);
    return source === undefined
      ? field
      : String(await evaluateQueryOfKind(source, location, scope, 'string'));
  };
  const error = await text('Error');
  const cause = await text('Cause');
  failFrame(step, {
    error: error?.slice(0, limits.errorCharacters) ?? null,
    cause: cause?.slice(0, limits.causeCharacters) ?? null,
  });
}
