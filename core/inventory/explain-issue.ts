import { z } from 'zod';
import { nearest } from './nearest.ts';
import { printable, shown } from './printable.ts';
import { isSecretRef, schemaAt, unwrap } from './schema-walk.ts';
import { type Written, writtenAt } from './written.ts';

type Issue = z.core.$ZodIssue;

/** One fault, in the words of the inventory: where (a path from the value that was judged) and what with the mend. */
export interface Fault {
  readonly path: readonly PropertyKey[];
  readonly text: string;
  /** A key that is not known, a value, a value that is not there, or keys that do not go together. */
  readonly about: 'key' | 'value' | 'absence' | 'whole';
}

/** Keys whose values are never repeated in a message, as people put secrets there in spite of the manual. */
const secretKey = /pass|secret|token|auth|community|cookie|credential|(?:^|[a-z])key$/i;

/** @returns the faults of one issue of the schema, each with its mend; several for several unknown keys */
export function explainIssue(issue: Issue, root: z.ZodType, written: Written): Fault[] {
  if (issue.code === 'unrecognized_keys') {
    const { schema } = unwrap(schemaAt(root, issue.path));
    const known = schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
    return issue.keys.map((key) => ({
      path: [...issue.path, key],
      text: unknownKey(key, known),
      about: 'key',
    }));
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const deepest = likeliest(issue.errors);
    if (deepest.some(({ path }) => path.length > 0)) {
      return deepest.flatMap((inner) =>
        explainIssue({ ...inner, path: [...issue.path, ...inner.path] }, root, written),
      );
    }
  }
  const { value } = writtenAt(written, issue.path);
  const meant = meantOption(issue, schemaAt(root, issue.path));
  const isWhole = issue.code === 'custom' && value?.kind !== 'scalar';
  const about = isWhole ? 'whole' : value === undefined ? 'absence' : 'value';
  return [{ path: issue.path, text: faultText(meant.issue, value, meant.schema), about }];
}

/** Of a union of kinds, that of the value's own kind: 700 is a status out of range, not a text. */
function meantOption(issue: Issue, schema: unknown): { readonly issue: Issue; readonly schema: unknown } {
  const union = unwrap(schema).schema;
  if (!(union instanceof z.ZodUnion)) return { issue, schema };
  if (issue.code !== 'invalid_union') {
    // Where one option alone has the value's kind, the library tells that option's issue as the union's.
    const kind = issue.code === 'too_big' || issue.code === 'too_small' ? issue.origin : 'string';
    return { issue, schema: union.options.find((option) => kindName(option) === kind) ?? schema };
  }
  const index = issue.errors.findIndex((errors) => errors.every(({ code }) => code !== 'invalid_type'));
  const inner = issue.errors[index]?.[0];
  if (inner === undefined) return { issue, schema };
  return { issue: { ...inner, path: issue.path }, schema: union.options[index] };
}

/** `is not known here; did you mean port? known keys are host, port` */
export function unknownKey(key: string, known: readonly string[]): string {
  const meant = nearest(key, known);
  const question = meant === undefined ? '' : `did you mean ${meant}? `;
  return known.length === 0
    ? 'is not known here; take it out'
    : `is not known here; ${question}known keys are ${known.join(', ')}`;
}

/** Of the branches of a union, the one that was meant: that whose faults lie deepest, then are fewest. */
function likeliest(branches: readonly (readonly Issue[])[]): readonly Issue[] {
  const depth = (issues: readonly Issue[]) => Math.min(...issues.map(({ path }) => path.length));
  return [...branches].sort((a, b) => depth(b) - depth(a) || a.length - b.length)[0] ?? [];
}

function faultText(issue: Issue, value: Written | undefined, at: unknown): string {
  const { description, examples, schema } = unwrap(at);
  const bounds = boundsOf(schema);
  const wanted = wantedText(description, schema, bounds, examples);
  if (value === undefined) {
    return issue.code === 'custom' ? issue.message : `is missing; ${wanted}`;
  }
  const key = String(issue.path.at(-1) ?? '');
  const isSecret = isSecretRef(at) || issue.path.some((step) => secretKey.test(String(step)));
  if (isSecretRef(at)) {
    const example = String(examples[0] ?? 'acme/web-1-ssh-key');
    return `is not the name of a secret; write <account>/<field>, for example ${example}, and put the secret itself in the store with: mimamori secret put ${example}`;
  }
  if (value.kind === 'scalar' && value.value === null) return `is empty; ${wanted}, or take ${key} out`;
  const is = isSecret && value.kind === 'scalar' ? 'is not what is wanted' : `is ${kindOf(value)}`;

  switch (issue.code) {
    case 'invalid_value': {
      const known = issue.values.map(String);
      const meant = value.kind === 'scalar' ? nearest(String(value.value), known) : undefined;
      const question = meant === undefined ? '' : `did you mean ${meant}? `;
      return `${is}; ${question}known values are ${known.join(', ')}`;
    }
    case 'invalid_union':
      return `${is}; ${wanted}`;
    case 'too_big':
    case 'too_small':
      return `${sizeText(issue, value, is)}; ${wanted}`;
    case 'invalid_format':
      return `${is}; ${isOwnMessage(issue) ? issue.message : wanted}`;
    case 'custom':
      // A schema's own text may be a whole sentence: "is not a regular expression; write …".
      return value.kind === 'scalar' && !issue.message.startsWith('is ')
        ? `${is}; ${issue.message}`
        : issue.message;
    default:
      return `${is}; ${wanted}`;
  }
}

