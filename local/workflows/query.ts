import { expressionIn, type Template } from './definition.ts';
import {
  compileExpression,
  type Evaluated,
  type ExpressionScope,
  evaluateExpression,
  overdueProblem,
  setOwn,
} from './expression.ts';
import { ExpressionGuard } from './expression-guard.ts';
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

/** How long an expression may keep the engine's own thread before it is begun anew in another. */
const quickMs = 50;
const guard = new ExpressionGuard();

/** @throws the parser's error, with `code` and `position`, when `source` is no expression */
export function parseQuery(source: string): unknown {
  return compileExpression(source, quickMs).expression.ast();
}

/**
 * Evaluates one expression without input: everything it reads is in the scope. What could take long is evaluated in another
 * thread, and given up in the end.
 *
 * @param location the field's path, for the message
 * @returns fresh JSON that shares nothing with the scope
 * @throws QueryFault when it throws, takes too long, answers nothing, or answers what JSON cannot hold
 */
export async function evaluateQuery(source: string, location: string, scope: ExpressionScope): Promise<Json> {
  const named = `The JSONata expression '${source}' specified for the field '${location}'`;
  const compiled = compileExpression(source, quickMs);
  const quick: Evaluated = compiled.canBlock
    ? { isOverdue: true }
    : await evaluateExpression(compiled, scope);
  const evaluated = 'isOverdue' in quick ? await guard.evaluate(source, scope) : quick;
  if ('value' in evaluated) return evaluated.value;
  const problem = 'problem' in evaluated ? evaluated.problem : overdueProblem;
  throw new QueryFault(location, `${named} ${problem}`);
}

/** As {@link evaluateQuery}, for a field that takes one kind of value only. */
export async function evaluateQueryOfKind(
  source: string,
  location: string,
  scope: ExpressionScope,
  kind: 'array' | 'boolean' | 'number' | 'string',
): Promise<Json> {
  const value = await evaluateQuery(source, location, scope);
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
export async function fillTemplate(
  template: Template,
  location: string,
  scope: ExpressionScope,
): Promise<Json> {
  if (typeof template === 'string') {
    const source = expressionIn(template);
    return source === undefined ? template : evaluateQuery(source, location, scope);
  }
  if (Array.isArray(template)) {
    const items: Json[] = [];
    for (const [index, item] of template.entries()) {
      items.push(await fillTemplate(item, `${location}[${index}]`, scope));
    }
    return items;
  }
  if (template !== null && typeof template === 'object') {
    const filled: JsonObject = {};
    for (const [key, value] of Object.entries(template)) {
      setOwn(filled, key, await fillTemplate(value, `${location}/${key}`, scope));
    }
    return filled;
  }
  return template;
}
