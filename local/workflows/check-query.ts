import { compileQuery } from './query.ts';
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
  let ast: unknown;
  try {
    ast = compileQuery(source).ast();
  } catch (error) {
    const { message, position } = isObject(error) ? error : { message: String(error), position: 0 };
    return [`"${source}" is no JSONata: ${String(message)} (character ${String(position)})`];
  }
  const faults = new Set<string>();
  walk(ast, { source, scope, faults, hasContext: false });
  return [...faults];
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
    case 'regex':
      checkRegExp(node, at);
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

function checkRegExp({ value }: Node, { source, faults }: Walk): void {
  if (value instanceof RegExp && repeatsAmbiguously(value.source)) {
    faults.add(
      `"${source}" has the regular expression /${value.source}/, which repeats a group that itself repeats or chooses; ` +
        'on some texts it would run for hours, so write it without the group',
    );
  }
}

/** Whether a group that repeats holds a repetition or a choice: the ways to match can then grow exponentially. */
export function repeatsAmbiguously(pattern: string): boolean {
  /** For each open group: whether it can match the same text in more than one way. */
  const groups: boolean[] = [false];
  const markVaried = (): void => {
    groups[groups.length - 1] = true;
  };
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern[index];
    if (character === '\\') index++;
    else if (character === '[') index = endOfClass(pattern, index);
    else if (character === '(') {
      groups.push(false);
      // The question mark of (?: and its like repeats nothing.
      if (pattern[index + 1] === '?') index++;
    } else if (character === '|') markVaried();
    else if (character === ')') {
      const isVaried = groups.pop() ?? false;
      const { least, most } = repetitionAt(pattern, index + 1);
      if (isVaried && most > mostSafeRepeats) return true;
      if (isVaried || least !== most) markVaried();
    } else {
      const { least, most } = repetitionAt(pattern, index);
      if (least !== most) markVaried();
    }
  }
  return false;
}

/** Up to here the ways to match stay few enough whatever the group holds. */
const mostSafeRepeats = 10;

/** How often the quantifier that stands here repeats; once when there is none. */
function repetitionAt(pattern: string, index: number): { least: number; most: number } {
  const bounds = /^(?:([*+?])|\{(\d+)(,?)(\d*)\})/.exec(pattern.slice(index, index + 24));
  if (bounds === null) return { least: 1, most: 1 };
  const [, sign, low = '', comma, high = ''] = bounds;
  const without = Number.POSITIVE_INFINITY;
  if (sign !== undefined) return { least: sign === '+' ? 1 : 0, most: sign === '?' ? 1 : without };
  if (comma === '') return { least: Number(low), most: Number(low) };
  return { least: Number(low), most: high === '' ? without : Number(high) };
}

function endOfClass(pattern: string, start: number): number {
  for (let index = start + 1; index < pattern.length; index++) {
    if (pattern[index] === '\\') index++;
    else if (pattern[index] === ']') return index;
  }
  return pattern.length;
}
