import { removeChildren } from './children.ts';
import type { Assignments, Template } from './definition.ts';
import { endExecution } from './execution-end.ts';
import { fillTemplate } from './query.ts';
import { type Json, limits } from './state-data.ts';
import { addEvent, checkSize, type Readable, StateFault, type Step, scopeOf, untruncated } from './step.ts';

/** How a state is left: by itself, by one of its rules, or by a catcher. */
export interface Way {
  readonly Assign?: Assignments;
  readonly Output?: Template;
  /** Where to; the frame's end without it. */
  readonly Next?: string;
}

/**
 * Leaves the state: Assign and Output both see the variables as they were before it.
 *
 * @param prefix where in the state the way lies, for messages
 * @throws QueryFault, StateFault
 */
export async function leaveState(step: Step, way: Way, readable: Readable = {}, prefix = ''): Promise<void> {
  const { change, frame, state, visit } = step;
  const { data } = frame;
  const scope = scopeOf(step, readable);
  const output =
    way.Output === undefined
      ? (readable.errorOutput ?? (readable.result === undefined ? data.input : readable.result))
      : await fillTemplate(way.Output, `${prefix}Output`, scope);
  const assigned: [string, Json][] = [];
  for (const [name, template] of Object.entries(way.Assign ?? {})) {
    assigned.push([name, await fillTemplate(template, `${prefix}Assign/${name}`, scope)]);
  }
  const outputText = JSON.stringify(output);
  checkSize(outputText, frame.state);
  const assignedTexts = Object.fromEntries(assigned.map(([name, value]) => [name, JSON.stringify(value)]));
  for (const text of Object.values(assignedTexts)) checkSize(text, frame.state);
  const variables = { ...data.variables, ...Object.fromEntries(assigned) };
  if (assigned.length > 0 && Buffer.byteLength(JSON.stringify(variables)) > limits.variablesBytes) {
    const cause = `The variables of the execution exceed ${limits.variablesBytes} bytes in the state '${frame.state}'.`;
    throw new StateFault({ error: 'States.DataLimitExceeded', cause });
  }
  addEvent(step, `${state.Type}StateExited`, {
    name: frame.state,
    output: outputText,
    ...untruncated('output'),
    ...(assigned.length > 0 ? { assignedVariables: assignedTexts, ...untruncated('assignedVariables') } : {}),
  });
  if (visit.children !== undefined) removeChildren(change, frame);
  data.variables = variables;
  data.input = output;
  delete data.visit;
  if (way.Next === undefined) endFrame(step, outputText);
  else {
    frame.state = way.Next;
    frame.phase = 'ready';
    change.movedFrames.push(frame);
  }
}

/** The machine's own frame ends its execution; any other waits for its siblings, and its parent is told. */
function endFrame({ change, execution, frame }: Step, output: string): void {
  if (frame.parent === null) {
    endExecution(change, execution, frame.data.previousEvent, 'ExecutionSucceeded', { output });
    return;
  }
  frame.phase = 'join';
  change.movedFrames.push(frame);
}

/**
 * Ends a frame whose state has failed for good. `States.Runtime` ends the execution wherever it comes up, without a word of the
 * states round it: measured in https://github.com/floci-io/floci/issues/2868.
 */
export function failFrame(
  { change, execution, frame }: Step,
  { error, cause }: { error: string | null; cause: string | null },
): void {
  if (frame.parent !== null) {
    frame.phase = 'join';
    frame.data.failure = { error, cause };
  }
  if (frame.parent === null || error === 'States.Runtime') {
    endExecution(change, execution, frame.data.previousEvent, 'ExecutionFailed', { error, cause });
  } else change.movedFrames.push(frame);
}
