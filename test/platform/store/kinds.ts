import { createDynamoStores } from '../../../platform/store/dynamo/stores.ts';
import { createMemoryStores } from '../../../platform/store/memory.ts';
import type { Stores } from '../../../platform/store/stores.ts';
import { startTableOnDynalite, type TableOnDynalite } from './table-on-dynalite.ts';

export interface StoresKind {
  readonly kind: 'memory' | 'dynamo';
  /** Empty ones. */
  create(): Promise<Stores>;
}

/** Both kinds of stores, for a test that holds for either; the table store starts with the first table. */
export function kindsOfStores(): { kinds: StoresKind[]; close: () => Promise<void> } {
  let started: Promise<TableOnDynalite> | undefined;
  let tables = 0;
  return {
    kinds: [
      { kind: 'memory', create: async () => createMemoryStores() },
      {
        kind: 'dynamo',
        create: async () => {
          started ??= startTableOnDynalite();
          const { client, createTable } = await started;
          tables += 1;
          const table = `stores-${tables}`;
          await createTable(table);
          return createDynamoStores({ client, table });
        },
      },
    ],
    close: async () => (await started)?.[Symbol.asyncDispose](),
  };
}
