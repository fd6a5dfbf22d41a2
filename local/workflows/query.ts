import jsonata from 'jsonata';
import { expressionIn, type Template } from './definition.ts';
import { type Json, type JsonObject, kindOf } from './state-data.ts';

/** An expression that gave no usable value. `problem` continues the service's sentence about the state. */
export class QueryFault extends Error {
  /** The field with the expression, like `Output/a`; `undefined` where there is none. */
  readonly location: string | undefined;
  readonly problem: string;

  constructor(location: string | undefined, problem: string) {
    super(problem);
    this.location = location;
    this.problem = problem;
  }
}

/** Bounds on one evaluation; a definition that needs more has an error in it. */
const evaluationLimits = { timeout: 5_000, stack: 1_000, sequence: 100_000 };

const longestMatchedText = 16_384;

/** Refuses long texts: the other bounds are not looked at while a regular expression runs. */
class BoundedRegExp extends RegExp {
  override exec(text: string): RegExpExecArray | null {
    if (text.length > longestMatchedText) {
      throw new RangeError(
        `a regular expression got a text of ${text.length} characters; at most ${longestMatchedText} are searched`,
      );
    }
    return super.exec(text);
  }
}

const compiled = new Map<string, jsonata.Expression>();
/** Definitions are few and live long; the bound only keeps a process that registers without end from growing. */
const mostCompiled = 20_000;

/** @throws the parser's error, with `code` and `position`, when `source` is no expression */
export function compileQuery(source: string): jsonata.Expression {
  let expression = compiled.get(source);
  if (expression === undefined) {
    expression = jsonata(source, { ...evaluationLimits, RegexEngine: BoundedRegExp as RegExpConstructor });
    if (compiled.size >= mostCompiled) compiled.clear();
    compiled.set(source, expression);
  }
  return expression;
}

/** Variables and functions that an expression sees, by name without `$`. */
export type Bindings = Readonly<Record<string, unknown>>;

/**
 * Evaluates one expression without input: everything it reads is a binding.
 *
 * @param location the field's path, for the message
 * @returns fresh JSON that shares nothing with the bindings
 * @throws QueryFault when it throws, answers nothing, or answers what JSON cannot hold
 */
export async function evaluateQuery(source: string, location: string, bindings: Bindings): Promise<Json> {
  const named = `The JSONata expression '${source}' specified for the field '${location}'`;
  let value: unknown;
  try {
    value = await compileQuery(source).evaluate(undefined, bindings);
  } catch (error) {
    throw new QueryFault(location, `${named} threw an error during evaluation. ${describeThrown(error)}`);
  }
  if (value === undefined) throw new QueryFault(location, `${named} returned nothing (undefined).`);
  try {
    return copyJson(value);
  } catch (error) {
    throw new QueryFault(location, `${named} returned an unsupported result. ${describeThrown(error)}`);
  }
}

/** As {@link evaluateQuery}, for a field that takes one kind of value only. */
export async function evaluateQueryOfKind(
  source: string,
  location: string,
  bindings: Bindings,
  kind: 'array' | 'boolean' | 'number' | 'string',
): Promise<Json> {
  const value = await evaluateQuery(source, location, bindings);
  const actual = kindOf(value);
  if (actual === kind) return value;
  throw new QueryFault(
    location,
    `The JSONata expression '${source}' specified for the field '${location}' returned an unexpected result type. ` +
      `Expected '${kind}', but was '${actual}' for value: ${JSON.stringify(value)}`,
  );
}

/**
 * Fills a template: every string `{% … %}` in it becomes its expression's value.
 *
 * @throws QueryFault as {@link evaluateQuery}
 */
export async function fillTemplate(template: Template, location: string, bindings: Bindings): Promise<Json> {
  if (typeof template === 'string') {
    const source = expressionIn(template);
    return source === undefined ? template : evaluateQuery(source, location, bindings);
  }
  if (Array.isArray(template)) {
    const items: Json[] = [];
    for (const [index, item] of template.entries()) {
      items.push(await fillTemplate(item, `${location}[${index}]`, bindings));
    }
    return items;
  }
  if (template !== null && typeof template === 'object') {
    const filled: JsonObject = {};
    for (const [key, value] of Object.entries(template)) {
      setOwn(filled, key, await fillTemplate(value, `${location}/${key}`, bindings));
    }
    return filled;
  }
  return template;
}

/** Sets a key that may be called `__proto__`, which a plain assignment would swallow. */
export function setOwn(target: JsonObject, key: string, value: Json): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

/** Results alias what they were read from and carry hidden properties: the copy is plain JSON. */
function copyJson(value: unknown): Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`${value} is not a JSON number`);
    return value;
  }
  if (Array.isArray(value)) return value.map((item) => copyJson(item === undefined ? null : item));
  if (typeof value !== 'object' || '_jsonata_lambda' in value || '_jsonata_function' in value) {
    throw new TypeError('a function is not a JSON value');
  }
  const copy: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    if (item !== undefined) setOwn(copy, key, copyJson(item));
  }
  return copy;
}

function describeThrown(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const message = 'message' in error ? String(error.message) : String(error);
  return 'code' in error ? `${String(error.code)}: ${message}` : message;
}
