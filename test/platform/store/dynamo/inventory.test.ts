import { DeleteItemCommand, type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MonitorRef } from '../../../../core/ids.ts';
import type { Inventory } from '../../../../core/inventory/inventory.ts';
import { type MonitorState, neverFailed } from '../../../../core/monitor.ts';
import { dueSlot, type Occupancy } from '../../../../core/schedule/due.ts';
import { listAccounts, listServers } from '../../../../platform/store/directory-lists.ts';
import { createDynamoStores } from '../../../../platform/store/dynamo/stores.ts';
import { InventoryConflict } from '../../../../platform/store/monitor-store.ts';
import type { Stores } from '../../../../platform/store/stores.ts';
import {
  accountNamed,
  every,
  monitorNamed,
  serverNamed,
  settings,
  smallInventory,
} from '../sample-inventory.ts';
import { startTableOnDynalite, type TableOnDynalite } from '../table-on-dynalite.ts';
import { clientThatDies, type Fault } from './faulty-client.ts';

let table: TableOnDynalite;
beforeAll(async () => {
  table = await startTableOnDynalite();
});
afterAll(() => table[Symbol.asyncDispose]());

let tables = 0;
async function emptyTable(): Promise<string> {
  tables += 1;
  const name = `inventory-${tables}`;
  await table.createTable(name);
  return name;
}
const storesOf = (name: string, client: DynamoDBClient = table.client): Stores =>
  createDynamoStores({ client, table: name });

const https: MonitorRef = { account: 'acme', server: 'web-1', monitor: 'https' };
const at = '2026-11-21T03:04:05.000Z';
const alerted: MonitorState = {
  phase: 'alerted',
  episode: 3,
  severity: 'critical',
  since: at,
  summary: { ja: '応答がありません', en: 'no answer' },
};

/** From `smallInventory`: one changed, one kept, one of each removed, one of each added, one interval changed. */
const changed: Inventory = {
  settings: { ...settings, mailFromName: 'Watch' },
  accounts: [accountNamed('acme', 'アクメ'), accountNamed('beta')],
  servers: [serverNamed('web-1'), serverNamed('app-1', 'beta')],
  monitors: [
    monitorNamed('https', every(4)),
    monitorNamed('ssh', { check: 'ssh', ...every(4) }),
    monitorNamed('http', { account: 'beta', server: 'app-1' }),
  ],
};

/** Every monitor that a sweep of every minute of a day could find. */
async function monitorsFound({ monitors }: Stores, occupancy: Occupancy): Promise<Map<string, MonitorState>> {
  const found = new Map<string, MonitorState>();
  for (const [interval, buckets] of Object.entries(occupancy)) {
    for (const bucket of Object.keys(buckets).map(Number)) {
      for (let phase = 0; phase < Number(interval); phase += 1) {
        for (const { monitor, state } of await monitors.due({
          bucket,
          intervalMinutes: Number(interval),
          phase,
        })) {
          found.set(`${monitor.account}.${monitor.server}.${monitor.id}`, state);
        }
      }
    }
  }
  return found;
}

async function partsIn(name: string): Promise<string[]> {
  const { Items = [] } = await table.client.send(
    new QueryCommand({
      TableName: name,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: 'inventory-parts' } },
    }),
  );
  return Items.map((item) => item.sk?.S ?? '');
}

async function expectWhole(stores: Stores, inventory: Inventory): Promise<void> {
  for (const account of ['acme', 'beta']) {
    const wanted = inventory.accounts.find(({ id }) => id === account);
    expect(await stores.monitors.account(account)).toEqual(wanted);
  }
  for (const ref of [https, { account: 'acme', server: 'db-1' }, { account: 'beta', server: 'app-1' }]) {
    const wanted = inventory.servers.find(({ account, id }) => account === ref.account && id === ref.server);
    expect(await stores.monitors.server(ref)).toEqual(wanted);
    const monitors = inventory.monitors.filter(
      ({ account, server }) => account === ref.account && server === ref.server,
    );
    const stored = await stores.monitors.monitorsOf(ref);
    expect(stored.map(({ monitor }) => monitor)).toEqual(monitors.sort((a, b) => (a.id < b.id ? -1 : 1)));
  }
  expect(await stores.monitors.settings()).toEqual(inventory.settings);
  expect(await stores.directory.accounts()).toEqual(listAccounts(inventory));
  for (const account of ['acme', 'beta']) {
    expect(await stores.directory.servers(account)).toEqual(listServers(inventory).get(account) ?? []);
  }
  const found = await monitorsFound(stores, await stores.monitors.occupancy());
  const keys = inventory.monitors.map(({ account, server, id }) => `${account}.${server}.${id}`);
  expect([...found.keys()].sort()).toEqual(keys.sort());
}

