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
  historyEvents: 25_000,
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

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The kind of a value as the service's messages name it. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
