// CPU of the reader for each monitor that a sweep reads: 10,000 monitors due in one minute, ten to a server, four in
// five every 3 minutes and one in five every 5, spread over all buckets; the table store runs in another process.
// Beside it, the same read through ElectroDB. Run: npx node bench/store-read.ts [monitors]
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { neverFailed } from '../core/monitor.ts';
import { type DueSlot, dueSlot, slotKey } from '../core/schedule/due.ts';
import { createEntities } from '../platform/store/dynamo/entities.ts';
import { createDynamoStores } from '../platform/store/dynamo/stores.ts';
import {
  accountNamed,
  every,
  monitorNamed,
  serverNamed,
  settings,
} from '../test/platform/store/sample-inventory.ts';
import { clientOf } from '../test/platform/store/table-on-dynalite.ts';

const wanted = Number(process.argv[2] ?? 10_000);
const perServer = 10;
const inFlight = 16;
const rounds = 10;

const child = fork(new URL('./store-read-table.ts', import.meta.url));
const [endpoint] = (await once(child, 'message')) as [string];
const client = clientOf(endpoint);
const stores = createDynamoStores({ client, table: 'mimamori' });

// Only monitors of minute 0 are made: what else lies in the table is in other partitions, which nobody reads.
const servers = [];
const monitors = [];
for (let index = 0; monitors.length < wanted; index += 1) {
  const server = serverNamed(`web-${index}`);
  const ref = { account: 'acme', server: server.id };
  servers.push(server);
  for (let item = 0; item < perServer; item += 1) {
    const interval = every(item < perServer * 0.8 ? 3 : 5);
    if (dueSlot(ref, interval.timing.intervalMinutes).phase !== 0) continue;
    monitors.push(monitorNamed(`https-${item}`, { server: server.id, ...interval }));
  }
}
const slots: DueSlot[] = [
  ...new Map(
    monitors.map((one) => {
      const slot = dueSlot(one, one.timing.intervalMinutes);
      return [slotKey(slot), slot];
    }),
  ).values(),
];

const appliedFrom = performance.now();
const cpuBeforeApply = process.cpuUsage();
await stores.inventory.replace(0, { settings, accounts: [accountNamed('acme')], servers, monitors });
const applyCpu = process.cpuUsage(cpuBeforeApply);
const entities = servers.length + monitors.length;
console.log(
  `apply: ${entities} entities in ${((performance.now() - appliedFrom) / 1000).toFixed(1)} s, ${((applyCpu.user + applyCpu.system) / entities).toFixed(0)} µs CPU each`,
);
// One in fifty has failed before and so has a state to read; what the writes of a failure and its end cost is told too.
const failed = monitors.filter((_, index) => index % 50 === 0);
const confirming = {
  phase: 'confirming',
  episode: 1,
  severity: 'critical',
  since: '2026-11-21T00:00:00.000Z',
} as const;
const well = { ...confirming, phase: 'well', severity: 'ok' } as const;
const cpuBeforeWrites = process.cpuUsage();
const writtenFrom = performance.now();
for (const { account, server, id } of failed) {
  const ref = { account, server, monitor: id };
  await stores.monitors.replaceState(ref, neverFailed, confirming);
  await stores.monitors.replaceState(ref, confirming, well);
}
const writeCpu = process.cpuUsage(cpuBeforeWrites);
const writes = failed.length * 2;
console.log(
  `MonitorStore.replaceState: ${writes} writes, one after the other: ${((writeCpu.user + writeCpu.system) / writes).toFixed(0)} µs CPU each, ${((performance.now() - writtenFrom) / writes).toFixed(2)} ms each`,
);

const { monitor: entity } = createEntities(DynamoDBDocumentClient.from(client), 'mimamori');
const readers = {
  'MonitorStore.due': (slot: DueSlot) => stores.monitors.due(slot),
  ElectroDB: async (slot: DueSlot) => {
    const { data } = await entity.query.due({ slot: slotKey(slot) }).go({ pages: 'all' });
    return data.map(({ definition = '' }) => ({ monitor: JSON.parse(definition) }));
  },
};

for (const [name, read] of Object.entries(readers)) {
  const figures = [];
  for (let round = 0; round <= rounds; round += 1) {
    let found = 0;
    const queue = slots.values();
    const startedAt = performance.now();
    const before = process.cpuUsage();
    await Promise.all(
      Array.from({ length: inFlight }, async () => {
        for (const slot of queue) {
          const { length } = await read(slot);
          found += length;
        }
      }),
    );
    const { user, system } = process.cpuUsage(before);
    if (found !== monitors.length) throw new Error(`${name} read ${found} of ${monitors.length} monitors`);
    // The first round warms up.
    if (round > 0) figures.push({ cpuUs: (user + system) / found, ms: performance.now() - startedAt });
  }
  const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
  const cpuUs = median(figures.map((figure) => figure.cpuUs));
  const ms = median(figures.map((figure) => figure.ms));
  console.log(
    `${name}: ${monitors.length} monitors in ${slots.length} slots: ${cpuUs.toFixed(1)} µs CPU for each monitor, ${((cpuUs * monitors.length) / slots.length).toFixed(0)} µs for each slot; ${ms.toFixed(0)} ms in all`,
  );
}
client.destroy();
child.disconnect();
