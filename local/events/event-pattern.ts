import { isObject, type Json, type JsonObject } from '../assembly/json.ts';
import { TemplateError } from '../assembly/template-error.ts';

/** Whether an event is one of those that a rule is for. */
export type EventPattern = (event: JsonObject) => boolean;

/** Of one value; undefined where the event has no such field. */
type Matcher = (value: Json | undefined) => boolean;

const known = 'values, prefix, suffix, anything-but, exists, numeric and equals-ignore-case';

/**
 * Reads the pattern of a rule as the service does: every field must match, and of a field's list one is enough.
 *
 * @param where what a message names: `Service.CallsEnded.EventPattern`
 * @throws TemplateError for what is no pattern, and for matchers that are not simulated
 */
export function parseEventPattern(pattern: Json | undefined, where: string): EventPattern {
  if (!isObject(pattern) || Object.keys(pattern).length === 0) {
    throw new TemplateError(`${where} is not a pattern; name the fields of the events it is for`);
  }
  return readFields(pattern, where);
}

function readFields(pattern: JsonObject, where: string): (event: JsonObject) => boolean {
  const fields = Object.entries(pattern).map(([name, wanted]): [string, Matcher] => {
    const at = `${where}.${name}`;
    if (name.startsWith('$')) {
      throw new TemplateError(`${at} is not simulated on one machine; make it two rules`);
    }
    if (Array.isArray(wanted)) return [name, readList(wanted, at)];
    if (!isObject(wanted)) {
      throw new TemplateError(`${at} is ${JSON.stringify(wanted)}; write the wanted values as a list`);
    }
    const inner = readFields(wanted, at);
    return [name, (value) => valuesOf(value).some((one) => inner(isObject(one) ? one : {}))];
  });
  return (event) => fields.every(([name, matches]) => matches(event[name]));
}

/** A list in the event matches when one of its values does; a field that is absent is looked at too. */
const valuesOf = (value: Json | undefined): (Json | undefined)[] => (Array.isArray(value) ? value : [value]);

function readList(wanted: readonly Json[], where: string): Matcher {
  if (wanted.length === 0) throw new TemplateError(`${where} has no value; no event would ever match`);
  const matchers = wanted.map((one, place) => readMatcher(one, `${where}[${place}]`));
  return (value) => matchers.some((matches) => matches(value));
}

function readMatcher(wanted: Json, where: string): Matcher {
  if (!isObject(wanted)) {
    if (Array.isArray(wanted))
      throw new TemplateError(`${where} is a list in a list; write its values alone`);
    return one((value) => value === wanted);
  }
  const [entry, ...more] = Object.entries(wanted);
  if (entry === undefined || more.length > 0) {
    throw new TemplateError(`${where} is not one matcher; known are ${known}`);
  }
  const [name, operand] = entry;
  switch (name) {
    case 'prefix':
    case 'suffix':
    case 'equals-ignore-case':
      return one(textMatcher(name, operand, where));
    case 'anything-but':
      return readAnythingBut(operand, where);
    case 'exists':
      if (typeof operand !== 'boolean') throw new TemplateError(`${where}.exists is true or false`);
      return (value) => (value !== undefined) === operand;
    case 'numeric':
      return one(readNumeric(operand, `${where}.numeric`));
    default:
      throw new TemplateError(`${where} uses ${name}, which is not simulated; known are ${known}`);
  }
}

/** A matcher of single values that are there. */
const one =
  (matches: (value: Json) => boolean): Matcher =>
  (value) =>
    valuesOf(value).some((each) => each !== undefined && matches(each));

function textMatcher(name: string, operand: Json | undefined, where: string): (value: Json) => boolean {
  if (typeof operand !== 'string') {
    throw new TemplateError(`${where}.${name} is not a text; other forms are not simulated on one machine`);
  }
  const folded = operand.toLowerCase();
  return (value) => {
    if (typeof value !== 'string') return false;
    if (name === 'prefix') return value.startsWith(operand);
    if (name === 'suffix') return value.endsWith(operand);
    return value.toLowerCase() === folded;
  };
}

function readAnythingBut(operand: Json | undefined, where: string): Matcher {
  if (isObject(operand)) {
    const refused = readMatcher(operand, `${where}.anything-but`);
    return one((value) => !refused(value));
  }
  const refused: readonly (Json | undefined)[] = Array.isArray(operand) ? operand : [operand];
  if (refused.length === 0 || refused.some((each) => typeof each !== 'string' && typeof each !== 'number')) {
    throw new TemplateError(`${where}.anything-but takes texts or numbers`);
  }
  return one((value) => !refused.includes(value));
}

const comparisons: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

/** `[">", 0, "<=", 5]`. */
function readNumeric(operand: Json | undefined, where: string): (value: Json) => boolean {
  const parts = Array.isArray(operand) ? operand : [];
  const tests: ((value: number) => boolean)[] = [];
  for (let place = 0; place < parts.length; place += 2) {
    const compare = comparisons[String(parts[place])];
    const bound = parts[place + 1];
    if (compare === undefined || typeof bound !== 'number') {
      throw new TemplateError(`${where} is a list of comparisons and numbers, as [">", 0, "<=", 5]`);
    }
    tests.push((value) => compare(value, bound));
  }
  if (tests.length === 0) throw new TemplateError(`${where} compares with nothing; write [">", 0] for one`);
  return (value) => typeof value === 'number' && tests.every((test) => test(value));
}
