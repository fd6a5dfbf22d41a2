import type { Change } from './change.ts';
import { removeChildren } from './children.ts';
import type { ExecutionRow, Frame } from './journal.ts';
import { ServiceError } from './service-error.ts';
import { timeLimitMs } from './start-execution.ts';
import { limits } from './state-data.ts';
import type { Tools } from './step.ts';

/** How long after its end an execution can be redriven. */
const redrivableMs = 14 * 24 * 3_600_000;

/** Why an execution cannot be redriven, in the service's words; `undefined` when it can. */
export function redriveObstacle(execution: ExecutionRow, nowMs: number): string | undefined {
  const { status, stoppedMs, nextEvent } = execution;
  if (status === 'RUNNING' || status === 'SUCCEEDED' || stoppedMs === null) {
    return `Execution is ${status} and cannot be redriven`;
  }
  if (nowMs - stoppedMs > redrivableMs) return 'Execution is outside of the 14 days redrivable period';
  if (nextEvent >= limits.historyEvents) return 'Execution history event limit exceeded';
  return undefined;
}

/**
 * Lets an execution that did not succeed go on from the states that failed or were stopped, with their inputs. Branches and
 * iterations that had succeeded keep their results.
 *
 * @throws ServiceError `ExecutionNotRedrivable`
 */
export function redrive(tools: Tools, change: Change, execution: ExecutionRow): void {
  const [first] = tools.journal.history(execution.id, { afterId: 0, reverse: false, limit: 1 });
  const isBeingRemoved = first?.id !== 1;
  const obstacle = isBeingRemoved
    ? 'Execution is being removed: it is past its time, or the file is full'
    : redriveObstacle(execution, change.nowMs);
  const root = obstacle === undefined ? tools.journal.rootFrame(execution.id) : undefined;
  if (obstacle !== undefined || root === undefined) {
    const reason = obstacle ?? 'Execution was started by an older version of this program';
    throw new ServiceError('ExecutionNotRedrivable', `Execution Not Redrivable: '${reason}'`);
  }
  execution.status = 'RUNNING';
  execution.error = null;
  execution.cause = null;
  execution.stoppedMs = null;
  execution.redriveCount++;
  execution.redrivenMs = change.nowMs;
  change.tellStatus(execution);
  const { redriveCount } = execution;
  const redriven = change.addEvent(execution, 0, 'ExecutionRedriven', { redriveCount });
  const dueMs = change.nowMs + timeLimitMs(tools.definitions.machine(execution.definitionHash));
  change.addTimer({ dueMs, execution: execution.id, frame: null, kind: 'execution' });
  revive(change, root.id, redriven);
}

/** Lets a frame go on where it ended: in its own state, or in those of its branches or iterations that did not succeed. */
function revive(change: Change, id: number, redriven: number): void {
  const frame = change.frame(id);
  if (frame === undefined) return;
  delete frame.data.failure;
  frame.data.previousEvent = redriven;
  const failed = change.childrenOf(id).filter(didNotSucceed);
  const progress = frame.data.visit?.children;
  if (progress !== undefined && failed.length > 0) {
    frame.phase = 'children';
    progress.running = failed.length;
    progress.failed = 0;
    for (const child of failed) revive(change, child.id, redriven);
    return;
  }
  removeChildren(change, frame);
  delete frame.data.visit;
  frame.phase = 'ready';
  change.framesToRun.push(id);
}

/** What had ended well waits in `join`; what had not begun is `queued`. */
function didNotSucceed({ phase, data }: Frame): boolean {
  return phase !== 'queued' && (phase !== 'join' || data.failure !== undefined);
}
