import { createHash, randomUUID } from 'node:crypto';
import type { Alarm, Clock } from '../clock.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { Change } from './change.ts';
import { checkDefinition } from './check-definition.ts';
import { Definitions } from './definitions.ts';
import {
  describeExecution,
  type ExecutionDescription,
  type ExecutionSummary,
  type StateMachineDescription,
  type StateMachineSummary,
  summarizeExecution,
  summarizeMachine,
} from './descriptions.ts';
import { HandlerCalls } from './handler-calls.ts';
import { type HistoryEvent, toHistoryEvent } from './history.ts';
import { type Integration, Integrations, type TaskHandlers } from './integrations.ts';
import { Interpreter } from './interpreter.ts';
import { JobQueue } from './job-queue.ts';
import {
  type ExecutionRow,
  type ExecutionStatus,
  Journal,
  type MachineRow,
  type TaskRow,
} from './journal.ts';
import { RedriveRequests } from './redrive-requests.ts';
import {
  checkMachineArn,
  checkName,
  checkToken,
  cutPage,
  type PageRequest,
  pageSize,
  pageStart,
  parseOutput,
} from './requests.ts';
import { Retention } from './retention.ts';
import { ServiceError } from './service-error.ts';
import type { StartRequest } from './start-execution.ts';
import { planTrial, readTrial, type TestedState, type TestStateRequest } from './test-state.ts';

export type {
  ExecutionDescription,
  ExecutionSummary,
  StateMachineDescription,
  StateMachineSummary,
} from './descriptions.ts';
export type { HistoryEvent } from './history.ts';
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
  /** How long ended executions are kept; their names are free again afterwards. @default 90 days, as the service */
  readonly keepEndedMs?: number;
  /** The longest ended executions go earlier while the file holds more bytes than this. @default 1 GiB */
  readonly keepBytes?: number;
  /** How many handlers run at once; further tasks wait for their turn. @default 100 */
  readonly maxConcurrentTasks?: number;
  /** Leaves what the journal holds alone until {@link WorkflowEngine.resume}. @default false */
  readonly resumeLater?: boolean;
  /** Told of each execution that has ended. */
  readonly onEnded?: (execution: EndedExecution) => void;
  /** Learns of every change of status for certain, across restarts. */
  readonly statusChanges?: StatusChangeReceiver;
  /** Told when something could not be written and is tried again, or an execution failed by a fault of ours. @default console.error */
  readonly onFault?: (message: string, error: unknown) => void;
}

/** Takes over changes of status: of a start, an end, or a redrive. */
export interface StatusChangeReceiver {
  /** Only such changes are kept for it. */
  isWanted(change: StatusChange): boolean;
  /** Has them for good when it returns. After a crash it may get again what it has. @throws to be asked again at the next change */
  take(changes: readonly StatusChange[]): void;
}

export interface StatusChange {
  /** Epoch milliseconds. */
  readonly atMs: number;
  /** As the execution was then. */
  readonly execution: ExecutionDescription;
}

/** What an execution has come to. */
export interface EndedExecution {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly status: Exclude<ExecutionStatus, 'RUNNING'>;
  /** How many events its history has. */
  readonly eventCount: number;
}

/** A hostile definition could have as many as it has fields. */
const mostFaultsTold = 100;
const timersPerGo = 32;
const statusChangesPerGo = 32;
const defaultKeepEndedMs = 90 * 24 * 3_600_000;
const defaultKeepBytes = 1024 ** 3;

/**
 * Runs state machines durably. Every trigger (a request, a due timer, a handler's answer) is one job, and a job is one
 * transaction: what it decided is on disk before a handler is called or a request answered. So a process that dies at any
 * instant goes on where it was; only handlers may be called twice, with the same token and idempotency key.
 */
