import { z } from 'zod';
import { secretRef } from '../ids.ts';

/** A schema without the wrappers that say when a value may be left out. */
export interface Unwrapped {
  readonly schema: unknown;
  readonly description: string | undefined;
  readonly examples: readonly unknown[];
}

/** The outermost description wins: it was written for this place. */
export function unwrap(wrapped: unknown): Unwrapped {
  let schema = wrapped;
  let description: string | undefined;
  let examples: readonly unknown[] = [];
  for (;;) {
    if (schema instanceof z.ZodType) {
      const meta = schema.meta();
      description ??= meta?.description;
      if (examples.length === 0 && Array.isArray(meta?.examples)) examples = meta.examples;
    }
    if (
      schema instanceof z.ZodOptional ||
      schema instanceof z.ZodDefault ||
      schema instanceof z.ZodPrefault ||
      schema instanceof z.ZodNullable ||
      schema instanceof z.ZodReadonly ||
      schema instanceof z.ZodCatch
    ) {
      schema = schema.unwrap();
    } else if (schema instanceof z.ZodPipe) {
      schema = schema.in;
    } else {
      return { schema, description, examples };
    }
  }
}

/** The schema of the value at a path; undefined where the schema does not go so far. */
export function schemaAt(root: unknown, path: readonly PropertyKey[]): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return root;
  const { schema } = unwrap(root);
  if (schema instanceof z.ZodObject) return schemaAt(schema.shape[String(step)], rest);
  if (schema instanceof z.ZodArray) return schemaAt(schema.element, rest);
  if (schema instanceof z.ZodRecord) return schemaAt(schema.valueType, rest);
  if (schema instanceof z.ZodUnion) {
    return schema.options.map((option) => schemaAt(option, path)).find((found) => found !== undefined);
  }
  return undefined;
}

/** The pattern a text must match: it stays when a schema is described anew. */
function patternOf(schema: unknown): string | undefined {
  if (!(schema instanceof z.ZodString)) return undefined;
  const formats = (schema.def.checks ?? []).map(({ _zod }) => _zod.def);
  const format = formats.find((def): def is z.core.$ZodCheckRegexDef => 'pattern' in def);
  return format?.pattern.source;
}

const secretPattern = patternOf(secretRef);

/** Whether a place wants the name of a secret: then what stands there may be the secret itself. */
export const isSecretRef = (schema: unknown): boolean =>
  secretPattern !== undefined && patternOf(unwrap(schema).schema) === secretPattern;
