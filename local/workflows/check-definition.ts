import { checkRecovery } from './check-recovery.ts';
import { DefinitionFaults, type Holder, isExpression, show } from './definition-faults.ts';
import { answersLater, checkStartArguments, type Integrations } from './integrations.ts';
import { parseIsoInstant } from './iso-instant.ts';
import { isObject, kindOf, limits, nestsDeeper } from './state-data.ts';

const everyState = ['Type', 'Comment', 'QueryLanguage'];
const leaving = ['Assign', 'Output', 'Next', 'End'];
const recovering = ['Retry', 'Catch'];
const fieldsByType: Readonly<Record<string, readonly string[]>> = {
  Pass: [...everyState, ...leaving],
  Task: [
    ...everyState,
    'Resource',
    'Credentials',
    'Arguments',
    ...leaving,
    'TimeoutSeconds',
    'HeartbeatSeconds',
    ...recovering,
  ],
  Parallel: [...everyState, 'Branches', 'Arguments', ...leaving, ...recovering],
  Map: [
    ...everyState,
    ...['Items', 'ItemSelector', 'ItemProcessor', 'Iterator', 'MaxConcurrency'],
    ...['ToleratedFailureCount', 'ToleratedFailurePercentage'],
    ...leaving,
    ...recovering,
  ],
  Choice: [...everyState, 'Choices', 'Default', 'Assign', 'Output'],
  Wait: [...everyState, 'Seconds', 'Timestamp', ...leaving],
  Succeed: [...everyState, 'Output'],
  Fail: [...everyState, 'Error', 'Cause'],
};
const machineFields = ['Comment', 'StartAt', 'States', 'QueryLanguage', 'Version', 'TimeoutSeconds'];
const branchFields = ['Comment', 'StartAt', 'States'];
const processorFields = [...branchFields, 'ProcessorConfig'];
const ruleFields = ['Comment', 'Condition', 'Next', 'Assign', 'Output'];
const typesWithResult = new Set(['Task', 'Parallel', 'Map']);

/**
 * Checks a definition before it is registered: whatever this runtime does not do is a fault here, so that nothing is
 * silently left out at run time.
 *
 * @param definition parsed ASL, from anywhere
 * @returns every fault with its place and its mend, in the service's form where it has one; none when it can run
 * @see https://states-language.net
 */
export function checkDefinition(definition: unknown, integrations: Integrations): string[] {
  const faults = new DefinitionFaults();
  const size = sizeFault(definition);
  if (size !== undefined) faults.schema(size.problem, '/', size.mend);
  else checkMachine(faults, definition, integrations);
  return faults.found;
}

/** Looked at first: what follows goes through all of the definition, level by level. */
function sizeFault(definition: unknown): { problem: string; mend: string } | undefined {
  if (nestsDeeper(definition, limits.nestedLevels)) {
    const problem = `The definition nests deeper than ${limits.nestedLevels} levels`;
    return { problem, mend: 'divide it into several machines' };
  }
  if (Buffer.byteLength(JSON.stringify(definition) ?? '') <= limits.definitionBytes) return undefined;
  const problem = `The definition exceeds ${limits.definitionBytes} bytes`;
  return { problem, mend: 'divide it into several machines' };
}

function checkMachine(faults: DefinitionFaults, definition: unknown, integrations: Integrations): void {
  if (!isObject(definition)) {
    faults.schema(`The definition is ${kindOf(definition)}`, '/', 'give an object with StartAt and States');
    return;
  }
  const { QueryLanguage, TimeoutSeconds, Version } = definition;
  if (QueryLanguage !== 'JSONata' && QueryLanguage !== undefined && QueryLanguage !== 'JSONPath') {
    faults.schema(`QueryLanguage is ${show(QueryLanguage)}`, '/QueryLanguage', 'write "JSONata"');
  }
  if (Version !== undefined && Version !== '1.0') {
    faults.schema(`Version is ${show(Version)}`, '/Version', 'write "1.0"');
  }
  if (TimeoutSeconds !== undefined) faults.integer(TimeoutSeconds, 1, limits.seconds, '/TimeoutSeconds');
  const machine = { faults, integrations, language: QueryLanguage, names: new Map<string, string>() };
  checkGroup(machine, definition, '', machineFields);
}

