import { VirtualClock } from '../../../../local/virtual-clock.ts';
import {
  type Integration,
  ServiceError,
  type TaskCall,
  type TaskOutcome,
  WorkflowEngine,
} from '../../../../local/workflows/engine.ts';
import type { HistoryEvent } from '../../../../local/workflows/history.ts';
import type { Json } from '../../../../local/workflows/state-data.ts';
import { difference } from './likeness.ts';
import type { RecordedCase, Stub } from './recorded-case.ts';

/** What a case came to here. Texts hold JSON where the service's answers do. */
export interface Played {
  readonly status?: string;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly nextState?: string;
  /** The message of a definition that was refused. */
  readonly refused?: string;
  readonly events: readonly HistoryEvent[];
  /** Tasks whose arguments are not the recorded ones: the state's name with both. */
  readonly tasks: readonly { readonly state: string; readonly arguments: Json; readonly stub: Stub }[];
}

const longestMs = 400 * 24 * 3_600_000;
const roleArn = 'snf_role_arn';

/** Plays a recorded case in virtual time, with the recorded answers in place of all integrations. */
export async function playCase(recorded: RecordedCase): Promise<Played> {
  const clock = new VirtualClock(Date.parse('2026-11-21T09:00:00Z'));
  const stage = new Stage(recorded);
  const engine = WorkflowEngine.open({
    file: ':memory:',
    synchronous: 'NORMAL',
    clock,
    accountId: '111111111111',
    region: 'us-east-1',
    integrations: stage.integrations(),
    tasks: { invokeFunction: async () => ({ functionError: 'Unhandled', cause: 'nothing is invoked here' }) },
  });
  stage.engine = engine;
  try {
    return recorded.kind === 'testState'
      ? await testState(engine, recorded)
      : await execute(engine, clock, recorded, stage);
  } finally {
    await engine.close();
  }
}

async function execute(
  engine: WorkflowEngine,
  clock: VirtualClock,
  recorded: RecordedCase,
  stage: Stage,
): Promise<Played> {
  const stateMachineArn = engine.stateMachineArn('case-sm');
  try {
    const definition = inJsonata(recorded.definition);
    engine.registerMachine({ arn: stateMachineArn, name: 'case-sm', roleArn, definition });
  } catch (error) {
    if (error instanceof ServiceError) return { refused: error.message, events: [], tasks: [] };
    throw error;
  }
  if (recorded.kind === 'createError') return { events: [], tasks: [] };
  const input = JSON.stringify(recorded.input ?? {});
  const { executionArn } = await engine.startExecution({ stateMachineArn, name: 'case-exec', input });
  const endMs = clock.now() + longestMs;
  const isRunning = () => engine.describeExecution({ executionArn }).status === 'RUNNING';
  await engine.whenIdle();
  await stage.answerTokens();
  if (recorded.expected.status === 'ABORTED' && isRunning()) await engine.stopExecution({ executionArn });
  for (
    let dueMs = clock.nextDueMs();
    isRunning() && dueMs !== undefined && dueMs < endMs;
    dueMs = clock.nextDueMs()
  ) {
    await clock.advanceTo(dueMs, () => engine.whenIdle());
    await stage.answerTokens();
  }
  const { status, output, error, cause } = engine.describeExecution({ executionArn });
  return {
    status,
    ...(output === undefined ? {} : { output }),
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
    events: allEvents(engine, executionArn),
    tasks: stage.tasks,
  };
}

async function testState(engine: WorkflowEngine, recorded: RecordedCase): Promise<Played> {
  const tested = await engine.testState({
    definition: inJsonata(recorded.definition),
    roleArn,
    input: JSON.stringify(recorded.input ?? {}),
    stateName: recorded.stateName,
    mock: recorded.mock,
  });
  return { ...tested, events: [], tasks: [] };
}

/** Recordings without a query language use nothing that differs between the two. */
function inJsonata(definition: Json): Json {
  return typeof definition === 'object' && definition !== null && !Array.isArray(definition)
    ? { ...definition, QueryLanguage: 'JSONata' }
    : definition;
}

