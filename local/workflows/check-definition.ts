import { checkQuery, type QueryScope } from './check-query.ts';
import {
  callbackSuffix,
  checkStartArguments,
  type Integration,
  startExecutionResource,
} from './integrations.ts';
import { parseIsoInstant } from './iso-instant.ts';
import { queryFunctionNames } from './query-functions.ts';
import { isObject, kindOf, limits } from './state-data.ts';

/** Fields that belong to the other query language, with what says the same in JSONata. */
const jsonPathFields: Readonly<Record<string, string>> = {
  InputPath: 'Arguments',
  Parameters: 'Arguments',
  ResultSelector: 'Output',
  ResultPath: 'Output',
  OutputPath: 'Output',
  Result: 'Output',
  Variable: 'Condition',
  SecondsPath: 'Seconds with an expression',
  TimestampPath: 'Timestamp with an expression',
  TimeoutSecondsPath: 'TimeoutSeconds with an expression',
  HeartbeatSecondsPath: 'HeartbeatSeconds with an expression',
  ErrorPath: 'Error with an expression',
  CausePath: 'Cause with an expression',
};

const everyState = ['Type', 'Comment', 'QueryLanguage'];
const fieldsByType: Readonly<Record<string, readonly string[]>> = {
  Pass: [...everyState, 'Assign', 'Output', 'Next', 'End'],
  Task: [
    ...[...everyState, 'Resource', 'Arguments', 'Assign', 'Output', 'Next', 'End'],
    ...['TimeoutSeconds', 'HeartbeatSeconds', 'Retry', 'Catch'],
  ],
  Choice: [...everyState, 'Choices', 'Default', 'Assign', 'Output'],
  Wait: [...everyState, 'Seconds', 'Timestamp', 'Assign', 'Output', 'Next', 'End'],
  Succeed: [...everyState, 'Output'],
  Fail: [...everyState, 'Error', 'Cause'],
};
const machineFields = ['Comment', 'StartAt', 'States', 'QueryLanguage', 'Version', 'TimeoutSeconds'];
const ruleFields = ['Comment', 'Condition', 'Next', 'Assign', 'Output'];
const retrierFields = [
  ...[
    'Comment',
    'ErrorEquals',
    'IntervalSeconds',
    'MaxAttempts',
    'BackoffRate',
    'MaxDelaySeconds',
    'JitterStrategy',
  ],
];
const catcherFields = ['Comment', 'ErrorEquals', 'Next', 'Assign', 'Output'];

/** The error names that the language reserves; any other name with the prefix is a slip of the pen. */
const reservedErrors = new Set([
  'States.ALL',
  'States.DataLimitExceeded',
  'States.HeartbeatTimeout',
  'States.NoChoiceMatched',
  'States.Permissions',
  'States.QueryEvaluationError',
  'States.Runtime',
  'States.TaskFailed',
  'States.Timeout',
]);

const variableName = /^\p{ID_Start}\p{ID_Continue}*$/u;
/** What a variable would hide, or be hidden by. */
const takenNames = new Set(['states', ...queryFunctionNames]);

/**
 * Checks a definition before it is registered: whatever this runtime does not do is a fault here, so that nothing is
 * silently left out at run time.
 *
 * @param definition parsed ASL, from anywhere
 * @returns every fault with its place and its mend, in the service's form where it has one; none when it can run
 * @see https://states-language.net
 */
export function checkDefinition(
  definition: unknown,
  integrations: ReadonlyMap<string, Integration>,
): string[] {
  const check = new DefinitionCheck(integrations);
  check.machine(definition);
  return check.faults;
}

class DefinitionCheck {
  readonly faults: string[] = [];
  readonly #integrations: ReadonlyMap<string, Integration>;
  #states: Readonly<Record<string, unknown>> = {};
  readonly #reached = new Set<string>();

  constructor(integrations: ReadonlyMap<string, Integration>) {
    this.#integrations = integrations;
  }

