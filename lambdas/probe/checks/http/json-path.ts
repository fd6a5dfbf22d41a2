import { JSONPathEnvironment, JSONPathError, type JSONValue } from 'json-p3';
import type { Text } from '../../../../core/text.ts';
import { runWithin, TookTooLong } from './bounded-run.ts';

/** What a JSON document must hold at a path. Without a wish the path must lead somewhere. */
export interface JsonWish {
  readonly path: string;
  readonly equals?: string | number | boolean | undefined;
  readonly matches?: string | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  /** False when there must be nothing. */
  readonly exists: boolean;
}

/** What was found: as wished, with the value where it is one, or what is wrong as a clause that follows the place. */
export type JsonFinding = { readonly value?: JSONValue } | { readonly wrong: Text };

/** A path of the settings that takes too long on what a server sent. */
export class PathTooSlow extends Error {
  override readonly name = 'PathTooSlow';
  constructor(path: string, timeLimitMs: number) {
    super(
      `body.json (${path}) took longer than ${timeLimitMs} ms; write a path that leads straight to the value`,
    );
  }
}

/** Values that are looked at; who wants to judge more has a filter in mind. */
const maxValues = 1000;
// Descends so many levels; a document that goes deeper was made to be deep.
const environment = new JSONPathEnvironment({ maxRecursionDepth: 100 });

/** Why a text is no JSON path, in the library's words; undefined when it is one. */
export function faultOfPath(path: string): string | undefined {
  try {
    environment.compile(path);
    return undefined;
  } catch (error) {
    if (error instanceof JSONPathError) return error.message;
    throw error;
  }
}

/**
 * Looks for values in a JSON document by a path, in bounded time: path and document together can make a search that
 * does not end. Every value found must be as wished.
 *
 * @param quote makes what a peer sent fit for a message
 * @throws PathTooSlow
 * @see RFC 9535
 */
export function lookInJson(
  document: string,
  wish: JsonWish,
  timeLimitMs: number,
  quote: (sent: string) => string,
): JsonFinding {
  let found: Found;
  try {
    found = runWithin(timeLimitMs, () => search(document, wish));
  } catch (error) {
    if (error instanceof TookTooLong) throw new PathTooSlow(wish.path, timeLimitMs);
    // The library's own bound, and that of the stack.
    if (!(error instanceof JSONPathError || error instanceof RangeError)) throw error;
    return { wrong: { ja: 'の本文の JSON は入れ子が深すぎます', en: 'sent JSON that is nested too deeply' } };
  }
  if (found === 'not JSON') return { wrong: { ja: 'の本文は JSON ではありません', en: 'sent no JSON' } };
  const { path } = wish;
  const { count, first, bad } = found;
  if (count > maxValues) {
    return {
      wrong: {
        ja: `の本文の ${path} に ${maxValues} 個を超える値があります`,
        en: `has more than ${maxValues} values at ${path}`,
      },
    };
  }
  if (!wish.exists) {
    if (count === 0) return {};
    const shown = shownValue(first, quote);
    return {
      wrong: {
        ja: `の本文の ${path} に ${shown} があります(正常は値なし)`,
        en: `has ${shown} at ${path}, wanted nothing there`,
      },
    };
  }
  if (count === 0) {
    return { wrong: { ja: `の本文の ${path} に値がありません`, en: `has nothing at ${path}` } };
  }
  if (bad !== undefined) {
    const shown = shownValue(bad.value, quote);
    const wanted = wantedText(wish);
    return {
      wrong: {
        ja: `の本文の ${path} が ${shown} です(正常は ${wanted.ja})`,
        en: `has ${shown} at ${path}, wanted ${wanted.en}`,
      },
    };
  }
  return count === 1 ? { value: first } : {};
}

interface Values {
  count: number;
  first: JSONValue;
  /** The first that is not as wished. */
  bad?: { readonly value: JSONValue };
}
type Found = 'not JSON' | Values;

function search(document: string, wish: JsonWish): Found {
  let root: JSONValue;
  try {
    root = JSON.parse(document);
  } catch {
    return 'not JSON';
  }
  const fits = fitsFor(wish);
  const found: Values = { count: 0, first: null };
  for (const { value } of environment.compile(wish.path).lazyQuery(root)) {
    found.count += 1;
    if (found.count === 1) found.first = value;
    if (found.bad === undefined && !fits(value)) found.bad = { value };
    if (found.count > maxValues || !wish.exists) break;
  }
  return found;
}

/** Values are compared as texts: nobody must know whether a page writes 1, "1" or true. */
function fitsFor({ equals, matches, min, max }: JsonWish): (value: JSONValue) => boolean {
  const pattern = matches === undefined ? undefined : new RegExp(matches, 'u');
  return (value) => {
    if (equals !== undefined && (isCompound(value) || String(value) !== String(equals))) return false;
    if (pattern !== undefined && (isCompound(value) || !pattern.test(String(value)))) return false;
    if (min === undefined && max === undefined) return true;
    return (
      typeof value === 'number' &&
      value >= (min ?? Number.NEGATIVE_INFINITY) &&
      value <= (max ?? Number.POSITIVE_INFINITY)
    );
  };
}

const isCompound = (value: JSONValue): boolean => typeof value === 'object' && value !== null;

/** A value as the document writes it; of lists and maps only what they are. */
export function shownValue(value: JSONValue, quote: (sent: string) => string): string {
  if (typeof value === 'string') return `"${quote(value)}"`;
  if (Array.isArray(value)) return '[…]';
  return isCompound(value) ? '{…}' : String(value);
}

function wantedText({ equals, matches, min, max }: JsonWish): Text {
  const parts: Text[] = [];
  if (equals !== undefined) {
    const shown = typeof equals === 'string' ? `"${equals}"` : String(equals);
    parts.push({ ja: shown, en: shown });
  }
  if (matches !== undefined) {
    parts.push({ ja: `"${matches}" に一致`, en: `a match of "${matches}"` });
  }
  if (min !== undefined && max !== undefined)
    parts.push({ ja: `${min} 以上 ${max} 以下`, en: `${min} to ${max}` });
  else if (min !== undefined) parts.push({ ja: `${min} 以上`, en: `${min} or more` });
  else if (max !== undefined) parts.push({ ja: `${max} 以下`, en: `${max} or less` });
  return { ja: parts.map(({ ja }) => ja).join('、'), en: parts.map(({ en }) => en).join(' and ') };
}
