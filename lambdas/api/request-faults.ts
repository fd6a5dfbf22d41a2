import type { z } from 'zod';
import type { FieldFault } from './refusal.ts';

type Issue = z.core.$ZodIssue;

/** Everything that a schema finds wrong, each with the path of its field: `scope.0.monitors.2`, `query.from`. */
export const faultsOf = (error: z.ZodError, prefix: readonly PropertyKey[] = []): FieldFault[] =>
  error.issues.flatMap((issue) => faultsOfIssue(issue, prefix)).slice(0, mostFaults);

const mostFaults = 50;
const longestName = 80;

function faultsOfIssue(issue: Issue, prefix: readonly PropertyKey[]): FieldFault[] {
  const path = [...prefix, ...issue.path];
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      field: fieldOf([...path, key]),
      message: 'this is not known here; leave it out, or look for a slip of the pen',
    }));
  if (issue.code === 'invalid_union') {
    const [likeliest] = [...issue.errors].sort((a, b) => depth(b) - depth(a));
    if (likeliest !== undefined && depth(likeliest) > 0)
      return likeliest.flatMap((inner) => faultsOfIssue(inner, path));
  }
  return [{ field: fieldOf(path), message: messageOf(issue) }];
}

/** How far into the value an option of a union went before it found a fault. */
const depth = (issues: readonly Issue[]): number =>
  Math.max(0, ...issues.map((issue) => issue.path.length + (issue.code === 'unrecognized_keys' ? 1 : 0)));

const fieldOf = (path: readonly PropertyKey[]): string =>
  path.map((part) => String(part).slice(0, longestName)).join('.');

/** The schema's own words, but where these leave it open what is to be written. */
function messageOf(issue: Issue): string {
  if (issue.code === 'invalid_format' && issue.format === 'datetime')
    return 'is no time; write it in UTC with milliseconds, for example 2026-11-21T03:00:00.000Z';
  if (issue.code === 'invalid_type')
    return issue.message.endsWith('received undefined')
      ? `is missing; give ${kinds[issue.expected] ?? issue.expected}`
      : `is to be ${kinds[issue.expected] ?? issue.expected}`;
  if (issue.code === 'invalid_value')
    return `is none of what may stand here; write ${issue.values.map(String).join(', ')}`;
  return issue.message;
}

const kinds: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};