/** What all states of one machine have in common. */
interface Machine {
  readonly faults: DefinitionFaults;
  readonly integrations: Integrations;
  readonly language: unknown;
  /** Names of states, with where they stand. */
  readonly names: Map<string, string>;
}

/** States that can lead to each other. */
interface Group extends Machine {
  readonly states: Holder;
  readonly reached: Set<string>;
}

function checkGroup(machine: Machine, group: Holder, place: string, fields: readonly string[]): void {
  const { faults } = machine;
  const { StartAt, States } = group;
  const missing = ['States', 'StartAt'].filter((field) => group[field] === undefined);
  if (missing.length > 0) {
    faults.schema(
      `These fields are required: [${missing.join(', ')}]`,
      place === '' ? '/' : place,
      'add them',
    );
  }
  faults.onlyFields(group, fields, place);
  faults.comment(group.Comment, place);
  if (States === undefined) return;
  if (!isObject(States) || Object.keys(States).length === 0) {
    const problem = `States is ${isObject(States) ? 'empty' : kindOf(States)}`;
    faults.schema(problem, `${place}/States`, 'give an object with a state');
    return;
  }
  const inner: Group = { ...machine, states: States, reached: new Set() };
  if (StartAt !== undefined) checkTarget(inner, StartAt, `${place}/StartAt`, 'StartAt');
  for (const [name, state] of Object.entries(States))
    checkState(inner, name, state, `${place}/States/${name}`);
  for (const name of Object.keys(States)) {
    if (inner.reached.has(name)) continue;
    const problem = `State "${name}" is not reachable.`;
    faults.transition(problem, `${place}/States/${name}`, 'lead a Next to it or remove it');
  }
}

function checkState(group: Group, name: string, state: unknown, place: string): void {
  const { faults, language, names } = group;
  if (name === '' || name.length > limits.nameCharacters) {
    faults.schema(`The name has ${name.length} characters`, place, `give it 1 to ${limits.nameCharacters}`);
  }
  const namesake = names.get(name);
  if (namesake === undefined) names.set(name, place);
  else faults.add('DUPLICATE_STATE_NAME', `Duplicate State name: ${name}`, place, `rename it or ${namesake}`);
  if (!isObject(state)) {
    faults.schema(`The state is ${kindOf(state)}`, place, 'give an object with a Type');
    return;
  }
  const { Type, QueryLanguage = language ?? 'JSONPath' } = state;
  const fields =
    typeof Type === 'string' && Object.hasOwn(fieldsByType, Type) ? fieldsByType[Type] : undefined;
  if (fields === undefined) {
    const known = Object.keys(fieldsByType).join(', ');
    faults.schema(`The type ${show(Type)} is not supported`, `${place}/Type`, `give one of ${known}`);
    return;
  }
  if (QueryLanguage === 'JSONPath' && language === 'JSONata') {
    const problem = "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine";
    faults.schema(problem, place, 'remove it');
  } else if (QueryLanguage !== 'JSONata') {
    const where = state.QueryLanguage === undefined ? '/QueryLanguage' : `${place}/QueryLanguage`;
    const problem = `The state "${name}" uses the query language ${show(QueryLanguage)}, which is not supported`;
    faults.schema(problem, where, 'write "QueryLanguage": "JSONata" and use its fields');
  }
  faults.onlyFields(state, fields, place);
  faults.comment(state.Comment, place);
  const scope = { hasTaskToken: hasToken(state) };
  faults.results(state, place, { ...scope, hasResult: typesWithResult.has(String(Type)) });
  if (fields.includes('Next')) checkNext(group, state, place);
  if (fields.includes('Retry')) {
    checkRecovery(faults, state, place, scope, (target, at, field) => checkTarget(group, target, at, field));
  }
  if (Type === 'Task') checkTask(group, state, place);
  if (Type === 'Parallel') checkParallel(group, state, place);
  if (Type === 'Map') checkMap(group, state, place);
  if (Type === 'Choice') checkChoice(group, state, place);
  if (Type === 'Wait') checkWait(faults, state, place);
  if (Type === 'Fail') {
    for (const field of ['Error', 'Cause']) faults.text(state[field], `${place}/${field}`, {});
  }
}

