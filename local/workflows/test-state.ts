import type { ExecutionDescription } from './descriptions.ts';
import type { HistoryEvent } from './history.ts';
import { answersLater, type Integration } from './integrations.ts';
import type { TrialData } from './journal.ts';
import { coversError } from './retry.ts';
import { ServiceError } from './service-error.ts';
import { fitsDataLimit, isObject, type Json, kindOf, limits, nestsDeeper } from './state-data.ts';

export interface TestStateRequest {
  /** Parsed ASL: one state, or a machine with `stateName`. */
  readonly definition: unknown;
  readonly roleArn?: string | undefined;
  /** JSON text. */
  readonly input?: string | undefined;
  /** The state of the machine that is to run, also inside a Parallel or Map. */
  readonly stateName?: string | undefined;
  /** What the state's task, branches or iterations are to have come to. */
  readonly mock?: StateMock | undefined;
  /** JSON text of an object: the variables that the state finds. */
  readonly variables?: string | undefined;
  /** JSON text of an object: what the state reads as `$states.context`, over what a test has by itself. With a mock only. */
  readonly context?: string | undefined;
  /** How often the retrier of the mocked error has granted a retry before. */
  readonly retrierRetryCount?: number | undefined;
  /** Whether {@link TestedState.inspectionData} is wanted. @default false */
  readonly isInspected?: boolean;
}

/** Either a result, as JSON text, or a failure. */
export interface StateMock {
  readonly result?: string | undefined;
  readonly errorOutput?:
    | { readonly error?: string | undefined; readonly cause?: string | undefined }
    | undefined;
}

export interface TestedState {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'RETRIABLE' | 'CAUGHT_ERROR';
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly nextState?: string;
  readonly inspectionData?: InspectionData;
}

/** How the state came to what it came to; JSON texts. */
export interface InspectionData {
  readonly input: string;
  /** What the task was called with. */
  readonly afterArguments?: string;
  /** What the task, or the mock, has answered. */
  readonly result?: string;
  /** All variables after the state, by name. */
  readonly variables: string;
  /** Which retrier or catcher took the error up, and after how long it is tried again. */
  readonly errorDetails?: {
    readonly retryIndex?: number;
    readonly retryBackoffIntervalSeconds?: number;
    readonly catchIndex?: number;
  };
}

/** A machine in which the state stands alone: what it leads to are states that do nothing. */
export interface Trial {
  readonly machine: { readonly definition: Json; readonly roleArn?: string };
  readonly integrations: Readonly<Record<string, Integration>>;
  readonly isWait: boolean;
  readonly state: Readonly<Record<string, unknown>>;
  readonly input: string;
  /** What the state begins with. */
  readonly begin: { readonly variables: Record<string, Json>; readonly trial: TrialData };
  /** The name that stands for the state itself where it leads back to itself, which a test must not follow. */
  readonly itself: string;
  readonly name: string;
  readonly isInspected: boolean;
}

const statesThatMock = new Set(['Task', 'Map', 'Parallel']);
const mockedResource = 'arn:aws:states:::mock';
/** What only a state with states inside it has. */
const innerFields = new Set([
  ...['Branches', 'Items', 'ItemSelector', 'ItemProcessor', 'Iterator', 'MaxConcurrency'],
  ...['ToleratedFailureCount', 'ToleratedFailurePercentage'],
]);

/** @throws ServiceError `ValidationException` */
export function planTrial(request: TestStateRequest): Trial {
  const { definition, roleArn, stateName, mock, input = '{}', isInspected = false } = request;
  if (!isObject(definition)) throw invalid(`definition is ${kindOf(definition)}; give a state or a machine`);
  if (nestsDeeper(definition, limits.nestedLevels))
    throw invalid(`the definition nests deeper than ${limits.nestedLevels} levels; make it flatter`);
  const name = stateName ?? 'State';
  const state = stateName === undefined ? definition : findState(definition, stateName);
  if (state === undefined) throw invalid(`the definition has no state ${name}; give the name of one`);
  const { Type, Resource } = state;
  const isLong = answersLater.test(String(Resource));
  if ((Type === 'Map' || Type === 'Parallel') && mock === undefined) {
    throw new ServiceError(
      'InvalidDefinition',
      'TestState API does not support Map or Parallel states. Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]; give a mock with its result',
    );
  }
  if (isLong && mock === undefined) {
    throw invalid(`${name} waits for what a test does not do; give a mock with its result`);
  }
  if (mock === undefined && request.context !== undefined)
    throw invalid('context is given without a mock; give a mock too, or leave it out');
  if (mock !== undefined && !statesThatMock.has(String(Type)))
    throw refused(`State type '${String(Type)}' is not supported when a mock is specified`);
  const language = state.QueryLanguage ?? definition.QueryLanguage;
  const others = targetsOf(state);
  let itself = 'Itself';
  while (others.includes(itself) || itself === name) itself += '.';
  const tested = redirect(mock === undefined ? state : withMock(state), name, itself);
  const targets = targetsOf(tested);
  const machine = {
    QueryLanguage: language,
    StartAt: name,
    States: { [name]: tested, ...Object.fromEntries(targets.map((target) => [target, { Type: 'Succeed' }])) },
  };
  return {
    machine: { definition: machine as Json, ...(roleArn === undefined ? {} : { roleArn }) },
    integrations: mock === undefined ? {} : { [mockedResource]: mockedIntegration(mock, state) },
    isWait: state.Type === 'Wait',
    state,
    input,
    begin: { variables: parseVariables(request.variables), trial: trialData(request, state) },
    itself,
    name,
    isInspected,
  };
}

