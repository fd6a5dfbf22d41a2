import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Incident } from '../../../core/incident/incident.ts';
import type { Inventory } from '../../../core/inventory/inventory.ts';
import type { OutgoingMail } from '../../../core/mail/outgoing-mail.ts';
import type { MonitorState, WatchedMonitor } from '../../../core/monitor.ts';
import { dueSlot } from '../../../core/schedule/due.ts';
import type { Part } from '../../../platform/store/directory-store.ts';
import { createDynamoStores } from '../../../platform/store/dynamo/stores.ts';
import { createMemoryStores } from '../../../platform/store/memory.ts';
import type { Stores } from '../../../platform/store/stores.ts';
import { every, monitorNamed, serverNamed, smallInventory } from './sample-inventory.ts';
import { startTableOnDynalite, type TableOnDynalite } from './table-on-dynalite.ts';

let table: TableOnDynalite;
beforeAll(async () => {
  table = await startTableOnDynalite();
});
afterAll(() => table[Symbol.asyncDispose]());

const instants = ['2026-11-21T00:00:00.000Z', '2026-11-21T00:03:00.000Z'] as const;
const instant = fc.constantFrom(...instants);
const servers = ['web-1', 'web-2'] as const;
const server = fc.constantFrom(...servers);
const intervals = [3, 5] as const;
const small = fc.integer({ min: 1, max: 2 });

const monitorState: fc.Arbitrary<MonitorState> = fc.record(
  {
    phase: fc.constantFrom('well', 'confirming', 'alerted'),
    episode: fc.integer({ min: 0, max: 1 }),
    severity: fc.constantFrom('ok', 'critical'),
    since: instant,
    unknownSince: instant,
    unknownTold: fc.boolean(),
    pause: fc.record(
      { by: fc.constant('operator'), since: instant, until: instant, reason: fc.constant('why') },
      { requiredKeys: ['by', 'since', 'reason'] },
    ),
  },
  { requiredKeys: ['phase', 'episode', 'severity'] },
);

const inventory: fc.Arbitrary<Inventory> = fc
  .uniqueArray(
    fc.record({ server, id: fc.constantFrom('a', 'b'), interval: fc.constantFrom(...intervals) }),
    {
      selector: ({ server, id }) => `${server}.${id}`,
    },
  )
  .map((monitors) => ({
    ...smallInventory,
    servers: [...new Set(monitors.map((one) => one.server))].map((id) => serverNamed(id)),
    monitors: monitors.map(({ server, id, interval }) => monitorNamed(id, { server, ...every(interval) })),
  }));

const incident: fc.Arbitrary<Incident> = fc
  .record({
    server,
    number: small,
    version: fc.integer({ min: 1, max: 3 }),
    state: fc.constantFrom('open', 'closed'),
    openedAt: instant,
  })
  .map((changes) => ({
    id: `acme.${changes.server}-${changes.number}`,
    account: 'acme',
    plan: 'notify',
    leader: 'a-1',
    alerts: {},
    mails: 0,
    news: 0,
    ...changes,
  }));

const mail: fc.Arbitrary<OutgoingMail> = fc
  .record({
    number: small,
    to: fc.constantFrom('a@acme.example', 'b@acme.example'),
    at: instant,
    state: fc.constantFrom('pending', 'sent', 'failed'),
    attempts: fc.integer({ min: 0, max: 2 }),
  })
  .map((changes) => ({ thread: 't', subject: '', text: '', html: '', headers: {}, ...changes }));

/** What a caller does, and what the stores answer. */
type Deed = (stores: Stores) => Promise<unknown>;

const deed: fc.Arbitrary<Deed> = fc.oneof(
  inventory.map(
    (after): Deed =>
      async ({ inventory: store }) => {
        await store.replace((await store.load()).version, after);
      },
  ),
  fc
    .record({
      server,
      monitor: fc.constantFrom('a', 'b'),
      guess: monitorState,
      isKnown: fc.boolean(),
      after: monitorState,
    })
    .map(
      ({ server, monitor, guess, isKnown, after }): Deed =>
        async ({ monitors }) => {
          const ref = { account: 'acme', server, monitor };
          const read = await monitors.monitor(ref);
          return monitors.replaceState(ref, isKnown ? (read?.state ?? guess) : guess, after);
        },
    ),
  fc.tuple(server, small).map(
    ([server, sample]): Deed =>
      ({ monitors }) =>
        monitors.saveSamples(new Map([[{ account: 'acme', server, monitor: 'a' }, sample]])),
  ),
  incident.map(
    (after): Deed =>
      ({ incidents }) =>
        incidents.replaceIncident(after),
  ),
  fc.tuple(small, instant).map(
    ([key, at]): Deed =>
      ({ incidents }) =>
        incidents.addTimeline([
          { incident: 'i', at, key: `${key}`, kind: 'joined', summary: { ja: at, en: at } },
        ]),
  ),
  mail.map(
    (one): Deed =>
      ({ outbox }) =>
        outbox.enqueue(one),
  ),
  mail.map(
    (one): Deed =>
      ({ outbox }) =>
        outbox.take(one),
  ),
  mail.map(
    (one): Deed =>
      ({ outbox }) =>
        outbox.save(one),
  ),
);

