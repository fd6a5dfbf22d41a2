import { createRequire } from 'node:module';
import { isDeepStrictEqual } from 'node:util';
import type { TableSpec } from './dynamodb.ts';

// The store's own key functions and its LevelDB: an index made here has exactly the keys that it would write.
const requireHere = createRequire(import.meta.url);
const requireThere = createRequire(requireHere.resolve('dynalite'));
const { getIndexActions } = requireThere('./db') as {
  getIndexActions(
    indexes: unknown,
    before: undefined,
    item: unknown,
    table: object,
  ): { puts: { index: string; key: string; item: unknown }[] };
};
interface Level {
  open(): Promise<void>;
  close(): Promise<void>;
  get(key: string): Promise<unknown>;
  put(key: string, value: unknown): Promise<void>;
  batch(operations: object[]): Promise<void>;
  clear(range: { gte: string; lt: string }): Promise<void>;
  values(range: { gte: string; lt: string }): AsyncIterable<unknown>;
}
const { Level } = requireThere('level') as {
  Level: new (path: string, options: { valueEncoding: 'json' }) => Level;
};

interface StoredTable {
  TableName: string;
  TableArn: string;
  TableStatus: string;
  KeySchema: unknown;
  AttributeDefinitions: unknown;
  GlobalSecondaryIndexes?: { IndexName: string }[];
}

/** After every key that begins with a prefix; what the store itself takes for it. */
const afterPrefix = '\u00ff';
const itemsPerBatch = 500;

/**
 * Brings what is stored in line with the template and with itself, before the store opens it.
 *
 * The store writes an item and its index entries one after the other, so a process that is killed in between leaves
 * an index that says something else than the table. After an unclean end, and when the template's indexes have
 * changed, the indexes are made anew from the items.
 *
 * @returns the names of the tables that are there
 * @throws when a stored table has other keys than the template's: its items could not be found by them
 */
export async function repairTables(
  path: string,
  wanted: readonly TableSpec[],
  wasClean: boolean,
): Promise<Set<string>> {
  const level = new Level(path, { valueEncoding: 'json' });
  await level.open();
  const known = new Set<string>();
  try {
    for (const spec of wanted) {
      const stored = (await level.get(`table~${spec.TableName}`)) as StoredTable | undefined;
      if (stored === undefined) continue;
      known.add(spec.TableName);
      if (!isDeepStrictEqual(stored.KeySchema, spec.KeySchema)) {
        throw new Error(
          `table ${spec.TableName} is stored in ${path} with other keys than the template's; start with another data directory`,
        );
      }
      const indexesBefore = namesAndKeys(stored.GlobalSecondaryIndexes);
      stored.AttributeDefinitions = spec.AttributeDefinitions;
      setIndexes(stored, spec);
      stored.TableStatus = 'ACTIVE';
      await level.put(`table~${spec.TableName}`, stored);
      const hasChanged = !isDeepStrictEqual(indexesBefore, namesAndKeys(stored.GlobalSecondaryIndexes));
      if (hasChanged || !wasClean) await rebuildIndexes(level, stored);
    }
  } finally {
    await level.close();
  }
  return known;
}

const namesAndKeys = (indexes: readonly object[] | undefined): unknown =>
  (indexes ?? []).map((index) => {
    const { IndexName, KeySchema, Projection } = index as Record<string, unknown>;
    return { IndexName, KeySchema, Projection };
  });

/** Gives a stored table the template's indexes, in the form in which the store keeps them. */
function setIndexes(stored: StoredTable, spec: TableSpec): void {
  const wanted = Array.isArray(spec.GlobalSecondaryIndexes) ? spec.GlobalSecondaryIndexes : [];
  if (wanted.length === 0) {
    delete stored.GlobalSecondaryIndexes;
    return;
  }
  stored.GlobalSecondaryIndexes = wanted.map((index) => {
    const { IndexName, ...rest } = index as { IndexName: string };
    return {
      IndexName,
      ...rest,
      IndexArn: `${stored.TableArn}/index/${IndexName}`,
      IndexSizeBytes: 0,
      ItemCount: 0,
      IndexStatus: 'ACTIVE',
      ProvisionedThroughput: { ReadCapacityUnits: 0, WriteCapacityUnits: 0, NumberOfDecreasesToday: 0 },
    };
  });
}

async function rebuildIndexes(level: Level, table: StoredTable): Promise<void> {
  const name = table.TableName;
  const indexes = `index-global~${name}~`;
  await level.clear({ gte: indexes, lt: indexes + afterPrefix });
  const items = `item-${name}~`;
  let batch: object[] = [];
  for await (const item of level.values({ gte: items, lt: items + afterPrefix })) {
    for (const put of getIndexActions(table.GlobalSecondaryIndexes ?? [], undefined, item, table).puts) {
      batch.push({ type: 'put', key: `${indexes}${put.index}~${put.key}`, value: put.item });
    }
    if (batch.length >= itemsPerBatch) {
      await level.batch(batch);
      batch = [];
    }
  }
  if (batch.length > 0) await level.batch(batch);
}
