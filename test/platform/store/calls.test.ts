import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Call } from '../../../core/call/call.ts';
import type { CallStore } from '../../../platform/store/call-store.ts';
import { BadCursor } from '../../../platform/store/cursor.ts';
import { createDynamoStores } from '../../../platform/store/dynamo/stores.ts';
import { createMemoryStores } from '../../../platform/store/memory.ts';
import { startTableOnDynalite, type TableOnDynalite } from './table-on-dynalite.ts';

let table: TableOnDynalite;
beforeAll(async () => {
  table = await startTableOnDynalite();
  await table.createTable('calls');
});
afterAll(() => table[Symbol.asyncDispose]());

const call = (incident: string, round: number, number: number, changes: Partial<Call> = {}): Call => ({
  id: `${incident}-${round}-${number}`,
  incident,
  purpose: 'escalation',
  round,
  number,
  to: { name: '田中', phone: '+819012345678', language: 'ja' },
  report: 'report',
  state: 'prepared',
  preparedAt: '2026-11-21T00:00:00.000Z',
  version: 1,
  ...changes,
});

const stores: readonly [string, () => CallStore][] = [
  ['memory', () => createMemoryStores().calls],
  ['DynamoDB', () => createDynamoStores({ client: table.client, table: 'calls' }).calls],
];

for (const [name, open] of stores) {
  describe(`calls in ${name}`, () => {
    it('given no call of this id, when it is written, then it is there, and a second first version is refused', async () => {
      const store = open();
      const first = call('acme.web-1-1', 1, 1);
      expect(await store.call(first)).toBeUndefined();
      expect(await store.replaceCall(first)).toBe(true);
      expect(await store.replaceCall(first)).toBe(false);
      expect(await store.call(first)).toEqual(first);
    });

    it('given a call, when two change it, then the first wins and the second is refused', async () => {
      const store = open();
      const first = call('acme.web-1-2', 1, 1);
      await store.replaceCall(first);
      expect(await store.replaceCall({ ...first, state: 'placing', version: 2 })).toBe(true);
      expect(await store.replaceCall({ ...first, state: 'ended', version: 2 })).toBe(false);
      expect((await store.call(first))?.state).toBe('placing');
    });

    it('given calls of two rounds, when they are listed, then they come by round and number, and only this incident’s', async () => {
      const store = open();
      const all = [
        call('acme.web-1-3', 2, 1),
        call('acme.web-1-3', 1, 10),
        call('acme.web-1-3', 1, 2),
        call('acme.web-1-30', 1, 1),
      ];
      for (const one of all) await store.replaceCall(one);
      expect((await store.calls('acme.web-1-3')).map(({ id }) => id)).toEqual([
        'acme.web-1-3-1-2',
        'acme.web-1-3-1-10',
        'acme.web-1-3-2-1',
      ]);
      expect(await store.calls('acme.web-1-4')).toEqual([]);
    });

    it('given calls of several incidents and days, when those of a day are paged, then the last prepared comes first and each once', async () => {
      const store = open();
      const at = (time: string) => ({ preparedAt: `2026-10-${time}.000Z` });
      const all = [
        call('acme.web-1-6', 1, 1, at('09T23:59:59')),
        call('acme.web-1-6', 1, 2, at('10T00:00:00')),
        call('beta.web-1-6', 1, 1, at('10T12:00:00')),
        call('acme.web-1-6', 1, 3, at('10T23:59:59')),
        call('acme.web-1-6', 1, 4, at('11T00:00:00')),
      ];
      for (const one of all) await store.replaceCall(one);
      const [, first, second] = all;
      const ended: Call = { ...(second ?? call('none', 1, 1)), state: 'ended', end: 'declined', version: 2 };
      await store.replaceCall(ended);
      const page = await store.callsOn('2026-10-10', { limit: 2 });
      expect(page.items).toEqual([all[3], ended]);
      const { next: cursor = '' } = page;
      expect(await store.callsOn('2026-10-10', { limit: 2, cursor })).toEqual({ items: [first] });
      await expect(async () => store.callsOn('2026-10-10', { limit: 2, cursor: 'x' })).rejects.toThrow(
        BadCursor,
      );
      expect(await store.callsOn('2026-10-12', { limit: 2 })).toEqual({ items: [] });
    });

    it('given a contact of the telephone service, when it is asked for, then its call is answered, and none for a stranger', async () => {
      const store = open();
      const key = { incident: 'acme.web-1-5', id: 'acme.web-1-5-1-1' };
      await store.saveContact('1f2e-3d4c', key);
      expect(await store.callOfContact('1f2e-3d4c')).toEqual(key);
      expect(await store.callOfContact('0000-0000')).toBeUndefined();
    });
  });
}
