import { monitorKey, serverKey } from '../ids.ts';
import type { Inventory } from './inventory.ts';

/** One value that differs. `before` is absent where it is new, `after` where it is gone. */
export interface FieldChange {
  /** `timing.intervalMinutes`, `contacts[0].mail`; empty when a whole entity has no fields. */
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

export type EntityKind = 'settings' | 'account' | 'server' | 'monitor';

/** What becomes of one entity. Adding and removing name all its fields. */
export interface Change {
  readonly kind: 'add' | 'change' | 'remove';
  readonly entity: EntityKind;
  /** `settings`, `acme`, `acme.web-1` or `acme.web-1.https`. */
  readonly id: string;
  readonly fields: readonly FieldChange[];
}

const kinds: readonly EntityKind[] = ['settings', 'account', 'server', 'monitor'];

/**
 * What an apply would do.
 *
 * @param before undefined before the first apply
 * @returns by entity and id; empty when there is nothing to do. The order in files and of keys counts for nothing.
 */
export function differ(before: Inventory | undefined, after: Inventory): Change[] {
  const old = entitiesOf(before);
  const wanted = entitiesOf(after);
  return kinds.flatMap((entity) => {
    const ids = [...new Set([...old[entity].keys(), ...wanted[entity].keys()])].sort();
    return ids.flatMap((id): Change[] => {
      const was = old[entity].get(id);
      const becomes = wanted[entity].get(id);
      const fields = compare('', was, becomes);
      if (was === undefined) return [{ kind: 'add', entity, id, fields }];
      if (becomes === undefined) return [{ kind: 'remove', entity, id, fields }];
      return fields.length === 0 ? [] : [{ kind: 'change', entity, id, fields }];
    });
  });
}

/** The values that differ within two parts of an inventory, each by its path below the given one. */
export const fieldsBetween = (path: string, before: unknown, after: unknown): FieldChange[] =>
  compare(path, before, after);

type Entities = Readonly<Record<EntityKind, ReadonlyMap<string, object>>>;

function entitiesOf(inventory: Inventory | undefined): Entities {
  const byId = <T extends object>(items: readonly T[], idOf: (item: T) => string) =>
    new Map<string, object>(items.map((item) => [idOf(item), item]));
  return {
    settings: byId(inventory === undefined ? [] : [inventory.settings], () => 'settings'),
    account: byId(inventory?.accounts ?? [], ({ id }) => id),
    server: byId(inventory?.servers ?? [], ({ account, id }) => serverKey({ account, server: id })),
    monitor: byId(inventory?.monitors ?? [], ({ account, server, id }) =>
      monitorKey({ account, server, monitor: id }),
    ),
  };
}

type PlainMap = Readonly<Record<string, unknown>>;

const isMap = (value: unknown): value is PlainMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isListOfMaps = (value: unknown): value is readonly PlainMap[] =>
  Array.isArray(value) && value.every(isMap);

/** Maps are compared key by key, lists of maps place by place, everything else as a whole. */
function compare(path: string, before: unknown, after: unknown): FieldChange[] {
  if ((before === undefined || isMap(before)) && (after === undefined || isMap(after))) {
    const keys = [...new Set([...keysOf(before), ...keysOf(after)])];
    // A map that comes or goes with nothing in it has no field to show it.
    if (keys.length === 0)
      return before === after || (before && after) ? [] : [changeOf(path, before, after)];
    return keys.flatMap((key) => compare(joined(path, key), own(before, key), own(after, key)));
  }
  if ((before === undefined || isListOfMaps(before)) && (after === undefined || isListOfMaps(after))) {
    const length = Math.max(before?.length ?? 0, after?.length ?? 0);
    if (length === 0) return before && after ? [] : [changeOf(path, before, after)];
    return Array.from({ length }, (_, index) => index).flatMap((index) =>
      compare(`${path}[${index}]`, before?.[index], after?.[index]),
    );
  }
  return isSame(before, after) ? [] : [changeOf(path, before, after)];
}

/** The table keeps no undefined values: a key without one is not there. */
const keysOf = (map: PlainMap | undefined): string[] =>
  Object.entries(map ?? {}).flatMap(([key, value]) => (value === undefined ? [] : [key]));

const own = (map: PlainMap | undefined, key: string): unknown =>
  map !== undefined && Object.hasOwn(map, key) ? map[key] : undefined;

function joined(path: string, key: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}

const changeOf = (path: string, before: unknown, after: unknown): FieldChange => ({
  path,
  ...(before === undefined ? {} : { before }),
  ...(after === undefined ? {} : { after }),
});

function isSame(before: unknown, after: unknown): boolean {
  if (Array.isArray(before) && Array.isArray(after)) {
    return before.length === after.length && before.every((item, index) => isSame(item, after[index]));
  }
  if (isMap(before) && isMap(after)) return compare('', before, after).length === 0;
  return before === after;
}
