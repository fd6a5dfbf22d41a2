// How long the reads behind a page of an account of 10,000 servers take: its list of servers, read anew and as a running
// function has it, and the monitors that are not simply well (one in a hundred), with one open incident for each fifty
// servers. The table store runs in another process, beside nothing else. Run: npx node bench/portal-read.ts [servers]
import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Incident } from '../core/incident/incident.ts';
import { neverFailed } from '../core/monitor.ts';
import { createDynamoStores } from '../platform/store/dynamo/stores.ts';
import {
  accountNamed,
  monitorNamed,
  serverNamed,
  settings,
} from '../test/platform/store/sample-inventory.ts';
import { clientOf } from '../test/platform/store/table-on-dynalite.ts';

const wanted = Number(process.argv[2] ?? 10_000);
const perServer = 2;
const rounds = 100;
const at = '2026-11-21T00:00:00.000Z';

const child = fork(new URL('./store-read-table.ts', import.meta.url));
const [endpoint] = (await once(child, 'message')) as [string];
const client = clientOf(endpoint);
const open = () => createDynamoStores({ client, table: 'mimamori' });
const stores = open();

const servers = Array.from({ length: wanted }, (_, index) => serverNamed(`web-${index}`));
const monitors = servers.flatMap(({ id }) =>
  Array.from({ length: perServer }, (_, item) => monitorNamed(`https-${item}`, { server: id })),
);
const appliedFrom = performance.now();
await stores.inventory.replace(0, { settings, accounts: [accountNamed('acme')], servers, monitors });
console.log(
  `apply: ${servers.length} servers, ${monitors.length} monitors in ${seconds(performance.now() - appliedFrom)}`,
);
const failed = { phase: 'alerted', episode: 1, severity: 'critical', since: at } as const;
for (const { server, id } of monitors.filter((_, index) => index % 100 === 0)) {
  await stores.monitors.replaceState({ account: 'acme', server, monitor: id }, neverFailed, failed);
}
for (const { id: server } of servers.filter((_, index) => index % 50 === 0)) {
  await stores.incidents.replaceIncident(incidentOf(server));
}

await measure('servers, read anew', () => open().directory.servers('acme'));
await measure('servers, as they were', () => stores.directory.servers('acme'));
await measure('troubled', () => stores.directory.troubled('acme'));
await measure('open incidents', () => stores.directory.openIncidents('acme'));
await measure('incidents, a page of 50', async () => {
  const { items } = await stores.directory.incidents('acme', { limit: 50 });
  return items;
});
await measure('all of an overview at once', async () => {
  const { directory, maintenance } = stores;
  const parts = await Promise.all([
    directory.servers('acme'),
    directory.troubled('acme'),
    directory.openIncidents('acme'),
    maintenance.maintenances('acme', at),
  ]);
  return parts.flat();
});
client.destroy();
child.disconnect();

async function measure(what: string, read: () => Promise<readonly unknown[]>): Promise<void> {
  const times: number[] = [];
  let found = 0;
  const before = process.cpuUsage();
  for (let round = 0; round < rounds; round += 1) {
    const startedAt = performance.now();
    found = (await read()).length;
    times.push(performance.now() - startedAt);
  }
  const { user, system } = process.cpuUsage(before);
  const sorted = times.toSorted((a, b) => a - b);
  const quantile = (part: number) => (sorted[Math.floor(part * (rounds - 1))] ?? 0).toFixed(1);
  console.log(
    `${what}: ${found}; p50 ${quantile(0.5)} ms, p95 ${quantile(0.95)} ms, CPU ${((user + system) / rounds / 1000).toFixed(1)} ms`,
  );
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function incidentOf(server: string): Incident {
  const id = `acme.${server}-1`;
  const shared = { account: 'acme', server, number: 1, plan: 'notify', state: 'open' } as const;
  return { ...shared, id, openedAt: at, leader: 'https-0-1', alerts: {}, mails: 0, news: 0, version: 1 };
}
