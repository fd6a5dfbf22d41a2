import { expect, it } from 'vitest';
import type { Incident } from '../../../core/incident/incident.ts';
import type { Inventory } from '../../../core/inventory/inventory.ts';
import { serversPart, serversPerPage } from '../../../local/pages/servers-page.ts';
import { type View, wordsOf } from '../../../local/pages/view.ts';
import { watchFromStores } from '../../../local/pages/watch-source.ts';
import { createMemoryMetricStore } from '../../../platform/metrics/memory.ts';
import { createMemoryStores } from '../../../platform/store/memory.ts';

const at = '2026-11-21T03:00:00.000Z';
const now = () => Date.parse(at);
const serverIds = Array.from({ length: 70 }, (_, number) => `web-${String(number + 1).padStart(3, '0')}`);

const inventory: Inventory = {
  settings: {
    mailFrom: 'alert@msp.example',
    mailFromName: 'MSP',
    operators: { mail: ['desk@msp.example'], language: 'ja' },
    referenceEndpoints: [],
  },
  accounts: [{ id: 'acme', name: 'Acme <K.K.>', timeZone: 'Asia/Tokyo', contacts: [] }],
  servers: serverIds.map((id) => ({
    account: 'acme',
    id,
    name: `${id} <b>`,
    address: '192.0.2.1',
    plan: 'notify',
    reach: 'internet',
  })),
  monitors: [],
};

const incidentOf = (server: string, number: number, state: Incident['state']): Incident => ({
  id: `acme.${server}-${number}`,
  account: 'acme',
  server,
  number,
  plan: 'notify',
  state,
  openedAt: at,
  leader: 'https-1',
  alerts: {},
  mails: 0,
  news: 0,
  version: 1,
});

async function watch() {
  const stores = createMemoryStores();
  await stores.inventory.replace(0, inventory);
  return { stores, source: watchFromStores({ ...stores, metrics: createMemoryMetricStore(), now }) };
}

const view: View = {
  language: 'en',
  words: wordsOf('en'),
  now: at,
  timeZone: 'UTC',
  speed: 1,
  version: '1',
  hasFleet: false,
  url: new URL('http://localhost/?from=30'),
};

it('given 70 servers, when the second page is shown, then it has its 30 and leads both ways, names as text', async () => {
  const { source } = await watch();
  const overview = await source.overview({ from: 30, limit: serversPerPage });
  expect([overview.servers.length, overview.servers[0]?.server.id, overview.serversInAll]).toEqual([
    30,
    'web-031',
    70,
  ]);
  const page = String(await serversPart(overview, 30, view));
  expect(page).toContain('31 to 60 of 70 servers');
  expect(page).toContain('href="/?from=0"');
  expect(page).toContain('href="/?from=60"');
  expect(page).toContain('web-031 &lt;b&gt;');
  expect(page).not.toContain('<b>');
});

it('given an incident on the last server, when the first page is shown, then that server comes first', async () => {
  const { source, stores } = await watch();
  await stores.incidents.replaceIncident(incidentOf('web-070', 1, 'open'));
  const { servers, openIncidents } = await source.overview({ from: 0, limit: 2 });
  expect(servers.map(({ server }) => server.id)).toEqual(['web-070', 'web-001']);
  expect(servers[0]?.openIncident?.id).toBe('acme.web-070-1');
  expect(openIncidents.map(({ id }) => id)).toEqual(['acme.web-070-1']);
});

it('given five incidents of a server, when its newest three are asked for, then they come latest first', async () => {
  const { source, stores } = await watch();
  for (const number of [1, 2, 3, 4, 5]) {
    await stores.incidents.replaceIncident(incidentOf('web-001', number, number === 5 ? 'open' : 'closed'));
  }
  const found = await source.incidentsOf({ account: 'acme', server: 'web-001' }, 3);
  expect(found.map(({ number }) => number)).toEqual([5, 4, 3]);
  expect(await source.incidentsOf({ account: 'acme', server: 'web-002' }, 3)).toEqual([]);
});

it('given nothing applied yet, when the page is shown, then it says how servers come to be watched', async () => {
  const stores = createMemoryStores();
  const source = watchFromStores({ ...stores, metrics: createMemoryMetricStore(), now });
  const page = String(await serversPart(await source.overview({ from: 0, limit: 30 }), 0, view));
  expect(page).toContain('No servers are watched yet');
});

it('given a store that failed once, when the page is asked for again, then the failure is not kept', async () => {
  const { stores } = await watch();
  let isBroken = true;
  const source = watchFromStores({
    ...stores,
    inventory: {
      ...stores.inventory,
      load: () => (isBroken ? Promise.reject(new Error('throttled')) : stores.inventory.load()),
    },
    metrics: createMemoryMetricStore(),
    now,
  });
  await expect(source.overview({ from: 0, limit: 1 })).rejects.toThrow('throttled');
  isBroken = false;
  expect((await source.overview({ from: 0, limit: 1 })).serversInAll).toBe(70);
});
