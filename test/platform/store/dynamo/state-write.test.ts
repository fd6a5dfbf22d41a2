import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type MonitorState, neverFailed } from '../../../../core/monitor.ts';
import { createDynamoStores } from '../../../../platform/store/dynamo/stores.ts';
import { smallInventory } from '../sample-inventory.ts';
import { startTableOnDynalite, type TableOnDynalite } from '../table-on-dynalite.ts';
import { clientThatDies } from './faulty-client.ts';

let table: TableOnDynalite;
beforeAll(async () => {
  table = await startTableOnDynalite();
});
afterAll(() => table[Symbol.asyncDispose]());

const at = '2026-11-21T03:04:05.000Z';
const https = { account: 'acme', server: 'web-1', monitor: 'https' };
const unknown: MonitorState = { ...neverFailed, unknownSince: at };
const alerted: MonitorState = { phase: 'alerted', episode: 1, severity: 'critical', since: at };
const well: MonitorState = { phase: 'well', episode: 1, severity: 'ok', since: at };
const troubled = { gsi3pk: 'troubled#acme', gsi3sk: 'acme.web-1.https' };

it('given a monitor, when its states are written, then each is one write, and its item stands in just the lists of that state', async () => {
  await table.createTable('states');
  await createDynamoStores({ client: table.client, table: 'states' }).inventory.replace(0, smallInventory);
  const { client, counted } = clientThatDies(
    table.endpoint,
    Number.POSITIVE_INFINITY,
    'after it reached the table',
  );
  const { monitors } = createDynamoStores({ client, table: 'states' });
  const rows = [
    {
      before: neverFailed,
      after: unknown,
      lists: {
        ...troubled,
        gsi2pk: expect.stringMatching(/^unknown#[0-7]$/),
        gsi2sk: `${at}#acme.web-1.https`,
      },
    },
    { before: unknown, after: alerted, lists: troubled },
    { before: alerted, after: well, lists: {} },
  ];
  for (const [index, { before, after, lists }] of rows.entries()) {
    expect(await monitors.replaceState(https, before, after)).toBe(true);
    expect(counted.writes).toBe(index + 1);
    const Key = { pk: { S: 'server#acme.web-1' }, sk: { S: 'monitor#https' } };
    const { Item = {} } = await table.client.send(new GetItemCommand({ TableName: 'states', Key }));
    const keys = Object.entries(Item).filter(([name]) => /^gsi[23]/.test(name));
    expect(Object.fromEntries(keys.map(([name, value]) => [name, value.S]))).toEqual(lists);
    expect(Item.gsi1pk?.S).toMatch(/^due#/);
  }
  client.destroy();
});
