import { DeleteItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoStores } from '../../../../platform/store/dynamo/stores.ts';
import { serverNamed, smallInventory } from '../sample-inventory.ts';
import { startTableOnDynalite, type TableOnDynalite } from '../table-on-dynalite.ts';
import { clientThatDies } from './faulty-client.ts';

let table: TableOnDynalite;
let tables = 0;
beforeAll(async () => {
  table = await startTableOnDynalite();
});
afterAll(() => table[Symbol.asyncDispose]());

async function appliedTable() {
  tables += 1;
  const name = `lists-${tables}`;
  await table.createTable(name);
  const stores = createDynamoStores({ client: table.client, table: name });
  await stores.inventory.replace(0, smallInventory);
  return { name, stores };
}

/** Sort keys of an account's list of servers. */
async function itemsOf(name: string): Promise<string[]> {
  const { Items = [] } = await table.client.send(
    new QueryCommand({
      TableName: name,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: 'directory#servers/acme' } },
    }),
  );
  return Items.map(({ sk }) => sk?.S ?? '');
}

/** A client of which every command that names these words waits until it is let go. */
function clientThatWaits(words: string) {
  const held = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  const { client } = clientThatDies(table.endpoint, Number.POSITIVE_INFINITY, 'before it reaches the table');
  const commands: string[] = [];
  client.middlewareStack.add(
    (next, context) => async (args) => {
      commands.push(context.commandName ?? '');
      if (JSON.stringify(args.input).includes(words)) {
        reached.resolve();
        await held.promise;
      }
      return next(args);
    },
    { step: 'initialize' },
  );
  return { client, commands, reached: reached.promise, letGo: held.resolve };
}

const one = { ...smallInventory, servers: [serverNamed('web-1')], monitors: [] };

describe('lists of the directory', () => {
  it('given an apply that changes a list, when it is done, then nothing of the old list is left; when it changes none, then nothing is written', async () => {
    const { name, stores } = await appliedTable();
    const [head, part, ...others] = await itemsOf(name);
    expect([head, others]).toEqual(['head', []]);
    expect(part).toMatch(/^part#00000001#[0-9a-f]{16}#00000000$/);
    await stores.inventory.replace(1, {
      ...smallInventory,
      settings: { ...smallInventory.settings, mailFromName: 'W' },
    });
    expect(await itemsOf(name)).toEqual(['head', part]);
    await stores.inventory.replace(2, one);
    const [, ...parts] = await itemsOf(name);
    expect(parts).toEqual([expect.stringMatching(/^part#00000003#/)]);
  });

  it('given a reader that has seen the head, when an apply takes the parts away meanwhile, then it reads the new list', async () => {
    const { name, stores } = await appliedTable();
    const { client, reached, letGo } = clientThatWaits('part#');
    const reading = createDynamoStores({ client, table: name }).directory.servers('acme');
    await reached;
    await stores.inventory.replace(1, one);
    letGo();
    expect((await reading).map(({ id }) => id)).toEqual(['web-1']);
    client.destroy();
  });

  it('given a list that was read, when it is asked for again, then one small read is enough, and what a caller does to it is its own', async () => {
    const { name } = await appliedTable();
    const { client, commands } = clientThatWaits('nothing');
    const { directory } = createDynamoStores({ client, table: name });
    const first = await directory.servers('acme');
    commands.length = 0;
    first.pop();
    expect(await directory.servers('acme')).toHaveLength(2);
    expect(commands).toEqual(['GetItemCommand']);
    client.destroy();
  });

  it('given a part that is missing, when the list is read, then that is told with the mend', async () => {
    const { name, stores } = await appliedTable();
    const [, part = ''] = await itemsOf(name);
    const Key = { pk: { S: 'directory#servers/acme' }, sk: { S: part } };
    await table.client.send(new DeleteItemCommand({ TableName: name, Key }));
    await expect(stores.directory.servers('acme')).rejects.toThrow(
      /^the directory's list servers\/acme has not all its parts in the table, looked for 5 times; restore the table to a time when it had all$/,
    );
  });
});
