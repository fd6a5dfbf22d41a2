import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Incident } from '../../../core/incident/incident.ts';
import { type MonitorState, neverFailed } from '../../../core/monitor.ts';
import { BadCursor, cursorOf } from '../../../platform/store/cursor.ts';
import type { Stores } from '../../../platform/store/stores.ts';
import { kindsOfStores } from './kinds.ts';
import { accountNamed, monitorNamed, serverNamed, smallInventory } from './sample-inventory.ts';

const { kinds, close } = kindsOfStores();
afterAll(close);

const at = '2026-11-21T03:04:05.000Z';
const later = '2026-11-21T03:07:05.000Z';

/** Two accounts; the second one has a server and a monitor of the same names as the first. */
const inventory = {
  ...smallInventory,
  accounts: [accountNamed('beta', 'Beta'), accountNamed('acme')],
  servers: [serverNamed('web-1'), serverNamed('db-1'), serverNamed('web-1', 'beta')],
  monitors: [...smallInventory.monitors, monitorNamed('https', { account: 'beta' })],
};

const incident = (
  account: string,
  server: string,
  number: number,
  changes: Partial<Incident> = {},
): Incident => ({
  id: `${account}.${server}-${number}`,
  account,
  server,
  number,
  plan: 'notify',
  state: 'open',
  openedAt: at,
  leader: 'https-1',
  alerts: {},
  mails: 0,
  news: 0,
  version: 1,
  ...changes,
});

