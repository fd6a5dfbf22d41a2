import {
  DeleteItemCommand,
  type DynamoDBClient,
  paginateScan,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Incident } from '../../../../core/incident/incident.ts';
import { type MonitorState, neverFailed } from '../../../../core/monitor.ts';
import { listAccounts, listServers } from '../../../../platform/store/directory-lists.ts';
import { createDynamoStores } from '../../../../platform/store/dynamo/stores.ts';
import type { Stores } from '../../../../platform/store/stores.ts';
import { monitorNamed, smallInventory } from '../sample-inventory.ts';
import { startTableOnDynalite, type TableOnDynalite } from '../table-on-dynalite.ts';
import { clientThatDies } from './faulty-client.ts';

let table: TableOnDynalite;
beforeAll(async () => {
  table = await startTableOnDynalite();
});
afterAll(() => table[Symbol.asyncDispose]());

const at = '2026-11-21T03:04:05.000Z';
const https = { account: 'acme', server: 'web-1', monitor: 'https' };
const alerted: MonitorState = {
  phase: 'alerted',
  episode: 1,
  severity: 'critical',
  since: at,
  unknownSince: at,
};
const incident: Incident = {
  id: 'acme.web-1-1',
  account: 'acme',
  server: 'web-1',
  number: 1,
  plan: 'notify',
  state: 'closed',
  openedAt: at,
  leader: 'https-1',
  alerts: {},
  mails: 0,
  news: 0,
  version: 3,
};

let tables = 0;
const storesOf = (name: string, client: DynamoDBClient = table.client): Stores =>
  createDynamoStores({ client, table: name });

/** A table as the build before the portal left it: no directory, none of the lists, and a head without a form. */
async function earlierTable(): Promise<{ name: string; stores: Stores }> {
  tables += 1;
  const name = `earlier-${tables}`;
  await table.createTable(name);
  const stores = storesOf(name);
  await stores.inventory.replace(0, smallInventory);
  await stores.monitors.replaceState(https, neverFailed, alerted);
  for (const version of [1, 2, 3]) {
    await stores.incidents.replaceIncident({ ...incident, version, state: version < 3 ? 'open' : 'closed' });
  }
  for await (const { Items = [] } of paginateScan({ client: table.client }, { TableName: name })) {
    for (const { pk, sk, __edb_e__: entity } of Items) {
      const Key = { pk: pk ?? { S: '' }, sk: sk ?? { S: '' } };
      if (pk?.S?.startsWith('directory#')) {
        await table.client.send(new DeleteItemCommand({ TableName: name, Key }));
      } else {
        const gone = ['gsi3pk', 'gsi3sk', 'form', ...(entity?.S === 'monitor' ? ['gsi2pk', 'gsi2sk'] : [])];
        const UpdateExpression = `REMOVE ${gone.join(', ')}`;
        await table.client.send(new UpdateItemCommand({ TableName: name, Key, UpdateExpression }));
      }
    }
  }
  expect(await stores.directory.servers('acme')).toEqual([]);
  expect(await stores.directory.troubled('acme')).toEqual([]);
  return { name, stores };
}

async function expectListed(
  { directory, monitors, incidents }: Stores,
  inventory = smallInventory,
): Promise<void> {
  expect(await directory.accounts()).toEqual(listAccounts(inventory));
  expect(await directory.servers('acme')).toEqual(listServers(inventory).get('acme'));
  const troubled = [{ monitor: inventory.monitors[0], state: alerted }];
  expect(await directory.troubled('acme')).toEqual(troubled);
  expect(await directory.unknown({ limit: 5 })).toEqual({ items: troubled });
  expect(await directory.incidents('acme', { limit: 5 })).toEqual({ items: [incident] });
  expect(await monitors.monitor(https)).toEqual(troubled[0]);
  expect(await incidents.incident(incident.id)).toEqual(incident);
}

describe('what an earlier build had applied', () => {
  it('given its table, when it is read, then all lists are there, and once is enough', async () => {
    const { name, stores } = await earlierTable();
    expect(await stores.inventory.load()).toEqual({ version: 1, inventory: smallInventory });
    await expectListed(stores);
    const { client, counted } = clientThatDies(table.endpoint, 1, 'before it reaches the table');
    await storesOf(name, client).inventory.load();
    client.destroy();
    expect(counted.writes).toBe(0);
  });

  it('given its table, when something else is applied, then lists show that', async () => {
    const { stores } = await earlierTable();
    const after = { ...smallInventory, monitors: [monitorNamed('https', { priority: 1 })] };
    await stores.inventory.replace(1, after);
    await expectListed(stores, after);
  });

  it('given an apply that it had begun, when this build finishes it, then all lists are there', async () => {
    const { name, stores } = await earlierTable();
    await table.client.send(
      new UpdateItemCommand({
        TableName: name,
        Key: { pk: { S: 'inventory' }, sk: { S: 'head' } },
        UpdateExpression: 'SET #state = :state',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':state': { S: 'applying' } },
      }),
    );
    await stores.inventory.load();
    await expectListed(stores);
  });

  it('given a process that ends at any of its writes, when the next one comes, then all lists are there', async () => {
    for (let k = 1, ended = true; ended; k += 1) {
      const { name, stores } = await earlierTable();
      const { client, counted } = clientThatDies(table.endpoint, k, 'after it reached the table');
      await storesOf(name, client)
        .inventory.load()
        .catch(() => undefined);
      client.destroy();
      ended = counted.isDead;
      expect(await stores.inventory.load()).toEqual({ version: 1, inventory: smallInventory });
      await expectListed(stores);
    }
  });
});
