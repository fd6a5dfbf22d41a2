import { randomBytes, randomUUID } from 'node:crypto';
import type { Change } from './change.ts';
import { totalRetries } from './context-object.ts';
import {
  type Assignments,
  type Catcher,
  type ChoiceState,
  expressionIn,
  type FailState,
  type MachineDefinition,
  type State,
  type SucceedState,
  type TaskState,
  type Template,
  type WaitState,
} from './definition.ts';
import {
  callbackSuffix,
  checkStartArguments,
  type Integration,
  resourceParts,
  startExecutionResource,
  type TaskOutcome,
} from './integrations.ts';
import type { ExecutionRow, Frame, Journal, TaskRow, TimerRow, Visit } from './journal.ts';
import { evaluateQueryOfKind, fillTemplate } from './query.ts';
import { checkName, parseInput } from './requests.ts';
import { allowsRetry, coversError, retryDelayMs } from './retry.ts';
import { ServiceError } from './service-error.ts';
import { fitsDataLimit, type Json, limits } from './state-data.ts';
import { bindingsOf, causeOf, faultOf, oversizeOf, type Readable, StateFault, type Step } from './step.ts';
import { limitSeconds, waitEndMs } from './time-fields.ts';

export interface InterpreterOptions {
  readonly journal: Journal;
  readonly region: string;
  readonly random: () => number;
  readonly integrations: ReadonlyMap<string, Integration>;
}

/** A run of states that never waits would keep everybody else from the loop, so a job ends after this many. */
const mostTransitionsPerJob = 20;

/** What an execution starts with. `input` is JSON text that was checked. */
export interface ExecutionStart {
  readonly arn: string;
  readonly machine: { readonly arn: string; readonly definitionHash: string; readonly roleArn: string };
  readonly name: string;
  readonly input: string;
}

/**
 * The language: what each state does, in the terms of one {@link Change}. It holds nothing of its own between two jobs, so
 * that a restart finds all there is in the journal.
 *
 * @see https://states-language.net
 */
export class Interpreter {
  readonly #journal: Journal;
  readonly #region: string;
  readonly #random: () => number;
  readonly #integrations: ReadonlyMap<string, Integration>;
  readonly #definitions = new Map<string, MachineDefinition>();

  constructor({ journal, region, random, integrations }: InterpreterOptions) {
    this.#journal = journal;
    this.#region = region;
    this.#random = random;
    this.#integrations = integrations;
  }

  /** Writes a new execution; its first state runs in a job of its own. */
  startExecution(change: Change, { arn, machine, name, input }: ExecutionStart): ExecutionRow {
    const definition = this.#definition(machine.definitionHash);
    const execution: ExecutionRow = {
      id: this.#journal.nextExecutionId(),
      arn,
      machineArn: machine.arn,
      name,
      definitionHash: machine.definitionHash,
      roleArn: machine.roleArn,
      input,
      startedMs: change.nowMs,
      parentToken: null,
      status: 'RUNNING',
      output: null,
      error: null,
      cause: null,
      stoppedMs: null,
      nextEvent: 1,
    };
    change.addExecution(execution);
    change.addEvent(execution, 0, 'ExecutionStarted', {
      input,
      ...untruncated('input'),
      roleArn: machine.roleArn,
    });
    const longestMs = Math.min(
      (definition.TimeoutSeconds ?? Number.POSITIVE_INFINITY) * 1_000,
      limits.executionMs,
    );
    change.addTimer({
      dueMs: change.nowMs + longestMs,
      execution: execution.id,
      frame: null,
      kind: 'execution',
    });
    const frame: Frame = {
      id: this.#journal.nextFrameId(),
      execution: execution.id,
      parent: null,
      position: 0,
      path: '',
      state: definition.StartAt,
      phase: 'ready',
      data: { input: JSON.parse(input) as Json, variables: {}, previousEvent: 0 },
    };
    change.addFrame(frame);
    change.framesToRun.push(frame.id);
    return execution;
  }

