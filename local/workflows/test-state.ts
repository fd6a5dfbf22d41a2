import type { ExecutionDescription } from './descriptions.ts';
import type { HistoryEvent } from './history.ts';
import { answersLater, type Integration } from './integrations.ts';
import { ServiceError } from './service-error.ts';
import { isObject, type Json, kindOf } from './state-data.ts';

export interface TestStateRequest {
  /** Parsed ASL: one state, or a machine with `stateName`. */
  readonly definition: unknown;
  readonly roleArn?: string | undefined;
  /** JSON text. */
  readonly input?: string | undefined;
  /** The state of the machine that is to run, also inside a Parallel or Map. */
  readonly stateName?: string | undefined;
  /** What the state's task, branches or iterations are to have come to: `result` is JSON text. */
  readonly mock?: unknown;
}

export interface TestedState {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'RETRIABLE' | 'CAUGHT_ERROR';
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly nextState?: string;
}

/** A machine in which the state stands alone: what it leads to are states that do nothing. */
export interface Trial {
  readonly machine: { readonly definition: Json; readonly roleArn?: string };
  readonly integrations: Readonly<Record<string, Integration>>;
  readonly isWait: boolean;
}

const mockedResource = 'arn:aws:states:::mock';
/** What only a state with states inside it has. */
const innerFields = new Set([
  ...['Branches', 'Items', 'ItemSelector', 'ItemProcessor', 'Iterator', 'MaxConcurrency'],
  ...['ToleratedFailureCount', 'ToleratedFailurePercentage'],
]);

/** @throws ServiceError `ValidationException` */
export function planTrial({ definition, roleArn, stateName, mock }: TestStateRequest): Trial {
  if (!isObject(definition)) throw invalid(`definition is ${kindOf(definition)}; give a state or a machine`);
  const name = stateName ?? 'State';
  const state = stateName === undefined ? definition : findState(definition, stateName);
  if (state === undefined) throw invalid(`the definition has no state ${name}; give the name of one`);
  const { Type, Resource } = state;
  const isLong = Type === 'Map' || Type === 'Parallel' || answersLater.test(String(Resource));
  if (isLong && mock === undefined) {
    throw invalid(`${name} waits for what a test does not do; give a mock with its result`);
  }
  const tested = mock === undefined ? state : withMock(state);
  const language = state.QueryLanguage ?? definition.QueryLanguage;
  const targets = targetsOf(tested).filter((target) => target !== name);
  const machine = {
    QueryLanguage: language,
    StartAt: name,
    States: { [name]: tested, ...Object.fromEntries(targets.map((target) => [target, { Type: 'Succeed' }])) },
  };
  return {
    machine: { definition: machine as Json, ...(roleArn === undefined ? {} : { roleArn }) },
    integrations: mock === undefined ? {} : { [mockedResource]: mockedIntegration(mock) },
    isWait: state.Type === 'Wait',
  };
}

/** Reads off an execution of the trial what its first state came to. */
export function readTrial(execution: ExecutionDescription, events: readonly HistoryEvent[]): TestedState {
  const exited = events.find(({ type }) => type.endsWith('StateExited'));
  const failed = events.findLast(
    ({ id, details }) => details.error !== undefined && (exited === undefined || id < exited.id),
  );
  const { error = execution.error, cause = execution.cause } = failed?.details ?? {};
  const failure = {
    ...(typeof error === 'string' ? { error } : {}),
    ...(typeof cause === 'string' ? { cause } : {}),
  };
  if (exited === undefined)
    return { status: execution.status === 'RUNNING' ? 'RETRIABLE' : 'FAILED', ...failure };
  const entered = events.find(({ id, type }) => id > exited.id && type.endsWith('StateEntered'));
  return {
    status: failed === undefined ? 'SUCCEEDED' : 'CAUGHT_ERROR',
    output: String(exited.details.output),
    ...(failed === undefined ? {} : failure),
    ...(entered === undefined ? {} : { nextState: String(entered.details.name) }),
  };
}

function findState(group: Record<string, unknown>, name: string): Record<string, unknown> | undefined {
  const states = isObject(group.States) ? group.States : {};
  const own = Object.hasOwn(states, name) ? states[name] : undefined;
  if (isObject(own)) return own;
  for (const state of Object.values(states)) {
    if (!isObject(state)) continue;
    const { Branches, ItemProcessor, Iterator } = state;
    for (const inner of [...(Array.isArray(Branches) ? Branches : []), ItemProcessor, Iterator]) {
      const found = isObject(inner) ? findState(inner, name) : undefined;
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** The state with a task in place of what it would really do. */
function withMock(state: Record<string, unknown>): Record<string, unknown> {
  const kept = Object.entries(state).filter(([field]) => !innerFields.has(field));
  return { ...Object.fromEntries(kept), Type: 'Task', Resource: mockedResource };
}

function mockedIntegration(mock: unknown): Integration {
  const { result, errorOutput } = isObject(mock) ? mock : {};
  return {
    checkArguments: () => undefined,
    run: async () => {
      if (isObject(errorOutput)) {
        const { error, cause } = errorOutput;
        return {
          error: typeof error === 'string' ? error : null,
          cause: typeof cause === 'string' ? cause : null,
        };
      }
      if (typeof result !== 'string')
        throw invalid('mock has neither result nor errorOutput; give one of them');
      return { output: JSON.parse(result) as Json };
    },
  };
}

function targetsOf(state: Record<string, unknown>): string[] {
  const lists = [state.Choices, state.Catch].flatMap((list): unknown[] => (Array.isArray(list) ? list : []));
  const targets = [
    state.Next,
    state.Default,
    ...lists.map((entry) => (isObject(entry) ? entry.Next : undefined)),
  ];
  return [...new Set(targets.filter((target) => typeof target === 'string'))];
}

function invalid(problem: string): ServiceError {
  return new ServiceError('ValidationException', `1 validation error detected: ${problem}`);
}