describe('an apply that is cut off', () => {
  // The table that a write has reached is nearly that which the next one has not: of those every third is enough.
  const faults: { fault: Fault; step: number }[] = [
    { fault: 'before it reaches the table', step: 1 },
    { fault: 'after it reached the table', step: 3 },
  ];
  for (const { fault, step } of faults) {
    it(`given a process that ends at its k-th write, ${fault}, when the next one comes, then for ${step === 1 ? 'every' : 'any'} k the inventory is whole and states are kept`, async () => {
      let ended = true;
      let wasOld = 0;
      let wasNew = 0;
      for (let k = 1; ended; k += step) {
        const name = await emptyTable();
        const healthy = storesOf(name);
        await healthy.inventory.replace(0, smallInventory);
        await healthy.monitors.replaceState(https, neverFailed, alerted);

        const { client, counted } = clientThatDies(table.endpoint, k, fault);
        const outcome = await storesOf(name, client)
          .inventory.replace(1, changed)
          .catch((error: unknown) => error);
        client.destroy();
        ended = counted.isDead;
        if (ended) expect(outcome).toBeInstanceOf(Error);

        // Before anybody repairs it, pages find the lists of before or those of after, and the exception.
        const listed = await healthy.directory.servers('acme');
        const wanted = [smallInventory, changed].map((one) => listServers(one).get('acme'));
        expect(wanted).toContainEqual(listed);
        expect((await healthy.directory.troubled('acme')).map(({ state }) => state)).toEqual([alerted]);

        // The sweep finds what is watched before and after, with its state.
        const meanwhile = await monitorsFound(healthy, await healthy.monitors.occupancy());
        expect(meanwhile.get('acme.web-1.https')).toEqual(alerted);

        const { version, inventory } = await healthy.inventory.load();
        if (version === 1) wasOld += 1;
        else wasNew += 1;
        expect(inventory).toEqual(version === 1 ? smallInventory : changed);
        await expectWhole(healthy, version === 1 ? smallInventory : changed);
        expect((await healthy.monitors.monitor(https))?.state).toEqual(alerted);

        // And it can be applied again, which leaves no parts of older versions behind.
        await healthy.inventory.replace(version, changed);
        if (version === 1) await expectWhole(healthy, changed);
        expect((await healthy.monitors.monitor(https))?.state).toEqual(alerted);
        const parts = await partsIn(name);
        expect(parts.filter((key) => !key.startsWith(String(version + 1).padStart(8, '0')))).toEqual([]);
      }
      expect(wasOld).toBeGreaterThan(0);
      // Staging, head, 2 accounts, 1 server, 3 monitors, 3 lists of 2 items, 2 monitors and 1 server emptied with
      // 3 samples, head, old part, 2 old lists.
      expect(wasNew).toBeGreaterThan(20 / step);
    });
  }

  it('given a cut-off apply, when two come to finish it and a third applies, then it is whole', async () => {
    const name = await emptyTable();
    const healthy = storesOf(name);
    await healthy.inventory.replace(0, smallInventory);
    const { client } = clientThatDies(table.endpoint, 4, 'after it reached the table');
    await storesOf(name, client)
      .inventory.replace(1, changed)
      .catch(() => undefined);
    client.destroy();
    const results = await Promise.all([
      storesOf(name).inventory.load(),
      storesOf(name).inventory.load(),
      storesOf(name).inventory.replace(2, smallInventory),
    ]);
    for (const read of results.slice(0, 2)) expect([2, 3]).toContain(read?.version);
    expect(await healthy.inventory.load()).toEqual({ version: 3, inventory: smallInventory });
    await expectWhole(healthy, smallInventory);
  });
});