function checkNext(group: Group, { Next, End }: Holder, place: string): void {
  const { faults } = group;
  if (Next !== undefined && End !== undefined) {
    faults.schema('The state has both Next and End', place, 'keep one of them');
  } else if (Next !== undefined) checkTarget(group, Next, `${place}/Next`, 'Next');
  else if (End !== true) {
    const problem = End === undefined ? 'The state has neither Next nor End' : `End is ${show(End)}`;
    faults.schema(problem, place, 'give "Next" with a state, or "End": true');
  }
}

function checkTarget({ faults, states, reached }: Group, name: unknown, place: string, field: string): void {
  if (typeof name === 'string' && Object.hasOwn(states, name)) {
    reached.add(name);
    return;
  }
  const known = Object.keys(states).slice(0, 20).map(show).join(', ');
  faults.transition(`Missing '${field}' target: ${String(name)}`, place, `give one of ${known}`);
}

function checkTask({ faults, integrations }: Group, state: Holder, place: string): void {
  const { TimeoutSeconds, HeartbeatSeconds } = state;
  faults.template(state.Arguments, `${place}/Arguments`, { hasTaskToken: hasToken(state) });
  checkCredentials(faults, state.Credentials, `${place}/Credentials`);
  for (const field of ['TimeoutSeconds', 'HeartbeatSeconds']) {
    faults.integerField(state[field], 1, limits.seconds, `${place}/${field}`);
  }
  const areNumbers = typeof TimeoutSeconds === 'number' && typeof HeartbeatSeconds === 'number';
  if (areNumbers && HeartbeatSeconds >= TimeoutSeconds) {
    const problem = `HeartbeatSeconds ${HeartbeatSeconds} is not below TimeoutSeconds ${TimeoutSeconds}`;
    faults.schema(problem, `${place}/HeartbeatSeconds`, 'make it shorter');
  }
  checkResource(faults, integrations, state, place);
}

function checkCredentials(faults: DefinitionFaults, credentials: unknown, place: string): void {
  if (credentials === undefined) return;
  if (!isExpression(credentials) && !(isObject(credentials) && typeof credentials.RoleArn === 'string')) {
    faults.schema('These fields are required: [RoleArn]', place, 'give the ARN of the role');
    return;
  }
  if (isObject(credentials)) faults.onlyFields(credentials, ['RoleArn'], place);
  faults.template(credentials, place, {});
}

function checkResource(
  faults: DefinitionFaults,
  integrations: Integrations,
  { Resource, Arguments }: Holder,
  place: string,
): void {
  const startsChild = typeof Resource === 'string' && integrations.startsChild(Resource);
  const integration = typeof Resource === 'string' ? integrations.find(Resource) : undefined;
  if (!startsChild && integration === undefined) {
    const mend = `give one of ${integrations.names().join(', ')}`;
    faults.schema(`The resource ${show(Resource)} is not supported`, `${place}/Resource`, mend);
    return;
  }
  // An expression for all of Arguments shows only at run time what it holds.
  if (typeof Arguments === 'string') return;
  const fault = startsChild ? checkStartArguments(Arguments) : integration?.checkArguments(Arguments, true);
  if (fault !== undefined) faults.schema(fault, `${place}/Arguments`);
}

function checkParallel(group: Group, state: Holder, place: string): void {
  const { faults } = group;
  faults.template(state.Arguments, `${place}/Arguments`, {});
  if (!Array.isArray(state.Branches) || state.Branches.length === 0) {
    faults.schema('These fields are required: [Branches]', place, 'give an array with at least one branch');
    return;
  }
  faults.list(state.Branches, `${place}/Branches`, (branch, at) =>
    checkGroup(group, branch, at, branchFields),
  );
}

