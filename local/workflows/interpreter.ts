import type { Change } from './change.ts';
import { tellParent } from './child-execution.ts';
import { endExecution } from './execution-end.ts';
import { callbackSuffix, type TaskOutcome } from './integrations.ts';
import type { ExecutionRow, Frame, TaskRow, TimerRow, Visit } from './journal.ts';
import { leaveState } from './leave-state.ts';
import { joinIteration, startIterations } from './map-state.ts';
import { joinBranch, startBranches } from './parallel-state.ts';
import { choose, fail, wait } from './plain-states.ts';
import { attempt } from './recovery.ts';
import { redrive } from './redrive.ts';
import { ServiceError } from './service-error.ts';
import { requestStart, type StartRequest } from './start-execution.ts';
import { type Json, limits } from './state-data.ts';
import { type Step, stateOf, stepOf, type Tools, untruncated } from './step.ts';
import { finishTask, scheduleTask, submitTask, timeOutTask } from './task-state.ts';

/** A run of states that never waits would keep everybody else from the loop, so a job ends after this many. */
const mostTransitionsPerJob = 20;
/** Near its last event an execution goes on by single transitions: of a job that passes the limit nothing is kept. */
const eventsNearLimit = 200;

/**
 * The language: what each trigger leads to, in the terms of one {@link Change}. It holds nothing of its own between two
 * jobs, so that a restart finds all there is in the journal.
 *
 * @see https://states-language.net
 */
export class Interpreter {
  readonly #tools: Tools;

  constructor(tools: Tools) {
    this.#tools = tools;
  }

