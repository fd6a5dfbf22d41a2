import { createHash, randomUUID } from 'node:crypto';
import type { Alarm, Clock } from '../clock.ts';
import { Change, HistoryFull } from './change.ts';
import { checkDefinition } from './check-definition.ts';
import { type HistoryEvent, toHistoryEvent } from './history.ts';
import {
  callbackSuffix,
  functionIntegrations,
  type Integration,
  type TaskHandlers,
  type TaskOutcome,
} from './integrations.ts';
import { checkName, Interpreter, tokenPattern } from './interpreter.ts';
import { type ExecutionRow, type ExecutionStatus, Journal, type TaskRow } from './journal.ts';
import { ServiceError } from './service-error.ts';
import { fitsDataLimit, type Json, limits } from './state-data.ts';

export type {
  FunctionAnswer,
  FunctionCall,
  Integration,
  TaskCall,
  TaskHandlers,
  TaskOutcome,
} from './integrations.ts';
export type { ExecutionStatus } from './journal.ts';
export { ServiceError } from './service-error.ts';

export interface WorkflowEngineOptions {
  /** The SQLite file; `:memory:` for one that dies with the engine. */
  readonly file: string;
  readonly clock: Clock;
  /** `FULL` survives a power cut; `NORMAL` is faster and may lose the last moments to one. @default 'FULL' */
  readonly synchronous?: 'FULL' | 'NORMAL';
  readonly accountId: string;
  readonly region: string;
  readonly tasks: TaskHandlers;
  /** Further integrations, by Resource without `.waitForTaskToken`. */
  readonly integrations?: Readonly<Record<string, Integration>>;
  /** From 0 up to, not including, 1; for jitter and `$random`. @default Math.random */
  readonly random?: () => number;
  /** How long ended executions are kept. @default 90 days, as the service */
  readonly keepEndedMs?: number;
  /** How many ended executions are kept at most; their names are free again afterwards. @default 50,000 */
  readonly keepEndedCount?: number;
  /** How many handlers run at once; further tasks wait for their turn. @default 100 */
  readonly maxConcurrentTasks?: number;
  /** Told when a job could not be written, and is tried again in a second. @default console.error */
  readonly onFault?: (message: string, error: unknown) => void;
}

/** Times are epoch milliseconds here and in all that follows. */
export interface ExecutionSummary {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly status: ExecutionStatus;
  readonly startDate: number;
  readonly stopDate?: number;
}

export interface ExecutionDescription extends ExecutionSummary {
  /** JSON text. */
  readonly input: string;
  /** JSON text, when it succeeded. */
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
}

export interface StateMachineSummary {
  readonly stateMachineArn: string;
  readonly name: string;
  readonly type: 'STANDARD';
  readonly creationDate: number;
}

export interface StateMachineDescription extends StateMachineSummary {
  readonly status: 'ACTIVE';
  /** JSON text. */
  readonly definition: string;
  readonly roleArn: string;
}

export interface PageRequest {
  readonly maxResults?: number | undefined;
  readonly nextToken?: string | undefined;
}

interface Job {
  readonly work: (change: Change) => void | Promise<void>;
  /** Called after the commit. */
  readonly done: () => void;
  /** Called when the request is refused or the engine has closed; absent for the engine's own jobs. */
  readonly refuse?: (error: unknown) => void;
  /** Whose execution it is that ends when its history is full. */
  readonly what: string;
}

interface RunningCall {
  readonly abort: AbortController;
  isParked: boolean;
}

/** Jobs done in one go before timers, sockets and other work get their turn. */
const jobsPerTurn = 8;
const prunedEventsPerJob = 1_000;
const retryFailedJobMs = 1_000;
const defaultKeepEndedMs = 90 * 24 * 3_600_000;

/**
 * Runs state machines durably. Every trigger (a request, a due timer, a handler's answer) is one job, and a job is one
 * transaction: what it decided is on disk before a handler is called or a request answered. So a process that dies at any
 * instant goes on where it was; only handlers may be called twice, with the same token and idempotency key.
 */
export class WorkflowEngine {
  readonly accountId: string;
  readonly region: string;
  readonly #clock: Clock;
  readonly #timerAlarm: Alarm;
  readonly #faultAlarm: Alarm;
  readonly #journal: Journal;
  readonly #interpreter: Interpreter;
  readonly #integrations: ReadonlyMap<string, Integration>;
  readonly #keepEndedMs: number;
  readonly #keepEndedCount: number;
  readonly #maxConcurrentTasks: number;
  readonly #onFault: (message: string, error: unknown) => void;

