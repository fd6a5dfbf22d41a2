import type { Change } from './change.ts';
import { innerPath } from './definitions.ts';
import type { Frame, FramePhase, MapItem } from './journal.ts';
import type { Json } from './state-data.ts';
import { type Step, stateOf, type Tools } from './step.ts';

/** Makes a frame for a branch or an iteration of the step's state. */
export function addChild(
  { tools, change, execution, frame }: Step,
  child: {
    readonly position: number;
    readonly group: number;
    readonly startAt: string;
    readonly input: Json;
    readonly phase: FramePhase;
    readonly item?: MapItem;
  },
): void {
  const { position, group, startAt, input, phase, item = frame.data.item } = child;
  const added: Frame = {
    id: tools.journal.nextFrameId(),
    execution: execution.id,
    parent: frame.id,
    position,
    path: innerPath(frame.path, frame.state, group),
    state: startAt,
    phase,
    data: {
      input,
      variables: {},
      previousEvent: frame.data.previousEvent,
      ...(item === undefined ? {} : { item }),
    },
  };
  change.addFrame(added);
  if (phase === 'ready') change.movedFrames.push(added);
}

/**
 * Stops all that still runs inside a state one of whose branches or iterations has failed. The frames stay, for a redrive,
 * until the state is left or tried again.
 */
export function abortChildren({ tools, change, frame, state }: Step): void {
  const { previousEvent } = frame.data;
  for (const child of change.childrenOf(frame.id))
    abortFrame(tools, change, child, { previousEvent, map: state.Type === 'Map' ? frame.state : undefined });
}

interface Abort {
  /** The last event of what has failed: the service links all that is stopped for it to that one. */
  readonly previousEvent: number;
  /** The name of the Map whose iteration this is. */
  readonly map: string | undefined;
}

function abortFrame(tools: Tools, change: Change, seen: Frame, { previousEvent, map }: Abort): void {
  if (seen.phase === 'join' || seen.phase === 'queued') return;
  const frame = change.frame(seen.id);
  const execution = change.execution(seen.execution);
  if (frame === undefined || execution === undefined) return;
  const { data } = frame;
  const tell = (type: string, detail: object): void => {
    change.addEvent(execution, previousEvent, type, detail);
  };
  // What rests in a state is a Wait, a Task, or a state with frames inside it.
  if (data.visit !== undefined) {
    const state = stateOf(tools, execution, frame);
    const isMap = state.Type === 'Map';
    for (const child of change.childrenOf(frame.id))
      abortFrame(tools, change, child, { previousEvent, map: isMap ? frame.state : undefined });
    tell(`${state.Type}StateAborted`, {});
  }
  if (map !== undefined) tell('MapIterationAborted', { name: map, index: frame.position });
  change.stopFrame(frame);
  frame.phase = 'join';
  data.failure = { error: null, cause: null };
}

/** Removes the frames inside this one, and those inside them. */
export function removeChildren(change: Change, parent: Frame): void {
  for (const child of change.childrenOf(parent.id)) {
    removeChildren(change, child);
    change.removeFrame(child);
  }
}