describe('a slow apply', () => {
  it('given it was overtaken while it wrote, when it goes on, then it brings nothing back', async () => {
    const name = await emptyTable();
    const healthy = storesOf(name);
    await healthy.inventory.replace(0, smallInventory);
    await healthy.monitors.replaceState(https, neverFailed, alerted);

    // It is held at its first write of a monitor, while others finish its version and take the monitors away again.
    const held = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    const { client } = clientThatDies(
      table.endpoint,
      Number.POSITIVE_INFINITY,
      'before it reaches the table',
    );
    client.middlewareStack.add(
      (next) => async (args) => {
        if (JSON.stringify(args.input).includes('monitor#')) {
          reached.resolve();
          await held.promise;
        }
        return next(args);
      },
      { step: 'initialize' },
    );
    const slow = storesOf(name, client).inventory.replace(1, changed);
    await reached.promise;
    const without: Inventory = { ...smallInventory, monitors: [] };
    await healthy.inventory.replace(2, without);
    held.resolve();
    await slow;
    client.destroy();

    expect(await healthy.inventory.load()).toEqual({ version: 3, inventory: without });
    expect(await healthy.monitors.monitorsOf(https)).toEqual([]);
    expect(await healthy.monitors.due(dueSlot(https, 4))).toEqual([]);
    await healthy.inventory.replace(3, smallInventory);
    expect((await healthy.monitors.monitor(https))?.state).toEqual({
      phase: 'well',
      episode: 3,
      severity: 'ok',
    });
  });

  const overtaken = [
    { given: 'an inventory that was read', cutOff: false },
    { given: 'an apply that was cut off', cutOff: true },
  ];
  for (const { given, cutOff } of overtaken) {
    it(`given ${given}, when others go on before its parts are read, then what they made is read`, async () => {
      const name = await emptyTable();
      const healthy = storesOf(name);
      await healthy.inventory.replace(0, smallInventory);
      if (cutOff) {
        const { client: dying } = clientThatDies(table.endpoint, 4, 'after it reached the table');
        await storesOf(name, dying)
          .inventory.replace(1, changed)
          .catch(() => undefined);
        dying.destroy();
      }
      const { version } = cutOff ? { version: 2 } : { version: 1 };

      // It has seen the head, and is held before it asks for the parts.
      const held = Promise.withResolvers<void>();
      const reached = Promise.withResolvers<void>();
      const { client } = clientThatDies(
        table.endpoint,
        Number.POSITIVE_INFINITY,
        'before it reaches the table',
      );
      client.middlewareStack.add(
        (next) => async (args) => {
          if (JSON.stringify(args.input).includes('inventory-parts')) {
            reached.resolve();
            await held.promise;
          }
          return next(args);
        },
        { step: 'initialize' },
      );
      const slow = storesOf(name, client).inventory.load();
      await reached.promise;
      await healthy.inventory.replace(version, changed);
      await healthy.inventory.replace(version + 1, smallInventory);
      held.resolve();
      expect(await slow).toEqual({ version: version + 2, inventory: smallInventory });
      client.destroy();
    });
  }

  it('given parts that are missing of the current version, when it is read, then that is told', async () => {
    const name = await emptyTable();
    const healthy = storesOf(name);
    await healthy.inventory.replace(0, smallInventory);
    const [part = ''] = await partsIn(name);
    const key = { pk: { S: 'inventory-parts' }, sk: { S: part } };
    await table.client.send(new DeleteItemCommand({ TableName: name, Key: key }));
    await expect(healthy.inventory.load()).rejects.toThrow(/has 0 of its 1 parts in the table; restore/);
  });

  it('given the answer to the deciding write was lost, when the client repeats it, then it is no conflict', async () => {
    const name = await emptyTable();
    const { client } = clientThatDies(
      table.endpoint,
      Number.POSITIVE_INFINITY,
      'before it reaches the table',
    );
    client.middlewareStack.add(
      (next) => async (args) => {
        if (JSON.stringify(args.input).includes('"applying"')) await next(args).catch(() => undefined);
        return next(args);
      },
      { step: 'initialize' },
    );
    await storesOf(name, client).inventory.replace(0, smallInventory);
    client.destroy();
    expect(await storesOf(name).inventory.load()).toEqual({ version: 1, inventory: smallInventory });
    await expect(storesOf(name).inventory.replace(0, changed)).rejects.toBeInstanceOf(InventoryConflict);
  });
});

describe('more than one page', () => {
  it('given slots and parts beyond 1 MB, when read, then nothing is missing', async () => {
    const stores = storesOf(await emptyTable());
    const monitors = Array.from({ length: 160 }, (_, index) =>
      monitorNamed(`m${index}`, { settings: { body: `${index}-${'x'.repeat(9000)}` } }),
    );
    const inventory = { ...smallInventory, monitors };
    await stores.inventory.replace(0, inventory);
    const ids = (found: readonly { monitor: { id: string } }[]) =>
      found.map(({ monitor }) => monitor.id).sort();
    const wanted = monitors.map(({ id }) => id).sort();
    expect(ids(await stores.monitors.due(dueSlot(https, 3)))).toEqual(wanted);
    expect(ids(await stores.monitors.monitorsOf(https))).toEqual(wanted);
    expect((await stores.inventory.load()).inventory).toEqual(inventory);
  });

  it('given incidents, timelines and mails beyond 1 MB, when listed, then nothing is missing', async () => {
    const stores = storesOf(await emptyTable());
    const long = 'x'.repeat(60_000);
    const numbers = Array.from({ length: 20 }, (_, index) => index + 1);
    for (const number of numbers) {
      const thread = 'acme.web-1-1';
      await stores.outbox.enqueue({
        thread,
        number,
        to: 'a@acme.example',
        at,
        subject: '',
        text: long,
        html: '',
        headers: {},
        state: 'pending',
        attempts: 0,
      });
      await stores.incidents.addTimeline([
        { incident: thread, at, key: `${number}`, kind: 'mailed', summary: { ja: long, en: '' } },
      ]);
      await stores.incidents.replaceIncident({
        id: `acme.web-1-${number}`,
        account: 'acme',
        server: 'web-1',
        number,
        plan: 'notify',
        state: 'open',
        openedAt: at,
        leader: long,
        alerts: {},
        mails: 0,
        news: 0,
        version: 1,
      });
    }
    expect((await stores.outbox.pending(19)).map(({ number }) => number)).toEqual(numbers.slice(0, 19));
    expect(await stores.outbox.pending(100)).toHaveLength(20);
    expect(await stores.outbox.thread('acme.web-1-1', 'a@acme.example')).toHaveLength(20);
    expect(await stores.incidents.timeline('acme.web-1-1')).toHaveLength(20);
    expect((await stores.incidents.openIncidents()).map(({ number }) => number)).toEqual(numbers);
  });
});
