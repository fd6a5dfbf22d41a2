import { randomUUID } from 'node:crypto';
import type { Change } from './change.ts';
import type { TaskOutcome } from './integrations.ts';
import type { ExecutionRow } from './journal.ts';
import { ServiceError } from './service-error.ts';
import { requestStart } from './start-execution.ts';
import type { Json, JsonObject } from './state-data.ts';
import type { Step } from './step.ts';

/**
 * Starts another machine in the commit of the state that asks for it: no crash can come between the start and its answer.
 *
 * @param parentToken the task that waits for the other's end, or `null`
 */
export function startChild(step: Step, args: Json, parentToken: string | null): TaskOutcome {
  const { StateMachineArn, Name, Input } = args as {
    StateMachineArn: string;
    Name?: string | null;
    Input?: Json;
  };
  try {
    const { executionArn, startDateMs } = requestStart(step.tools, step.change, {
      stateMachineArn: StateMachineArn,
      name: Name ?? randomUUID(),
      input: JSON.stringify(Input ?? {}),
      parentToken,
      parentArn: step.execution.arn,
    });
    return { output: { ExecutionArn: executionArn, StartDate: isoInstant(startDateMs) } };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const name = error.name.endsWith('Exception') ? error.name : `${error.name}Exception`;
    return { error: `StepFunctions.${name}`, cause: error.message };
  }
}

/** Leaves the end of an execution for the task that waits for it. */
export function tellParent(change: Change, child: ExecutionRow, resource: string, token: string): void {
  const described = describeChild(child, resource.endsWith('.sync:2'));
  const outcome: TaskOutcome =
    child.status === 'SUCCEEDED'
      ? { output: described }
      : { error: 'States.TaskFailed', cause: JSON.stringify(described) };
  change.markDone(token, JSON.stringify(outcome));
}

/** @param isParsed whether input and output are handed on as what they are; else as JSON text */
function describeChild(child: ExecutionRow, isParsed: boolean): JsonObject {
  const data = (text: string): Json => (isParsed ? (JSON.parse(text) as Json) : text);
  const isSuccess = child.status === 'SUCCEEDED';
  return {
    ...(child.cause === null ? {} : { Cause: child.cause }),
    ...(child.error === null ? {} : { Error: child.error }),
    ExecutionArn: child.arn,
    Input: data(child.input),
    InputDetails: { Included: true },
    Name: child.name,
    ...(child.output === null ? {} : { Output: data(child.output), OutputDetails: { Included: true } }),
    RedriveCount: child.redriveCount,
    RedriveStatus: isSuccess ? 'NOT_REDRIVABLE' : 'REDRIVABLE',
    ...(isSuccess ? { RedriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven' } : {}),
    StartDate: isoInstant(child.startedMs),
    StateMachineArn: child.machineArn,
    Status: child.status,
    ...(child.stoppedMs === null ? {} : { StopDate: isoInstant(child.stoppedMs) }),
  };
}

function isoInstant(ms: number): string {
  return new Date(ms).toISOString();
}
