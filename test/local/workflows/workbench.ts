import { VirtualClock } from '../../../local/virtual-clock.ts';
import {
  type ExecutionDescription,
  type FunctionAnswer,
  type FunctionCall,
  WorkflowEngine,
  type WorkflowEngineOptions,
} from '../../../local/workflows/engine.ts';

export const startMs = Date.parse('2026-11-21T09:00:00.000Z');
export const secondMs = 1_000;
export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

export type Functions = Record<string, (call: FunctionCall) => FunctionAnswer | Promise<FunctionAnswer>>;

/** A function that answers only when its caller gives it up. */
export function hang({ signal, parked }: FunctionCall): Promise<FunctionAnswer> {
  return parked(
    new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve({ payload: null }));
    }),
  );
}

/** Fails as a function that threw does. */
export function thrown(errorType: string, errorMessage = 'it broke'): FunctionAnswer {
  return { functionError: 'Unhandled', cause: JSON.stringify({ errorMessage, errorType, trace: [] }) };
}

/** A Task state's fields that call a function with a payload, by default the state's input. */
export function call(functionName: string, payload: unknown = '{% $states.input %}') {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: { FunctionName: functionName, Payload: payload },
  };
}

export interface WorkbenchOptions extends Partial<WorkflowEngineOptions> {
  readonly clock?: VirtualClock;
  readonly functions?: Functions;
}

/** An engine on a virtual clock with functions from the test, and short ways to what tests do most. */
export class Workbench {
  readonly clock: VirtualClock;
  readonly engine: WorkflowEngine;
  readonly calls: FunctionCall[] = [];

  constructor({ clock = new VirtualClock(startMs), functions = {}, ...options }: WorkbenchOptions = {}) {
    this.clock = clock;
    this.engine = WorkflowEngine.open({
      file: ':memory:',
      accountId: '111111111111',
      region: 'us-east-1',
      synchronous: 'NORMAL',
      random: () => 0.5,
      tasks: {
        invokeFunction: async (functionCall) => {
          this.calls.push(functionCall);
          const run = functions[functionCall.functionName];
          if (run === undefined) throw new Error(`the test has no function ${functionCall.functionName}`);
          return await run(functionCall);
        },
      },
      ...options,
      clock,
    });
  }

  get machineArn(): string {
    return this.engine.stateMachineArn('m');
  }

  get executionArn(): string {
    return this.machineArn.replace('stateMachine', 'execution').concat(':e');
  }

  register(states: Record<string, unknown>, rest: Record<string, unknown> = {}): void {
    const definition = { QueryLanguage: 'JSONata', StartAt: Object.keys(states)[0], States: states, ...rest };
    this.engine.registerMachine({ arn: this.machineArn, name: 'm', definition });
  }

  /** Starts the execution `e` and lets it run as far as it goes without time. */
  async start(input: unknown = {}): Promise<void> {
    await this.engine.startExecution({
      stateMachineArn: this.machineArn,
      name: 'e',
      input: JSON.stringify(input),
    });
    await this.idle();
  }

  async idle(): Promise<void> {
    await this.engine.whenIdle();
  }

  async pass(ms: number): Promise<void> {
    await this.clock.advanceTo(this.clock.now() + ms, () => this.engine.whenIdle());
  }

  describe(): ExecutionDescription {
    return this.engine.describeExecution({ executionArn: this.executionArn });
  }

  /** How the execution stands: its status with what it came to, output parsed. */
  outcome(): Record<string, unknown> {
    const { status, output, error, cause } = this.describe();
    return {
      status,
      ...(output === undefined ? {} : { output: JSON.parse(output) as unknown }),
      ...(error === undefined ? {} : { error }),
      ...(cause === undefined ? {} : { cause }),
    };
  }

  /** The types of the events, in order. */
  events(): string[] {
    const { events } = this.engine.getExecutionHistory({
      executionArn: this.executionArn,
      maxResults: 1_000,
    });
    return events.map(({ type }) => type);
  }

  /** Registers, starts, and lets a day pass. */
  async run(states: Record<string, unknown>, input: unknown = {}, rest: Record<string, unknown> = {}) {
    this.register(states, rest);
    await this.start(input);
    await this.pass(dayMs);
    return this.outcome();
  }

  async close(): Promise<void> {
    await this.engine.close();
  }
}
