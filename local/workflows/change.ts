import type { ExecutionRow, Frame, Journal, RowBatch, TaskRow, TimerKind } from './journal.ts';
import { limits } from './state-data.ts';

/** The execution has no room for another event; nothing of this change may be written. */
export class HistoryFull extends Error {
  readonly execution: number;

  constructor(execution: number) {
    super(`execution ${execution} has reached ${limits.historyEvents} history events`);
    this.execution = execution;
  }
}

/**
 * All that one job writes, gathered while it thinks (expressions are asynchronous) and written in one transaction. What a
 * job has to do in the outside world, it leaves here too: it happens after the commit.
 */
export class Change {
  readonly nowMs: number;
  /** Tasks whose handler is to be called. */
  readonly tasksToCall: TaskRow[] = [];
  /** Tasks whose answer nobody waits for any longer. */
  readonly tasksToAbort: string[] = [];
  /** Frames that are to run on, each in a job of its own. */
  readonly framesToRun: number[] = [];
  /** Frames that this job has yet to look after: they can run on, or have ended and their parent is to know. */
  readonly movedFrames: Frame[] = [];
  /** Executions that this change ends. */
  readonly endedExecutions: ExecutionRow[] = [];
  /** Tasks that a child execution has left an outcome for; each is taken up in a job of its own. */
  readonly tasksDone: string[] = [];
  /** Whether this change has left a change of status to be told. */
  hasNews = false;
  readonly #journal: Journal;
  readonly #isToBeTold: (execution: ExecutionRow) => boolean;
  readonly #executions = new Map<number, ExecutionRow>();
  readonly #added = new Set<number>();
  readonly #frames = new Map<number, Frame>();
  /** Frames that are looked at, not changed. */
  readonly #seen = new Map<number, Frame>();
  readonly #removed = new Set<number>();
  readonly #ended = new Set<number>();
  readonly #writes: (() => void)[] = [];

  /** @param isToBeTold whether somebody wants to know of the status that an execution now has */
  constructor(
    journal: Journal,
    nowMs: number,
    isToBeTold: (execution: ExecutionRow) => boolean = () => false,
  ) {
    this.#journal = journal;
    this.nowMs = nowMs;
    this.#isToBeTold = isToBeTold;
  }

  /** The execution, to be changed in place; it is written with this change. */
  execution(id: number): ExecutionRow | undefined {
    const known = this.#executions.get(id) ?? this.#journal.execution(id);
    if (known !== undefined) this.#executions.set(id, known);
    return known;
  }

