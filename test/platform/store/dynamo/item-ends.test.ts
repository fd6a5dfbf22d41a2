import { DeleteItemCommand, paginateQuery } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Maintenance } from '../../../../core/maintenance/maintenance.ts';
import { createDynamoStores } from '../../../../platform/store/dynamo/stores.ts';
import type { Stores } from '../../../../platform/store/stores.ts';
import { startTableOnDynalite, type TableOnDynalite } from '../table-on-dynalite.ts';

let table: TableOnDynalite;
let tables = 0;
let name: string;
let stores: Stores;
beforeAll(async () => {
  table = await startTableOnDynalite();
});
beforeEach(async () => {
  tables += 1;
  name = `ends-${tables}`;
  await table.createTable(name);
  stores = createDynamoStores({ client: table.client, table: name });
});
afterAll(() => table[Symbol.asyncDispose]());

const at = '2026-11-21T03:04:05.000Z';
const until = '2026-11-21T05:00:00.000Z';
const maintenance: Maintenance = {
  id: 'a00000000000',
  account: 'acme',
  scope: 'account',
  from: at,
  until,
  reason: 'work',
  createdAt: at,
  createdBy: '山田',
  version: 1,
};
const afterDays = (days: number, from: string) => Date.parse(from) / 1000 + days * 86_400;

/** When the items of a partition may vanish, in seconds; undefined for never. */
async function endsOf(partition: string): Promise<(number | undefined)[]> {
  const query = {
    TableName: name,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': { S: partition } },
  };
  const ends: (number | undefined)[] = [];
  for await (const { Items = [] } of paginateQuery({ client: table.client }, query)) {
    ends.push(...Items.map(({ expires }) => (expires?.N === undefined ? undefined : Number(expires.N))));
  }
  return ends;
}

const cases = [
  {
    given: 'an end',
    lastUntil: until,
    changes: {},
    current: afterDays(33, until),
    past: afterDays(400, until),
  },
  { given: 'no end', lastUntil: undefined, changes: {}, current: undefined, past: undefined },
  {
    given: 'no end, and somebody ended it',
    lastUntil: undefined,
    changes: { endedAt: until },
    current: afterDays(33, until),
    past: afterDays(400, until),
  },
];
it.each(cases)(
  'given a maintenance with $given, when it lies in the table, then it leaves a month after its end, and the past after 400 days',
  async ({ lastUntil, changes, current, past }) => {
    await stores.maintenance.replaceMaintenance({ ...maintenance, ...changes }, lastUntil);
    expect(await endsOf('maintenance#acme')).toEqual([current]);
    expect(await endsOf('past-maintenance#acme')).toEqual([past]);
  },
);

it('given an audit entry, when it lies in the table, then it ends after 400 days', async () => {
  const who = { kind: 'person', id: 's-1', name: '山田', role: 'customer' } as const;
  await stores.audit.beginAudit({
    id: 'a',
    at,
    account: 'acme',
    who,
    deed: 'token.create',
    target: 't',
    outcome: 'begun',
  });
  expect(await endsOf('audit#acme')).toEqual([afterDays(400, at)]);
});

it('given a request that was counted, when it lies in the table, then it ends with the minutes after it', async () => {
  await stores.identity.countRequest('token/a', at);
  await stores.identity.countRequest('token/a', '2026-11-21T03:04:59.000Z');
  expect(await endsOf('requests#token/a')).toEqual([Date.parse('2026-11-21T03:09:59.000Z') / 1000]);
});

it('given a maintenance that has left, when it is asked for by id, then the past still knows it', async () => {
  const { maintenance: store } = stores;
  await store.replaceMaintenance(maintenance, until);
  await dropAll('maintenance#acme');
  expect(await store.maintenances('acme', at)).toEqual([]);
  expect(await store.maintenance('acme', maintenance.id)).toEqual(maintenance);
  expect(await store.past('acme', { from: at, to: until })).toEqual([maintenance]);
});

async function dropAll(partition: string): Promise<void> {
  const Key = { pk: { S: partition }, sk: { S: maintenance.id } };
  await table.client.send(new DeleteItemCommand({ TableName: name, Key }));
}
