import { createHash, randomUUID } from 'node:crypto';
import jsonata from 'jsonata';

/** What an expression may know of its surroundings, besides its variables. */
export interface QuerySurroundings {
  /** Epoch milliseconds that `$now()` and `$millis()` answer. */
  readonly nowMs: number;
  /** A number from 0 up to, not including, 1. */
  readonly random: () => number;
}

const hashAlgorithms = new Map([
  ['MD5', 'md5'],
  ['SHA-1', 'sha1'],
  ['SHA-256', 'sha256'],
  ['SHA-384', 'sha384'],
  ['SHA-512', 'sha512'],
]);

const longestRange = 1_000;
const formatInstant = jsonata('$fromMillis($instant, $picture, $timezone)');

/**
 * The functions that the service adds to JSONata or answers itself, as bindings that hide the built-in ones.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
 */
export function queryFunctions({
  nowMs,
  random,
}: QuerySurroundings): Record<string, (...args: unknown[]) => unknown> {
  return {
    partition: (list, size) => partition(list, size),
    range: (from, to, step) => range(from, to, step),
    hash: (text, algorithm) => hash(text, algorithm),
    random: (seed) => (seed === undefined ? random() : firstOfSeed(seed)),
    uuid: () => randomUUID(),
    parse: (text) => (text === undefined ? undefined : JSON.parse(wantString('$parse', text))),
    eval: () => {
      throw new TypeError('$eval is not supported; use $parse to read JSON');
    },
    now: (picture, timezone) =>
      picture === undefined
        ? new Date(nowMs).toISOString()
        : formatInstant.evaluate(undefined, { instant: nowMs, picture, timezone }),
    millis: () => nowMs,
  };
}

/** Names of these functions, without `$`. */
export const queryFunctionNames = Object.keys(queryFunctions({ nowMs: 0, random: () => 0 }));

function partition(list: unknown, size: unknown): unknown {
  if (list === undefined) return undefined;
  const items = Array.isArray(list) ? list : [list];
  const chunkSize = wantInteger('$partition', size);
  if (chunkSize < 1) throw new RangeError(`$partition got the chunk size ${chunkSize}; give 1 or more`);
  const chunks: unknown[] = [];
  for (let start = 0; start < items.length; start += chunkSize)
    chunks.push(items.slice(start, start + chunkSize));
  return chunks;
}

function range(from: unknown, to: unknown, step: unknown): unknown {
  const first = wantInteger('$range', from);
  const last = wantInteger('$range', to);
  const stride = wantInteger('$range', step);
  if (stride === 0) throw new RangeError('$range got the step 0; give a step that leads to the end');
  const length = Math.max(0, Math.floor((last - first) / stride) + 1);
  if (length > longestRange)
    throw new RangeError(`$range would hold ${length} numbers; at most ${longestRange}`);
  const numbers = Array.from({ length }, (_, index) => first + index * stride);
  // The service answers a sequence: one number comes without its array.
  return length === 1 ? numbers[0] : numbers;
}

function hash(text: unknown, algorithm: unknown): unknown {
  if (text === undefined) return undefined;
  const name = typeof algorithm === 'string' ? hashAlgorithms.get(algorithm) : undefined;
  if (name === undefined) {
    throw new TypeError(
      `$hash got the algorithm ${String(algorithm)}; give ${[...hashAlgorithms.keys()].join(', ')}`,
    );
  }
  return createHash(name).update(wantString('$hash', text)).digest('hex');
}

/** The first number of a generator started with `seed`: the same seed, the same number. */
function firstOfSeed(seed: unknown): number {
  // One round of mulberry32: small, evenly spread, and enough for an answer that is only asked for once.
  let state = (wantInteger('$random', seed) + 0x6d2b79f5) | 0;
  state = Math.imul(state ^ (state >>> 15), state | 1);
  state ^= state + Math.imul(state ^ (state >>> 7), state | 61);
  return ((state ^ (state >>> 14)) >>> 0) / 4_294_967_296;
}

function wantString(name: string, value: unknown): string {
  if (typeof value !== 'string') throw new TypeError(`${name} got ${typeof value}; give a string`);
  return value;
}

function wantInteger(name: string, value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
    throw new TypeError(`${name} got ${String(value)}; give an integer`);
  }
  return value;
}
