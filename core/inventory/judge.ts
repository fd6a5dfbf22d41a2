import { z } from 'zod';
import { explainIssue } from './explain-issue.ts';
import type { ProblemList } from './problem.ts';
import { schemaAt, unwrap } from './schema-walk.ts';
import { plainOf, type Written, writtenAt } from './written.ts';

/**
 * Judges a written value by a schema and tells every fault at the place where it was written.
 *
 * @param isPart a value that others are to complete (defaults): what it lacks is no fault yet
 * @returns the schema's output; undefined when there is a fault
 */
export function judge<S extends z.ZodType>(
  schema: S,
  written: Written,
  problems: ProblemList,
  { isPart = false }: { readonly isPart?: boolean } = {},
): z.output<S> | undefined {
  const asText = new Set<Written>();
  let result = schema.safeParse(plainOf(written, asText));
  if (!result.success && collectNumbersForTexts(result.error.issues, schema, written, asText)) {
    result = schema.safeParse(plainOf(written, asText));
  }
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    for (const { path, text, about } of explainIssue(issue, schema, written)) {
      if (isPart && (about === 'absence' || about === 'whole')) continue;
      const { field, place, keyPlace } = writtenAt(written, path);
      // A schema's own text may be a whole sentence about what is there.
      const told = about === 'whole' && !text.startsWith('is ') ? `is incomplete: ${text}` : text;
      problems.add(about === 'key' ? (keyPlace ?? place) : place, field, told);
    }
  }
  return undefined;
}

/**
 * Marks numbers that stand where a text belongs: an unquoted `+81312345678` is a phone number.
 *
 * @returns whether there was one
 */
function collectNumbersForTexts(
  issues: readonly z.core.$ZodIssue[],
  schema: z.ZodType,
  written: Written,
  asText: Set<Written>,
): boolean {
  for (const issue of issues) {
    if (issue.code !== 'invalid_type' || issue.expected !== 'string') continue;
    if (!(unwrap(schemaAt(schema, issue.path)).schema instanceof z.ZodString)) continue;
    const { value } = writtenAt(written, issue.path);
    if (value?.kind === 'scalar' && typeof value.value === 'number') asText.add(value);
  }
  return asText.size > 0;
}
