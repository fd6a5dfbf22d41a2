import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addSeconds } from '../../../core/instant.ts';
import {
  beginSecondResponse,
  type Page,
  type SecondResponse,
  withPage,
} from '../../../core/on-call/second-response.ts';
import { createDynamoStores } from '../../../platform/store/dynamo/stores.ts';
import { createMemoryStores } from '../../../platform/store/memory.ts';
import type { OnCallStore } from '../../../platform/store/on-call-store.ts';
import { startTableOnDynalite, type TableOnDynalite } from './table-on-dynalite.ts';

let table: TableOnDynalite;
let tables = 0;
beforeAll(async () => {
  table = await startTableOnDynalite();
});
afterAll(() => table[Symbol.asyncDispose]());

const kinds = [
  { kind: 'memory', create: async () => createMemoryStores().onCall },
  {
    kind: 'dynamo',
    create: async () => {
      tables += 1;
      const name = `on-call-${tables}`;
      await table.createTable(name);
      return createDynamoStores({ client: table.client, table: name }).onCall;
    },
  },
];

const at = '2026-11-21T03:04:05.000Z';
const begun = beginSecondResponse('acme.web-1-7', at);
const pageOf = (number: number): Page => ({
  number,
  lap: 1,
  at: addSeconds(at, number * 600),
  to: { kind: 'engineer', id: 'sato', name: '佐藤', mail: 'sato@msp.example', language: 'ja' },
  isOut: true,
});

describe.each(kinds)('the on-call store in $kind', ({ create }) => {
  let onCall: OnCallStore;
  beforeEach(async () => {
    onCall = await create();
  });

  it('given nothing was begun, when read, then it is absent', async () => {
    expect(await onCall.secondResponse('acme.web-1-7')).toBeUndefined();
  });

  it('given one that was begun, when it is begun again, then the first one stays', async () => {
    expect(await onCall.replaceSecondResponse(begun)).toBe(true);
    expect(await onCall.replaceSecondResponse({ ...begun, begunAt: addSeconds(at, 60) })).toBe(false);
    expect(await onCall.secondResponse('acme.web-1-7')).toEqual(begun);
    expect(await onCall.secondResponse('acme.web-1-8')).toBeUndefined();
  });

  it('given a page, a report and an acknowledgement, when read, then all of it is there', async () => {
    const whole: SecondResponse = {
      ...withPage(begun, pageOf(1)),
      acknowledged: { by: '佐藤', at },
      told: { count: 2, at },
      reminders: { recoveredAt: at, count: 1 },
      report: { cause: '空き容量の不足', actions: '削除', prevention: '増設', author: '佐藤', at },
      endedAt: at,
    };
    await onCall.replaceSecondResponse(begun);
    expect(await onCall.replaceSecondResponse(whole)).toBe(true);
    expect(await onCall.secondResponse('acme.web-1-7')).toEqual(whole);
  });

  it('given two engineers who acknowledge in the same moment, when both write, then one wins', async () => {
    await onCall.replaceSecondResponse(begun);
    const by = (name: string) =>
      onCall.replaceSecondResponse({ ...begun, acknowledged: { by: name, at }, version: 2 });
    const won = await Promise.all(['佐藤', '鈴木'].map(by));
    expect([...won].sort()).toEqual([false, true]);
    const stored = await onCall.secondResponse('acme.web-1-7');
    expect(stored?.acknowledged?.by).toBe(won[0] === true ? '佐藤' : '鈴木');
  });

  it('given pages for days, when they are kept, then the newest ones are, and they fit into an item', async () => {
    let second = begun;
    for (let number = 1; number <= 500; number += 1) second = withPage(second, pageOf(number));
    expect(second.pages.map(({ number }) => number)).toEqual(Array.from({ length: 40 }, (_, n) => n + 461));
    expect(await onCall.replaceSecondResponse({ ...second, version: 1 })).toBe(true);
  });
});
