import { checkQuery, type QueryScope } from './check-query.ts';
import { queryFunctionNames } from './query-functions.ts';
import { isObject, kindOf, limits } from './state-data.ts';

/** An object out of a definition that nobody has checked yet. */
export type Holder = Readonly<Record<string, unknown>>;

/** Fields that belong to the other query language, with what says the same in JSONata. */
const jsonPathFields: Readonly<Record<string, string>> = {
  InputPath: 'Arguments',
  Parameters: 'Arguments',
  ResultSelector: 'Output',
  ResultPath: 'Output',
  OutputPath: 'Output',
  Result: 'Output',
  Variable: 'Condition',
  ItemsPath: 'Items',
  MaxConcurrencyPath: 'MaxConcurrency with an expression',
  ToleratedFailureCountPath: 'ToleratedFailureCount with an expression',
  ToleratedFailurePercentagePath: 'ToleratedFailurePercentage with an expression',
  SecondsPath: 'Seconds with an expression',
  TimestampPath: 'Timestamp with an expression',
  TimeoutSecondsPath: 'TimeoutSeconds with an expression',
  HeartbeatSecondsPath: 'HeartbeatSeconds with an expression',
  ErrorPath: 'Error with an expression',
  CausePath: 'Cause with an expression',
};

const variableName = /^\p{ID_Start}\p{ID_Continue}*$/u;
/** What a variable would hide, or be hidden by. */
const takenNames = new Set(['states', ...queryFunctionNames]);

/** The faults of a definition, and the checks of single fields that find them. */
export class DefinitionFaults {
  /** In the service's form where it has one: code, problem, place; then our mend. */
  readonly found: string[] = [];

  schema(problem: string, place: string, mend?: string): void {
    this.add('SCHEMA_VALIDATION_FAILED', problem, place, mend);
  }

  transition(problem: string, place: string, mend: string): void {
    this.add('MISSING_TRANSITION_TARGET', problem, place, mend);
  }

  add(code: string, problem: string, place: string, mend: string | undefined): void {
    this.found.push(`${code}: ${problem} at ${place}${mend === undefined ? '' : `; ${mend}`}`);
  }

  onlyFields(holder: Holder, allowed: readonly string[], place: string): void {
    for (const field of Object.keys(holder)) {
      if (allowed.includes(field)) continue;
      const instead = Object.hasOwn(jsonPathFields, field) ? jsonPathFields[field] : undefined;
      this.schema(
        instead === undefined ? `Field '${field}' is not supported` : `Field '${field}' belongs to JSONPath`,
        `${place}/${field}`,
        instead === undefined ? `supported here are ${allowed.join(', ')}` : `use ${instead}`,
      );
    }
  }

  comment(value: unknown, place: string): void {
    if (value !== undefined && typeof value !== 'string') {
      this.schema(`Comment is ${kindOf(value)}`, `${place}/Comment`, 'give a string');
    }
  }

  integer(value: unknown, lowest: number, highest: number, place: string): void {
    if (typeof value === 'number' && Number.isInteger(value) && value >= lowest && value <= highest) return;
    this.schema(`The value is ${show(value)}`, place, `give an integer from ${lowest} to ${highest}`);
  }

  /** An integer, or an expression that gives one. */
  integerField(value: unknown, lowest: number, highest: number, place: string): void {
    if (value === undefined) return;
    if (isExpression(value)) this.text(value, place, {});
    else this.integer(value, lowest, highest, place);
  }

  list(
    value: unknown,
    place: string,
    checkItem: (item: Holder, place: string, isLast: boolean) => void,
  ): void {
    if (value === undefined) return;
    if (!Array.isArray(value)) {
      this.schema(`The field is ${kindOf(value)}`, place, 'give an array');
      return;
    }
    for (const [index, item] of value.entries()) {
      const at = `${place}[${index}]`;
      if (isObject(item)) checkItem(item, at, index === value.length - 1);
      else this.schema(`The entry is ${kindOf(item)}`, at, 'give an object');
    }
  }

  /** Assign and Output of a state, a rule or a catcher. */
  results({ Assign, Output }: Holder, place: string, scope: QueryScope): void {
    this.template(Output, `${place}/Output`, scope);
    if (Assign === undefined) return;
    if (!isObject(Assign)) {
      this.schema(`Assign is ${kindOf(Assign)}`, `${place}/Assign`, 'give an object of variables');
      return;
    }
    for (const name of Object.keys(Assign)) {
      if (takenNames.has(name) || name.length > limits.nameCharacters || !variableName.test(name)) {
        const mend = `begin with a letter, go on with letters, digits and _, at most ${limits.nameCharacters}, and none of ${[...takenNames].join(', ')}`;
        this.schema(`${show(name)} is no name for a variable`, `${place}/Assign`, mend);
      }
    }
    this.template(Assign, `${place}/Assign`, scope);
  }

  /** Any value, with expressions anywhere in it. */
  template(value: unknown, place: string, scope: QueryScope): void {
    if (typeof value === 'string') this.text(value, place, scope);
    else if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) this.template(item, `${place}[${index}]`, scope);
    } else if (isObject(value)) {
      for (const [key, item] of Object.entries(value)) this.template(item, `${place}/${key}`, scope);
    }
  }

  /** A text that may be an expression. */
  text(value: unknown, place: string, scope: QueryScope): void {
    if (value === undefined) return;
    if (typeof value !== 'string') {
      this.schema(`The field is ${kindOf(value)}`, place, 'give a string');
      return;
    }
    const isOpened = value.startsWith('{%');
    const isClosed = value.endsWith('%}') && value.length >= 4;
    if (isOpened !== isClosed) {
      const mend = 'begin it with {% and end it with %}, without blanks outside';
      this.schema(`${show(value)} is half an expression`, place, mend);
    } else if (isOpened) {
      for (const fault of checkQuery(value.slice(2, -2).trim(), scope)) this.schema(fault, place);
    }
  }
}

export function isExpression(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith('{%');
}

/** A value in a message. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'missing';
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
