import { z } from 'zod';
import type { Part } from './directory-store.ts';

/** A cursor that this list never gave. */
export class BadCursor extends Error {
  constructor() {
    super('the cursor is none that this list gave; leave it out to begin the list again');
  }
}

// Beside the position stands the list's name: a position of another list would be a text like any other here.
const content = z.strictObject({ list: z.string(), after: z.string().regex(/^[ -~]{1,500}$/) });
const longest = 1_000;

/** A place in a list as callers hold it: base64url of JSON, which they are not to read. */
export const cursorOf = (list: string, after: string): string =>
  Buffer.from(JSON.stringify({ list, after })).toString('base64url');

/**
 * The sort key after which a list goes on; undefined at its beginning. It says nothing of whose list it is: that comes
 * from the key that is read, so that a forged cursor moves nobody out of their own.
 *
 * @throws BadCursor for what is no cursor, or one of another list
 */
export function positionOf(list: string, cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const read = content.safeParse(parsed(cursor));
  if (!read.success || read.data.list !== list) throw new BadCursor();
  return read.data.after;
}

function parsed(cursor: string): unknown {
  if (cursor.length > longest || !/^[A-Za-z0-9_-]+$/.test(cursor)) return undefined;
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
}

/** How many of a list are given at once, whatever is asked for. */
export const mostOfPart = 1_000;
export const boundedLimit = (limit: number): number => Math.min(Math.max(1, Math.trunc(limit)), mostOfPart);

export interface ListRequest {
  readonly limit: number;
  readonly cursor?: string;
}

/**
 * Cuts a part out of what is sorted by these keys already, in whichever direction.
 *
 * @param isAfter whether a key comes after another in the list's direction
 */
export function partOf<T>(
  list: string,
  sorted: readonly T[],
  keyOf: (one: T) => string,
  { limit, cursor }: ListRequest,
  isAfter: (key: string, position: string) => boolean,
): Part<T> {
  const position = positionOf(list, cursor);
  const rest = position === undefined ? sorted : sorted.filter((one) => isAfter(keyOf(one), position));
  const items = rest.slice(0, boundedLimit(limit));
  const last = items.at(-1);
  if (last === undefined || items.length === rest.length) return { items };
  return { items, next: cursorOf(list, keyOf(last)) };
}

/** Directions of lists. */
export const ascending = (key: string, position: string): boolean => key > position;
export const descending = (key: string, position: string): boolean => key < position;

export const byKey =
  <T>(keyOf: (one: T) => string) =>
  (one: T, other: T): number =>
    compareKeys(keyOf(one), keyOf(other));

export const byKeyDown =
  <T>(keyOf: (one: T) => string) =>
  (one: T, other: T): number =>
    compareKeys(keyOf(other), keyOf(one));

const compareKeys = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