function trialData(
  { mock, context, retrierRetryCount: count = 0 }: TestStateRequest,
  { Retry }: Record<string, unknown>,
): TrialData {
  const given = context === undefined ? undefined : parseObject('context', context);
  if (count === 0) return given === undefined ? {} : { context: given };
  const error = mock?.errorOutput;
  const index = error === undefined ? -1 : coveringIndex(Retry, error);
  if (index < 0) {
    throw invalid(
      'retrierRetryCount is given, and no Retry of the state covers a mocked error; give one that does',
    );
  }
  const retries = [...Array.from({ length: index }, () => 0), count];
  return { retries, ...(given === undefined ? {} : { context: given }) };
}

/** Which entry of a Retry or Catch takes this error up. */
function coveringIndex(entries: unknown, { error, cause }: Failure): number {
  return (Array.isArray(entries) ? entries : []).findIndex((entry: unknown) => {
    const names: unknown = isObject(entry) ? entry.ErrorEquals : undefined;
    const texts = Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
    return coversError(texts, { error: error ?? null, cause: cause ?? null });
  });
}

interface Failure {
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

const variableName = /^\p{ID_Start}[\p{ID_Continue}_]{0,79}$/u;

function parseVariables(text: string | undefined): Record<string, Json> {
  if (text === undefined) return {};
  const variables = parseObject('variables', text);
  const wrong = Object.keys(variables).find((name) => name === 'states' || !variableName.test(name));
  if (wrong === undefined) return variables;
  throw invalid(
    `variables has "${wrong.slice(0, 80)}"; give names as Assign does: letters and digits, and not "states"`,
  );
}

function parseObject(field: string, text: string): Record<string, Json> {
  const value = parseJson(field, text);
  if (isObject(value)) return value as Record<string, Json>;
  throw invalid(`${field} is ${kindOf(value)}; give the JSON text of an object`);
}

function parseJson(field: string, text: string): Json {
  if (!fitsDataLimit(text)) {
    const wanted = `Member must have length less than or equal to ${limits.dataBytes}`;
    throw invalid(`Value at '${field}' failed to satisfy constraint: ${wanted}`);
  }
  try {
    const value = JSON.parse(text) as Json;
    if (nestsDeeper(value, limits.nestedLevels))
      throw new Error(`it nests deeper than ${limits.nestedLevels} levels`);
    return value;
  } catch (error) {
    throw invalid(`${field} is no JSON text: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/**
 * Reads off an execution of the trial what its first state came to.
 *
 * @param retryDelayMs how long the execution waits, when it still runs
 */
export function readTrial(
  trial: Trial,
  execution: ExecutionDescription,
  events: readonly HistoryEvent[],
  retryDelayMs: number,
): TestedState {
  const exited = events.find(({ type }) => type.endsWith('StateExited'));
  const failed = events.findLast(
    ({ id, details }) => details.error !== undefined && (exited === undefined || id < exited.id),
  );
  const { error = execution.error, cause = execution.cause } = failed?.details ?? {};
  const failure = {
    ...(typeof error === 'string' ? { error } : {}),
    ...(typeof cause === 'string' ? { cause } : {}),
  };
  const inspect = (errorDetails: InspectionData['errorDetails']): { inspectionData?: InspectionData } =>
    trial.isInspected ? { inspectionData: inspectTrial(trial, events, exited, errorDetails) } : {};
  const { Retry, Catch } = trial.state;
  if (exited === undefined) {
    if (execution.status !== 'RUNNING') return { status: 'FAILED', ...failure, ...inspect(undefined) };
    const retryBackoffIntervalSeconds = Math.round(retryDelayMs / 1_000);
    const details = { retryIndex: coveringIndex(Retry, failure), retryBackoffIntervalSeconds };
    return { status: 'RETRIABLE', ...failure, ...inspect(details) };
  }
  const entered = events.find(({ id, type }) => id > exited.id && type.endsWith('StateEntered'));
  const next = entered?.details.name;
  return {
    status: failed === undefined ? 'SUCCEEDED' : 'CAUGHT_ERROR',
    output: String(exited.details.output),
    ...(failed === undefined ? {} : failure),
    ...(next === undefined ? {} : { nextState: next === trial.itself ? trial.name : String(next) }),
    ...inspect(failed === undefined ? undefined : { catchIndex: coveringIndex(Catch, failure) }),
  };
}

function inspectTrial(
  { input, begin, state }: Trial,
  events: readonly HistoryEvent[],
  exited: HistoryEvent | undefined,
  errorDetails: InspectionData['errorDetails'],
): InspectionData {
  const detail = (types: readonly string[], fields: readonly string[]): string | undefined => {
    const details = events.find(({ type }) => types.includes(type))?.details;
    return fields.map((field) => details?.[field]).find((text) => typeof text === 'string');
  };
  // A mocked Map has no arguments: it is its items that it would hand on.
  const afterArguments =
    state.Type === 'Map'
      ? undefined
      : detail(['TaskScheduled', 'LambdaFunctionScheduled'], ['parameters', 'input']);
  const result = detail(['TaskSucceeded', 'LambdaFunctionSucceeded'], ['output']);
  const assigned = isObject(exited?.details.assignedVariables) ? exited.details.assignedVariables : {};
  const after = Object.entries(assigned).map(([name, text]) => [name, JSON.parse(String(text)) as Json]);
  return {
    input,
    ...(afterArguments === undefined ? {} : { afterArguments }),
    ...(result === undefined ? {} : { result }),
    variables: JSON.stringify({ ...begin.variables, ...Object.fromEntries(after) }),
    ...(errorDetails === undefined ? {} : { errorDetails }),
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

function mockedIntegration({ result, errorOutput }: StateMock, state: Record<string, unknown>): Integration {
  if (result !== undefined && errorOutput !== undefined)
    throw refused('A test mock should have only one of the following fields: [result, errorOutput].');
  if (result === undefined && errorOutput === undefined)
    throw invalid('mock has neither result nor errorOutput; give one of them');
  const outcome =
    errorOutput === undefined
      ? { output: mockedResult(parseMock(result ?? ''), state) }
      : { error: errorOutput.error ?? null, cause: errorOutput.cause ?? null };
  return { checkArguments: () => undefined, run: async () => outcome };
}

function parseMock(text: string): Json {
  try {
    JSON.parse(text);
  } catch {
    throw refused('Mocked result must be valid JSON');
  }
  return parseJson('mock.result', text);
}

/** A Map and a Parallel come to an array, the latter with one item of each branch. */
function mockedResult(result: Json, { Type, Branches }: Record<string, unknown>): Json {
  if (Type !== 'Map' && Type !== 'Parallel') return result;
  if (!Array.isArray(result)) throw refused('Mocked result must be an array.');
  if (Type === 'Parallel' && Array.isArray(Branches) && Branches.length !== result.length) {
    throw refused('Mocked result must contain the same number of items as number of Parallel branches.');
  }
  return result;
}

/** The state with every way that leads to `from` leading to `to`. */
function redirect(state: Record<string, unknown>, from: string, to: string): Record<string, unknown> {
  const turn = (target: unknown): unknown => (target === from ? to : target);
  const turnAll = (entries: unknown): unknown =>
    Array.isArray(entries)
      ? entries.map((entry: unknown) =>
          isObject(entry) && 'Next' in entry ? { ...entry, Next: turn(entry.Next) } : entry,
        )
      : entries;
  const turned = { ...state };
  for (const field of ['Next', 'Default']) if (field in state) turned[field] = turn(state[field]);
  for (const field of ['Choices', 'Catch']) if (field in state) turned[field] = turnAll(state[field]);
  return turned;
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

/**
 * As {@link invalid}, in the service's own words.
 *
 * @see https://github.com/localstack/localstack, the snapshots of test_state_mock_validation.py
 */
function refused(message: string): ServiceError {
  return new ServiceError('ValidationException', message);
}