  /** Runs a ready frame until it has to wait for something. */
  async runFrame(change: Change, frameId: number): Promise<void> {
    const frame = change.frame(frameId);
    if (frame === undefined) return;
    const execution = change.execution(frame.execution);
    if (execution === undefined) return;
    for (let transitions = 0; frame.phase === 'ready' && execution.status === 'RUNNING'; transitions++) {
      if (transitions === mostTransitionsPerJob) {
        change.framesToRun.push(frame.id);
        return;
      }
      await this.#enterState(change, execution, frame);
    }
  }

  /** Does what a due timer was set for. */
  async fireTimer(change: Change, timer: TimerRow): Promise<void> {
    change.removeTimer(timer.id);
    const execution = change.execution(timer.execution);
    if (execution === undefined || execution.status !== 'RUNNING') return;
    if (timer.kind === 'execution') {
      this.#endExecution(change, execution, 0, 'ExecutionTimedOut', { error: 'States.Timeout', cause: null });
      return;
    }
    const step = this.#stepOf(change, timer.frame);
    if (step === undefined) return;
    if (timer.kind === 'wait') await this.#attempt(step, () => this.#exit(step, step.state as WaitState, {}));
    else if (timer.kind === 'retry')
      await this.#attempt(step, () => this.#schedule(step, step.state as TaskState));
    else {
      const task = timer.token === null ? undefined : this.#journal.task(timer.token);
      if (task === undefined) return;
      change.removeTask(task);
      change.tasksToAbort.push(task.token);
      this.#addEvent(step, 'TaskTimedOut', { ...resourceParts(task.resource), error: 'States.Timeout' });
      const isMissedHeartbeat = timer.kind === 'heartbeat';
      await this.#attempt(step, () => {
        throw new StateFault({ error: 'States.Timeout', cause: null, isMissedHeartbeat });
      });
    }
    await this.runFrame(change, step.frame.id);
  }

  /** Takes a handler's answer. An answer that nobody waits for any longer changes nothing. */
  async settleCall(change: Change, token: string, outcome: TaskOutcome): Promise<void> {
    const task = this.#journal.task(token);
    if (task === undefined || task.status !== 'started') return;
    if ('output' in outcome && task.resource.endsWith(callbackSuffix)) {
      const step = this.#stepOf(change, task.frame);
      if (step === undefined) return;
      change.markSubmitted(token);
      const output = JSON.stringify(outcome.output);
      // What the handler answered is not the state's result, so a long answer is no reason to fail.
      const shown = fitsDataLimit(output) ? output : 'null';
      this.#addEvent(step, 'TaskSubmitted', {
        ...resourceParts(task.resource),
        output: shown,
        ...untruncated('output'),
      });
      return;
    }
    await this.#settle(change, task, outcome);
  }

  /**
   * Takes the answer that came by a task token.
   *
   * @throws ServiceError `TaskTimedOut` when no task waits for this token (any longer)
   */
  async settleToken(change: Change, token: string, outcome: TaskOutcome): Promise<void> {
    await this.#settle(change, this.waitingTask(token), outcome);
  }

  /** @throws ServiceError as {@link settleToken} */
  waitingTask(token: string): TaskRow {
    const task = this.#journal.task(token);
    if (task === undefined || !task.resource.endsWith(callbackSuffix)) {
      throw new ServiceError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
    }
    return task;
  }

  abortExecution(
    change: Change,
    execution: ExecutionRow,
    reason: { error: string | null; cause: string | null },
  ): void {
    this.#endExecution(change, execution, 0, 'ExecutionAborted', reason);
  }

  /** Ends an execution that cannot go on for a reason outside its definition. */
  failExecution(change: Change, executionId: number, cause: string): void {
    const execution = change.execution(executionId);
    if (execution === undefined || execution.status !== 'RUNNING') return;
    const previous = Math.max(0, execution.nextEvent - 1);
    this.#endExecution(change, execution, previous, 'ExecutionFailed', { error: 'States.Runtime', cause });
  }

  async #enterState(change: Change, execution: ExecutionRow, frame: Frame): Promise<void> {
    const state = this.#stateOf(execution, frame);
    const { data } = frame;
    const eventBefore = data.previousEvent;
    const input = JSON.stringify(data.input);
    const detail = { name: frame.state, input, ...untruncated('input') };
    const enteredEvent = change.addEvent(execution, eventBefore, `${state.Type}StateEntered`, detail);
    data.previousEvent = enteredEvent;
    const visit: Visit = { enteredEvent, eventBefore, enteredMs: change.nowMs, retries: [] };
    data.visit = visit;
    const step = { change, execution, frame, state, visit, random: this.#random };
    await this.#attempt(step, () => this.#perform(step));
  }

  #perform(step: Step): Promise<void> {
    const { state } = step;
    switch (state.Type) {
      case 'Pass':
        return this.#exit(step, state, {});
      case 'Task':
        return this.#schedule(step, state);
      case 'Choice':
        return this.#choose(step, state);
      case 'Wait':
        return this.#wait(step, state);
      case 'Succeed':
        return this.#succeed(step, state);
      case 'Fail':
        return this.#fail(step, state);
    }
  }

  async #choose(step: Step, state: ChoiceState): Promise<void> {
    const bindings = bindingsOf(step);
    for (const [index, rule] of state.Choices.entries()) {
      const source = typeof rule.Condition === 'string' ? expressionIn(rule.Condition) : undefined;
      const holds =
        source === undefined
          ? rule.Condition === true
          : await evaluateQueryOfKind(source, `Choices[${index}]/Condition`, bindings, 'boolean');
      if (holds === true) return this.#exit(step, rule, {}, `Choices[${index}]/`);
    }
    if (state.Default === undefined) {
      const problem = 'Failed to transition out of the state. The state does not point to a next state.';
      throw new StateFault({ error: 'States.NoChoiceMatched', cause: causeOf(step, problem) });
    }
    return this.#exit(step, { ...state, Next: state.Default }, {});
  }

  async #wait(step: Step, state: WaitState): Promise<void> {
    const dueMs = await waitEndMs(step, state);
    if (dueMs <= step.change.nowMs) return this.#exit(step, state, {});
    step.frame.phase = 'wait';
    step.change.addTimer({ dueMs, execution: step.execution.id, frame: step.frame.id, kind: 'wait' });
  }

  async #succeed(step: Step, state: SucceedState): Promise<void> {
    return this.#exit(step, { ...state, End: true }, {});
  }

  async #fail(step: Step, state: FailState): Promise<void> {
    const bindings = bindingsOf(step);
    const text = async (location: 'Error' | 'Cause'): Promise<string | null> => {
      const field = state[location];
      if (field === undefined) return null;
      const source = expressionIn(field);
      return source === undefined
        ? field
        : String(await evaluateQueryOfKind(source, location, bindings, 'string'));
    };
    const error = await text('Error');
    const cause = await text('Cause');
    this.#failFrame(step, {
      error: error?.slice(0, limits.errorCharacters) ?? null,
      cause: cause?.slice(0, limits.causeCharacters) ?? null,
    });
  }

  /** Begins an attempt of a task: a fresh token, arguments computed anew, the handler called after the commit. */
  async #schedule(step: Step, state: TaskState): Promise<void> {
    const { change, execution, frame, visit } = step;
    const { data } = frame;
    const token = randomBytes(48).toString('base64url');
    visit.token = token;
    const bindings = bindingsOf(step);
    const args =
      state.Arguments === undefined ? data.input : await fillTemplate(state.Arguments, 'Arguments', bindings);
    const timeoutSeconds = await limitSeconds(step, 'TimeoutSeconds', state.TimeoutSeconds);
    const heartbeatSeconds = await limitSeconds(step, 'HeartbeatSeconds', state.HeartbeatSeconds);
    const parameters = JSON.stringify(args);
    checkSize(parameters, frame.state);
    const resource = resourceParts(state.Resource);
    const scheduledEvent = this.#addEvent(step, 'TaskScheduled', {
      ...resource,
      region: this.#region,
      parameters,
      timeoutInSeconds: timeoutSeconds,
      heartbeatInSeconds: heartbeatSeconds,
    });
    this.#addEvent(step, 'TaskStarted', resource);
    const task: TaskRow = {
      token,
      execution: execution.id,
      frame: frame.id,
      attempt: totalRetries(visit),
      resource: state.Resource,
      arguments: parameters,
      idempotencyKey: `${execution.arn}#${scheduledEvent}`,
      heartbeatMs: heartbeatSeconds === undefined ? null : heartbeatSeconds * 1_000,
      status: 'started',
    };
    const refused = this.#argumentsFault(state.Resource, args);
    if (refused !== undefined) return this.#finish(step, task, { error: 'States.Runtime', cause: refused });
    if (state.Resource === startExecutionResource)
      return this.#finish(step, task, this.#startChild(step, args));
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

  #argumentsFault(resource: string, args: Json): string | undefined {
    if (resource === startExecutionResource) return checkStartArguments(args);
    const name = resource.endsWith(callbackSuffix) ? resource.slice(0, -callbackSuffix.length) : resource;
    const integration = this.#integrations.get(name);
    return integration === undefined
      ? `The resource ${resource} is not supported any longer; register the machine anew without it`
      : integration.checkArguments(args, false);
  }

  /** Starts another machine in the same commit: no crash can come between the start and the answer. */
  #startChild(step: Step, args: Json): TaskOutcome {
    const {
      StateMachineArn,
      Name = randomUUID(),
      Input = {},
    } = args as {
      StateMachineArn: string;
      Name?: string;
      Input?: Json;
    };
    try {
      const { executionArn, startDateMs } = this.requestStart(step.change, {
        stateMachineArn: StateMachineArn,
        name: Name,
        input: JSON.stringify(Input),
      });
      return { output: { ExecutionArn: executionArn, StartDate: new Date(startDateMs).toISOString() } };
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      const name = error.name.endsWith('Exception') ? error.name : `${error.name}Exception`;
      return { error: `StepFunctions.${name}`, cause: error.message };
    }
  }

  /**
   * Starts an execution, or finds the one that runs under this name with the same input.
   *
   * @throws ServiceError as StartExecution does
   */
  requestStart(
    change: Change,
    { stateMachineArn, name, input }: { stateMachineArn: string; name: string; input: string },
  ): { executionArn: string; startDateMs: number } {
    const machine = this.#journal.machine(stateMachineArn);
    if (machine === undefined) {
      throw new ServiceError(
        'StateMachineDoesNotExist',
        `State Machine Does Not Exist: '${stateMachineArn}'`,
      );
    }
    checkName(name);
    parseInput(input);
    const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    const known = change.addedExecution(executionArn) ?? this.#journal.executionByArn(executionArn);
    if (known === undefined) {
      const { startedMs } = this.startExecution(change, { arn: executionArn, machine, name, input });
      return { executionArn, startDateMs: startedMs };
    }
    if (known.status === 'RUNNING' && known.input === input)
      return { executionArn, startDateMs: known.startedMs };
    throw new ServiceError('ExecutionAlreadyExists', `Execution Already Exists: '${executionArn}'`);
  }

  async #settle(change: Change, task: TaskRow, outcome: TaskOutcome): Promise<void> {
    const step = this.#stepOf(change, task.frame);
    if (step === undefined) return;
    change.removeTask(task);
    await this.#attempt(step, () => this.#finish(step, task, outcome));
    await this.runFrame(change, step.frame.id);
  }

  /** Ends an attempt of a task with what it came to. */
  async #finish(step: Step, task: TaskRow, outcome: TaskOutcome): Promise<void> {
    const resource = resourceParts(task.resource);
    const output = 'output' in outcome ? JSON.stringify(outcome.output) : undefined;
    const failure = 'output' in outcome ? oversizeOf(output ?? '', task.resource) : outcome;
    if (failure !== undefined) {
      const error = failure.error?.slice(0, limits.errorCharacters) ?? null;
      const cause = failure.cause?.slice(0, limits.causeCharacters) ?? null;
      this.#addEvent(step, 'TaskFailed', { ...resource, ...withoutNulls({ error, cause }) });
      throw new StateFault({ error, cause });
    }
    this.#addEvent(step, 'TaskSucceeded', { ...resource, output, ...untruncated('output') });
    const result = 'output' in outcome ? outcome.output : null;
    await this.#exit(step, step.state as TaskState, { result });
  }

  /** Leaves the state: Assign and Output both see the variables as they were before it. */
  async #exit(
    step: Step,
    way: { Assign?: Assignments; Output?: Template; Next?: string; End?: true },
    readable: Readable,
    prefix = '',
  ): Promise<void> {
    const { change, execution, frame, state } = step;
    const { data } = frame;
    const bindings = bindingsOf(step, readable);
    const output =
      way.Output === undefined
        ? (readable.errorOutput ?? (readable.result === undefined ? data.input : readable.result))
        : await fillTemplate(way.Output, `${prefix}Output`, bindings);
    const assigned: [string, Json][] = [];
    for (const [name, template] of Object.entries(way.Assign ?? {})) {
      assigned.push([name, await fillTemplate(template, `${prefix}Assign/${name}`, bindings)]);
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
    this.#addEvent(step, `${state.Type}StateExited`, {
      name: frame.state,
      output: outputText,
      ...untruncated('output'),
      ...(assigned.length > 0
        ? { assignedVariables: assignedTexts, ...untruncated('assignedVariables') }
        : {}),
    });
    data.variables = variables;
    data.input = output;
    delete data.visit;
    if (way.Next === undefined) {
      this.#endExecution(change, execution, data.previousEvent, 'ExecutionSucceeded', { output: outputText });
      return;
    }
    frame.state = way.Next;
    frame.phase = 'ready';
  }

  /** Does a state's work; what goes wrong in it is retried, caught, or ends the frame. */
  async #attempt(step: Step, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      await this.#handle(step, faultOf(step, error));
    }
  }

  async #handle(step: Step, fault: StateFault): Promise<void> {
    const { state, visit } = step;
    this.#recordEvaluation(step, fault);
    const retriers = state.Type === 'Task' ? (state.Retry ?? []) : [];
    const index = retriers.findIndex(({ ErrorEquals }) => coversError(ErrorEquals, fault));
    const retrier = retriers[index];
    const retries = visit.retries[index] ?? 0;
    if (retrier !== undefined && allowsRetry(retrier, retries)) {
      for (let other = 0; other <= index; other++) visit.retries[other] ??= 0;
      visit.retries[index] = retries + 1;
      step.frame.phase = 'retry';
      const dueMs = step.change.nowMs + retryDelayMs(retrier, retries, step.random);
      step.change.addTimer({ dueMs, execution: step.execution.id, frame: step.frame.id, kind: 'retry' });
      return;
    }
    const catchers = state.Type === 'Task' ? (state.Catch ?? []) : [];
    const catcherIndex = catchers.findIndex(({ ErrorEquals }) => coversError(ErrorEquals, fault));
    const catcher = catchers[catcherIndex];
    if (catcher === undefined) return this.#failFrame(step, fault);
    await this.#catchFault(step, fault, catcher, catcherIndex);
  }

  async #catchFault(step: Step, fault: StateFault, catcher: Catcher, index: number): Promise<void> {
    // A time-out has no cause, and the service hands on an empty one.
    const Cause = fault.cause ?? (fault.error === 'States.Timeout' ? '' : null);
    try {
      await this.#exit(step, catcher, { errorOutput: { Error: fault.error, Cause } }, `Catch[${index}]/`);
    } catch (error) {
      const second = faultOf(step, error);
      this.#recordEvaluation(step, second);
      this.#failFrame(step, second);
    }
  }

  #recordEvaluation(step: Step, fault: StateFault): void {
    const { error, cause, location } = fault;
    if (location === undefined) return;
    const { frame, visit, state } = step;
    // The service links the event past the state's Entered event, unless the state has begun to do something.
    const hasBegun = state.Type === 'Wait' || frame.data.previousEvent !== visit.enteredEvent;
    frame.data.previousEvent = hasBegun ? frame.data.previousEvent : visit.eventBefore;
    this.#addEvent(step, 'EvaluationFailed', {
      ...withoutNulls({ error, cause }),
      location,
      state: frame.state,
    });
  }

  #failFrame(
    { change, execution, frame }: Step,
    reason: { error: string | null; cause: string | null },
  ): void {
    this.#endExecution(change, execution, frame.data.previousEvent, 'ExecutionFailed', reason);
  }

  #endExecution(
    change: Change,
    execution: ExecutionRow,
    previousEvent: number,
    type: 'ExecutionSucceeded' | 'ExecutionFailed' | 'ExecutionAborted' | 'ExecutionTimedOut',
    end: { output: string } | { error: string | null; cause: string | null },
  ): void {
    const detail = 'output' in end ? { output: end.output, ...untruncated('output') } : withoutNulls(end);
    change.addEvent(execution, previousEvent, type, detail, true);
    execution.status = statusAfter[type];
    if ('output' in end) execution.output = end.output;
    else {
      execution.error = end.error;
      execution.cause = end.cause;
    }
    execution.stoppedMs = change.nowMs;
    change.endExecution(execution);
  }

  #addEvent({ change, execution, frame }: Step, type: string, detail: object): number {
    frame.data.previousEvent = change.addEvent(execution, frame.data.previousEvent, type, detail);
    return frame.data.previousEvent;
  }

  #stepOf(change: Change, frameId: number | null): Step | undefined {
    const frame = frameId === null ? undefined : change.frame(frameId);
    const execution = frame === undefined ? undefined : change.execution(frame.execution);
    const visit = frame?.data.visit;
    if (frame === undefined || execution === undefined || visit === undefined) return undefined;
    return { change, execution, frame, state: this.#stateOf(execution, frame), visit, random: this.#random };
  }

  #stateOf(execution: ExecutionRow, frame: Frame): State {
    const state = this.#definition(execution.definitionHash).States[frame.state];
    if (state === undefined) throw new Error(`${execution.arn}: its definition has no state ${frame.state}`);
    return state;
  }

  #definition(hash: string): MachineDefinition {
    let definition = this.#definitions.get(hash);
    if (definition === undefined) {
      definition = JSON.parse(this.#journal.definition(hash)) as MachineDefinition;
      this.#definitions.set(hash, definition);
    }
    return definition;
  }
}

const statusAfter = {
  ExecutionSucceeded: 'SUCCEEDED',
  ExecutionFailed: 'FAILED',
  ExecutionAborted: 'ABORTED',
  ExecutionTimedOut: 'TIMED_OUT',
} as const;

/** @throws StateFault `States.DataLimitExceeded` */
function checkSize(text: string, name: string): void {
  const oversize = oversizeOf(text, name);
  if (oversize !== undefined) throw oversize;
}

/** History holds all data whole, and says so as the service does. */
function untruncated(field: 'input' | 'output' | 'assignedVariables'): Record<string, { truncated: false }> {
  return { [`${field}Details`]: { truncated: false } };
}

function withoutNulls(values: Record<string, string | null>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== null),
  );
}