  machine(definition: unknown): void {
    if (!isObject(definition)) {
      this.#schema(`The definition is ${kindOf(definition)}`, '/', 'give an object with StartAt and States');
      return;
    }
    if (Buffer.byteLength(JSON.stringify(definition)) > limits.definitionBytes) {
      this.#schema(
        `The definition exceeds ${limits.definitionBytes} bytes`,
        '/',
        'divide it into several machines',
      );
      return;
    }
    const { StartAt, States, QueryLanguage, TimeoutSeconds, Version, Comment } = definition;
    const missing = ['StartAt', 'States'].filter((field) => definition[field] === undefined);
    if (missing.length > 0)
      this.#schema(`These fields are required: [${missing.join(', ')}]`, '/', 'add them');
    this.#onlyFields(definition, machineFields, '');
    if (QueryLanguage !== 'JSONata' && QueryLanguage !== undefined && QueryLanguage !== 'JSONPath') {
      this.#schema(`QueryLanguage is ${show(QueryLanguage)}`, '/QueryLanguage', 'write "JSONata"');
    }
    if (Version !== undefined && Version !== '1.0')
      this.#schema(`Version is ${show(Version)}`, '/Version', 'write "1.0"');
    this.#comment(Comment, '');
    if (TimeoutSeconds !== undefined) this.#integer(TimeoutSeconds, 1, limits.seconds, '/TimeoutSeconds');
    if (States === undefined) return;
    if (!isObject(States) || Object.keys(States).length === 0) {
      this.#schema(
        `States is ${isObject(States) ? 'empty' : kindOf(States)}`,
        '/States',
        'give an object with a state',
      );
      return;
    }
    this.#states = States;
    if (StartAt !== undefined) this.#target(StartAt, '/StartAt', 'StartAt');
    for (const [name, state] of Object.entries(States)) this.#state(name, state, QueryLanguage);
    for (const name of Object.keys(States)) {
      if (!this.#reached.has(name)) {
        this.#transition(
          `State "${name}" is not reachable.`,
          `/States/${name}`,
          'lead a Next to it or remove it',
        );
      }
    }
  }

  #state(name: string, state: unknown, machineLanguage: unknown): void {
    const place = `/States/${name}`;
    if (name === '' || name.length > limits.nameCharacters) {
      this.#schema(`The name has ${name.length} characters`, place, `give it 1 to ${limits.nameCharacters}`);
    }
    if (!isObject(state)) {
      this.#schema(`The state is ${kindOf(state)}`, place, 'give an object with a Type');
      return;
    }
    const { Type, QueryLanguage = machineLanguage ?? 'JSONPath', Comment } = state;
    const fields =
      typeof Type === 'string' && Object.hasOwn(fieldsByType, Type) ? fieldsByType[Type] : undefined;
    if (fields === undefined) {
      const known = Object.keys(fieldsByType).join(', ');
      this.#schema(`The type ${show(Type)} is not supported`, `${place}/Type`, `give one of ${known}`);
      return;
    }
    if (QueryLanguage !== 'JSONata') {
      const where = state.QueryLanguage === undefined ? '/QueryLanguage' : `${place}/QueryLanguage`;
      const problem = `The state "${name}" uses the query language ${show(QueryLanguage)}, which is not supported`;
      this.#schema(problem, where, 'write "QueryLanguage": "JSONata" and use its fields');
    }
    this.#onlyFields(state, fields, place);
    this.#comment(Comment, place);
    this.#results(state, place, { hasResult: Type === 'Task', hasTaskToken: isCallback(state) });
    if (fields.includes('Next')) this.#next(state, place);
    if (Type === 'Task') this.#task(state, place);
    if (Type === 'Choice') this.#choice(state, place);
    if (Type === 'Wait') this.#wait(state, place);
    if (Type === 'Fail') {
      for (const field of ['Error', 'Cause']) this.#text(state[field], `${place}/${field}`, {});
    }
  }

  #next({ Next, End }: Readonly<Record<string, unknown>>, place: string): void {
    if (Next !== undefined && End !== undefined) {
      this.#schema('The state has both Next and End', place, 'keep one of them');
    } else if (Next !== undefined) this.#target(Next, `${place}/Next`, 'Next');
    else if (End !== true) {
      this.#schema(
        End === undefined ? 'The state has neither Next nor End' : `End is ${show(End)}`,
        place,
        'give "Next" with a state, or "End": true',
      );
    }
  }

  #task(state: Readonly<Record<string, unknown>>, place: string): void {
    const { Resource, TimeoutSeconds, HeartbeatSeconds, Retry, Catch } = state;
    const scope = { hasTaskToken: isCallback(state) };
    this.#template(state.Arguments, `${place}/Arguments`, scope);
    for (const field of ['TimeoutSeconds', 'HeartbeatSeconds']) {
      this.#secondsField(state[field], `${place}/${field}`, 1, limits.seconds);
    }
    if (HeartbeatSeconds !== undefined && !isCallback(state)) {
      const mend = `end the Resource in ${callbackSuffix}, or use TimeoutSeconds`;
      this.#schema(
        'HeartbeatSeconds needs a task that can send heartbeats',
        `${place}/HeartbeatSeconds`,
        mend,
      );
    }
    if (
      typeof TimeoutSeconds === 'number' &&
      typeof HeartbeatSeconds === 'number' &&
      HeartbeatSeconds >= TimeoutSeconds
    ) {
      const problem = `HeartbeatSeconds ${HeartbeatSeconds} is not below TimeoutSeconds ${TimeoutSeconds}`;
      this.#schema(problem, `${place}/HeartbeatSeconds`, 'make it shorter');
    }
    this.#resource(Resource, state.Arguments, place);
    this.#list(Retry, `${place}/Retry`, (retrier, at, isLast) => this.#retrier(retrier, at, isLast));
    this.#list(Catch, `${place}/Catch`, (catcher, at, isLast) => this.#catcher(catcher, at, isLast, scope));
  }

  #resource(resource: unknown, args: unknown, place: string): void {
    const known = [...this.#integrations.keys()].flatMap((name) => [name, `${name}${callbackSuffix}`]);
    known.push(startExecutionResource);
    if (typeof resource !== 'string' || !known.includes(resource)) {
      const mend = `give one of ${known.join(', ')}`;
      this.#schema(`The resource ${show(resource)} is not supported`, `${place}/Resource`, mend);
      return;
    }
    // An expression for all of Arguments shows only at run time what it holds.
    if (typeof args === 'string') return;
    const name = resource.endsWith(callbackSuffix) ? resource.slice(0, -callbackSuffix.length) : resource;
    const fault =
      resource === startExecutionResource
        ? checkStartArguments(args)
        : this.#integrations.get(name)?.checkArguments(args, true);
    if (fault !== undefined) this.#schema(fault, `${place}/Arguments`);
  }

  #retrier(retrier: Readonly<Record<string, unknown>>, place: string, isLast: boolean): void {
    this.#onlyFields(retrier, retrierFields, place);
    this.#errorEquals(retrier.ErrorEquals, place, isLast);
    const { IntervalSeconds, MaxAttempts, BackoffRate, MaxDelaySeconds, JitterStrategy } = retrier;
    if (IntervalSeconds !== undefined)
      this.#integer(IntervalSeconds, 1, limits.seconds, `${place}/IntervalSeconds`);
    if (MaxAttempts !== undefined) this.#integer(MaxAttempts, 0, limits.seconds, `${place}/MaxAttempts`);
    if (BackoffRate !== undefined && !(typeof BackoffRate === 'number' && BackoffRate >= 1)) {
      this.#schema(`BackoffRate is ${show(BackoffRate)}`, `${place}/BackoffRate`, 'give a number, 1 or more');
    }
    if (MaxDelaySeconds !== undefined) {
      this.#integer(MaxDelaySeconds, 1, 31_622_400, `${place}/MaxDelaySeconds`);
      const interval = typeof IntervalSeconds === 'number' ? IntervalSeconds : 1;
      if (typeof MaxDelaySeconds === 'number' && MaxDelaySeconds < interval) {
        this.#schema(
          `MaxDelaySeconds ${MaxDelaySeconds} is below IntervalSeconds ${interval}`,
          `${place}/MaxDelaySeconds`,
          'make it longer',
        );
      }
    }
    if (JitterStrategy !== undefined && JitterStrategy !== 'FULL' && JitterStrategy !== 'NONE') {
      this.#schema(
        `JitterStrategy is ${show(JitterStrategy)}`,
        `${place}/JitterStrategy`,
        'give "FULL" or "NONE"',
      );
    }
  }

  #catcher(
    catcher: Readonly<Record<string, unknown>>,
    place: string,
    isLast: boolean,
    scope: QueryScope,
  ): void {
    this.#onlyFields(catcher, catcherFields, place);
    this.#errorEquals(catcher.ErrorEquals, place, isLast);
    this.#target(catcher.Next, `${place}/Next`, 'Next');
    this.#results(catcher, place, { ...scope, hasErrorOutput: true });
  }

  #errorEquals(names: unknown, place: string, isLast: boolean): void {
    const at = `${place}/ErrorEquals`;
    if (!Array.isArray(names) || names.length === 0 || !names.every((name) => typeof name === 'string')) {
      this.#schema('ErrorEquals must list error names', at, 'give an array like ["States.TaskFailed"]');
      return;
    }
    for (const name of names) {
      if (name.startsWith('States.') && !reservedErrors.has(name)) {
        this.#schema(
          `${show(name)} is no error name of the language`,
          at,
          `give one of ${[...reservedErrors].join(', ')}`,
        );
      }
    }
    if (names.includes('States.ALL') && (names.length > 1 || !isLast)) {
      this.#schema('States.ALL must stand alone and last', at, 'move it to an entry of its own at the end');
    }
  }

  #choice(state: Readonly<Record<string, unknown>>, place: string): void {
    const { Choices, Default } = state;
    if (Default !== undefined) this.#target(Default, `${place}/Default`, 'Default');
    if (!Array.isArray(Choices) || Choices.length === 0) {
      this.#schema('These fields are required: [Choices]', place, 'give an array with at least one rule');
      return;
    }
    this.#list(Choices, `${place}/Choices`, (rule, at) => {
      this.#onlyFields(rule, ruleFields, at);
      const { Condition } = rule;
      if (typeof Condition === 'string' && Condition.startsWith('{%'))
        this.#text(Condition, `${at}/Condition`, {});
      else if (typeof Condition !== 'boolean') {
        this.#schema(
          `Condition is ${show(Condition)}`,
          `${at}/Condition`,
          'give an expression like "{% $x = 1 %}"',
        );
      }
      this.#target(rule.Next, `${at}/Next`, 'Next');
      this.#results(rule, at, {});
    });
  }

  #wait(state: Readonly<Record<string, unknown>>, place: string): void {
    const { Seconds, Timestamp } = state;
    if ((Seconds === undefined) === (Timestamp === undefined)) {
      this.#schema('A Wait has either Seconds or Timestamp', place, 'give one of them');
      return;
    }
    this.#secondsField(Seconds, `${place}/Seconds`, 0, limits.seconds);
    if (Timestamp === undefined) return;
    const isExpression = typeof Timestamp === 'string' && Timestamp.startsWith('{%');
    if (!isExpression && (typeof Timestamp !== 'string' || parseIsoInstant(Timestamp) === undefined)) {
      const mend = 'write it like 2026-11-21T09:00:00Z';
      this.#schema('String does not match RFC3339 timestamp', `${place}/Timestamp`, mend);
      return;
    }
    this.#text(Timestamp, `${place}/Timestamp`, {});
  }

  /** Assign and Output of a state, a rule or a catcher. */
  #results(holder: Readonly<Record<string, unknown>>, place: string, scope: QueryScope): void {
    const { Assign, Output } = holder;
    this.#template(Output, `${place}/Output`, scope);
    if (Assign === undefined) return;
    if (!isObject(Assign)) {
      this.#schema(`Assign is ${kindOf(Assign)}`, `${place}/Assign`, 'give an object of variables');
      return;
    }
    for (const name of Object.keys(Assign)) {
      if (takenNames.has(name) || name.length > limits.nameCharacters || !variableName.test(name)) {
        const mend = `begin with a letter, go on with letters, digits and _, at most ${limits.nameCharacters}, and none of ${[...takenNames].join(', ')}`;
        this.#schema(`${show(name)} is no name for a variable`, `${place}/Assign`, mend);
      }
    }
    this.#template(Assign, `${place}/Assign`, scope);
  }

  #template(value: unknown, place: string, scope: QueryScope): void {
    if (typeof value === 'string') this.#text(value, place, scope);
    else if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) this.#template(item, `${place}[${index}]`, scope);
    } else if (isObject(value)) {
      for (const [key, item] of Object.entries(value)) this.#template(item, `${place}/${key}`, scope);
    }
  }

  /** A text that may be an expression. */
  #text(value: unknown, place: string, scope: QueryScope): void {
    if (value === undefined) return;
    if (typeof value !== 'string') {
      this.#schema(`The field is ${kindOf(value)}`, place, 'give a string');
      return;
    }
    const isOpened = value.startsWith('{%');
    const isClosed = value.endsWith('%}') && value.length >= 4;
    if (isOpened !== isClosed) {
      this.#schema(
        `${show(value)} is half an expression`,
        place,
        'begin it with {% and end it with %}, without blanks outside',
      );
    } else if (isOpened) {
      for (const fault of checkQuery(value.slice(2, -2).trim(), scope)) this.#schema(fault, place);
    }
  }

  #secondsField(value: unknown, place: string, lowest: number, highest: number): void {
    if (value === undefined) return;
    if (typeof value === 'string' && value.startsWith('{%')) this.#text(value, place, {});
    else this.#integer(value, lowest, highest, place);
  }

  #integer(value: unknown, lowest: number, highest: number, place: string): void {
    if (typeof value === 'number' && Number.isInteger(value) && value >= lowest && value <= highest) return;
    this.#schema(`The value is ${show(value)}`, place, `give an integer from ${lowest} to ${highest}`);
  }

  #comment(value: unknown, place: string): void {
    if (value !== undefined && typeof value !== 'string') {
      this.#schema(`Comment is ${kindOf(value)}`, `${place}/Comment`, 'give a string');
    }
  }

  #list(
    value: unknown,
    place: string,
    checkItem: (item: Readonly<Record<string, unknown>>, place: string, isLast: boolean) => void,
  ): void {
    if (value === undefined) return;
    if (!Array.isArray(value)) {
      this.#schema(`The field is ${kindOf(value)}`, place, 'give an array');
      return;
    }
    for (const [index, item] of value.entries()) {
      const at = `${place}[${index}]`;
      if (isObject(item)) checkItem(item, at, index === value.length - 1);
      else this.#schema(`The entry is ${kindOf(item)}`, at, 'give an object');
    }
  }

  #onlyFields(holder: Readonly<Record<string, unknown>>, allowed: readonly string[], place: string): void {
    for (const field of Object.keys(holder)) {
      if (allowed.includes(field)) continue;
      const instead = Object.hasOwn(jsonPathFields, field) ? jsonPathFields[field] : undefined;
      this.#schema(
        instead === undefined ? `Field '${field}' is not supported` : `Field '${field}' belongs to JSONPath`,
        `${place}/${field}`,
        instead === undefined ? `supported here are ${allowed.join(', ')}` : `use ${instead}`,
      );
    }
  }

  #target(name: unknown, place: string, field: string): void {
    if (typeof name === 'string' && Object.hasOwn(this.#states, name)) {
      this.#reached.add(name);
      return;
    }
    const known = Object.keys(this.#states).slice(0, 20).map(show).join(', ');
    this.#transition(`Missing '${field}' target: ${String(name)}`, place, `give one of ${known}`);
  }

  #schema(problem: string, place: string, mend?: string): void {
    this.#add('SCHEMA_VALIDATION_FAILED', problem, place, mend);
  }

  #transition(problem: string, place: string, mend: string): void {
    this.#add('MISSING_TRANSITION_TARGET', problem, place, mend);
  }

  #add(code: string, problem: string, place: string, mend: string | undefined): void {
    this.faults.push(`${code}: ${problem} at ${place}${mend === undefined ? '' : `; ${mend}`}`);
  }
}

function isCallback({ Resource }: Readonly<Record<string, unknown>>): boolean {
  return typeof Resource === 'string' && Resource.endsWith(callbackSuffix);
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'missing';
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