function allEvents(engine: WorkflowEngine, executionArn: string): HistoryEvent[] {
  const events: HistoryEvent[] = [];
  for (let nextToken: string | undefined; ; ) {
    const page = engine.getExecutionHistory({ executionArn, maxResults: 1_000, nextToken });
    events.push(...page.events);
    nextToken = page.nextToken;
    if (nextToken === undefined) return events;
  }
}

/** What stands for the network: each stub answers one task of its state. */
class Stage {
  engine: WorkflowEngine | undefined;
  readonly tasks: { state: string; arguments: Json; stub: Stub }[] = [];
  readonly #recorded: RecordedCase;
  readonly #stubs: Stub[];
  readonly #tokens: { token: string; stub: Stub }[] = [];

  constructor(recorded: RecordedCase) {
    this.#recorded = recorded;
    this.#stubs = [...(recorded.lambdaStub ?? [])];
  }

  /** One for every Resource in the definition, so that the case decides what there is. */
  integrations(): Record<string, Integration> {
    const integration: Integration = {
      checkArguments: () => undefined,
      run: (call) => call.parked(this.#answer(call)),
    };
    const resources: string[] = [];
    JSON.stringify(this.#recorded.definition, (key, value: unknown) => {
      if (key === 'Resource' && typeof value === 'string') resources.push(value);
      return value;
    });
    return Object.fromEntries(
      resources.map((resource) => [resource.replace(/\.waitForTaskToken$/, ''), integration]),
    );
  }

  async answerTokens(): Promise<void> {
    const { engine } = this;
    if (engine === undefined) return;
    for (const { token: taskToken, stub } of this.#tokens.splice(0)) {
      if (stub.outcome === 'succeeded')
        await engine.sendTaskSuccess({ taskToken, output: textOf(stub.output) });
      if (stub.outcome === 'failed') {
        const cause = stub.cause === undefined ? undefined : textOf(stub.cause);
        await engine.sendTaskFailure({ taskToken, error: stub.error, cause });
      }
    }
    await engine.whenIdle();
  }

  async #answer({
    arguments: args,
    idempotencyKey,
    token,
    signal,
    submitted,
  }: TaskCall): Promise<TaskOutcome> {
    const state = this.#stateOf(idempotencyKey);
    const stub = this.#stubFor(state, args);
    if (stub === undefined) {
      // A state that is tested alone comes without stubs: its function answers what the service's did.
      if (this.#recorded.kind === 'testState') return { output: this.#recorded.expected.output ?? null };
      return { error: 'Recording.NoAnswer', cause: `the recording has no answer for ${state}` };
    }
    this.tasks.push({ state, arguments: args, stub });
    if (stub.submitted !== undefined) {
      if (token !== undefined) {
        this.#tokens.push({ token, stub });
        return { output: stub.submitted };
      }
      submitted(stub.submitted);
    }
    if (stub.outcome === 'succeeded') return { output: stub.output ?? null };
    if (stub.outcome === 'failed') {
      return { error: stub.error ?? null, cause: stub.cause === undefined ? null : textOf(stub.cause) };
    }
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve({ error: null, cause: null }));
    });
  }

  /** The next answer for this state; where several run at once, the one that was recorded for these arguments. */
  #stubFor(state: string, args: Json): Stub | undefined {
    const those = this.#stubs.filter((stub) => stub.state === state || stub.state === null);
    const stub = those.find(({ arguments: wanted }) => difference(wanted, args) === undefined) ?? those[0];
    if (stub !== undefined) this.#stubs.splice(this.#stubs.indexOf(stub), 1);
    return stub;
  }

  /** The state that scheduled a task, read off the history: the key names the event. */
  #stateOf(idempotencyKey: string): string {
    const [executionArn = '', scheduledEvent] = idempotencyKey.split('#');
    if (this.engine === undefined || this.#recorded.kind === 'testState') return '';
    const events = new Map(allEvents(this.engine, executionArn).map((event) => [event.id, event]));
    let event = events.get(Number(scheduledEvent));
    while (event !== undefined && !event.type.endsWith('StateEntered'))
      event = events.get(event.previousEventId);
    return String(event?.details.name ?? '');
  }
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}
