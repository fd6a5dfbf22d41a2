import type { Place } from './problem.ts';

/** A value as it stands in a file: what it is, and where. Values that aliases repeat are shared. */
export type Written = WrittenScalar | WrittenList | WrittenMap;

interface Node {
  readonly place: Place;
  /** Path from the root of the file. */
  readonly field: string;
}

export interface WrittenScalar extends Node {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  /** The characters in the file: a phone number reads as a number and is none. */
  readonly source: string;
}

export interface WrittenList extends Node {
  readonly kind: 'list';
  readonly items: readonly Written[];
}

export interface WrittenMap extends Node {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, WrittenEntry>;
}

export interface WrittenEntry {
  readonly key: Place;
  readonly value: Written;
}

/** The value of a key, if the map has it. */
export const entryValue = (map: WrittenMap | undefined, key: string): Written | undefined =>
  map?.entries.get(key)?.value;

/** A map with some keys only, or without some. */
export const pick = (map: WrittenMap, wanted: (key: string) => boolean): WrittenMap => ({
  ...map,
  entries: new Map([...map.entries].filter(([key]) => wanted(key))),
});

/** One map over another: keys of the upper one win, and maps under one key are merged alike. Each value keeps its place. */
export function over(upper: WrittenMap, lower: WrittenMap | undefined): WrittenMap {
  if (lower === undefined) return upper;
  const entries = new Map(lower.entries);
  for (const [key, { key: place, value }] of upper.entries) {
    const below = entries.get(key)?.value;
    const merged = value.kind === 'map' && below?.kind === 'map' ? over(value, below) : value;
    entries.set(key, { key: place, value: merged });
  }
  return { ...upper, entries };
}

/**
 * The plain value.
 *
 * @param asText scalars that are to be taken as they were written, where a text is wanted and YAML read a number
 */
export function plainOf(written: Written, asText: ReadonlySet<Written>): unknown {
  if (written.kind === 'scalar') return asText.has(written) ? written.source : written.value;
  if (written.kind === 'list') return written.items.map((item) => plainOf(item, asText));
  return Object.fromEntries([...written.entries].map(([key, { value }]) => [key, plainOf(value, asText)]));
}

/** What stands at a path; without `value`, the place of the innermost map or list that has no such key. */
export interface Found {
  readonly place: Place;
  readonly field: string;
  readonly keyPlace?: Place | undefined;
  readonly value: Written | undefined;
}

export function writtenAt(root: Written, path: readonly PropertyKey[]): Found {
  let present: Written = root;
  let keyPlace: Place | undefined;
  for (const [index, step] of path.entries()) {
    const entry: WrittenEntry | undefined =
      present.kind === 'map' ? present.entries.get(String(step)) : undefined;
    const next: Written | undefined = present.kind === 'list' ? present.items[Number(step)] : entry?.value;
    if (next === undefined) {
      const field = path.slice(index).reduce<string>(fieldOf, present.field);
      return { place: present.place, field, value: undefined };
    }
    present = next;
    keyPlace = entry?.key;
  }
  return { place: present.place, field: present.field, keyPlace, value: present };
}

/** `servers[2]` + `address` → `servers[2].address` */
export const fieldOf = (parent: string, step: PropertyKey): string =>
  typeof step === 'number'
    ? `${parent}[${step}]`
    : parent === ''
      ? String(step)
      : `${parent}.${String(step)}`;
