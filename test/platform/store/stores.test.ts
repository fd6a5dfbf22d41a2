import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { MonitorRef } from '../../../core/ids.ts';
import type { Alert, Incident } from '../../../core/incident/incident.ts';
import type { Evidence, TimelineEntry } from '../../../core/incident/timeline.ts';
import type { Inventory } from '../../../core/inventory/inventory.ts';
import type { OutgoingMail } from '../../../core/mail/outgoing-mail.ts';
import { type MonitorState, neverFailed, type Pause } from '../../../core/monitor.ts';
import { type DueSlot, dueSlot } from '../../../core/schedule/due.ts';
import { createDynamoStores } from '../../../platform/store/dynamo/stores.ts';
import { createMemoryStores } from '../../../platform/store/memory.ts';
import { InventoryConflict } from '../../../platform/store/monitor-store.ts';
import type { Stores } from '../../../platform/store/stores.ts';
import {
  accountNamed,
  every,
  monitorNamed,
  serverNamed,
  settings,
  smallInventory,
} from './sample-inventory.ts';
import { startTableOnDynalite, type TableOnDynalite } from './table-on-dynalite.ts';

let table: TableOnDynalite;
let tables = 0;
beforeAll(async () => {
  table = await startTableOnDynalite();
});
afterAll(() => table[Symbol.asyncDispose]());

const kinds = [
  { kind: 'memory', create: async () => createMemoryStores() },
  {
    kind: 'dynamo',
    create: async () => {
      tables += 1;
      const name = `contract-${tables}`;
      await table.createTable(name);
      return createDynamoStores({ client: table.client, table: name });
    },
  },
];

const at = '2026-11-21T03:04:05.000Z';
const later = '2026-11-21T03:07:05.000Z';
const https: MonitorRef = { account: 'acme', server: 'web-1', monitor: 'https' };
const cpu: MonitorRef = { ...https, monitor: 'cpu' };
const mysql: MonitorRef = { account: 'acme', server: 'db-1', monitor: 'mysql' };
const summary = { ja: '応答がありません', en: 'no answer' };
const confirming: MonitorState = {
  phase: 'confirming',
  episode: 1,
  severity: 'critical',
  since: at,
  summary,
};