function checkMap(group: Group, state: Holder, place: string): void {
  const { faults } = group;
  const { Items, ItemSelector, MaxConcurrency, ToleratedFailureCount, ToleratedFailurePercentage } = state;
  if (Items !== undefined && !Array.isArray(Items) && !isExpression(Items)) {
    const mend = 'give an array, or an expression that gives one';
    faults.schema(`Items is ${kindOf(Items)}`, `${place}/Items`, mend);
  } else faults.template(Items, `${place}/Items`, {});
  faults.template(ItemSelector, `${place}/ItemSelector`, {});
  faults.integerField(MaxConcurrency, 0, limits.seconds, `${place}/MaxConcurrency`);
  faults.integerField(ToleratedFailureCount, 0, limits.seconds, `${place}/ToleratedFailureCount`);
  checkPercentage(faults, ToleratedFailurePercentage, `${place}/ToleratedFailurePercentage`);
  checkProcessor(group, state, place);
}

function checkPercentage(faults: DefinitionFaults, value: unknown, place: string): void {
  if (value === undefined) return;
  if (isExpression(value)) faults.text(value, place, {});
  else if (!(typeof value === 'number' && value >= 0 && value <= 100)) {
    faults.schema(`The value is ${show(value)}`, place, 'give a number from 0 to 100');
  }
}

function checkProcessor(group: Group, { ItemProcessor, Iterator }: Holder, place: string): void {
  const { faults } = group;
  const field = ItemProcessor === undefined && Iterator !== undefined ? 'Iterator' : 'ItemProcessor';
  const processor = ItemProcessor ?? Iterator;
  if (processor === undefined || (ItemProcessor !== undefined && Iterator !== undefined)) {
    faults.schema('These fields are required: [ItemProcessor]', place, 'give one with StartAt and States');
    return;
  }
  const at = `${place}/${field}`;
  if (!isObject(processor)) {
    faults.schema(`${field} is ${kindOf(processor)}`, at, 'give an object with StartAt and States');
    return;
  }
  const config = isObject(processor.ProcessorConfig) ? processor.ProcessorConfig : {};
  if ((config.Mode ?? 'INLINE') !== 'INLINE') {
    const problem = `The mode ${show(config.Mode)} is not supported`;
    faults.schema(problem, `${at}/ProcessorConfig/Mode`, 'write "INLINE"');
  }
  checkGroup(group, processor, at, processorFields);
}

function checkChoice(group: Group, { Choices, Default }: Holder, place: string): void {
  const { faults } = group;
  if (Default !== undefined) checkTarget(group, Default, `${place}/Default`, 'Default');
  if (!Array.isArray(Choices) || Choices.length === 0) {
    faults.schema('These fields are required: [Choices]', place, 'give an array with at least one rule');
    return;
  }
  faults.list(Choices, `${place}/Choices`, (rule, at) => {
    faults.onlyFields(rule, ruleFields, at);
    const { Condition } = rule;
    if (isExpression(Condition)) faults.text(Condition, `${at}/Condition`, {});
    else if (typeof Condition !== 'boolean') {
      const mend = 'give an expression like "{% $x = 1 %}"';
      faults.schema(`Condition is ${show(Condition)}`, `${at}/Condition`, mend);
    }
    checkTarget(group, rule.Next, `${at}/Next`, 'Next');
    faults.results(rule, at, {});
  });
}

function checkWait(faults: DefinitionFaults, { Seconds, Timestamp }: Holder, place: string): void {
  if ((Seconds === undefined) === (Timestamp === undefined)) {
    faults.schema('A Wait has either Seconds or Timestamp', place, 'give one of them');
    return;
  }
  faults.integerField(Seconds, 0, limits.seconds, `${place}/Seconds`);
  if (Timestamp === undefined) return;
  const isInstant = typeof Timestamp === 'string' && parseIsoInstant(Timestamp) !== undefined;
  if (!isExpression(Timestamp) && !isInstant) {
    const mend = 'write it like 2026-11-21T09:00:00Z';
    faults.schema('String does not match RFC3339 timestamp', `${place}/Timestamp`, mend);
    return;
  }
  faults.text(Timestamp, `${place}/Timestamp`, {});
}

function hasToken({ Resource }: Holder): boolean {
  return typeof Resource === 'string' && answersLater.test(Resource);
}
