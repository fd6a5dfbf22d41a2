import jsonata from 'jsonata';
import { queryFunctions } from './query-functions.ts';
import { isObject, type Json, type JsonObject, limits } from './state-data.ts';

/** What an expression reads. All of it but the source of chance is data, so that it can be sent to another thread. */
export interface ExpressionScope {
  /** By name, without `$`. */
  readonly variables: Readonly<Record<string, Json>>;
  /** What `$states` is. */
  readonly states: unknown;
  /** Epoch milliseconds that `$now()` and `$millis()` answer. */
  readonly nowMs: number;
  /** A number from 0 up to, not including, 1. */
  readonly random: () => number;
}

/** What an evaluation came to; `problem` continues the service's sentence about the expression. */
export type Evaluated =
  | { readonly value: Json }
  | { readonly problem: string }
  /** It was given up after its time. */
  | { readonly isOverdue: true };

/**
 * The service's bounds on one evaluation: `1+1+…` goes to 100 terms, and `[1..873782]` is its longest range.
 *
 * @see https://github.com/floci-io/floci/pull/2783, where they have been measured
 */
const evaluationLimits = { stack: 100, sequence: 873_782 };
/** How the service tells of each bound. */
const pastLimits: Readonly<Record<string, string>> = {
  D1011:
    'Stack overflow error: Check for non-terminating recursive function.  Consider rewriting as tail-recursive',
  D1012: 'Expression evaluation timeout: Check for infinite loop',
  D2014: 'Expression evaluation memory limit exceeded: Check for excessive memory usage',
  D2015: 'Expression evaluation memory limit exceeded: Check for excessive memory usage',
};
/** What an evaluation that was given up after its time came to. */
export const overdueProblem = `threw an error during evaluation: ${pastLimits.D1012}`;
/** Longer texts are no result: they exceed what a state may hand on. */
const longestText = 4 * limits.dataBytes;

interface Compiled {
  readonly expression: jsonata.Expression;
  /** Whether a single step of it can take long: the time limit is looked at between two steps only. */
  readonly canBlock: boolean;
}

const compiled = new Map<string, Compiled>();
/** Definitions are few and live long; the bound only keeps a process that registers without end from growing. */
const mostCompiled = 20_000;

/**
 * @param timeoutMs looked at between two steps of the evaluation
 * @throws the parser's error, with `code` and `position`, when `source` is no expression
 */
export function compileExpression(source: string, timeoutMs: number): Compiled {
  const key = `${timeoutMs} ${source}`;
  let known = compiled.get(key);
  if (known === undefined) {
    const expression = jsonata(source, { ...evaluationLimits, timeout: timeoutMs });
    known = { expression, canBlock: canBlock(expression.ast()) };
    if (compiled.size >= mostCompiled) compiled.clear();
    compiled.set(key, known);
  }
  return known;
}

/**
 * Functions whose one call can take time or memory beyond measure: they compare each with each, or make texts as long as
 * they are asked for.
 */
const boundlessFunctions = new Set(['distinct', 'join', 'pad', 'replace']);
/**
 * Functions that call another for each item. Between two calls of a lambda the time limit is looked at; between two calls of a
 * built-in function, or of none at all, it is not.
 */
const callingFunctions = new Set(['each', 'filter', 'map', 'reduce', 'sift', 'single', 'sort']);

/** Goes through the tree without recursion, as it may be as deep as the parser could go. */
function canBlock(ast: unknown): boolean {
  const nodes: unknown[] = [ast];
  for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
    if (Array.isArray(node)) {
      for (const item of node) nodes.push(item);
      continue;
    }
    if (!isObject(node)) continue;
    if (node.type === 'regex') return true;
    if (node.type === 'variable') {
      const name = String(node.value);
      if (boundlessFunctions.has(name) || callingFunctions.has(name)) return true;
    }
    const keepsTime = callsLambda(node);
    for (const [field, child] of Object.entries(node)) {
      if (typeof child === 'object' && child !== null && !(keepsTime && field === 'procedure'))
        nodes.push(child);
    }
  }
  return false;
}

function callsLambda({ type, procedure, arguments: given }: Record<string, unknown>): boolean {
  return (
    type === 'function' &&
    isObject(procedure) &&
    callingFunctions.has(String(procedure.value)) &&
    Array.isArray(given) &&
    given.some((argument) => isObject(argument) && argument.type === 'lambda')
  );
}

/** Evaluates without input: everything that is read is in the scope. The value is fresh JSON that shares nothing with it. */
export async function evaluateExpression(
  { expression }: Compiled,
  { variables, states, nowMs, random }: ExpressionScope,
): Promise<Evaluated> {
  let value: unknown;
  try {
    const bindings = { ...variables, ...queryFunctions({ nowMs, random }), states };
    value = await expression.evaluate(undefined, bindings);
  } catch (error) {
    if (isObject(error) && error.code === 'D1012') return { isOverdue: true };
    return { problem: describeProblem(error) };
  }
  if (value === undefined) return { problem: 'returned nothing (undefined).' };
  try {
    return { value: copyJson(value, 0) };
  } catch (error) {
    return { problem: `returned an unsupported result. ${describeThrown(error)}` };
  }
}

/** Sets a key that may be called `__proto__`, which a plain assignment would swallow. */
export function setOwn(target: JsonObject, key: string, value: Json): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

/** Results alias what they were read from and carry hidden properties: the copy is plain JSON. */
function copyJson(value: unknown, depth: number): Json {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'string') {
    if (value.length > longestText) throw new RangeError(`a text of ${value.length} characters is too long`);
    return value;
  }
  // JSON has no such numbers, and the service hands on their names: "Infinity" for 1/0.
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (depth > limits.nestedLevels) throw new RangeError(`it nests deeper than ${limits.nestedLevels} levels`);
  if (Array.isArray(value)) return value.map((item) => copyJson(item === undefined ? null : item, depth + 1));
  if (typeof value !== 'object' || '_jsonata_lambda' in value || '_jsonata_function' in value) {
    throw new TypeError('a function is not a JSON value');
  }
  const copy: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    if (item !== undefined) setOwn(copy, key, copyJson(item, depth + 1));
  }
  return copy;
}

/** Errors of the language have a code and follow as a sentence of their own; others follow after a colon. */
function describeProblem(error: unknown): string {
  const code = isObject(error) || error instanceof Error ? (error as { code?: unknown }).code : undefined;
  const limit = typeof code === 'string' && Object.hasOwn(pastLimits, code) ? pastLimits[code] : undefined;
  const separator = limit === undefined && code !== undefined ? '.' : ':';
  return `threw an error during evaluation${separator} ${limit ?? describeThrown(error)}`;
}

function describeThrown(error: unknown): string {
  if (!isObject(error) && !(error instanceof Error)) return String(error);
  const message = 'message' in error ? String(error.message) : String(error);
  return 'code' in error ? `${String(error.code)}: ${message}` : message;
}