/** Texts of the library begin in these ways; a schema's own text is the mend. */
const isOwnMessage = ({ message }: Issue): boolean => !/^(?:Invalid|Too|Unrecognized)\b/.test(message);

function kindOf(value: Written): string {
  if (value.kind === 'list') return 'a list';
  if (value.kind === 'map') return 'a map of keys';
  return typeof value.value === 'number' ? printable(value.source) : shown(value.value);
}

function sizeText(
  issue: z.core.$ZodIssueTooBig | z.core.$ZodIssueTooSmall,
  value: Written,
  is: string,
): string {
  if (value.kind === 'list') {
    const count = value.items.length;
    return `has ${count} ${count === 1 ? 'entry' : 'entries'}, ${limitText(issue)}`;
  }
  if (value.kind === 'scalar' && issue.origin === 'string') {
    const { length } = value.source;
    return length === 0 ? 'is an empty text' : `has ${length} characters, ${limitText(issue)}`;
  }
  return is;
}

const limitText = (issue: z.core.$ZodIssueTooBig | z.core.$ZodIssueTooSmall): string =>
  issue.code === 'too_big' ? `${issue.maximum} at most` : `at least ${issue.minimum}`;

/** `1 to 65535`; empty where a number has no bounds. */
function boundsOf(schema: unknown): string {
  if (!(schema instanceof z.ZodNumber)) return '';
  const { minValue: from, maxValue: to } = schema;
  const hasFrom = from !== null && Number.isFinite(from) && from > Number.MIN_SAFE_INTEGER;
  const hasTo = to !== null && Number.isFinite(to) && to < Number.MAX_SAFE_INTEGER;
  if (hasFrom && hasTo) return `${from} to ${to}`;
  if (hasFrom) return `${from} or more`;
  return hasTo ? `${to} or less` : '';
}

/** `give the port the service listens on, 1 to 65535` */
function wantedText(
  description: string | undefined,
  schema: unknown,
  bounds: string,
  examples: readonly unknown[],
): string {
  const what = description === undefined ? kindWanted(schema) : asPhrase(description);
  const parts = [`give ${what}`];
  if (bounds !== '') parts.push(bounds);
  else if (examples.length > 0 && !(schema instanceof z.ZodBoolean))
    parts.push(`for example ${exampleText(examples[0])}`);
  return parts.join(', ');
}

const exampleText = (example: unknown): string =>
  typeof example === 'string' ? example : JSON.stringify(example);

/** A description of another's schema may be a sentence; inside one it is a phrase. */
const asPhrase = (description: string): string =>
  description.replace(/^([A-Z])(?=[a-z])/, (letter) => letter.toLowerCase()).replace(/\.$/, '');

/** As an issue names the kind of the value it is about. */
function kindName(wrapped: unknown): string | undefined {
  const { schema } = unwrap(wrapped);
  if (schema instanceof z.ZodNumber) return 'number';
  if (schema instanceof z.ZodArray) return 'array';
  return schema instanceof z.ZodString ? 'string' : undefined;
}

function kindWanted(wrapped: unknown): string {
  const { schema } = unwrap(wrapped);
  if (schema instanceof z.ZodUnion) return schema.options.map(kindWanted).join(' or ');
  if (schema instanceof z.ZodNumber) return schema.format === 'safeint' ? 'a whole number' : 'a number';
  if (schema instanceof z.ZodBoolean) return 'true or false';
  if (schema instanceof z.ZodArray) return 'a list';
  if (schema instanceof z.ZodObject || schema instanceof z.ZodRecord) return 'a map of keys';
  if (schema instanceof z.ZodEnum) return `one of ${schema.options.join(', ')}`;
  return 'a text';
}
