import { randomBytes } from 'node:crypto';
import { startChild } from './child-execution.ts';
import { totalRetries } from './context-object.ts';
import type { TaskState } from './definition.ts';
import {
  answersLater,
  checkStartArguments,
  functionArn,
  resourceParts,
  type TaskOutcome,
} from './integrations.ts';
import type { TaskRow } from './journal.ts';
import { leaveState } from './leave-state.ts';
import { fillTemplate, QueryFault } from './query.ts';
import { fitsDataLimit, isObject, type Json, limits } from './state-data.ts';
import { addEvent, checkSize, oversizeOf, StateFault, type Step, scopeOf, type Tools } from './step.ts';
import { taskEvents } from './task-events.ts';
import { limitSeconds } from './time-fields.ts';

/** Begins an attempt of a task: a fresh token, arguments computed anew, the handler called after the commit. */
export async function scheduleTask(step: Step, state: TaskState): Promise<void> {
  const { tools, change, execution, frame, visit } = step;
  const { Resource } = state;
  const token = randomBytes(48).toString('base64url');
  visit.token = token;
  visit.isSubmitted = false;
  const args =
    state.Arguments === undefined
      ? frame.data.input
      : await fillTemplate(state.Arguments, 'Arguments', scopeOf(step));
  const taskCredentials = await credentialsOf(step, state);
  const timeoutSeconds = await limitSeconds(step, 'TimeoutSeconds', state.TimeoutSeconds);
  const heartbeatSeconds = await limitSeconds(step, 'HeartbeatSeconds', state.HeartbeatSeconds);
  const parameters = JSON.stringify(args);
  checkSize(parameters, frame.state);
  const events = taskEvents(Resource);
  const scheduled = events.scheduled(parameters, tools.region, {
    timeoutInSeconds: timeoutSeconds,
    heartbeatInSeconds: heartbeatSeconds,
    ...taskCredentials,
  });
  const scheduledEvent = addEvent(step, scheduled.type, scheduled.detail);
  addEvent(step, events.started().type, events.started().detail);
  const task: TaskRow = {
    token,
    execution: execution.id,
    frame: frame.id,
    attempt: totalRetries(visit),
    resource: Resource,
    arguments: parameters,
    idempotencyKey: `${execution.arn}#${scheduledEvent}`,
    heartbeatMs: heartbeatSeconds === undefined ? null : heartbeatSeconds * 1_000,
    status: 'started',
    outcome: null,
  };
  const refused = argumentsFault(tools, Resource, args);
  if (refused !== undefined) return finishTask(step, task, { error: 'States.Runtime', cause: refused });
  if (tools.integrations.startsChild(Resource)) {
    const child = startChild(step, args, Resource.includes('.sync') ? token : null);
    if ('error' in child || !answersLater.test(Resource)) return finishTask(step, task, child);
    submitTask(step, task, child.output);
    task.status = 'submitted';
  }
  frame.phase = 'task';
  change.addTask(task);
  const timer = { execution: execution.id, frame: frame.id, token };
  if (timeoutSeconds !== undefined) {
    change.addTimer({ ...timer, kind: 'timeout', dueMs: change.nowMs + timeoutSeconds * 1_000 });
  }
  if (task.heartbeatMs !== null) {
    change.addTimer({ ...timer, kind: 'heartbeat', dueMs: change.nowMs + task.heartbeatMs });
  }
}

/** Tells that the work is under way, and somebody else than the handler will say what came of it. */
export function submitTask(step: Step, task: TaskRow, answer: Json): void {
  // A job that was submitted before a crash is submitted again.
  if (step.visit.isSubmitted === true) return;
  step.visit.isSubmitted = true;
  const output = JSON.stringify(answer);
  // What the handler answered is not the state's result, so a long answer is no reason to fail.
  const { type, detail } = taskEvents(task.resource).submitted(fitsDataLimit(output) ? output : 'null');
  addEvent(step, type, detail);
}

/**
 * Ends an attempt of a task with what it came to.
 *
 * @throws StateFault
 */
export async function finishTask(step: Step, task: TaskRow, outcome: TaskOutcome): Promise<void> {
  const events = taskEvents(task.resource);
  const output = 'output' in outcome ? JSON.stringify(outcome.output) : '';
  const failure = 'output' in outcome ? oversizeOf(output, taskName(task.resource)) : outcome;
  if (failure !== undefined) {
    const error = failure.error?.slice(0, limits.errorCharacters) ?? null;
    const cause = failure.cause?.slice(0, limits.causeCharacters) ?? null;
    const { type, detail } = events.failed({ error, cause });
    addEvent(step, type, detail);
    throw new StateFault({ error, cause });
  }
  const { type, detail } = events.succeeded(output);
  addEvent(step, type, detail);
  await leaveState(step, step.state as TaskState, { result: 'output' in outcome ? outcome.output : null });
}

/** A task as the service names it in the cause of an answer that is too long: the function's ARN, or the service's name alone. */
function taskName(resource: string): string {
  return functionArn.test(resource) ? resource : resourceParts(resource).resourceType;
}

/** @throws StateFault always */
export function timeOutTask(step: Step, task: TaskRow, kind: 'timeout' | 'heartbeat'): never {
  const failure = { error: 'States.Timeout', cause: null };
  const { type, detail } = taskEvents(task.resource).timedOut(failure);
  addEvent(step, type, detail);
  throw new StateFault({ ...failure, isMissedHeartbeat: kind === 'heartbeat' });
}

async function credentialsOf(
  step: Step,
  { Credentials }: TaskState,
): Promise<{ taskCredentials?: { roleArn: string } }> {
  if (Credentials === undefined) return {};
  const credentials = await fillTemplate(Credentials, 'Credentials', scopeOf(step));
  const roleArn = isObject(credentials) ? credentials.RoleArn : undefined;
  if (typeof roleArn === 'string') return { taskCredentials: { roleArn } };
  throw new QueryFault(
    'Credentials/RoleArn',
    `The RoleArn field must be a string, but was: ${JSON.stringify(roleArn)}`,
  );
}

function argumentsFault({ integrations }: Tools, resource: string, args: Json): string | undefined {
  if (integrations.startsChild(resource)) return checkStartArguments(args);
  const integration = integrations.find(resource);
  return integration === undefined
    ? `The resource ${resource} is not supported any longer; register the machine anew without it`
    : integration.checkArguments(args, false);
}