  readonly #queue: Job[] = [];
  #isLooping = false;
  #isHeld = false;
  #isClosing = false;
  #isFiring = false;
  #isPruning = false;
  #endedCount: number;
  readonly #waitingCalls: TaskRow[] = [];
  readonly #runningCalls = new Map<string, RunningCall>();
  readonly #idleWaiters: (() => void)[] = [];

  /**
   * Opens the journal and goes on with all that it holds: ready states run, unanswered tasks are called again, waits whose
   * time has passed end at once. All of that begins after this call has returned.
   *
   * @throws when the file cannot be used, see {@link Journal}
   */
  static open(options: WorkflowEngineOptions): WorkflowEngine {
    const engine = new WorkflowEngine(options);
    engine.#resume();
    return engine;
  }

  private constructor(options: WorkflowEngineOptions) {
    this.accountId = options.accountId;
    this.region = options.region;
    this.#clock = options.clock;
    this.#timerAlarm = options.clock.createAlarm();
    this.#faultAlarm = options.clock.createAlarm();
    this.#journal = new Journal(options.file, options.synchronous ?? 'FULL');
    this.#integrations = new Map(
      Object.entries({ ...functionIntegrations(options.tasks), ...options.integrations }),
    );
    this.#interpreter = new Interpreter({
      journal: this.#journal,
      region: options.region,
      random: options.random ?? Math.random,
      integrations: this.#integrations,
    });
    this.#keepEndedMs = options.keepEndedMs ?? defaultKeepEndedMs;
    this.#keepEndedCount = options.keepEndedCount ?? 50_000;
    this.#maxConcurrentTasks = options.maxConcurrentTasks ?? 100;
    this.#onFault = options.onFault ?? ((message, error) => console.error(message, error));
    this.#endedCount = this.#journal.endedCount();
  }

  stateMachineArn(name: string): string {
    return `arn:aws:states:${this.region}:${this.accountId}:stateMachine:${name}`;
  }

  /**
   * Makes a machine known, or gives a known one a new definition; executions that run keep the one they started with.
   *
   * @param definition parsed ASL
   * @throws ServiceError `InvalidDefinition` that names every fault with its place and mend, or `InvalidName`
   */
  registerMachine(machine: { arn: string; name: string; definition: unknown; roleArn?: string }): {
    stateMachineArn: string;
    creationDate: number;
  } {
    checkName(machine.name);
    const definition = JSON.stringify(machine.definition) ?? '';
    const faults = checkDefinition(machine.definition, this.#integrations);
    if (faults.length > 0) {
      throw new ServiceError('InvalidDefinition', `Invalid State Machine Definition: '${faults.join(', ')}'`);
    }
    const createdMs = this.#journal.machine(machine.arn)?.createdMs ?? this.#clock.now();
    this.#journal.saveMachine(
      {
        arn: machine.arn,
        name: machine.name,
        roleArn: machine.roleArn ?? `arn:aws:iam::${this.accountId}:role/${machine.name}`,
        definitionHash: createHash('sha256').update(definition).digest('hex'),
        createdMs,
      },
      definition,
    );
    return { stateMachineArn: machine.arn, creationDate: createdMs };
  }

  /**
   * Starts an execution. The same name with the same input, while that one runs, answers that one.
   *
   * @param request.input JSON text
   * @throws ServiceError `StateMachineDoesNotExist`, `InvalidName`, `InvalidExecutionInput`, `ExecutionAlreadyExists`
   */
  async startExecution(request: {
    stateMachineArn: string;
    name?: string | undefined;
    input?: string | undefined;
  }): Promise<{ executionArn: string; startDate: number }> {
    const { stateMachineArn, name = randomUUID(), input = '{}' } = request;
    const { executionArn, startDateMs } = await this.#request(`the start of ${name}`, (change) =>
      this.#interpreter.requestStart(change, { stateMachineArn, name, input }),
    );
    return { executionArn, startDate: startDateMs };
  }

  /**
   * Ends a running execution as ABORTED and aborts what it has called; one that has ended stays as it is.
   *
   * @throws ServiceError `ExecutionDoesNotExist`
   */
  async stopExecution(request: {
    executionArn: string;
    error?: string | undefined;
    cause?: string | undefined;
  }): Promise<{ stopDate: number }> {
    const { executionArn, error = null, cause = null } = request;
    return await this.#request(`the stop of ${executionArn}`, (change) => {
      const execution = change.execution(this.#execution(executionArn).id);
      if (execution?.status === 'RUNNING')
        this.#interpreter.abortExecution(change, execution, { error, cause });
      return { stopDate: execution?.stoppedMs ?? change.nowMs };
    });
  }

  /** @throws ServiceError `ExecutionDoesNotExist` */
  describeExecution({ executionArn }: { executionArn: string }): ExecutionDescription {
    const row = this.#execution(executionArn);
    return {
      ...summarize(row),
      input: row.input,
      ...(row.output === null ? {} : { output: row.output }),
      ...(row.error === null ? {} : { error: row.error }),
      ...(row.cause === null ? {} : { cause: row.cause }),
    };
  }

  /**
   * Executions, newest first; of all machines when none is named.
   *
   * @throws ServiceError `StateMachineDoesNotExist`, `InvalidToken`
   */
  listExecutions(
    request: PageRequest & {
      stateMachineArn?: string | undefined;
      statusFilter?: ExecutionStatus | undefined;
    } = {},
  ): { executions: ExecutionSummary[]; nextToken?: string } {
    const { stateMachineArn, statusFilter } = request;
    if (stateMachineArn !== undefined) this.#machine(stateMachineArn);
    const limit = pageSize(request);
    const beforeId = pageStart(request) ?? Number.MAX_SAFE_INTEGER;
    const rows = this.#journal.executions({
      machineArn: stateMachineArn,
      status: statusFilter,
      beforeId,
      limit: limit + 1,
    });
    const { page, nextToken } = cutPage(rows, limit);
    return { executions: page.map(summarize), ...nextToken };
  }

  /**
   * The events of an execution, oldest first unless reversed.
   *
   * @throws ServiceError `ExecutionDoesNotExist`, `InvalidToken`
   */
  getExecutionHistory(
    request: PageRequest & {
      executionArn: string;
      reverseOrder?: boolean | undefined;
      includeExecutionData?: boolean | undefined;
    },
  ): { events: HistoryEvent[]; nextToken?: string } {
    const { executionArn, reverseOrder = false, includeExecutionData = true } = request;
    const { id } = this.#execution(executionArn);
    const limit = pageSize(request);
    const afterId = pageStart(request) ?? (reverseOrder ? Number.MAX_SAFE_INTEGER : 0);
    const rows = this.#journal.history(id, { afterId, reverse: reverseOrder, limit: limit + 1 });
    const { page, nextToken } = cutPage(rows, limit);
    return { events: page.map((row) => toHistoryEvent(row, includeExecutionData)), ...nextToken };
  }

  /** @throws ServiceError `StateMachineDoesNotExist` */
  describeStateMachine({ stateMachineArn }: { stateMachineArn: string }): StateMachineDescription {
    const machine = this.#machine(stateMachineArn);
    return {
      stateMachineArn: machine.arn,
      name: machine.name,
      type: 'STANDARD',
      status: 'ACTIVE',
      creationDate: machine.createdMs,
      roleArn: machine.roleArn,
      definition: this.#journal.definition(machine.definitionHash),
    };
  }

  /** @throws ServiceError `InvalidToken` */
  listStateMachines(request: PageRequest = {}): { stateMachines: StateMachineSummary[]; nextToken?: string } {
    const limit = pageSize(request);
    const rows = this.#journal.machines(request.nextToken ?? '', limit + 1);
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1) : undefined;
    return {
      stateMachines: page.map(({ arn, name, createdMs }) => ({
        stateMachineArn: arn,
        name,
        type: 'STANDARD',
        creationDate: createdMs,
      })),
      ...(last === undefined ? {} : { nextToken: last.arn }),
    };
  }

  /**
   * Gives a waiting task its result.
   *
   * @param request.output JSON text
   * @throws ServiceError `InvalidToken`, `InvalidOutput`, or `TaskTimedOut` when nothing waits for the token any longer
   */
  async sendTaskSuccess({ taskToken, output }: { taskToken: string; output: string }): Promise<void> {
    checkToken(taskToken);
    const value = parseOutput(output);
    await this.#request('a task success', (change) =>
      this.#interpreter.settleToken(change, taskToken, { output: value }),
    );
  }

  /** @throws ServiceError as {@link sendTaskSuccess} */
  async sendTaskFailure(request: {
    taskToken: string;
    error?: string | undefined;
    cause?: string | undefined;
  }): Promise<void> {
    const { taskToken, error = null, cause = null } = request;
    checkToken(taskToken);
    await this.#request('a task failure', (change) =>
      this.#interpreter.settleToken(change, taskToken, { error, cause }),
    );
  }

  /**
   * Tells that the work behind a token goes on: its heartbeat limit begins anew.
   *
   * @throws ServiceError as {@link sendTaskSuccess}
   */
  async sendTaskHeartbeat({ taskToken }: { taskToken: string }): Promise<void> {
    checkToken(taskToken);
    await this.#request('a task heartbeat', (change) => {
      const task = this.#interpreter.waitingTask(taskToken);
      if (task.heartbeatMs !== null) change.moveHeartbeat(task, change.nowMs + task.heartbeatMs);
    });
  }

  /** Resolves when there is nothing to do until the clock moves on: no job waits, no handler runs that is not parked. */
  async whenIdle(): Promise<void> {
    // What an alarm has just woken shows only after the promises in between have run.
    await nextTurn();
    if (!this.#isIdle()) await new Promise<void>((resolve) => this.#idleWaiters.push(resolve));
  }

  /**
   * Finishes the jobs that are queued, aborts the handlers that run, and closes the file. Their tasks stay unanswered in
   * the journal and are called again when it is opened next.
   */
  async close(): Promise<void> {
    if (this.#isClosing) return;
    this.#isClosing = true;
    this.#timerAlarm.clear();
    this.#faultAlarm.clear();
    if (this.#isHeld) this.#release();
    while (this.#isLooping) await nextTurn();
    for (const token of this.#runningCalls.keys()) this.#abort(token, 'the workflow engine closes');
    this.#waitingCalls.length = 0;
    this.#journal.close();
    for (const resolve of this.#idleWaiters.splice(0)) resolve();
  }

  #resume(): void {
    for (const id of this.#journal.readyFrames()) this.#runFrame(id);
    for (const task of this.#journal.startedTasks()) this.#waitingCalls.push(task);
    this.#wake();
    this.#callWaiting();
    this.#armTimer();
    this.#prune();
  }

  #execution(arn: string): ExecutionRow {
    const row = this.#journal.executionByArn(arn);
    if (row === undefined)
      throw new ServiceError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
    return row;
  }

  #machine(arn: string) {
    const row = this.#journal.machine(arn);
    if (row === undefined) {
      throw new ServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
    }
    return row;
  }

  /** Queues a request; it resolves when what it changed is on disk. */
  #request<Answer>(what: string, work: (change: Change) => Answer | Promise<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#isClosing) {
        reject(
          new ServiceError('ServiceUnavailable', 'The workflow engine is closed; start it and try again'),
        );
        return;
      }
      let answer: Answer | undefined;
      this.#enqueue({
        what,
        work: async (change) => {
          answer = await work(change);
        },
        done: () => resolve(answer as Answer),
        refuse: reject,
      });
    });
  }

  #enqueue(job: Job): void {
    this.#queue.push(job);
    this.#wake();
  }

  #runFrame(id: number): void {
    this.#enqueue({
      what: `frame ${id}`,
      work: (change) => this.#interpreter.runFrame(change, id),
      done: () => {},
    });
  }

  #wake(): void {
    if (this.#isLooping || this.#isHeld || this.#queue.length === 0) return;
    this.#isLooping = true;
    setImmediate(() => void this.#loop());
  }

  async #loop(): Promise<void> {
    let done = 0;
    for (
      let job = this.#queue.shift();
      job !== undefined;
      job = this.#isHeld ? undefined : this.#queue.shift()
    ) {
      await this.#runJob(job);
      // Awaiting alone would keep timers and sockets waiting for as long as there are jobs.
      if (++done % jobsPerTurn === 0) await nextTurn();
    }
    this.#isLooping = false;
    // A job queued between the last look and the flag would otherwise lie until the next one comes.
    this.#wake();
    this.#tellIdle();
  }

  async #runJob(job: Job): Promise<void> {
    const change = new Change(this.#journal, this.#clock.now());
    try {
      await job.work(change);
      change.commit();
      this.#afterCommit(change);
      job.done();
    } catch (error) {
      if (error instanceof HistoryFull) this.#endFull(job, error.execution);
      else if (job.refuse !== undefined) job.refuse(error);
      else this.#hold(job, error);
    }
  }

  /** The job's own changes are dropped; what it was triggered by ends with the execution. */
  #endFull(job: Job, executionId: number): void {
    const change = new Change(this.#journal, this.#clock.now());
    try {
      const cause = `The execution reached the maximum number of history events (${limits.historyEvents}).`;
      this.#interpreter.failExecution(change, executionId, cause);
      change.commit();
      this.#afterCommit(change);
      job.done();
    } catch (error) {
      this.#hold(job, error);
    }
  }

  /** A job that cannot be written (a full disk, a fault of ours) goes back to the head, and all wait a moment. */
  #hold(job: Job, error: unknown): void {
    this.#onFault(
      `workflows: ${job.what} could not be written and is tried again in ${retryFailedJobMs} ms`,
      error,
    );
    if (this.#isClosing) return;
    this.#queue.unshift(job);
    this.#isHeld = true;
    this.#faultAlarm.set(this.#clock.now() + retryFailedJobMs, () => this.#release());
  }

  #release(): void {
    this.#isHeld = false;
    this.#wake();
  }

  #afterCommit(change: Change): void {
    for (const token of change.tasksToAbort) this.#abort(token, 'the workflow no longer waits for this task');
    this.#endedCount += change.endedCount;
    if (this.#isClosing) return;
    for (const id of change.framesToRun) this.#runFrame(id);
    for (const task of change.tasksToCall) this.#waitingCalls.push(task);
    this.#callWaiting();
    this.#armTimer();
    if (change.endedCount > 0) this.#prune();
  }

  #armTimer(): void {
    if (this.#isFiring || this.#isClosing) return;
    const earliest = this.#journal.earliestTimer();
    if (earliest === undefined) this.#timerAlarm.clear();
    else if (earliest.dueMs <= this.#clock.now()) this.#fireDueTimer();
    else this.#timerAlarm.set(earliest.dueMs, () => this.#fireDueTimer());
  }

  /** One due timer is one job: between two of them, others get their turn. */
  #fireDueTimer(): void {
    if (this.#isFiring || this.#isClosing) return;
    this.#isFiring = true;
    this.#enqueue({
      what: 'a due timer',
      work: async (change) => {
        const timer = this.#journal.earliestTimer();
        if (timer !== undefined && timer.dueMs <= change.nowMs)
          await this.#interpreter.fireTimer(change, timer);
      },
      done: () => {
        this.#isFiring = false;
        this.#armTimer();
      },
    });
  }

  #callWaiting(): void {
    while (this.#runningCalls.size < this.#maxConcurrentTasks) {
      const task = this.#waitingCalls.shift();
      if (task === undefined) return;
      // It may have timed out, or been answered by its token, while it waited for its turn.
      if (this.#journal.task(task.token) !== undefined) void this.#call(task);
    }
  }

  async #call(task: TaskRow): Promise<void> {
    const call: RunningCall = { abort: new AbortController(), isParked: false };
    this.#runningCalls.set(task.token, call);
    let outcome: TaskOutcome;
    try {
      outcome = await this.#runIntegration(task, call);
    } catch (error) {
      outcome = { error: 'Lambda.Unknown', cause: error instanceof Error ? error.message : String(error) };
    }
    if (call.abort.signal.aborted) return;
    this.#runningCalls.delete(task.token);
    this.#enqueue({
      what: `the answer of ${task.resource}`,
      work: (change) => this.#interpreter.settleCall(change, task.token, outcome),
      done: () => {},
    });
    this.#callWaiting();
  }

  async #runIntegration(task: TaskRow, call: RunningCall): Promise<TaskOutcome> {
    const isCallback = task.resource.endsWith(callbackSuffix);
    const name = isCallback ? task.resource.slice(0, -callbackSuffix.length) : task.resource;
    const integration = this.#integrations.get(name);
    if (integration === undefined) {
      return { error: 'States.Runtime', cause: `The resource ${task.resource} is not supported any longer` };
    }
    return await integration.run({
      arguments: JSON.parse(task.arguments) as Json,
      idempotencyKey: task.idempotencyKey,
      signal: call.abort.signal,
      parked: (promise) => this.#park(call, promise),
      ...(isCallback ? { token: task.token } : {}),
    });
  }

  async #park<Value>(call: RunningCall, promise: Promise<Value>): Promise<Value> {
    call.isParked = true;
    this.#tellIdle();
    try {
      return await promise;
    } finally {
      call.isParked = false;
    }
  }

  /** A handler that does not heed the signal is left to itself: nothing waits for it, not even idleness. */
  #abort(token: string, reason: string): void {
    const call = this.#runningCalls.get(token);
    if (call === undefined) return;
    this.#runningCalls.delete(token);
    call.abort.abort(new Error(reason));
  }

  #isIdle(): boolean {
    if (this.#isClosing) return true;
    if (this.#isLooping || (this.#queue.length > 0 && !this.#isHeld)) return false;
    return [...this.#runningCalls.values()].every(({ isParked }) => isParked);
  }

  #tellIdle(): void {
    if (!this.#isIdle()) return;
    for (const resolve of this.#idleWaiters.splice(0)) resolve();
  }

  /** Removes the longest ended executions over the bounds, a thousand events a job. */
  #prune(): void {
    if (this.#isPruning || this.#isClosing || this.#prunable() === undefined) return;
    this.#isPruning = true;
    this.#enqueue({
      what: 'the removal of ended executions',
      work: (change) => {
        const id = this.#prunable();
        const lowestEvent = id === undefined ? undefined : this.#journal.lowestEvent(id);
        if (id === undefined) return;
        if (lowestEvent === undefined) {
          change.write('DELETE FROM execution WHERE id = ?', id);
          this.#endedCount--;
        } else {
          change.write(
            'DELETE FROM history WHERE execution = ? AND id < ?',
            id,
            lowestEvent + prunedEventsPerJob,
          );
        }
      },
      done: () => {
        this.#isPruning = false;
        this.#prune();
      },
    });
  }

  #prunable(): number | undefined {
    const longest = this.#journal.longestEnded();
    if (longest === undefined) return undefined;
    const isOld = longest.stoppedMs <= this.#clock.now() - this.#keepEndedMs;
    return isOld || this.#endedCount > this.#keepEndedCount ? longest.id : undefined;
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function summarize(row: ExecutionRow): ExecutionSummary {
  return {
    executionArn: row.arn,
    stateMachineArn: row.machineArn,
    name: row.name,
    status: row.status,
    startDate: row.startedMs,
    ...(row.stoppedMs === null ? {} : { stopDate: row.stoppedMs }),
  };
}

function checkToken(token: string): void {
  if (!tokenPattern.test(token)) throw new ServiceError('InvalidToken', "Invalid Token: 'Invalid token'");
}

function parseOutput(output: string): Json {
  if (!fitsDataLimit(output)) {
    throw new ServiceError(
      'ValidationException',
      `1 validation error detected: Value at 'output' failed to satisfy constraint: Member must have length less than or equal to ${limits.dataBytes}`,
    );
  }
  try {
    return JSON.parse(output) as Json;
  } catch (error) {
    throw new ServiceError('InvalidOutput', `Invalid Output: '${String(error)}'`);
  }
}

const largestPage = 1_000;

function pageSize({ maxResults = 0 }: PageRequest): number {
  if (!Number.isInteger(maxResults) || maxResults < 0 || maxResults > largestPage) {
    throw new ServiceError(
      'ValidationException',
      `1 validation error detected: Value '${maxResults}' at 'maxResults' failed to satisfy constraint: Member must be from 0 to ${largestPage}`,
    );
  }
  return maxResults === 0 ? 100 : maxResults;
}

/** A page goes on after the last id of the one before it. */
function pageStart({ nextToken }: PageRequest): number | undefined {
  if (nextToken === undefined) return undefined;
  if (!/^\d{1,15}$/.test(nextToken)) throw new ServiceError('InvalidToken', "Invalid Token: 'Invalid token'");
  return Number(nextToken);
}

function cutPage<Row extends { readonly id: number }>(
  rows: Row[],
  limit: number,
): { page: Row[]; nextToken: { nextToken?: string } } {
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return { page, nextToken: last === undefined ? {} : { nextToken: String(last.id) } };
}