/** All pages of a list, as its callers read it. */
async function pagesOf<T>(
  read: (page: { limit: number; cursor?: string }) => Promise<Part<T>>,
): Promise<T[][]> {
  const pages: T[][] = [];
  for (let cursor: string | undefined; pages.length === 0 || cursor !== undefined; ) {
    const { items, next } = await read({ limit: 2, ...(cursor !== undefined && { cursor }) });
    pages.push(items);
    cursor = next;
  }
  return pages;
}

async function readAll({ monitors, inventory, incidents, outbox, directory }: Stores): Promise<unknown> {
  const refs = servers.map((server) => ({ account: 'acme', server }));
  const slots = refs.flatMap((ref) => intervals.map((interval) => dueSlot(ref, interval)));
  return {
    inventory: await inventory.load(),
    settings: await monitors.settings(),
    occupancy: await monitors.occupancy(),
    servers: await Promise.all(refs.map((ref) => monitors.server(ref))),
    monitors: await Promise.all(refs.map((ref) => monitors.monitorsOf(ref))),
    due: await Promise.all(slots.map((slot) => monitors.due(slot))),
    samples: await monitors.samples(refs.map((ref) => ({ ...ref, monitor: 'a' }))),
    latest: await Promise.all(refs.map((ref) => incidents.latestIncident(ref))),
    open: await incidents.openIncidents(),
    timeline: await incidents.timeline('i'),
    thread: await outbox.thread('t', 'a@acme.example'),
    pending: await outbox.pending(3),
    waiting: await outbox.waiting(),
    failed: await outbox.failedSince(instants[1], 3),
    mails: await outbox.mailsOf('t'),
    accounts: await directory.accounts(),
    listed: await directory.servers('acme'),
    troubled: await directory.troubled('acme'),
    unknown: await directory.unknown({ limit: 3 }),
    incidents: await pagesOf((page) => directory.incidents('acme', page)),
    since: await directory.incidents('acme', { from: instants[1], limit: 10 }),
    until: await directory.incidents('acme', { to: instants[1], limit: 10 }),
    openOfAccount: await directory.openIncidents('acme'),
    ofServer: await pagesOf((page) =>
      directory.incidentsOfServer({ account: 'acme', server: 'web-1' }, page),
    ),
  };
}

/** What lists of exceptions tell of the table is what reading every monitor tells. */
async function expectExceptionsAlone({ monitors, directory }: Stores): Promise<void> {
  const all = await Promise.all(servers.map((server) => monitors.monitorsOf({ account: 'acme', server })));
  const isWell = ({ phase, severity, unknownSince, pause }: MonitorState) =>
    phase === 'well' && severity === 'ok' && unknownSince === undefined && pause === undefined;
  expect(await directory.troubled('acme')).toEqual(all.flat().filter(({ state }) => !isWell(state)));
  const { items } = await directory.unknown({ limit: 100 });
  const keyOf = ({ monitor, state }: WatchedMonitor) =>
    `${state.unknownSince}#${monitor.account}.${monitor.server}.${monitor.id}`;
  const unknown = all.flat().filter(({ state }) => state.unknownSince !== undefined);
  expect(items.map(keyOf)).toEqual(unknown.map(keyOf).sort());
}

it('given any row of deeds, when done on the table and in memory, then both give the same answers', async () => {
  let tables = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { minLength: 5, maxLength: 25 }), async (deeds) => {
      tables += 1;
      const name = `same-${tables}`;
      await table.createTable(name);
      const dynamo = createDynamoStores({ client: table.client, table: name });
      const memory = createMemoryStores();
      for (const run of deeds) expect(await run(dynamo)).toEqual(await run(memory));
      expect(await readAll(dynamo)).toEqual(await readAll(memory));
      await expectExceptionsAlone(dynamo);
    }),
    { numRuns: 30 },
  );
});
