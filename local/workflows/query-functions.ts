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

/** The longest array that `$range` makes at the service, measured there. */
const longestRange = 360_145;
const formatInstant = jsonata('$fromMillis($instant, $picture, $timezone)');

/**
 * The functions that the service adds to JSONata or answers itself, as bindings that hide the built-in ones. What they do with
 * arguments that they cannot use, and in which words, has been measured at the service.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
 * @see https://github.com/floci-io/floci/pull/2676 and /pull/2783, where the measurements are
 */
export function queryFunctions({ nowMs, random }: QuerySurroundings): Record<string, unknown> {
  return {
    partition: (...args: unknown[]) => partition(args),
    range: (...args: unknown[]) => range(args),
    hash: (...args: unknown[]) => hash(args),
    random: (...args: unknown[]) => {
      checkCount('random', args, 1);
      return args[0] === undefined ? random() : firstOfSeed(wantInteger('random', args, 0));
    },
    uuid: (...args: unknown[]) => {
      checkCount('uuid', args, 0);
      return randomUUID();
    },
    parse: (...args: unknown[]) => parse(args),
    // Hides the built-in one: to call what is not there fails as at the service.
    eval: undefined,
    now: (picture: unknown, timezone: unknown) =>
      picture === undefined
        ? new Date(nowMs).toISOString()
        : formatInstant.evaluate(undefined, { instant: nowMs, picture, timezone }),
    millis: () => nowMs,
  };
}

/** Names of these functions, without `$`. */
export const queryFunctionNames = Object.keys(queryFunctions({ nowMs: 0, random: () => 0 }));

function partition(args: readonly unknown[]): unknown {
  checkCount('partition', args, 2);
  const [list, size] = args;
  if (list === undefined) return undefined;
  if (!Array.isArray(list)) throw new FunctionError('T0412', { token: 'partition', index: 1 });
  if (list.length === 0) return undefined;
  if (size === undefined) return [list];
  const chunkSize = wantInteger('partition', args, 1);
  if (chunkSize < 0) throw valueError('Second argument must be zero or greater');
  if (chunkSize === 0) return undefined;
  const chunks: unknown[] = [];
  for (let start = 0; start < list.length; start += chunkSize)
    chunks.push(list.slice(start, start + chunkSize));
  return chunks;
}

function range(args: readonly unknown[]): unknown {
  checkCount('range', args, 3);
  const first = wantInteger('range', args, 0);
  const last = wantInteger('range', args, 1);
  if (args[2] === undefined) return undefined;
  const step = wantInteger('range', args, 2);
  if (step === 0 || (step > 0 ? first > last : first < last)) return undefined;
  const length = Math.floor((last - first) / step) + 1;
  if (length > longestRange) throw new FunctionError('D2015', { value: longestRange });
  const numbers = Array.from({ length }, (_, index) => first + index * step);
  // The service answers a sequence: one number comes without its array.
  return length === 1 ? numbers[0] : numbers;
}

function hash(args: readonly unknown[]): unknown {
  checkCount('hash', args, 2);
  const [text, algorithm] = args;
  if (typeof text !== 'string') throw signatureError('hash', 1);
  if (algorithm === undefined) return undefined;
  if (typeof algorithm !== 'string') throw signatureError('hash', 2);
  const name = hashAlgorithms.get(algorithm);
  if (name !== undefined) return createHash(name).update(text).digest('hex');
  throw valueError(`Hash algorithm '${algorithm}' must be one of SHA-1, SHA-384, SHA-256, SHA-512, MD5`);
}

function parse(args: readonly unknown[]): unknown {
  checkCount('parse', args, 1);
  const [text] = args;
  if (text === undefined) return undefined;
  if (typeof text !== 'string') throw signatureError('parse', 1);
  try {
    return JSON.parse(text);
  } catch {
    throw valueError('Invalid JSON');
  }
}

const javaMultiplier = 0x5deece66dn;

/** The first double of Java's `java.util.Random`, from which the service draws: 42 gives 0.7275636800328681. */
function firstOfSeed(seed: number): number {
  let state = BigInt.asUintN(48, BigInt(seed) ^ javaMultiplier);
  const next = (bits: number): number => {
    state = BigInt.asUintN(48, state * javaMultiplier + 0xbn);
    return Number(state >> BigInt(48 - bits));
  };
  return (next(26) * 2 ** 27 + next(27)) / 2 ** 53;
}

/** An error of the language, which words it by its code. */
class FunctionError extends Error {
  readonly code: string;

  constructor(code: string, details: Readonly<Record<string, unknown>>) {
    super(code);
    this.code = code;
    Object.assign(this, details);
  }
}

/** @param index counted from 1 */
function signatureError(token: string, index: number): FunctionError {
  return new FunctionError('T0410', { token, index });
}

function valueError(message: string): FunctionError {
  return new FunctionError('D3137', { message });
}

function checkCount(token: string, args: readonly unknown[], most: number): void {
  if (args[most] !== undefined) throw signatureError(token, most + 1);
}

/** The service cuts fractions off, towards nought. */
function wantInteger(token: string, args: readonly unknown[], index: number): number {
  const value = args[index];
  if (typeof value !== 'number' || !Number.isFinite(value)) throw signatureError(token, index + 1);
  return Math.trunc(value) + 0;
}
