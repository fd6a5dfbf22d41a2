import type { Change } from './change.ts';
import type { MachineDefinition } from './definition.ts';
import type { ExecutionRow, Frame, FrameData } from './journal.ts';
import { checkName, parseInput } from './requests.ts';
import { ServiceError } from './service-error.ts';
import { limits } from './state-data.ts';
import { type Tools, untruncated } from './step.ts';

export interface StartRequest {
  readonly stateMachineArn: string;
  readonly name: string;
  /** JSON text. */
  readonly input: string;
  /** The task of another execution that waits for the end of this one. */
  readonly parentToken?: string | null;
  /** The execution of which a state asks for this one. */
  readonly parentArn?: string;
  /** What its first state finds besides the input, when it is tested alone. */
  readonly begin?: Pick<FrameData, 'variables' | 'trial'>;
}

/**
 * Starts an execution, or finds the one that runs under this name with the same input. Its first state runs in a job of its
 * own.
 *
 * @throws ServiceError as StartExecution does
 */
export function requestStart(
  tools: Tools,
  change: Change,
  { stateMachineArn, name, input, parentToken = null, parentArn, begin: data }: StartRequest,
): { executionArn: string; startDateMs: number } {
  const { journal } = tools;
  const machine = journal.machine(stateMachineArn);
  if (machine === undefined) {
    throw new ServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${stateMachineArn}'`);
  }
  checkName(name);
  const value = parseInput(input);
  const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
  const known = change.addedExecution(executionArn) ?? journal.executionByArn(executionArn);
  // A task that waits for an end must have an execution of its own to wait for.
  const isSame = known?.status === 'RUNNING' && known.input === input && parentToken === null;
  if (known !== undefined && isSame) return { executionArn, startDateMs: known.startedMs };
  if (known !== undefined) {
    throw new ServiceError('ExecutionAlreadyExists', `Execution Already Exists: '${executionArn}'`);
  }
  const execution: ExecutionRow = {
    id: journal.nextExecutionId(),
    arn: executionArn,
    machineArn: machine.arn,
    name,
    definitionHash: machine.definitionHash,
    roleArn: machine.roleArn,
    input,
    startedMs: change.nowMs,
    parentToken,
    parentArn: parentArn ?? null,
    status: 'RUNNING',
    output: null,
    error: null,
    cause: null,
    stoppedMs: null,
    nextEvent: 1,
    redriveCount: 0,
    redrivenMs: null,
  };
  begin(tools, change, execution, { input: value, variables: {}, previousEvent: 0, ...data });
  return { executionArn, startDateMs: execution.startedMs };
}

function begin(
  { journal, definitions }: Tools,
  change: Change,
  execution: ExecutionRow,
  data: FrameData,
): void {
  const { id, definitionHash, roleArn } = execution;
  const definition = definitions.machine(definitionHash);
  change.addExecution(execution);
  change.addEvent(execution, 0, 'ExecutionStarted', {
    input: execution.input,
    ...untruncated('input'),
    roleArn,
  });
  const dueMs = change.nowMs + timeLimitMs(definition);
  change.addTimer({ dueMs, execution: id, frame: null, kind: 'execution' });
  const frame: Frame = {
    id: journal.nextFrameId(),
    execution: id,
    parent: null,
    position: 0,
    path: '',
    state: definition.StartAt,
    phase: 'ready',
    data,
  };
  change.addFrame(frame);
  change.framesToRun.push(frame.id);
}

/** How long an execution of this machine may take. */
export function timeLimitMs({ TimeoutSeconds = Number.POSITIVE_INFINITY }: MachineDefinition): number {
  return Math.min(TimeoutSeconds * 1_000, limits.executionMs);
}