export class WorkflowEngine {
  readonly accountId: string;
  readonly region: string;
  readonly #options: WorkflowEngineOptions;
  readonly #clock: Clock;
  readonly #timerAlarm: Alarm;
  readonly #journal: Journal;
  readonly #interpreter: Interpreter;
  readonly #integrations: Integrations;
  readonly #jobs: JobQueue;
  readonly #calls: HandlerCalls;
  readonly #retention: Retention;
  readonly #redrives = new RedriveRequests();
  readonly #idleWaiters: (() => void)[] = [];
  /** Tasks that the process before this one had called, and that had not answered it. */
  readonly #tasksLeft: readonly TaskRow[];
  #isResumed = false;
  #isClosing = false;
  /** Jobs under way that each take a due timer. */
  #firing = 0;
  #isTellingIdle = false;
  #isTellingStatus = false;

  /**
   * Opens the journal and goes on with all that it holds: ready states run, unanswered tasks are called again, waits whose
   * time has passed end at once. All of that begins after this call has returned.
   *
   * @throws when the file cannot be used, see {@link Journal}
   */
  static open(options: WorkflowEngineOptions): WorkflowEngine {
    const engine = new WorkflowEngine(options);
    if (options.resumeLater !== true) engine.resume();
    return engine;
  }

  private constructor(options: WorkflowEngineOptions) {
    this.#options = options;
    this.accountId = options.accountId;
    this.region = options.region;
    this.#clock = options.clock;
    this.#timerAlarm = options.clock.createAlarm();
    this.#journal = new Journal(options.file, options.synchronous ?? 'FULL');
    this.#integrations = new Integrations(options.tasks, options.integrations);
    this.#interpreter = new Interpreter({
      journal: this.#journal,
      definitions: new Definitions(this.#journal),
      region: options.region,
      random: options.random ?? Math.random,
      integrations: this.#integrations,
    });
    this.#jobs = new JobQueue({
      journal: this.#journal,
      clock: options.clock,
      openChange: () => {
        const atMs = this.#clock.now();
        const { statusChanges } = this.#options;
        if (statusChanges === undefined) return new Change(this.#journal, atMs);
        return new Change(this.#journal, atMs, (row) =>
          statusChanges.isWanted({ atMs, execution: describeExecution(row, atMs) }),
        );
      },
      afterCommit: (change) => this.#afterCommit(change),
      failExecution: (change, id, cause) => this.#interpreter.failExecution(change, id, cause),
      onFault: options.onFault ?? ((message, error) => console.error(message, error)),
      onQuiet: () => this.#tellIdle(),
    });
    this.#calls = new HandlerCalls({
      integrations: this.#integrations,
      maxConcurrent: options.maxConcurrentTasks ?? 100,
      isWanted: (token) => this.#journal.task(token) !== undefined,
      onAnswer: ({ token, resource }, outcome) =>
        this.#jobs.add({
          what: `the answer of ${resource}`,
          work: (change) => this.#interpreter.settleCall(change, token, outcome),
        }),
      onSubmitted: ({ token, resource }, output) =>
        this.#jobs.add({
          what: `the start of ${resource}`,
          work: (change) => this.#interpreter.noteSubmitted(change, token, output),
        }),
      onQuiet: () => this.#tellIdle(),
    });
    this.#retention = new Retention({
      journal: this.#journal,
      clock: options.clock,
      addJob: (job) => this.#jobs.add(job),
      keepEndedMs: options.keepEndedMs ?? defaultKeepEndedMs,
      keepBytes: options.keepBytes ?? defaultKeepBytes,
    });
    this.#tasksLeft = this.#journal.startedTasks();
  }

  /** Goes on with what the journal holds, when it was opened with `resumeLater`: the functions can be called now. */
  resume(): void {
    if (this.#isResumed || this.#isClosing) return;
    this.#isResumed = true;
    for (const id of this.#journal.readyFrames()) this.#runFrame(id);
    for (const token of this.#journal.doneTasks()) this.#settleDone(token);
    this.#calls.add(this.#tasksLeft);
    this.#tellStatusChanges();
    this.#armTimer();
    this.#retention.look();
  }

  stateMachineArn(name: string): string {
    return `arn:aws:states:${this.region}:${this.accountId}:stateMachine:${name}`;
  }

  /**
   * Makes a machine known, or gives a known one a new definition; executions that run keep the one they started with.
   *
   * @param definition parsed ASL
   * @throws ServiceError `InvalidDefinition` that names every fault with its place and mend; `InvalidName`, `InvalidArn`
   */
  registerMachine(machine: { arn: string; name: string; definition: unknown; roleArn?: string }): {
    stateMachineArn: string;
    creationDate: number;
  } {
    checkName(machine.name);
    checkMachineArn(machine.arn, machine.name);
    const faults = checkDefinition(machine.definition, this.#integrations);
    if (faults.length > 0) {
      const told = faults.slice(0, mostFaultsTold).join(', ');
      throw new ServiceError('InvalidDefinition', `Invalid State Machine Definition: '${told}'`);
    }
    const definition = JSON.stringify(machine.definition);
    const createdMs = this.#committed.machine(machine.arn)?.createdMs ?? this.#clock.now();
    this.#committed.saveMachine(
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
    const { executionArn, startDateMs } = await this.#begin({ stateMachineArn, name, input });
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

  /**
   * Lets an execution that did not succeed go on from the states that failed, on the definition it had begun with.
   *
   * @param request.clientToken names this request: when it comes again, it gets the answer of the first
   * @throws ServiceError `ExecutionDoesNotExist`, `ExecutionNotRedrivable`
   */
  async redriveExecution(request: {
    executionArn: string;
    clientToken?: string | undefined;
  }): Promise<{ redriveDate: number }> {
    return await this.#redrives.once(request, this.#clock.now(), ({ executionArn }) =>
      this.#request(`the redrive of ${executionArn}`, (change) => {
        const execution = change.execution(this.#execution(executionArn).id);
        if (execution !== undefined) this.#interpreter.redriveExecution(change, execution);
        return { redriveDate: change.nowMs };
      }),
    );
  }

  /** @throws ServiceError `ExecutionDoesNotExist` */
  describeExecution({ executionArn }: { executionArn: string }): ExecutionDescription {
    return describeExecution(this.#execution(executionArn), this.#clock.now());
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
      redriveFilter?: 'REDRIVEN' | 'NOT_REDRIVEN' | undefined;
    } = {},
  ): { executions: ExecutionSummary[]; nextToken?: string } {
    const { stateMachineArn, statusFilter, redriveFilter } = request;
    if (stateMachineArn !== undefined) this.#machine(stateMachineArn);
    const limit = pageSize(request);
    const beforeId = pageStart(request) ?? Number.MAX_SAFE_INTEGER;
    const rows = this.#committed.executions({
      machineArn: stateMachineArn,
      status: statusFilter,
      isRedriven: redriveFilter === undefined ? undefined : redriveFilter === 'REDRIVEN',
      beforeId,
      limit: limit + 1,
    });
    const { page, next } = cutPage(rows, limit);
    return { executions: page.map(summarizeExecution), ...next };
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
    const rows = this.#committed.history(id, { afterId, reverse: reverseOrder, limit: limit + 1 });
    const { page, next } = cutPage(rows, limit);
    return { events: page.map((row) => toHistoryEvent(row, includeExecutionData)), ...next };
  }

  /** How many executions of each machine have each status; none that nothing has. */
  countExecutions(): { stateMachineArn: string; status: ExecutionStatus; count: number }[] {
    return this.#committed
      .executionCounts()
      .map(({ machineArn, status, count }) => ({ stateMachineArn: machineArn, status, count }));
  }

  /**
   * The execution of which a state has started this one.
   *
   * @throws ServiceError `ExecutionDoesNotExist`
   */
  parentOf({ executionArn }: { executionArn: string }): string | undefined {
    return this.#execution(executionArn).parentArn ?? undefined;
  }

  /** @throws ServiceError `StateMachineDoesNotExist` */
  describeStateMachine({ stateMachineArn }: { stateMachineArn: string }): StateMachineDescription {
    const machine = this.#machine(stateMachineArn);
    return {
      ...summarizeMachine(machine),
      status: 'ACTIVE',
      roleArn: machine.roleArn,
      definition: this.#committed.definition(machine.definitionHash),
    };
  }

  /**
   * The machine as it was when the execution began: with the definition and role that the execution keeps to its end.
   *
   * @throws ServiceError `ExecutionDoesNotExist`
   */
  describeStateMachineForExecution({ executionArn }: { executionArn: string }): {
    stateMachineArn: string;
    name: string;
    /** JSON text. */
    definition: string;
    roleArn: string;
    updateDate: number;
  } {
    const { machineArn, definitionHash, roleArn, startedMs } = this.#execution(executionArn);
    const machine = this.#committed.machine(machineArn);
    return {
      stateMachineArn: machineArn,
      name: machineArn.split(':').at(-1) ?? '',
      definition: this.#committed.definition(definitionHash),
      roleArn,
      updateDate: machine?.createdMs ?? startedMs,
    };
  }

  /** @throws ServiceError `InvalidToken` */
  listStateMachines(request: PageRequest = {}): { stateMachines: StateMachineSummary[]; nextToken?: string } {
    const limit = pageSize(request);
    const rows = this.#committed.machines(request.nextToken ?? '', limit + 1);
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1) : undefined;
    return {
      stateMachines: page.map(summarizeMachine),
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

  /**
   * Runs one state alone, with the functions and integrations of this engine, and keeps nothing of it.
   *
   * @throws ServiceError as {@link registerMachine}, `InvalidExecutionInput`, `ValidationException`
   */
  async testState(request: TestStateRequest): Promise<TestedState> {
    const trial = planTrial(request);
    const clock = new VirtualClock(this.#clock.now());
    const { onEnded: _, statusChanges: _untold, ...options } = this.#options;
    const engine = WorkflowEngine.open({
      ...options,
      file: ':memory:',
      clock,
      integrations: { ...this.#options.integrations, ...trial.integrations },
    });
    try {
      const stateMachineArn = engine.stateMachineArn('TestState');
      engine.registerMachine({ arn: stateMachineArn, name: 'TestState', ...trial.machine });
      const { executionArn } = await engine.#begin({
        stateMachineArn,
        name: 'TestState',
        input: trial.input,
        begin: trial.begin,
      });
      await engine.whenIdle();
      const dueMs = trial.isWait ? clock.nextDueMs() : undefined;
      if (dueMs !== undefined) await clock.advanceTo(dueMs, () => engine.whenIdle());
      return readTrial(
        trial,
        engine.describeExecution({ executionArn }),
        engine.getExecutionHistory({ executionArn }).events,
        (clock.nextDueMs() ?? clock.now()) - clock.now(),
      );
    } finally {
      await engine.close();
    }
  }

  /** Resolves when there is nothing to do until the clock moves on: no job waits, no handler runs that is not parked. */
  whenIdle(): Promise<void> {
    return new Promise((resolve) => {
      this.#idleWaiters.push(resolve);
      this.#tellIdle();
    });
  }

  /**
   * Finishes the jobs that are queued, aborts the handlers that run, and closes the file. Their tasks stay unanswered in
   * the journal and are called again when it is opened next.
   */
  async close(): Promise<void> {
    if (this.#isClosing) return;
    this.#isClosing = true;
    this.#timerAlarm.clear();
    this.#retention.close();
    await this.#jobs.close();
    this.#calls.abortAll('the workflow engine closes');
    this.#journal.close();
    this.#tellIdle();
  }

  /** The journal, as it is on disk. */
  get #committed(): Journal {
    this.#jobs.flush();
    return this.#journal;
  }

  #execution(arn: string): ExecutionRow {
    const row = this.#committed.executionByArn(arn);
    if (row === undefined)
      throw new ServiceError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
    return row;
  }

  #machine(arn: string): MachineRow {
    const row = this.#committed.machine(arn);
    if (row === undefined) {
      throw new ServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
    }
    return row;
  }

  #begin(request: StartRequest): Promise<{ executionArn: string; startDateMs: number }> {
    return this.#request(`the start of ${request.name}`, (change) =>
      this.#interpreter.requestStart(change, request),
    );
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
      this.#jobs.add({
        what,
        work: async (change) => {
          answer = await work(change);
        },
        done: () => resolve(answer as Answer),
        refuse: reject,
      });
    });
  }

  #runFrame(id: number): void {
    this.#jobs.add({
      what: `frame ${id}`,
      work: (change) => this.#interpreter.runFrame(change, id),
    });
  }

  #settleDone(token: string): void {
    this.#jobs.add({
      what: 'the end of a child execution',
      work: (change) => this.#interpreter.settleDone(change, token),
    });
  }

  #afterCommit(change: Change): void {
    for (const token of change.tasksToAbort)
      this.#calls.abort(token, 'the workflow no longer waits for this task');
    if (this.#isClosing) return;
    for (const id of change.framesToRun) this.#runFrame(id);
    for (const token of change.tasksDone) this.#settleDone(token);
    this.#calls.add(change.tasksToCall);
    this.#armTimer();
    if (change.endedExecutions.length > 0) this.#retention.look();
    if (change.hasNews) this.#tellStatusChanges();
    if (this.#options.onEnded === undefined) return;
    for (const { arn, machineArn, status, nextEvent } of change.endedExecutions) {
      if (status === 'RUNNING') continue;
      this.#options.onEnded({
        executionArn: arn,
        stateMachineArn: machineArn,
        status,
        eventCount: nextEvent - 1,
      });
    }
  }

  /** Hands over what the journal keeps, and forgets it a job later: whoever dies in between hands it over again. */
  #tellStatusChanges(): void {
    const { statusChanges, onFault = console.error } = this.#options;
    if (statusChanges === undefined || this.#isTellingStatus || !this.#isResumed || this.#isClosing) return;
    const rows = this.#journal.statusChanges(statusChangesPerGo);
    const last = rows.at(-1);
    if (last === undefined) return;
    try {
      statusChanges.take(
        rows.map(({ atMs, execution }) => ({ atMs, execution: describeExecution(execution, atMs) })),
      );
    } catch (error) {
      onFault('workflows: changes of status could not be told; they are told with the next one', error);
      return;
    }
    this.#isTellingStatus = true;
    this.#jobs.add({
      what: 'the removal of told changes of status',
      work: (change) => change.forgetStatusChanges(last.id),
      done: () => {
        this.#isTellingStatus = false;
        this.#tellStatusChanges();
      },
    });
  }

  #armTimer(): void {
    if (!this.#isResumed || this.#firing > 0 || this.#isClosing) return;
    const earliest = this.#journal.earliestTimer();
    if (earliest === undefined) this.#timerAlarm.clear();
    else if (earliest.dueMs <= this.#clock.now()) this.#fireDueTimers();
    else this.#timerAlarm.set(earliest.dueMs, () => this.#fireDueTimers());
  }

  /** One due timer is one job: between two of them, others get their turn. */
  #fireDueTimers(): void {
    if (this.#firing > 0 || this.#isClosing) return;
    this.#firing = Math.max(1, this.#journal.countDueTimers(this.#clock.now(), timersPerGo));
    for (let count = this.#firing; count > 0; count--) {
      this.#jobs.add({
        what: 'a due timer',
        work: async (change) => {
          const timer = this.#journal.earliestTimer();
          if (timer !== undefined && timer.dueMs <= change.nowMs) {
            await this.#interpreter.fireTimer(change, timer);
          }
        },
        done: () => {
          this.#firing--;
          this.#armTimer();
        },
      });
    }
  }

  #isIdle(): boolean {
    return this.#isClosing || (this.#jobs.isQuiet && this.#calls.isQuiet);
  }

  /** Looks a turn later: what an alarm or a parked call has just woken shows only after the promises in between. */
  #tellIdle(): void {
    if (this.#isTellingIdle || this.#idleWaiters.length === 0) return;
    this.#isTellingIdle = true;
    setImmediate(() => {
      this.#isTellingIdle = false;
      if (this.#isIdle()) for (const resolve of this.#idleWaiters.splice(0)) resolve();
    });
  }
}
