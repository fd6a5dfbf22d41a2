import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { MonitorRef } from '../../../core/ids.ts';
import { addSeconds } from '../../../core/instant.ts';
import type { Repair } from '../../../core/response/repair.ts';
import { createDynamoStores } from '../../../platform/store/dynamo/stores.ts';
import { createMemoryStores } from '../../../platform/store/memory.ts';
import { type ResponseStore, repairsKept } from '../../../platform/store/response-store.ts';
import { startTableOnDynalite, type TableOnDynalite } from './table-on-dynalite.ts';

let table: TableOnDynalite;
let tables = 0;
beforeAll(async () => {
  table = await startTableOnDynalite();
});
afterAll(() => table[Symbol.asyncDispose]());

const kinds = [
  { kind: 'memory', create: async () => createMemoryStores().responses },
  {
    kind: 'dynamo',
    create: async () => {
      tables += 1;
      const name = `responses-${tables}`;
      await table.createTable(name);
      return createDynamoStores({ client: table.client, table: name }).responses;
    },
  },
];

const at = '2026-11-21T03:04:05.000Z';
const web1 = { account: 'acme', server: 'web-1' };
const https: MonitorRef = { ...web1, monitor: 'https' };
const mine = { holder: 'acme.web-1-7-first-response-1', until: addSeconds(at, 1_200) };
const theirs = { holder: 'acme.web-1-8-first-response-1', until: addSeconds(at, 1_300) };

const repair: Repair = {
  incident: 'acme.web-1-7',
  number: 1,
  alert: 'https-3',
  monitor: 'https',
  runbook: 'restart-web',
  version: '0123456789ab',
  holder: mine.holder,
  at,
  runs: [],
  revision: 1,
};

describe.each(kinds)('the response store in $kind', ({ create }) => {
  let responses: ResponseStore;
  beforeEach(async () => {
    responses = await create();
  });

  describe('the lock of a server', () => {
    const cases = [
      { given: 'nobody has it', when: 'it is taken', held: undefined, by: mine, at, wins: mine },
      { given: 'it is held', when: 'another takes it', held: mine, by: theirs, at, wins: mine },
      {
        given: 'it is held',
        when: 'its holder takes it again',
        held: mine,
        by: { ...mine, until: addSeconds(at, 2_000) },
        at: addSeconds(at, 800),
        wins: { ...mine, until: addSeconds(at, 2_000) },
      },
      {
        given: 'its time is just over',
        when: 'another takes it',
        held: mine,
        by: { ...theirs, until: addSeconds(mine.until, 1_200) },
        at: mine.until,
        wins: { ...theirs, until: addSeconds(mine.until, 1_200) },
      },
    ];
    for (const { given, when, held, by, at: now, wins } of cases) {
      it(`given ${given}, when ${when}, then it is ${wins.holder === by.holder ? 'had' : 'not had'}`, async () => {
        if (held !== undefined) await responses.takeLock(web1, held, at);
        expect(await responses.takeLock(web1, by, now)).toEqual(wins);
      });
    }

    it('given it is held, when another gives it back, then it stays; when its holder does, then the next can take it', async () => {
      await responses.takeLock(web1, mine, at);
      await responses.releaseLock(web1, theirs.holder);
      expect(await responses.takeLock(web1, theirs, at)).toEqual(mine);
      await responses.releaseLock(web1, mine.holder);
      await responses.releaseLock(web1, mine.holder);
      expect(await responses.takeLock(web1, theirs, at)).toEqual(theirs);
    });

    it('given many at once, when each takes it, then one has it and all others are told who', async () => {
      const takers = Array.from({ length: 10 }, (_, n) => ({ ...mine, holder: `taker-${n}` }));
      const seen = await Promise.all(takers.map((one) => responses.takeLock(web1, one, at)));
      expect(new Set(seen.map(({ holder }) => holder)).size).toBe(1);
    });

    it('given one server is locked, when another server’s lock is taken, then it is had', async () => {
      await responses.takeLock(web1, mine, at);
      expect(await responses.takeLock({ ...web1, server: 'web-2' }, theirs, at)).toEqual(theirs);
    });
  });

  describe('a repair', () => {
    it('given none, when read, then there is none', async () => {
      expect(await responses.repair('acme.web-1-7', 1)).toBeUndefined();
      expect(await responses.latestRepair('acme.web-1-7')).toBeUndefined();
    });

    it('given two writers of the same revision, when both write, then one wins and the other is told', async () => {
      expect(await responses.replaceRepair(repair)).toBe(true);
      expect(await responses.replaceRepair({ ...repair, holder: 'another' })).toBe(false);
      const begun: Repair = { ...repair, runs: [{ startedAt: at, tries: 1 }], revision: 2 };
      const written = await Promise.all([responses.replaceRepair(begun), responses.replaceRepair(begun)]);
      expect(written.sort()).toEqual([false, true]);
      expect(await responses.repair('acme.web-1-7', 1)).toEqual(begun);
    });

    it('given eleven, when the latest is read, then it is the eleventh', async () => {
      for (let number = 1; number <= 11; number += 1) await responses.replaceRepair({ ...repair, number });
      expect(await responses.latestRepair('acme.web-1-7')).toEqual({ ...repair, number: 11 });
      expect(await responses.latestRepair('acme.web-1-8')).toBeUndefined();
    });

    it('given one that would not fit into an item, when written, then it is refused with the mend', async () => {
      const output = 'x'.repeat(310_000);
      const result = { output, truncated: false, timedOut: false, durationMs: 1 };
      const large = { ...repair, runs: [{ startedAt: at, tries: 1, result }] };
      await expect(async () => responses.replaceRepair(large)).rejects.toThrow(
        /^repair 1 of incident acme\.web-1-7 has 31\d{4} bytes and at most 300000 are kept; make two runbooks of restart-web$/,
      );
    });
  });

  describe('the repairs of a monitor', () => {
    it('given one that is added twice, when read, then it is there once', async () => {
      await responses.addRepairOf(https, { at, by: 'acme.web-1-7#1' });
      await responses.addRepairOf(https, { at: addSeconds(at, 1), by: 'acme.web-1-7#1' });
      expect(await responses.repairsOf(https)).toEqual([{ at, by: 'acme.web-1-7#1' }]);
      expect(await responses.repairsOf({ ...https, monitor: 'ssh' })).toEqual([]);
    });

    it('given more than are kept, when read, then the last ones are there, oldest first', async () => {
      const all = Array.from({ length: repairsKept + 3 }, (_, n) => ({
        at: addSeconds(at, n),
        by: `acme.web-1-${n}#1`,
      }));
      for (const one of all) await responses.addRepairOf(https, one);
      expect(await responses.repairsOf(https)).toEqual(all.slice(3));
    });

    it('given several at once, when all are added, then none is lost', async () => {
      const all = Array.from({ length: 5 }, (_, n) => ({ at, by: `acme.web-1-${n}#1` }));
      await Promise.all(all.map((one) => responses.addRepairOf(https, one)));
      expect((await responses.repairsOf(https)).map(({ by }) => by).sort()).toEqual(all.map(({ by }) => by));
    });
  });
});
