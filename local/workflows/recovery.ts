import type { Catcher, State } from './definition.ts';
import { failFrame, leaveState } from './leave-state.ts';
import { allowsRetry, coversError, retryDelayMs } from './retry.ts';
import { addEvent, faultOf, type StateFault, type Step, withoutNulls } from './step.ts';

/** Does a state's work; what goes wrong in it is retried, caught, or ends the frame. */
export async function attempt(step: Step, work: () => void | Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    await handleFault(step, faultOf(step, error));
  }
}

async function handleFault(step: Step, fault: StateFault): Promise<void> {
  const { frame, state, visit, change } = step;
  recordEvaluation(step, fault);
  const { Retry = [], Catch = [] } = recoveryOf(state);
  const index = Retry.findIndex(({ ErrorEquals }) => coversError(ErrorEquals, fault));
  const retrier = Retry[index];
  const retries = visit.retries[index] ?? 0;
  if (retrier !== undefined && allowsRetry(retrier, retries)) {
    for (let other = 0; other <= index; other++) visit.retries[other] ??= 0;
    visit.retries[index] = retries + 1;
    frame.phase = 'retry';
    const dueMs = change.nowMs + retryDelayMs(retrier, retries, step.tools.random);
    change.addTimer({ dueMs, execution: step.execution.id, frame: frame.id, kind: 'retry' });
    return;
  }
  // A state with states inside it tells that it has failed; a Task has told with its attempt.
  if (state.Type === 'Parallel' || state.Type === 'Map') addEvent(step, `${state.Type}StateFailed`, {});
  const catcherIndex = Catch.findIndex(({ ErrorEquals }) => coversError(ErrorEquals, fault));
  const catcher = Catch[catcherIndex];
  if (catcher === undefined) failFrame(step, fault);
  else await catchFault(step, fault, catcher, catcherIndex);
}

function recoveryOf(state: State): Pick<Extract<State, { Type: 'Task' }>, 'Retry' | 'Catch'> {
  return state.Type === 'Task' || state.Type === 'Parallel' || state.Type === 'Map' ? state : {};
}

async function catchFault(step: Step, fault: StateFault, catcher: Catcher, index: number): Promise<void> {
  // A time-out has no cause, and the service hands on an empty one.
  const Cause = fault.cause ?? (fault.error === 'States.Timeout' ? '' : null);
  try {
    await leaveState(step, catcher, { errorOutput: { Error: fault.error, Cause } }, `Catch[${index}]/`);
  } catch (error) {
    const second = faultOf(step, error);
    recordEvaluation(step, second);
    failFrame(step, second);
  }
}

function recordEvaluation(step: Step, { error, cause, evaluation }: StateFault): void {
  if (evaluation === undefined) return;
  const { frame, visit, state } = step;
  // The service links the event past the state's Entered event, unless the state has begun to do something.
  const hasBegun = state.Type === 'Wait' || frame.data.previousEvent !== visit.enteredEvent;
  if (!hasBegun) frame.data.previousEvent = visit.eventBefore;
  addEvent(step, 'EvaluationFailed', {
    ...withoutNulls({ error, cause }),
    ...evaluation,
    state: frame.state,
  });
}