  /** The executions that this change has looked at, first come first. */
  executionIds(): number[] {
    return [...this.#executions.keys()];
  }

  addExecution(execution: ExecutionRow): void {
    this.#added.add(execution.id);
    this.#executions.set(execution.id, execution);
    this.tellStatus(execution);
  }

  /** Leaves the status that an execution now has to be told; written with the change, so that it cannot be lost. */
  tellStatus(execution: ExecutionRow): void {
    if (!this.#isToBeTold(execution)) return;
    this.hasNews = true;
    const text = JSON.stringify(execution);
    this.#write('INSERT INTO statusChange(atMs, execution) VALUES (?, ?)', this.nowMs, text);
  }

  /** Removes changes of status that somebody has taken over. */
  forgetStatusChanges(upToId: number): void {
    this.#write('DELETE FROM statusChange WHERE id <= ?', upToId);
  }

  /** An execution that this change adds, by its ARN. */
  addedExecution(arn: string): ExecutionRow | undefined {
    return [...this.#executions.values()].find((execution) => execution.arn === arn);
  }

  /** The frame, to be changed in place; it is written with this change. */
  frame(id: number): Frame | undefined {
    const known = this.#frames.get(id) ?? this.#seen.get(id) ?? this.#journal.frame(id);
    return known === undefined ? undefined : this.#toWrite(known);
  }

  /** The frame, to be read only. */
  seeFrame(id: number): Frame | undefined {
    const known = this.#frames.get(id) ?? this.#seen.get(id) ?? this.#journal.frame(id);
    if (known !== undefined) this.#seen.set(id, known);
    return known;
  }

  /** The frames of the branches or iterations in this one, by position, to be read only. */
  childrenOf(parent: number): Frame[] {
    const children = new Map<number, Frame>();
    for (const child of this.#journal.childrenOf(parent)) children.set(child.id, child);
    for (const child of this.#frames.values()) if (child.parent === parent) children.set(child.id, child);
    return [...children.values()]
      .filter(({ id }) => !this.#removed.has(id))
      .sort((one, other) => one.position - other.position);
  }

  /** One of them, to be changed in place. */
  childAt(parent: number, position: number): Frame | undefined {
    const inJournal = this.#journal.childAt(parent, position);
    if (inJournal !== undefined && !this.#removed.has(inJournal.id)) return this.frame(inJournal.id);
    for (const child of this.#frames.values()) {
      if (child.parent === parent && child.position === position) return child;
    }
    return undefined;
  }

  addFrame(frame: Frame): void {
    this.#frames.set(frame.id, frame);
  }

  /** Takes away the task and the timers that would let a frame go on. */
  stopFrame({ id, execution, data }: Frame): void {
    this.#write('DELETE FROM task WHERE execution = ? AND frame = ?', execution, id);
    this.#write('DELETE FROM timer WHERE execution = ? AND frame = ?', execution, id);
    const token = data.visit?.token;
    if (token === undefined) return;
    this.tasksToAbort.push(token);
    const toCall = this.tasksToCall.findIndex((task) => task.token === token);
    if (toCall >= 0) this.tasksToCall.splice(toCall, 1);
  }

  /** Removes a frame that has stopped or ended. */
  removeFrame({ id }: Frame): void {
    this.#removed.add(id);
    this.#frames.delete(id);
    this.#write('DELETE FROM frame WHERE id = ?', id);
  }

  #toWrite(frame: Frame): Frame | undefined {
    // The journal still holds what this change ends or removes.
    if (this.#ended.has(frame.execution) || this.#removed.has(frame.id)) return undefined;
    this.#frames.set(frame.id, frame);
    return frame;
  }

  /** @throws HistoryFull when only the event that ends the execution would still fit */
  addEvent(execution: ExecutionRow, previous: number, type: string, detail: object, isLast = false): number {
    const id = execution.nextEvent;
    if (id >= limits.historyEvents && !isLast) throw new HistoryFull(execution.id);
    execution.nextEvent = id + 1;
    const atMs = this.nowMs;
    const text = JSON.stringify(detail);
    this.#write(
      'INSERT INTO history VALUES (?, ?, ?, ?, ?, ?)',
      execution.id,
      id,
      previous,
      atMs,
      type,
      text,
    );
    return id;
  }

  addTimer(timer: {
    dueMs: number;
    execution: number;
    frame: number | null;
    kind: TimerKind;
    token?: string;
  }): void {
    const id = this.#journal.nextTimerId();
    const { dueMs, execution, frame, kind, token = null } = timer;
    this.#write('INSERT INTO timer VALUES (?, ?, ?, ?, ?, ?)', id, dueMs, execution, frame, kind, token);
  }

  removeTimer(id: number): void {
    this.#write('DELETE FROM timer WHERE id = ?', id);
  }

  moveHeartbeat(task: TaskRow, dueMs: number): void {
    this.#write(
      "UPDATE timer SET dueMs = ? WHERE execution = ? AND frame = ? AND kind = 'heartbeat' AND token = ?",
      dueMs,
      task.execution,
      task.frame,
      task.token,
    );
  }

  addTask(task: TaskRow): void {
    this.#write(
      'INSERT INTO task VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      task.token,
      task.execution,
      task.frame,
      task.attempt,
      task.resource,
      task.arguments,
      task.idempotencyKey,
      task.heartbeatMs,
      task.status,
      task.outcome,
    );
    if (task.status === 'started') this.tasksToCall.push(task);
  }

  /** Leaves the outcome of a task for a job of its own. */
  markDone(token: string, outcome: string): void {
    this.#write("UPDATE task SET status = 'done', outcome = ? WHERE token = ?", outcome, token);
    this.tasksDone.push(token);
  }

  markSubmitted(token: string): void {
    this.#write("UPDATE task SET status = 'submitted' WHERE token = ?", token);
  }

  /** Removes a task with its timers. */
  removeTask(task: TaskRow): void {
    this.#write('DELETE FROM task WHERE token = ?', task.token);
    this.#write('DELETE FROM timer WHERE execution = ? AND frame = ?', task.execution, task.frame);
  }

  /** Removes everything that would let the execution go on. One that did not succeed keeps its frames, for a redrive. */
  endExecution(execution: ExecutionRow): void {
    for (const task of this.#journal.tasksOf(execution.id)) this.tasksToAbort.push(task.token);
    const unasked = this.tasksToCall.filter((task) => task.execution === execution.id);
    for (const task of unasked) this.tasksToCall.splice(this.tasksToCall.indexOf(task), 1);
    this.#write('DELETE FROM task WHERE execution = ?', execution.id);
    this.#write('DELETE FROM timer WHERE execution = ?', execution.id);
    if (execution.status === 'SUCCEEDED') {
      this.#write('DELETE FROM frame WHERE execution = ?', execution.id);
      for (const frame of this.#frames.values())
        if (frame.execution === execution.id) this.#removed.add(frame.id);
    }
    this.#ended.add(execution.id);
    this.endedExecutions.push(execution);
    this.tellStatus(execution);
  }

  /** Removes an ended execution, or as much of it as one change should: its events first, then its frames, then itself. */
  removePart(execution: number, most: RowBatch): void {
    const { eventsUpTo, framesUpTo } = this.#journal.firstRows(execution, most);
    if (eventsUpTo !== undefined) {
      this.#write('DELETE FROM history WHERE execution = ? AND id <= ?', execution, eventsUpTo);
    } else if (framesUpTo !== undefined) {
      this.#write('DELETE FROM frame WHERE execution = ? AND id <= ?', execution, framesUpTo);
    } else this.#write('DELETE FROM execution WHERE id = ?', execution);
  }

  /** Makes the file shorter by free space. */
  giveBack(bytes: number): void {
    this.#writes.push(() => this.#journal.giveBack(bytes));
  }

  #write(sql: string, ...values: (string | number | null)[]): void {
    this.#writes.push(() => this.#journal.run(sql, ...values));
  }

  /** Writes all of it, or nothing. */
  commit(): void {
    if (this.#writes.length === 0 && this.#executions.size === 0 && this.#frames.size === 0) return;
    this.#journal.transact(() => {
      for (const write of this.#writes) write();
      for (const execution of this.#executions.values()) this.#saveExecution(execution);
      for (const frame of this.#frames.values()) if (!this.#removed.has(frame.id)) this.#saveFrame(frame);
    });
  }

  #saveExecution(execution: ExecutionRow): void {
    const { id, status, output, error, cause, stoppedMs, nextEvent, redriveCount, redrivenMs } = execution;
    if (!this.#added.has(id)) {
      this.#journal.run(
        `UPDATE execution SET status = ?, output = ?, error = ?, cause = ?, stoppedMs = ?, nextEvent = ?,
         redriveCount = ?, redrivenMs = ? WHERE id = ?`,
        status,
        output,
        error,
        cause,
        stoppedMs,
        nextEvent,
        redriveCount,
        redrivenMs,
        id,
      );
      return;
    }
    this.#journal.run(
      'INSERT INTO execution VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      id,
      execution.arn,
      execution.machineArn,
      execution.name,
      execution.definitionHash,
      execution.roleArn,
      execution.input,
      execution.startedMs,
      execution.parentToken,
      status,
      output,
      error,
      cause,
      stoppedMs,
      nextEvent,
      redriveCount,
      redrivenMs,
      execution.parentArn,
    );
  }

  #saveFrame(frame: Frame): void {
    this.#journal.run(
      `INSERT INTO frame VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(id) DO UPDATE SET
       state = excluded.state, phase = excluded.phase, data = excluded.data`,
      frame.id,
      frame.execution,
      frame.parent,
      frame.position,
      frame.path,
      frame.state,
      frame.phase,
      JSON.stringify(frame.data),
    );
  }
}
