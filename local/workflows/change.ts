import type { ExecutionRow, Frame, Journal, TaskRow, TimerKind } from './journal.ts';
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
  readonly #journal: Journal;
  readonly #executions = new Map<number, ExecutionRow>();
  readonly #frames = new Map<number, Frame>();
  readonly #ended = new Set<number>();
  readonly #writes: (() => void)[] = [];

  constructor(journal: Journal, nowMs: number) {
    this.#journal = journal;
    this.nowMs = nowMs;
  }

  /** The execution, to be changed in place; it is written with this change. */
  execution(id: number): ExecutionRow | undefined {
    const known = this.#executions.get(id) ?? this.#journal.execution(id);
    if (known !== undefined) this.#executions.set(id, known);
    return known;
  }

  /** How many executions this change ends. */
  get endedCount(): number {
    return this.#ended.size;
  }

  /** The executions that this change has looked at, first come first. */
  executionIds(): number[] {
    return [...this.#executions.keys()];
  }

  addExecution(execution: ExecutionRow): void {
    this.#executions.set(execution.id, execution);
  }

  /** An execution that this change adds, by its ARN. */
  addedExecution(arn: string): ExecutionRow | undefined {
    return [...this.#executions.values()].find((execution) => execution.arn === arn);
  }

  frame(id: number): Frame | undefined {
    const known = this.#frames.get(id) ?? this.#journal.frame(id);
    // The journal still holds the frames of an execution that this change ends.
    if (known === undefined || this.#ended.has(known.execution)) return undefined;
    this.#frames.set(id, known);
    return known;
  }

  addFrame(frame: Frame): void {
    this.#frames.set(frame.id, frame);
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
      'INSERT INTO task VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
      task.token,
      task.execution,
      task.frame,
      task.attempt,
      task.resource,
      task.arguments,
      task.idempotencyKey,
      task.heartbeatMs,
      task.status,
    );
    this.tasksToCall.push(task);
  }

  markSubmitted(token: string): void {
    this.#write("UPDATE task SET status = 'submitted' WHERE token = ?", token);
  }

  /** Removes a task with its timers. */
  removeTask(task: TaskRow): void {
    this.#write('DELETE FROM task WHERE token = ?', task.token);
    this.#write('DELETE FROM timer WHERE execution = ? AND frame = ?', task.execution, task.frame);
  }

  /** Removes everything that would let the execution go on. */
  endExecution(execution: ExecutionRow): void {
    for (const task of this.#journal.tasksOf(execution.id)) this.tasksToAbort.push(task.token);
    this.#write('DELETE FROM task WHERE execution = ?', execution.id);
    this.#write('DELETE FROM timer WHERE execution = ?', execution.id);
    this.#write('DELETE FROM frame WHERE execution = ?', execution.id);
    this.#ended.add(execution.id);
  }

  /** Removes the history of an ended execution before this event. */
  removeEvents(execution: number, beforeEvent: number): void {
    this.#write('DELETE FROM history WHERE execution = ? AND id < ?', execution, beforeEvent);
  }

  removeExecution(execution: number): void {
    this.#write('DELETE FROM execution WHERE id = ?', execution);
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
      for (const frame of this.#frames.values()) {
        if (!this.#ended.has(frame.execution)) this.#saveFrame(frame);
      }
    });
  }

  #saveExecution(execution: ExecutionRow): void {
    this.#journal.run(
      `INSERT INTO execution VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(id) DO UPDATE SET
       status = excluded.status, output = excluded.output, error = excluded.error, cause = excluded.cause,
       stoppedMs = excluded.stoppedMs, nextEvent = excluded.nextEvent`,
      execution.id,
      execution.arn,
      execution.machineArn,
      execution.name,
      execution.definitionHash,
      execution.roleArn,
      execution.input,
      execution.startedMs,
      execution.parentToken,
      execution.status,
      execution.output,
      execution.error,
      execution.cause,
      execution.stoppedMs,
      execution.nextEvent,
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