  /** @throws ServiceError as StartExecution does */
  requestStart(change: Change, request: StartRequest): { executionArn: string; startDateMs: number } {
    return requestStart(this.#tools, change, request);
  }

  /** Runs a ready frame until it has to wait for something. */
  async runFrame(change: Change, frameId: number): Promise<void> {
    const frame = change.frame(frameId);
    if (frame?.phase !== 'ready') return;
    change.movedFrames.push(frame);
    await this.#goOn(change);
  }

  /** Does what a due timer was set for. */
  async fireTimer(change: Change, timer: TimerRow): Promise<void> {
    change.removeTimer(timer.id);
    const execution = change.execution(timer.execution);
    if (execution === undefined || execution.status !== 'RUNNING') return;
    if (timer.kind === 'execution') {
      endExecution(change, execution, 0, 'ExecutionTimedOut', { error: 'States.Timeout', cause: null });
    } else {
      const step = stepOf(this.#tools, change, timer.frame);
      if (step !== undefined) await attempt(step, () => this.#fire(step, timer));
    }
    await this.#goOn(change);
  }

  /** Takes a handler's answer. An answer that nobody waits for any longer changes nothing. */
  async settleCall(change: Change, token: string, outcome: TaskOutcome): Promise<void> {
    const task = this.#tools.journal.task(token);
    if (task === undefined || task.status !== 'started') return;
    if ('error' in outcome || !task.resource.endsWith(callbackSuffix)) {
      await this.#settle(change, task, outcome);
      return;
    }
    change.markSubmitted(token);
    this.#submit(change, task, outcome.output);
  }

  /** Takes note that the job behind a task (`.sync`) is under way. */
  noteSubmitted(change: Change, token: string, output: Json): void {
    const task = this.#tools.journal.task(token);
    if (task !== undefined && task.status === 'started') this.#submit(change, task, output);
  }

  /** Takes up what a child execution has left for a task. */
  async settleDone(change: Change, token: string): Promise<void> {
    const task = this.#tools.journal.task(token);
    if (task?.outcome == null) return;
    await this.#settle(change, task, JSON.parse(task.outcome) as TaskOutcome);
  }

  /**
   * Takes the answer that came by a task token.
   *
   * @throws ServiceError `TaskTimedOut` when no task has this token (any longer), `TaskDoesNotExist` when its task waits for
   * something else
   */
  async settleToken(change: Change, token: string, outcome: TaskOutcome): Promise<void> {
    await this.#settle(change, this.waitingTask(token), outcome);
  }

  /** @throws ServiceError as {@link settleToken} */
  waitingTask(token: string): TaskRow {
    const task = this.#tools.journal.task(token);
    if (task === undefined) {
      throw new ServiceError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
    }
    if (task.resource.endsWith(callbackSuffix)) return task;
    const problem = `The task of ${task.resource} is not answered by its token`;
    throw new ServiceError('TaskDoesNotExist', `Task Does Not Exist: '${problem}'`);
  }

  abortExecution(
    change: Change,
    execution: ExecutionRow,
    reason: { error: string | null; cause: string | null },
  ): void {
    endExecution(change, execution, 0, 'ExecutionAborted', reason);
    this.#tellOthers(change);
  }

  /** @throws ServiceError `ExecutionNotRedrivable` */
  redriveExecution(change: Change, execution: ExecutionRow): void {
    redrive(this.#tools, change, execution);
  }

  /** Ends an execution that cannot go on for a reason outside its definition. */
  failExecution(change: Change, executionId: number, cause: string): void {
    const execution = change.execution(executionId);
    if (execution === undefined || execution.status !== 'RUNNING') return;
    const previous = Math.max(0, execution.nextEvent - 1);
    endExecution(change, execution, previous, 'ExecutionFailed', { error: 'States.Runtime', cause });
    this.#tellOthers(change);
  }

  async #settle(change: Change, task: TaskRow, outcome: TaskOutcome): Promise<void> {
    const step = stepOf(this.#tools, change, task.frame);
    if (step === undefined) return;
    change.removeTask(task);
    await attempt(step, () => finishTask(step, task, outcome));
    await this.#goOn(change);
  }

  #submit(change: Change, task: TaskRow, output: Json): void {
    const step = stepOf(this.#tools, change, task.frame);
    if (step !== undefined) submitTask(step, task, output);
  }

  async #fire(step: Step, { kind, token }: TimerRow): Promise<void> {
    const { state, change } = step;
    if (kind === 'retry') return this.#perform(step);
    if (kind === 'wait') return state.Type === 'Wait' ? leaveState(step, state) : undefined;
    const task = token === null ? undefined : this.#tools.journal.task(token);
    if (task === undefined) return;
    change.removeTask(task);
    change.tasksToAbort.push(task.token);
    timeOutTask(step, task, kind === 'heartbeat' ? 'heartbeat' : 'timeout');
  }

  /** Looks after all frames that have moved, until each of them waits for something or has had its share of this job. */
  async #goOn(change: Change): Promise<void> {
    let transitions = 0;
    for (let frame = change.movedFrames.shift(); frame !== undefined; frame = change.movedFrames.shift()) {
      const current = change.frame(frame.id);
      const execution = change.execution(frame.execution);
      if (current === undefined || execution?.status !== 'RUNNING') continue;
      if (current.phase === 'join') await this.#join(change, current);
      else if (current.phase === 'ready') {
        const isNearLimit = execution.nextEvent > limits.historyEvents - eventsNearLimit;
        if (transitions++ < (isNearLimit ? 1 : mostTransitionsPerJob))
          await this.#enterState(change, execution, current);
        else change.framesToRun.push(current.id);
      }
    }
    this.#tellOthers(change);
  }

  /** Tells a state what a branch or an iteration of it has come to. */
  async #join(change: Change, ended: Frame): Promise<void> {
    const step = stepOf(this.#tools, change, ended.parent);
    if (step === undefined || step.frame.phase !== 'children') return;
    const { state } = step;
    if (state.Type === 'Parallel') await attempt(step, () => joinBranch(step, state, ended));
    else if (state.Type === 'Map') await attempt(step, () => joinIteration(step, state, ended));
  }

  async #enterState(change: Change, execution: ExecutionRow, frame: Frame): Promise<void> {
    const state = stateOf(this.#tools, execution, frame);
    const { data } = frame;
    const eventBefore = data.previousEvent;
    const input = JSON.stringify(data.input);
    const detail = { name: frame.state, input, ...untruncated('input') };
    const enteredEvent = change.addEvent(execution, eventBefore, `${state.Type}StateEntered`, detail);
    data.previousEvent = enteredEvent;
    const visit: Visit = {
      enteredEvent,
      eventBefore,
      enteredMs: change.nowMs,
      retries: [...(data.trial?.retries ?? [])],
    };
    data.visit = visit;
    const step = { tools: this.#tools, change, execution, frame, state, visit };
    await attempt(step, () => this.#perform(step));
  }

  #perform(step: Step): Promise<void> {
    const { state } = step;
    switch (state.Type) {
      case 'Pass':
        return leaveState(step, state);
      case 'Task':
        return scheduleTask(step, state);
      case 'Parallel':
        return startBranches(step, state);
      case 'Map':
        return startIterations(step, state);
      case 'Choice':
        return choose(step, state);
      case 'Wait':
        return wait(step, state);
      case 'Succeed':
        return leaveState(step, state);
      case 'Fail':
        return fail(step, state);
    }
  }

  /** Tells other executions of what ended in this change: the parent of an ended one, and the children nobody waits for. */
  #tellOthers(change: Change): void {
    const { journal } = this.#tools;
    const { endedExecutions, tasksToAbort } = change;
    for (let ended = 0, aborted = 0; ended < endedExecutions.length || aborted < tasksToAbort.length; ) {
      const execution = endedExecutions[ended];
      const token = tasksToAbort[aborted];
      if (execution !== undefined) {
        ended++;
        const parent = execution.parentToken === null ? undefined : journal.task(execution.parentToken);
        if (parent !== undefined && !tasksToAbort.includes(parent.token)) {
          tellParent(change, execution, parent.resource, parent.token);
        }
      } else if (token !== undefined) {
        aborted++;
        const childId = journal.executionOfTask(token)?.id;
        const child = childId === undefined ? undefined : change.execution(childId);
        if (child?.status === 'RUNNING') {
          endExecution(change, child, 0, 'ExecutionAborted', { error: null, cause: null });
        }
      }
    }
  }
}
