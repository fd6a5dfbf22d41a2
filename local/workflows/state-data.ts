export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

/**
 * The service's limits, enforced alike.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
export const limits = {
  /** UTF-8 bytes of an input, output, arguments, result or variable. */
  dataBytes: 262_144,
  /** UTF-8 bytes of all variables of an execution. */
  variablesBytes: 10_485_760,
  definitionBytes: 1_048_576,
  /** Arrays and objects inside each other, in definitions and in data. */
  nestedLevels: 500,
  historyEvents: 25_000,
  /** Iterations of one Map. */
  iterationsAtOnce: 40,
  executionMs: 365 * 24 * 3_600_000,
  nameCharacters: 80,
  errorCharacters: 256,
  causeCharacters: 32_768,
  /** The largest number of seconds that a definition may name. */
  seconds: 99_999_999,
} as const;

/** Whether this JSON text fits where the service takes data. */
export function fitsDataLimit(text: string): boolean {
  // A UTF-16 unit is at most three bytes: most texts need no encoding to be judged.
  return text.length * 3 <= limits.dataBytes || Buffer.byteLength(text) <= limits.dataBytes;
}

/** Whether a value nests deeper than this. It goes level by level, as a recursion would end where the value is too deep. */
export function nestsDeeper(value: unknown, levels: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > levels) return true;
    level = level.flatMap((item) =>
      typeof item === 'object' && item !== null
        ? Object.values(item).filter((inner) => typeof inner === 'object' && inner !== null)
        : [],
    );
  }
  return false;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The kind of a value as the service's messages name it. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
