import type { Inventory } from '../../core/inventory/inventory.ts';
import { applyInventory } from '../../local/apply-inventory.ts';
import { createTableClient, type TablePlace } from '../../local/aws/table-client.ts';
import { createDynamoStores } from '../../platform/store/dynamo/stores.ts';
import { contactChangesOf, dropOverruled } from '../contact-changes.ts';

export interface ApplyAside {
  /** Of the inventory. */
  readonly json: string;
  readonly table: TablePlace;
}

/** Makes an inventory what is watched. @returns the line that says so */
export default async function apply(input: unknown): Promise<string> {
  const { json, table } = input as ApplyAside;
  const client = createTableClient(table);
  try {
    const { inventory, contacts } = createDynamoStores({ client, table: table.name });
    const wanted = JSON.parse(json) as Inventory;
    const changes = await contactChangesOf(contacts, (await inventory.load()).inventory);
    const line = await applyInventory(wanted, inventory);
    await dropOverruled(contacts, changes, wanted);
    return line;
  } finally {
    client.destroy();
  }
}
