import { isObject, type Json, type JsonObject } from './json.ts';
import { TemplateError } from './template-error.ts';

/** What the intrinsic functions of one stack's template ask for. */
export interface Lookups {
  /** @returns undefined when the template has nothing of that name */
  ref(logicalId: string): Json | undefined;
  attribute(logicalId: string, attribute: string): Json | undefined;
  importValue(name: string): Json | undefined;
  condition(name: string): boolean | undefined;
}

/** Marks a value that is to be left out, as `AWS::NoValue` does. */
export const noValue = Symbol('AWS::NoValue');

/**
 * Replaces every intrinsic function in a value of a template.
 *
 * @param where what a message names: `MimamoriService.Sweep1A2B.Environment`
 * @returns the plain value, or `noValue`
 * @throws TemplateError for a function that is not known and for a name that is not there
 */
export function resolveValue(value: Json, lookups: Lookups, where: string): Json | typeof noValue {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => {
      const resolved = resolveValue(item, lookups, `${where}[${index}]`);
      return resolved === noValue ? [] : [resolved];
    });
  }
  if (!isObject(value)) return value;
  const keys = Object.keys(value);
  const [only] = keys;
  if (keys.length === 1 && only !== undefined && (only === 'Ref' || only.startsWith('Fn::'))) {
    return callIntrinsic(only, value[only] ?? null, lookups, where);
  }
  const result: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    const resolved = resolveValue(item, lookups, `${where}.${key}`);
    if (resolved !== noValue) result[key] = resolved;
  }
  return result;
}

/** Evaluates a condition of a template. @throws TemplateError */
export function evaluateCondition(value: Json, lookups: Lookups, where: string): boolean {
  const [entry] = isObject(value) ? Object.entries(value) : [];
  if (entry === undefined) throw new TemplateError(`${where} is not a condition`);
  const [name, given] = entry;
  if (name === 'Condition') return named(lookups.condition(String(given)), String(given), where) === true;
  const parts = Array.isArray(given) ? given : [];
  const each = (): boolean[] => parts.map((part) => evaluateCondition(part, lookups, where));
  if (name === 'Fn::And') return each().every(Boolean);
  if (name === 'Fn::Or') return each().some(Boolean);
  if (name === 'Fn::Not') return !each()[0];
  if (name === 'Fn::Equals') {
    const [left, right] = parts.map((part) => resolveValue(part, lookups, where));
    return JSON.stringify(left) === JSON.stringify(right);
  }
  throw unknownIntrinsic(name, where);
}

function callIntrinsic(name: string, given: Json, lookups: Lookups, where: string): Json | typeof noValue {
  const plain = (value: Json | undefined): Json => {
    const resolved = resolveValue(value ?? null, lookups, where);
    return resolved === noValue ? null : resolved;
  };
  const parts = Array.isArray(given) ? given : [];
  switch (name) {
    case 'Ref':
      return given === 'AWS::NoValue' ? noValue : named(lookups.ref(String(given)), String(given), where);
    case 'Fn::GetAtt': {
      const [logicalId, attribute] = typeof given === 'string' ? splitAttribute(given) : parts.map(String);
      return attributeOf(lookups, logicalId ?? '', attribute ?? '', where);
    }
    case 'Fn::ImportValue': {
      const exported = String(plain(given));
      const value = lookups.importValue(exported);
      if (value !== undefined) return value;
      throw new TemplateError(
        `${where} imports ${exported}, which no stack of the assembly exports; synthesize all stacks together`,
      );
    }
    case 'Fn::Join': {
      const items = plain(parts[1]);
      return (Array.isArray(items) ? items : []).map(String).join(String(parts[0]));
    }
    case 'Fn::Sub':
      return substitute(given, lookups, where);
    case 'Fn::Select': {
      const items = plain(parts[1]);
      const item = Array.isArray(items) ? items[Number(plain(parts[0]))] : undefined;
      if (item !== undefined) return item;
      throw new TemplateError(
        `${where} selects item ${JSON.stringify(parts[0])} of a list that has none there`,
      );
    }
    case 'Fn::Split':
      return String(plain(parts[1])).split(String(parts[0]));
    case 'Fn::If': {
      const holds = named(lookups.condition(String(parts[0])), String(parts[0]), where);
      return resolveValue(parts[holds ? 1 : 2] ?? null, lookups, where);
    }
    default:
      throw unknownIntrinsic(name, where);
  }
}

const unknownIntrinsic = (name: string, where: string): TemplateError =>
  new TemplateError(
    `${where} uses ${name}, which the one-machine runtime does not resolve; use Ref, Fn::GetAtt, Fn::ImportValue, ` +
      `Fn::Sub, Fn::Join, Fn::Select, Fn::Split or Fn::If`,
  );

function named<T>(value: T | undefined, name: string, where: string): T {
  if (value !== undefined) return value;
  throw new TemplateError(`${where} refers to ${name}, which the template does not have`);
}

function attributeOf(lookups: Lookups, logicalId: string, attribute: string, where: string): Json {
  return named(lookups.attribute(logicalId, attribute), `${logicalId}.${attribute}`, where);
}

const splitAttribute = (dotted: string): [string, string] => {
  const dot = dotted.indexOf('.');
  return [dotted.slice(0, dot), dotted.slice(dot + 1)];
};

/** `${Name}`, `${Name.Attribute}`, and `${!Literal}` for text that looks like one of them. */
function substitute(given: Json, lookups: Lookups, where: string): string {
  const [text, own] = Array.isArray(given) ? given : [given];
  const values = isObject(own) ? own : {};
  return String(text).replace(/\$\{(!?)([^}]+)\}/g, (_whole, literal: string, name: string) => {
    if (literal === '!') return `\${${name}}`;
    const value = values[name];
    if (value !== undefined) {
      const resolved = resolveValue(value, lookups, where);
      return resolved === noValue ? '' : String(resolved);
    }
    return String(
      name.includes('.')
        ? attributeOf(lookups, ...splitAttribute(name), where)
        : named(lookups.ref(name), name, where),
    );
  });
}
