import { expect, it } from 'vitest';
import type { Incident } from '../../../core/incident/incident.ts';
import type { Inventory } from '../../../core/inventory/inventory.ts';
import { watchFromStores } from '../../../local/pages/watch-source.ts';
import { createMemoryMetricStore } from '../../../platform/metrics/memory.ts';
import { createMemoryStores } from '../../../platform/store/memory.ts';

const at = '2026-11-21T03:00:00.000Z';
const now = () => Date.parse(at);
const serverIds = ['web-001', 'web-002'];

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

it('given five incidents of a server, when its newest three are asked for, then they come latest first', async () => {
  const { source, stores } = await watch();
  for (const number of [1, 2, 3, 4, 5]) {
    await stores.incidents.replaceIncident(incidentOf('web-001', number, number === 5 ? 'open' : 'closed'));
  }
  const found = await source.incidentsOf({ account: 'acme', server: 'web-001' }, 3);
  expect(found.map(({ number }) => number)).toEqual([5, 4, 3]);
  expect(await source.incidentsOf({ account: 'acme', server: 'web-002' }, 3)).toEqual([]);
});