describe.each(kinds)('stores in $kind', ({ create }) => {
  let stores: Stores;
  beforeEach(async () => {
    stores = await create();
  });

  const applied = async (inventory: Inventory): Promise<void> => {
    const { version } = await stores.inventory.load();
    await stores.inventory.replace(version, inventory);
  };
  const stateOf = async (ref: MonitorRef) => (await stores.monitors.monitor(ref))?.state;
  const idsDue = async (slot: DueSlot) => (await stores.monitors.due(slot)).map(({ monitor }) => monitor.id);

  describe('inventory', () => {
    it('given nothing was applied, when read, then all is absent', async () => {
      expect(await stores.inventory.load()).toEqual({ version: 0, inventory: undefined });
      expect(await stores.monitors.settings()).toBeUndefined();
      expect(await stores.monitors.occupancy()).toEqual({});
      expect(await stores.monitors.account('acme')).toBeUndefined();
      expect(await stores.monitors.server(https)).toBeUndefined();
      expect(await stores.monitors.monitor(https)).toBeUndefined();
      expect(await stores.monitors.monitorsOf(https)).toEqual([]);
    });

    it('given an inventory, when applied, then every part of it is there', async () => {
      await stores.inventory.replace(0, smallInventory);
      expect(await stores.inventory.load()).toEqual({ version: 1, inventory: smallInventory });
      expect(await stores.monitors.settings()).toEqual(settings);
      expect(await stores.monitors.account('acme')).toEqual(smallInventory.accounts[0]);
      expect(await stores.monitors.server(https)).toEqual(smallInventory.servers[0]);
      expect(await stores.monitors.monitor(https)).toEqual({
        monitor: smallInventory.monitors[0],
        state: neverFailed,
      });
      expect((await stores.monitors.monitorsOf(https)).map(({ monitor }) => monitor.id)).toEqual([
        'cpu',
        'https',
      ]);
      expect(await stores.monitors.due(dueSlot(https, 3))).toEqual([
        { monitor: smallInventory.monitors[0], state: neverFailed },
      ]);
      expect(await idsDue(dueSlot(https, 5))).toEqual(['cpu']);
      const { bucket: web } = dueSlot(https, 3);
      const { bucket: db } = dueSlot(mysql, 3);
      expect(await stores.monitors.occupancy()).toEqual({ 3: { [web]: 1, [db]: 1 }, 5: { [web]: 1 } });
    });

    it('given version 1, when applied for version 0 or 2, then it is refused and nothing changes', async () => {
      await stores.inventory.replace(0, smallInventory);
      const other = { ...smallInventory, monitors: [] };
      await expect(stores.inventory.replace(0, other)).rejects.toThrow(
        new InventoryConflict(
          'the inventory is at version 1, no longer at 0: another apply was first; look at the plan again, then apply',
        ),
      );
      await expect(stores.inventory.replace(2, other)).rejects.toThrow(InventoryConflict);
      expect(await stores.inventory.load()).toEqual({ version: 1, inventory: smallInventory });
      expect(await idsDue(dueSlot(https, 3))).toEqual(['https']);
    });

    it('given two applies at once, when both are for the same version, then one wins whole', async () => {
      await stores.inventory.replace(0, smallInventory);
      const one = { ...smallInventory, accounts: [accountNamed('acme', 'One')] };
      const two = { ...smallInventory, accounts: [accountNamed('acme', 'Two')] };
      const results = await Promise.allSettled([
        stores.inventory.replace(1, one),
        stores.inventory.replace(1, two),
      ]);
      const refused = results.filter((result) => result.status === 'rejected');
      expect(refused).toHaveLength(1);
      expect(refused[0]?.reason).toBeInstanceOf(InventoryConflict);
      const { version, inventory } = await stores.inventory.load();
      expect(version).toBe(2);
      expect(inventory).toEqual(results[0]?.status === 'fulfilled' ? one : two);
      expect(await stores.monitors.account('acme')).toEqual(inventory?.accounts[0]);
    });

    it('given a monitor with a state, when applied again with another interval, then it is due in its new slot and its state is kept', async () => {
      await applied(smallInventory);
      await stores.monitors.replaceState(https, neverFailed, confirming);
      await applied({ ...smallInventory, monitors: [monitorNamed('https', every(7))] });
      expect(await stores.monitors.monitor(https)).toEqual({
        monitor: monitorNamed('https', every(7)),
        state: confirming,
      });
      expect(await stores.monitors.due(dueSlot(https, 3))).toEqual([]);
      expect(await stores.monitors.due(dueSlot(https, 7))).toEqual([
        { monitor: monitorNamed('https', every(7)), state: confirming },
      ]);
      expect(await stores.monitors.occupancy()).toEqual({ 7: { [dueSlot(https, 7).bucket]: 1 } });
    });

    it('given what is removed, when read, then it is gone, from the schedule too', async () => {
      await applied(smallInventory);
      await stores.monitors.saveSamples(
        new Map([
          [https, 1],
          [cpu, 2],
          [mysql, 3],
        ]),
      );
      await applied({
        settings,
        accounts: [],
        servers: [serverNamed('web-1')],
        monitors: [monitorNamed('cpu')],
      });
      expect(await stores.monitors.account('acme')).toBeUndefined();
      expect(await stores.monitors.server(mysql)).toBeUndefined();
      expect(await stores.monitors.monitor(https)).toBeUndefined();
      expect(await stores.monitors.monitorsOf(https)).toEqual([
        { monitor: monitorNamed('cpu'), state: neverFailed },
      ]);
      expect(await stores.monitors.monitorsOf(mysql)).toEqual([]);
      expect(await stores.monitors.due(dueSlot(mysql, 3))).toEqual([]);
      expect(await stores.monitors.samples([https, cpu, mysql])).toEqual(new Map([['acme.web-1.cpu', 2]]));
      expect(await stores.monitors.replaceState(https, neverFailed, confirming)).toBe(false);
    });

    it('given a removed monitor that had failed, when it comes back, then it is well and its episode has not fallen', async () => {
      await applied(smallInventory);
      await stores.monitors.replaceState(https, neverFailed, {
        ...confirming,
        episode: 4,
        unknownSince: at,
        unknownTold: true,
        pause: { by: 'escalation', since: at, reason: 'nobody answered' },
      });
      await applied({ ...smallInventory, monitors: [] });
      await applied(smallInventory);
      expect(await stateOf(https)).toEqual({ phase: 'well', episode: 4, severity: 'ok' });
      expect(await idsDue(dueSlot(https, 3))).toEqual(['https']);
      expect(
        await stores.monitors.replaceState(
          https,
          { ...neverFailed, episode: 4 },
          { ...confirming, episode: 5 },
        ),
      ).toBe(true);
    });

    it('given the same inventory, when applied again, then only its version changes', async () => {
      await applied(smallInventory);
      await applied(smallInventory);
      expect(await stores.inventory.load()).toEqual({ version: 2, inventory: smallInventory });
    });
  });

  describe('monitor state', () => {
    beforeEach(() => applied(smallInventory));

    const alerted: MonitorState = { ...confirming, phase: 'alerted', unknownSince: later };
    const well: MonitorState = { phase: 'well', episode: 1, severity: 'ok', since: later, summary };
    const pause: Pause = { by: 'operator', since: at, until: later, reason: '工事', who: '佐藤' };
    const paused: MonitorState = { ...alerted, pause };
    const cases = [
      { given: 'no failure yet', stored: neverFailed, before: neverFailed, written: true },
      { given: 'no failure yet', stored: neverFailed, before: confirming, written: false },
      {
        given: 'another phase',
        stored: confirming,
        before: { ...confirming, phase: 'alerted' as const },
        written: false,
      },
      { given: 'another episode', stored: confirming, before: { ...confirming, episode: 2 }, written: false },
      {
        given: 'another beginning',
        stored: confirming,
        before: { ...confirming, since: later },
        written: false,
      },
      {
        given: 'an unknown since read',
        stored: confirming,
        before: { ...confirming, unknownSince: at },
        written: false,
      },
      { given: 'what was read', stored: confirming, before: confirming, written: true },
      { given: 'an unknown row', stored: alerted, before: alerted, written: true },
      { given: 'well after a failure', stored: well, before: well, written: true },
      { given: 'well after a failure', stored: well, before: neverFailed, written: false },
      { given: 'a pause', stored: paused, before: paused, written: true },
      { given: 'a pause', stored: paused, before: alerted, written: false },
      { given: 'no pause', stored: alerted, before: paused, written: false },
      {
        given: 'another pause',
        stored: paused,
        before: { ...paused, pause: { ...pause, until: at } },
        written: false,
      },
    ];
    it.each(cases)(
      'given $given, when replaced, then written is $written',
      async ({ stored, before, written }) => {
        if (stored !== neverFailed)
          expect(await stores.monitors.replaceState(https, neverFailed, stored)).toBe(true);
        const after: MonitorState = { phase: 'well', episode: 9, severity: 'ok', since: later };
        expect(await stores.monitors.replaceState(https, before, after)).toBe(written);
        expect(await stateOf(https)).toEqual(written ? after : stored);
        expect((await stores.monitors.due(dueSlot(https, 3)))[0]?.state).toEqual(written ? after : stored);
      },
    );

    it('given every part of a state, when read by key, by server and by slot, then all are there', async () => {
      const full: MonitorState = {
        ...confirming,
        unknownSince: later,
        unknownTold: true,
        pause: { by: 'operator', since: at, until: later, reason: '工事', who: '佐藤' },
      };
      await stores.monitors.replaceState(https, neverFailed, full);
      expect(await stateOf(https)).toEqual(full);
      expect((await stores.monitors.monitorsOf(https))[1]?.state).toEqual(full);
      expect((await stores.monitors.due(dueSlot(https, 3)))[0]?.state).toEqual(full);
    });

    it('given two writers at once, when both saw the same, then one wins', async () => {
      const results = await Promise.all([
        stores.monitors.replaceState(https, neverFailed, confirming),
        stores.monitors.replaceState(https, neverFailed, { ...confirming, severity: 'warning' }),
      ]);
      expect(results.filter(Boolean)).toHaveLength(1);
      expect((await stateOf(https))?.severity).toBe(results[0] ? 'critical' : 'warning');
    });

    it('given a monitor that is not in the inventory, when its state is written, then it is refused', async () => {
      const ref = { ...https, monitor: 'gone' };
      expect(await stores.monitors.replaceState(ref, neverFailed, confirming)).toBe(false);
      expect(await stores.monitors.monitor(ref)).toBeUndefined();
    });
  });

  describe('samples', () => {
    it('given samples of several servers, when read, then those that exist are there', async () => {
      const counters = { uptime: 12, ports: [{ name: 'eth0', inBytes: '18446744073709551615' }], none: null };
      await stores.monitors.saveSamples(
        new Map<MonitorRef, unknown>([
          [https, counters],
          [mysql, 'text'],
        ]),
      );
      expect(await stores.monitors.samples([https, cpu, mysql])).toEqual(
        new Map<string, unknown>([
          ['acme.web-1.https', counters],
          ['acme.db-1.mysql', 'text'],
        ]),
      );
      expect(await stores.monitors.samples([])).toEqual(new Map());
    });

    it('given two sweeps at once, when both save samples of one server, then neither is lost', async () => {
      await Promise.all([
        stores.monitors.saveSamples(new Map([[https, 1]])),
        stores.monitors.saveSamples(new Map([[cpu, 2]])),
      ]);
      await stores.monitors.saveSamples(
        new Map<MonitorRef, unknown>([
          [cpu, 3],
          [https, undefined],
        ]),
      );
      expect(await stores.monitors.samples([https, cpu])).toEqual(
        new Map([
          ['acme.web-1.https', 1],
          ['acme.web-1.cpu', 3],
        ]),
      );
    });

    it('given one sample that is too large, when saved, then the others are kept and it is named', async () => {
      const samples = new Map<MonitorRef, unknown>([
        [https, '見'.repeat(6000)],
        [cpu, 1],
      ]);
      await expect(stores.monitors.saveSamples(samples)).rejects.toThrow(
        'samples of at most 16000 bytes are kept; not saved: acme.web-1.https (18002 bytes); let the check keep only the counters it needs',
      );
      expect(await stores.monitors.samples([https, cpu])).toEqual(new Map([['acme.web-1.cpu', 1]]));
    });

    it('given more bytes than one answer holds, when read, then all are there', async () => {
      const refs = Array.from({ length: 100 }, (_, index) => ({ ...https, server: `web-${index}` }));
      await stores.monitors.saveSamples(new Map(refs.map((ref) => [ref, 'x'.repeat(15_900)])));
      expect((await stores.monitors.samples(refs)).size).toBe(100);
    });

    it('given more servers than one request may ask for, when read, then all are there', async () => {
      const refs = Array.from({ length: 230 }, (_, index) => ({ ...https, server: `web-${index}` }));
      await stores.monitors.saveSamples(new Map(refs.map((ref) => [ref, ref.server])));
      const found = await stores.monitors.samples(refs);
      expect(found.size).toBe(230);
      expect(found.get('acme.web-229.https')).toBe('web-229');
    });
  });

  it('given sweeps and the way out of two shards, when read, then each has its own', async () => {
    expect(await stores.sweeps.lastSweep(0)).toBeUndefined();
    expect(await stores.sweeps.wayOut(0)).toEqual({ shard: 0 });
    await stores.sweeps.saveLastSweep(0, at);
    await stores.sweeps.saveLastSweep(1, later);
    await stores.sweeps.saveWayOut({ shard: 1, downSince: at });
    expect(await stores.sweeps.lastSweep(0)).toBe(at);
    expect(await stores.sweeps.lastSweep(1)).toBe(later);
    expect(await stores.sweeps.wayOut(0)).toEqual({ shard: 0 });
    expect(await stores.sweeps.wayOut(1)).toEqual({ shard: 1, downSince: at });
    await stores.sweeps.saveWayOut({ shard: 1 });
    expect(await stores.sweeps.wayOut(1)).toEqual({ shard: 1 });
  });

  describe('incidents', () => {
    const alert: Alert = {
      monitor: 'https',
      episode: 1,
      check: 'https',
      severity: 'critical',
      priority: 5,
      failingSince: at,
      joinedAt: later,
      summary,
      dedupSeconds: 30,
      collectSeconds: 30,
    };
    const opened: Incident = {
      id: 'acme.web-1-1',
      account: 'acme',
      server: 'web-1',
      number: 1,
      plan: 'notify',
      state: 'open',
      openedAt: later,
      leader: 'https-1',
      alerts: { 'https-1': alert },
      mails: 0,
      news: 1,
      version: 1,
    };
    const numbered = (number: number, changes: Partial<Incident> = {}): Incident => ({
      ...opened,
      id: `acme.web-1-${number}`,
      number,
      ...changes,
    });

    it('given none, when read, then there is none', async () => {
      expect(await stores.incidents.incident('acme.web-1-1')).toBeUndefined();
      expect(await stores.incidents.incident('no incident')).toBeUndefined();
      expect(await stores.incidents.latestIncident(https)).toBeUndefined();
      expect(await stores.incidents.openIncidents()).toEqual([]);
    });

    it('given two that open the same number at once, when both write, then one leads', async () => {
      const other = numbered(1, { leader: 'cpu-1' });
      const results = await Promise.all([
        stores.incidents.replaceIncident(opened),
        stores.incidents.replaceIncident(other),
      ]);
      expect(results.filter(Boolean)).toHaveLength(1);
      expect(await stores.incidents.latestIncident(https)).toEqual(results[0] ? opened : other);
    });

    it('given version 2, when version 2, 4 or 1 comes, then it is refused; 3 is written', async () => {
      const write = (version: number) => stores.incidents.replaceIncident(numbered(1, { version }));
      expect(await write(2)).toBe(false);
      expect(await write(1)).toBe(true);
      expect(await write(2)).toBe(true);
      expect(await write(2)).toBe(false);
      expect(await write(4)).toBe(false);
      expect(await write(1)).toBe(false);
      expect((await stores.incidents.incident('acme.web-1-1'))?.version).toBe(2);
      expect(await write(3)).toBe(true);
    });

    it('given eleven incidents of a server, when the latest is asked for, then it is the highest number', async () => {
      for (let number = 1; number <= 11; number += 1)
        await stores.incidents.replaceIncident(numbered(number));
      await stores.incidents.replaceIncident({ ...numbered(1), server: 'web-10', id: 'acme.web-10-1' });
      expect((await stores.incidents.latestIncident(https))?.number).toBe(11);
      expect(await stores.incidents.incident('acme.web-1-9')).toEqual(numbered(9));
    });

    it('given open and closed ones, when the open are listed, then the oldest comes first and closed ones have left', async () => {
      await stores.incidents.replaceIncident(numbered(1));
      await stores.incidents.replaceIncident({ ...numbered(3), server: 'a', id: 'acme.a-3' });
      await stores.incidents.replaceIncident({ ...numbered(2), server: 'b', id: 'acme.b-2', openedAt: at });
      await stores.incidents.replaceIncident(numbered(1, { version: 2, state: 'closed', closedAt: later }));
      expect((await stores.incidents.openIncidents()).map(({ id }) => id)).toEqual(['acme.b-2', 'acme.a-3']);
    });

    it('given a timeline key that comes again, when added, then the first line stays; the order is of time', async () => {
      const entry = (key: string, time: string, en = key): TimelineEntry => ({
        incident: 'acme.web-1-1',
        at: time,
        key,
        kind: 'joined',
        summary: { ja: en, en },
      });
      await stores.incidents.addTimeline([
        entry('z', at),
        entry('b', later),
        entry('b', at, 'twice in one call'),
      ]);
      await stores.incidents.addTimeline([entry('z', later, 'again'), entry('A', later)]);
      await stores.incidents.addTimeline([{ ...entry('c', at), incident: 'acme.web-1-11' }]);
      await stores.incidents.addTimeline([]);
      expect(await stores.incidents.timeline('acme.web-1-1')).toEqual([
        entry('z', at),
        entry('A', later),
        entry('b', later),
      ]);
      expect(await stores.incidents.timeline('acme.web-1-2')).toEqual([]);
    });

    const evidence = (output: string): Evidence => ({
      incident: 'acme.web-1-1',
      number: 1,
      at,
      status: 'partial',
      reason: summary,
      sections: [
        { title: summary, command: 'uptime', exitCode: 0, output, truncated: false, durationMs: 12.34 },
      ],
    });

    it('given evidence, when saved again, then the later one is read', async () => {
      expect(await stores.incidents.evidence('acme.web-1-1', 1)).toBeUndefined();
      await stores.incidents.saveEvidence(evidence('first'));
      await stores.incidents.saveEvidence(evidence(''));
      expect(await stores.incidents.evidence('acme.web-1-1', 1)).toEqual(evidence(''));
      expect(await stores.incidents.evidence('acme.web-1-1', 2)).toBeUndefined();
    });

    it('given evidence near the limit, when saved, then it is kept; beyond it is refused', async () => {
      const near = evidence('障'.repeat(99_000));
      await stores.incidents.saveEvidence(near);
      expect(await stores.incidents.evidence('acme.web-1-1', 1)).toEqual(near);
      await expect(stores.incidents.saveEvidence(evidence('x'.repeat(300_000)))).rejects.toThrow(
        /^evidence 1 of incident acme.web-1-1 has 30\d{4} bytes and at most 300000 are kept; cut the outputs of its sections$/,
      );
    });
  });

  describe('outbox', () => {
    const mail = (number: number, changes: Partial<OutgoingMail> = {}): OutgoingMail => ({
      thread: 'acme.web-1-1',
      number,
      to: 'Yamada@acme.example',
      at,
      subject: '【障害】web-1',
      text: 'text',
      html: '<p>html</p>',
      headers: { 'X-Mimamori-State': 'problem' },
      state: 'pending',
      attempts: 0,
      ...changes,
    });

    it('given a key that is there, when enqueued again, then the earlier mail is what counts', async () => {
      expect(await stores.outbox.enqueue(mail(1))).toEqual(mail(1));
      expect(await stores.outbox.enqueue(mail(1, { subject: 'another' }))).toEqual(mail(1));
      const sent = mail(1, { state: 'sent', attempts: 1, sentAt: later, messageId: '<1@msp.example>' });
      await stores.outbox.save(sent);
      expect(await stores.outbox.enqueue(mail(1))).toEqual(sent);
      expect(await stores.outbox.pending(10)).toEqual([]);
    });

    it('given mails of a thread, when read for one address, then they come by number', async () => {
      for (const number of [10, 2, 1]) await stores.outbox.enqueue(mail(number));
      await stores.outbox.enqueue(mail(3, { to: 'other@acme.example' }));
      await stores.outbox.enqueue(mail(4, { thread: 'acme.web-1-11' }));
      const numbers = (await stores.outbox.thread('acme.web-1-1', 'Yamada@acme.example')).map(
        (one) => one.number,
      );
      expect(numbers).toEqual([1, 2, 10]);
      expect(await stores.outbox.thread('acme.web-1-1', 'yamada@acme.example')).toEqual([]);
    });

    it('given pending mails, when some are asked for, then the oldest come first and the others wait', async () => {
      await stores.outbox.enqueue(mail(2, { at: later }));
      await stores.outbox.enqueue(mail(1, { at: later }));
      await stores.outbox.enqueue(mail(3));
      await stores.outbox.enqueue(mail(4, { state: 'sent', attempts: 1 }));
      await stores.outbox.enqueue(mail(5, { state: 'failed', attempts: 9 }));
      expect((await stores.outbox.pending(2)).map((one) => one.number)).toEqual([3, 1]);
      expect((await stores.outbox.pending(10)).map((one) => one.number)).toEqual([3, 1, 2]);
    });

    it('given two senders, when both take a mail up, then one may send it', async () => {
      await stores.outbox.enqueue(mail(1));
      const results = await Promise.all([
        stores.outbox.take(mail(1, { attempts: 1, takenBy: 'task' })),
        stores.outbox.take(mail(1, { attempts: 1, takenBy: 'schedule' })),
      ]);
      expect(results.filter(Boolean)).toHaveLength(1);
      const [stored] = await stores.outbox.thread('acme.web-1-1', 'Yamada@acme.example');
      expect(stored?.takenBy).toBe(results[0] ? 'task' : 'schedule');
    });

    it.each([
      { given: 'no mail', stored: undefined },
      { given: 'a mail that was sent', stored: mail(1, { state: 'sent' }) },
      { given: 'a mail that failed', stored: mail(1, { state: 'failed' }) },
      { given: 'a mail taken twice', stored: mail(1, { attempts: 2 }) },
    ])('given $given, when taken up for the first time, then it is refused', async ({ stored }) => {
      if (stored !== undefined) await stores.outbox.enqueue(stored);
      expect(await stores.outbox.take(mail(1, { attempts: 1 }))).toBe(false);
      expect(await stores.outbox.thread('acme.web-1-1', 'Yamada@acme.example')).toEqual(
        stored ? [stored] : [],
      );
    });

    const sent = mail(1, { state: 'sent', attempts: 1, sentAt: later });
    const taken = mail(1, { attempts: 2, takenBy: 'schedule' });
    it.each([
      { given: 'a sent mail', stored: sent, saved: mail(1, { attempts: 1, lastError: 'slow' }), truth: sent },
      { given: 'a mail taken since', stored: taken, saved: mail(1, { attempts: 1 }), truth: taken },
      { given: 'a mail taken since', stored: taken, saved: sent, truth: sent },
      {
        given: 'the same taking',
        stored: taken,
        saved: mail(1, { attempts: 2 }),
        truth: mail(1, { attempts: 2 }),
      },
    ])(
      'given $given, when saved by a slow sender, then what is true stands',
      async ({ stored, saved, truth }) => {
        await stores.outbox.enqueue(stored);
        await stores.outbox.save(saved);
        expect(await stores.outbox.thread('acme.web-1-1', 'Yamada@acme.example')).toEqual([truth]);
      },
    );
  });

  it('given what a caller holds, when it is altered, then what is stored is not', async () => {
    const contacts = [...(smallInventory.accounts[0]?.contacts ?? [])];
    await applied({ ...smallInventory, accounts: [{ ...accountNamed('acme'), contacts }] });
    contacts.pop();
    const read = await stores.monitors.account('acme');
    try {
      read?.contacts.pop();
    } catch (error) {
      expect(error).toBeInstanceOf(TypeError);
    }
    expect((await stores.monitors.account('acme'))?.contacts).toHaveLength(1);
  });
});
