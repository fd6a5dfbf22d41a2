import parseAsService from 'jsonata-2.0.6';
import { parseQuery } from './query.ts';
import { isObject } from './state-data.ts';

/** Which parts of `$states` exist where the expression stands, besides `input` and `context`. */
export interface QueryScope {
  readonly hasResult?: boolean;
  readonly hasErrorOutput?: boolean;
  readonly hasTaskToken?: boolean;
}

type Node = Readonly<Record<string, unknown>>;

/**
 * Names what the service, or we, would not take in this expression.
 *
 * @returns faults with their mend; none when it can be used
 */
export function checkQuery(source: string, scope: QueryScope): string[] {
  const faults = new Set<string>();
  try {
    walk(parseQuery(source), { source, scope, faults, hasContext: false });
    if (faults.size === 0) parseAsService(source);
  } catch (error) {
    const { message, position } = isObject(error) ? error : { message: String(error), position: undefined };
    const where = position === undefined ? '' : ` (character ${String(position)})`;
    faults.add(`"${shorten(source)}" is no JSONata of the service: ${String(message)}${where}`);
  }
  return [...faults];
}

/** A long expression would hide what is wrong with it. */
function shorten(source: string): string {
  return source.length > 500 ? `${source.slice(0, 500)}…` : source;
}

interface Walk {
  readonly source: string;
  readonly scope: QueryScope;
  readonly faults: Set<string>;
  /** Whether a field name has something to be looked up in: the steps before it, or the items of a filter. */
  readonly hasContext: boolean;
}

function walk(node: unknown, at: Walk): void {
  if (Array.isArray(node)) {
    for (const item of node) walk(item, at);
    return;
  }
  if (!isObject(node)) return;
  checkNode(node, at);
  const inside = { ...at, hasContext: true };
  for (const [key, child] of Object.entries(node)) {
    if (key === 'steps' && Array.isArray(child)) {
      for (const [index, step] of child.entries()) walk(step, index === 0 ? at : inside);
    } else if (itemKeys.has(key)) walk(child, inside);
    else walk(child, at);
  }
}

/** Parts of a node that are evaluated once per item of what stands before them. */
const itemKeys = new Set(['stages', 'predicate', 'group', 'terms', 'update', 'delete', 'pattern']);

function checkNode(node: Node, at: Walk): void {
  const { source, faults, hasContext } = at;
  switch (node.type) {
    case 'variable':
      checkVariable(node, at);
      break;
    case 'name':
    case 'wildcard':
    case 'descendant':
    case 'parent':
      if (!hasContext) {
        const written = node.type === 'name' ? String(node.value) : 'a wildcard';
        faults.add(`"${source}" reads ${written} of nothing; write $states.input.… or a variable before it`);
      }
      break;
    case 'path':
      checkStatesPath(node, at);
      break;
    case 'condition':
      checkOperator(node, at);
      break;
    case 'function':
      checkCall(node, at);
      break;
    default:
  }
}

function checkVariable({ value }: Node, { source, faults, hasContext }: Walk): void {
  if (value === '$') faults.add(`"${source}" reads $$, which is not set; write $states.input`);
  if (value === '' && !hasContext) faults.add(`"${source}" reads $ of nothing; write $states.input`);
  if (value === 'eval') faults.add(`"${source}" uses $eval, which is not supported; use $parse to read JSON`);
}

function checkStatesPath({ steps }: Node, { source, scope, faults }: Walk): void {
  if (!Array.isArray(steps) || !isObject(steps[0]) || steps[0].type !== 'variable') return;
  const [first, second, third] = steps.map((step: unknown) => (isObject(step) ? step.value : undefined));
  if (first !== 'states') return;
  if (second === 'result' && scope.hasResult !== true) {
    faults.add(`"${source}" reads $states.result, which is there only in Output and Assign of a Task`);
  }
  if (second === 'errorOutput' && scope.hasErrorOutput !== true) {
    faults.add(`"${source}" reads $states.errorOutput, which is there only inside Catch`);
  }
  if (second === 'context' && third === 'Task' && scope.hasTaskToken !== true) {
    faults.add(
      `"${source}" reads the task token, which is there only with a Resource that ends in .waitForTaskToken`,
    );
  }
}

/** Two operators are younger than the JSONata of the service; the parser turns them into conditions. */
function checkOperator({ position }: Node, { source, faults }: Walk): void {
  if (typeof position !== 'number') return;
  const operator = source.slice(position - 2, position);
  if (operator === '??')
    faults.add(`"${source}" uses ??, which the service does not know; write $exists(a) ? a : b`);
  if (operator === '?:') faults.add(`"${source}" uses ?:, which the service does not know; write a ? a : b`);
}

function checkCall(node: Node, { source, faults }: Walk): void {
  const { procedure } = node;
  const args = node.arguments;
  if (!isObject(procedure) || procedure.value !== 'toMillis' || !Array.isArray(args) || args.length < 2)
    return;
  const picture: unknown = args[1];
  const hasYear = isObject(picture) && picture.type === 'string' && String(picture.value).includes('[Y');
  if (!hasYear) {
    faults.add(
      `"${source}" reads a time without its year, which would take today's date; give a picture with [Y0001]`,
    );
  }
}
