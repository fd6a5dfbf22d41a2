import { abortChildren, addChild, removeChildren } from './children.ts';
import type { ParallelState } from './definition.ts';
import type { Frame } from './journal.ts';
import { leaveState } from './leave-state.ts';
import { fillTemplate } from './query.ts';
import { addEvent, checkSize, StateFault, type Step, scopeOf } from './step.ts';

/** Starts a frame for each branch. */
export async function startBranches(step: Step, state: ParallelState): Promise<void> {
  const { change, frame, visit } = step;
  if (visit.children !== undefined) removeChildren(change, frame);
  const input =
    state.Arguments === undefined
      ? frame.data.input
      : await fillTemplate(state.Arguments, 'Arguments', scopeOf(step));
  checkSize(JSON.stringify(input), frame.state);
  addEvent(step, 'ParallelStateStarted', {});
  const total = state.Branches.length;
  visit.children = { total, started: total, running: total, failed: 0, concurrency: total };
  frame.phase = 'children';
  for (const [position, { StartAt }] of state.Branches.entries()) {
    addChild(step, { position, group: position, startAt: StartAt, input, phase: 'ready' });
  }
}

/**
 * Takes up what a branch came to. The state is left when it was the last one.
 *
 * @throws StateFault with the branch's failure, when all other branches are stopped
 */
export async function joinBranch(step: Step, state: ParallelState, branch: Frame): Promise<void> {
  const { change, frame, execution, visit } = step;
  const { children } = visit;
  if (children === undefined) return;
  frame.data.previousEvent = branch.data.previousEvent;
  children.running--;
  if (branch.data.failure !== undefined) {
    abortChildren(step);
    throw new StateFault(branch.data.failure);
  }
  if (children.running > 0) return;
  // The Exited event follows the last branch, as the service links it.
  change.addEvent(execution, frame.data.previousEvent, 'ParallelStateSucceeded', {});
  const result = change.childrenOf(frame.id).map(({ data }) => data.input);
  await leaveState(step, state, { result });
}
