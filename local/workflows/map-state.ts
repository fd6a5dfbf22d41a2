import { abortChildren, addChild, removeChildren } from './children.ts';
import { expressionIn, groupsIn, type MapState } from './definition.ts';
import type { Frame, MapItem } from './journal.ts';
import { leaveState } from './leave-state.ts';
import { evaluateQueryOfKind, fillTemplate, QueryFault } from './query.ts';
import { type Json, limits } from './state-data.ts';
import { addEvent, checkSize, faultOf, StateFault, type Step, scopeOf, withoutNulls } from './step.ts';

/** Starts as many iterations as may run at once; the others are queued. */
export async function startIterations(step: Step, state: MapState): Promise<void> {
  const { change, frame, visit } = step;
  if (visit.children !== undefined) removeChildren(change, frame);
  const items = await itemsOf(step, state);
  const concurrency = await wholeNumber(step, 'MaxConcurrency', state.MaxConcurrency ?? 0);
  const toleratedFailures = await toleratedOf(step, state, items.length);
  addEvent(step, 'MapStateStarted', { length: items.length });
  visit.children = {
    total: items.length,
    started: 0,
    running: 0,
    failed: 0,
    concurrency: concurrency === 0 ? limits.iterationsAtOnce : Math.min(concurrency, limits.iterationsAtOnce),
    ...(toleratedFailures === undefined ? {} : { toleratedFailures }),
  };
  frame.phase = 'children';
  const [group] = groupsIn(state);
  // Each iteration has events, so those beyond the limit of events are never reached.
  for (const [index, value] of items.slice(0, limits.historyEvents).entries()) {
    const item = { index, value };
    addChild(step, {
      position: index,
      group: 0,
      startAt: group?.StartAt ?? '',
      input: value,
      phase: 'queued',
      item,
    });
  }
  await goOn(step, state, frame.data.previousEvent);
}

/**
 * Takes up what an iteration came to, and starts the next one. The state is left when it was the last one.
 *
 * @throws StateFault when it failed, and no more failures are tolerated; all other iterations are stopped then
 */
export async function joinIteration(step: Step, state: MapState, iteration: Frame): Promise<void> {
  const { change, execution, frame, visit } = step;
  const { children } = visit;
  if (children === undefined) return;
  const { previousEvent, failure } = iteration.data;
  const type = failure === undefined ? 'MapIterationSucceeded' : 'MapIterationFailed';
  const detail = { name: frame.state, index: iteration.position };
  const joinedEvent = change.addEvent(execution, previousEvent, type, detail);
  children.running--;
  // What follows is linked to the iteration's last event, past the one that tells of its end.
  frame.data.previousEvent = previousEvent;
  if (failure !== undefined) {
    children.failed++;
    if (children.failed > (children.toleratedFailures ?? 0)) {
      abortChildren(step);
      throw new StateFault(children.toleratedFailures === undefined ? failure : thresholdExceeded);
    }
  }
  await goOn(step, state, joinedEvent);
}

const thresholdExceeded = {
  error: 'States.ExceedToleratedFailureThreshold',
  cause: 'The specified tolerated failure threshold was exceeded',
};

/** @param lastEvent what the end of the state is linked to, should all iterations have ended */
async function goOn(step: Step, state: MapState, lastEvent: number): Promise<void> {
  const { change, execution, frame, visit } = step;
  const { children } = visit;
  if (children === undefined) return;
  while (children.started < children.total && children.running < children.concurrency) {
    const iteration = change.childAt(frame.id, children.started);
    children.started++;
    if (iteration === undefined) continue;
    children.running++;
    await startIteration(step, state, iteration);
  }
  if (children.running > 0 || children.started < children.total) return;
  frame.data.previousEvent = lastEvent;
  change.addEvent(execution, lastEvent, 'MapStateSucceeded', {});
  const result = change
    .childrenOf(frame.id)
    .filter(({ data }) => data.failure === undefined)
    .map(({ data }) => data.input);
  await leaveState(step, state, { result });
}

async function startIteration(step: Step, { ItemSelector }: MapState, iteration: Frame): Promise<void> {
  const { change, execution, frame } = step;
  const { data } = iteration;
  const tell = (type: string, detail: object): void => {
    data.previousEvent = change.addEvent(execution, data.previousEvent, type, detail);
  };
  data.previousEvent = frame.data.previousEvent;
  tell('MapIterationStarted', { name: frame.state, index: iteration.position });
  iteration.phase = 'ready';
  change.movedFrames.push(iteration);
  if (ItemSelector === undefined) return;
  try {
    data.input = await selectItem(step, ItemSelector, data.item);
  } catch (error) {
    const { error: name, cause, evaluation = {} } = faultOf(step, error);
    tell('EvaluationFailed', { ...withoutNulls({ error: name, cause }), ...evaluation, state: frame.state });
    iteration.phase = 'join';
    data.failure = { error: name, cause };
  }
}

async function selectItem(step: Step, selector: Json, item: MapItem | undefined): Promise<Json> {
  const input = await fillTemplate(selector, 'ItemSelector', scopeOf(step, {}, item));
  checkSize(JSON.stringify(input), step.frame.state);
  return input;
}

async function itemsOf(step: Step, { Items }: MapState): Promise<Json[]> {
  const { input } = step.frame.data;
  if (Items === undefined) {
    if (Array.isArray(input)) return input;
    throw new QueryFault(undefined, `Map state input must be an array but was: ${JSON.stringify(input)}`);
  }
  const scope = scopeOf(step);
  const source = typeof Items === 'string' ? expressionIn(Items) : undefined;
  const items =
    source === undefined
      ? await fillTemplate(Items, 'Items', scope)
      : await evaluateQueryOfKind(source, 'Items', scope, 'array');
  return Array.isArray(items) ? items : [];
}

/** How many iterations may fail; `undefined` when nothing is said of it. */
async function toleratedOf(step: Step, state: MapState, total: number): Promise<number | undefined> {
  const { ToleratedFailureCount: count, ToleratedFailurePercentage: percentage } = state;
  if (count === undefined && percentage === undefined) return undefined;
  const most = count === undefined ? total : await wholeNumber(step, 'ToleratedFailureCount', count);
  if (percentage === undefined) return most;
  const percent = await numberOf(step, 'ToleratedFailurePercentage', percentage);
  if (percent < 0 || percent > 100) {
    const problem = `The ToleratedFailurePercentage field must be from 0 to 100, but was: ${percent}`;
    throw new QueryFault('ToleratedFailurePercentage', problem);
  }
  return Math.min(most, Math.floor((total * percent) / 100));
}

type NumberField = 'MaxConcurrency' | 'ToleratedFailureCount' | 'ToleratedFailurePercentage';

async function wholeNumber(step: Step, location: NumberField, field: number | string): Promise<number> {
  const value = await numberOf(step, location, field);
  if (Number.isInteger(value) && value >= 0) return value;
  throw new QueryFault(
    location,
    `The ${location} field must be a whole number, 0 or more, but was: ${value}`,
  );
}

async function numberOf(step: Step, location: NumberField, field: number | string): Promise<number> {
  if (typeof field === 'number') return field;
  return Number(await evaluateQueryOfKind(expressionIn(field) ?? field, location, scopeOf(step), 'number'));
}