describe.each(kinds)('the directory in $kind', ({ create }) => {
  let stores: Stores;
  beforeEach(async () => {
    stores = await create();
  });
  const applied = async (after: typeof inventory) => {
    const { version } = await stores.inventory.load();
    await stores.inventory.replace(version, after);
  };

  describe('accounts and servers', () => {
    it('given nothing was applied, when lists are read, then they are empty', async () => {
      expect(await stores.directory.accounts()).toEqual([]);
      expect(await stores.directory.servers('acme')).toEqual([]);
    });

    it('given an inventory, when lists are read, then they are sorted and counted, each account with its own', async () => {
      await applied(inventory);
      const timeZone = 'Asia/Tokyo';
      expect(await stores.directory.accounts()).toEqual([
        { id: 'acme', name: '株式会社アクメ', timeZone, servers: 2 },
        { id: 'beta', name: 'Beta', timeZone, servers: 1 },
      ]);
      const listed = (id: string, monitors: number) => ({
        id,
        name: `Server ${id}`,
        address: '192.0.2.10',
        plan: 'notify',
        monitors,
      });
      expect(await stores.directory.servers('acme')).toEqual([listed('db-1', 1), listed('web-1', 2)]);
      expect(await stores.directory.servers('beta')).toEqual([listed('web-1', 1)]);
      expect(await stores.directory.servers('gamma')).toEqual([]);
    });

    it('given what changes, when applied, then lists show it at once, also to who has read them before', async () => {
      await applied(inventory);
      expect(await stores.directory.servers('acme')).toHaveLength(2);
      await applied({
        ...inventory,
        accounts: [accountNamed('acme', 'Acme')],
        servers: [{ ...serverNamed('web-1'), name: '本番', plan: 'managed' }],
        monitors: [monitorNamed('https')],
      });
      expect(await stores.directory.servers('acme')).toEqual([
        { id: 'web-1', name: '本番', address: '192.0.2.10', plan: 'managed', monitors: 1 },
      ]);
      expect(await stores.directory.servers('beta')).toEqual([]);
      expect(await stores.directory.accounts()).toEqual([
        { id: 'acme', name: 'Acme', timeZone: 'Asia/Tokyo', servers: 1 },
      ]);
    });

    it('given more servers than one item holds, when they are read, then none is missing', async () => {
      const many = Array.from({ length: 700 }, (_, index) => ({
        ...serverNamed(`web-${String(index).padStart(4, '0')}`),
        name: `${index} ${'見'.repeat(70)}`,
        address: `${'a'.repeat(240)}.example`,
      }));
      await applied({ ...inventory, servers: [...many].reverse(), monitors: [] });
      const found = await stores.directory.servers('acme');
      expect(found.map(({ name }) => name)).toEqual(many.map(({ name }) => name));
      await applied({ ...inventory, servers: many.slice(0, 1), monitors: [] });
      expect(await stores.directory.servers('acme')).toHaveLength(1);
    });
  });

  describe('exceptions', () => {
    beforeEach(() => applied(inventory));
    const https = { account: 'acme', server: 'web-1', monitor: 'https' };
    const pause = { by: 'operator', since: at, reason: '工事' } as const;
    const states: readonly { given: string; state: MonitorState; isTold: boolean; isUnknown?: boolean }[] = [
      {
        given: 'it is being confirmed',
        state: { phase: 'confirming', episode: 1, severity: 'critical', since: at },
        isTold: true,
      },
      {
        given: 'it has failed',
        state: { phase: 'alerted', episode: 1, severity: 'critical', since: at },
        isTold: true,
      },
      {
        given: 'it only warns',
        state: { phase: 'well', episode: 1, severity: 'warning', since: at },
        isTold: true,
      },
      {
        given: 'it could not be checked',
        state: { ...neverFailed, unknownSince: at },
        isTold: true,
        isUnknown: true,
      },
      { given: 'it is paused', state: { ...neverFailed, pause }, isTold: true },
      {
        given: 'it is well again',
        state: { phase: 'well', episode: 1, severity: 'ok', since: at },
        isTold: false,
      },
    ];
    for (const { given, state, isTold, isUnknown = false } of states) {
      it(`given ${given}, when exceptions are read, then it is ${isTold ? 'one' : 'none'}, and no more when it is well`, async () => {
        expect(await stores.monitors.replaceState(https, neverFailed, state)).toBe(true);
        const watched = { monitor: smallInventory.monitors[0], state };
        expect(await stores.directory.troubled('acme')).toEqual(isTold ? [watched] : []);
        expect(await stores.directory.troubled('beta')).toEqual([]);
        expect(await stores.directory.unknown({ limit: 5 })).toEqual({ items: isUnknown ? [watched] : [] });
        const well: MonitorState = { phase: 'well', episode: 2, severity: 'ok', since: later };
        expect(await stores.monitors.replaceState(https, state, well)).toBe(true);
        expect(await stores.directory.troubled('acme')).toEqual([]);
        expect(await stores.directory.unknown({ limit: 5 })).toEqual({ items: [] });
      });
    }

    it('given a monitor in trouble, when its definition changes, then it is told anew; when it is removed, then no more, also when it comes back', async () => {
      const state: MonitorState = {
        phase: 'alerted',
        episode: 1,
        severity: 'critical',
        since: at,
        unknownSince: at,
      };
      await stores.monitors.replaceState(https, neverFailed, state);
      const changed = monitorNamed('https', { priority: 1 });
      await applied({ ...inventory, monitors: [changed] });
      expect(await stores.directory.troubled('acme')).toEqual([{ monitor: changed, state }]);
      expect(await stores.directory.unknown({ limit: 5 })).toEqual({ items: [{ monitor: changed, state }] });
      await applied({ ...inventory, monitors: [] });
      expect(await stores.directory.troubled('acme')).toEqual([]);
      expect(await stores.directory.unknown({ limit: 5 })).toEqual({ items: [] });
      await applied(inventory);
      expect(await stores.directory.troubled('acme')).toEqual([]);
      expect(await stores.directory.unknown({ limit: 5 })).toEqual({ items: [] });
    });

    it('given monitors of several accounts that could not be checked, when paged, then the longest comes first and each once', async () => {
      const refs = [
        { account: 'beta', server: 'web-1', monitor: 'https', since: later },
        { account: 'acme', server: 'web-1', monitor: 'cpu', since: at },
        { account: 'acme', server: 'db-1', monitor: 'mysql', since: later },
        { account: 'acme', server: 'web-1', monitor: 'https', since: later },
      ];
      for (const { since, ...ref } of refs) {
        await stores.monitors.replaceState(ref, neverFailed, { ...neverFailed, unknownSince: since });
      }
      const names: string[][] = [];
      let cursor: string | undefined;
      do {
        const page: Awaited<ReturnType<Stores['directory']['unknown']>> = await stores.directory.unknown({
          limit: 2,
          ...(cursor !== undefined && { cursor }),
        });
        names.push(page.items.map(({ monitor }) => `${monitor.account} ${monitor.id}`));
        cursor = page.next;
      } while (cursor !== undefined);
      expect(names).toEqual([
        ['acme cpu', 'acme mysql'],
        ['acme https', 'beta https'],
      ]);
    });
  });

  describe('incidents', () => {
    const all = [
      incident('acme', 'web-1', 1, { openedAt: '2026-11-01T00:00:00.000Z', state: 'closed' }),
      incident('acme', 'web-1', 2, { openedAt: '2026-11-03T00:00:00.000Z' }),
      incident('acme', 'db-1', 1, { openedAt: '2026-11-02T00:00:00.000Z' }),
      incident('acme', 'db-1', 12, { openedAt: '2026-11-04T00:00:00.000Z', state: 'closed' }),
      incident('beta', 'web-1', 1, { openedAt: '2026-11-02T12:00:00.000Z' }),
    ];
    const [first, second, third, fourth, other] = all.map((one) => one.id);
    const idsOf = (found: readonly Incident[]) => found.map(({ id }) => id);
    beforeEach(async () => {
      for (const one of all) await stores.incidents.replaceIncident(one);
    });

    it('given open and closed ones, when an account’s are paged, then the newest comes first, each once, and none of another account', async () => {
      const page = await stores.directory.incidents('acme', { limit: 3 });
      expect(idsOf(page.items)).toEqual([fourth, second, third]);
      // One that is closed between two pages stays where it stands.
      await stores.incidents.replaceIncident({
        ...incident('acme', 'db-1', 1, all[2]),
        state: 'closed',
        version: 2,
      });
      const { next: cursor = '' } = page;
      const rest = await stores.directory.incidents('acme', { limit: 3, cursor });
      expect(idsOf(rest.items)).toEqual([first]);
      expect(rest.next).toBeUndefined();
      expect(idsOf((await stores.directory.incidents('beta', { limit: 3 })).items)).toEqual([other]);
      expect(idsOf((await stores.directory.incidents('beta', { limit: 3, cursor })).items)).toEqual([]);
    });

    it('given a range, when it is read, then its beginning is in it and its end is not', async () => {
      const range = { from: '2026-11-02T00:00:00.000Z', to: '2026-11-04T00:00:00.000Z', limit: 10 };
      expect(idsOf((await stores.directory.incidents('acme', range)).items)).toEqual([second, third]);
    });

    it('given the open ones, when they are read by account, then the newest comes first, and one that is closed is gone', async () => {
      expect(idsOf(await stores.directory.openIncidents('acme'))).toEqual([second, third]);
      await stores.incidents.replaceIncident({
        ...incident('acme', 'web-1', 2, all[1]),
        state: 'closed',
        version: 2,
      });
      expect(idsOf(await stores.directory.openIncidents('acme'))).toEqual([third]);
      expect(idsOf(await stores.incidents.openIncidents())).toEqual([third, other]);
    });

    it('given a server, when its incidents are paged, then the highest number comes first, and only its own', async () => {
      const ref = { account: 'acme', server: 'db-1' };
      const page = await stores.directory.incidentsOfServer(ref, { limit: 1 });
      expect(idsOf(page.items)).toEqual([fourth]);
      const { next: cursor = '' } = page;
      expect(idsOf((await stores.directory.incidentsOfServer(ref, { limit: 1, cursor })).items)).toEqual([
        third,
      ]);
    });

    it('given a forged cursor, when a list is asked for, then it is refused', async () => {
      const cursor = cursorOf('calls', 'a');
      const { directory } = stores;
      await expect(async () => directory.incidents('acme', { limit: 1, cursor })).rejects.toThrow(BadCursor);
      await expect(async () => directory.unknown({ limit: 1, cursor })).rejects.toThrow(BadCursor);
      const ref = { account: 'acme', server: 'db-1' };
      await expect(async () => directory.incidentsOfServer(ref, { limit: 1, cursor })).rejects.toThrow(
        BadCursor,
      );
    });
  });
});
