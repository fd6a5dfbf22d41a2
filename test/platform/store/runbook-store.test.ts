import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { approveVersion, type CustomRunbook, submitVersion } from '../../../core/runbook/custom.ts';
import { createDynamoStores } from '../../../platform/store/dynamo/stores.ts';
import { createMemoryStores } from '../../../platform/store/memory.ts';
import type { RunbookStore } from '../../../platform/store/runbook-store.ts';
import { startTableOnDynalite, type TableOnDynalite } from './table-on-dynalite.ts';

let table: TableOnDynalite;
let tables = 0;
beforeAll(async () => {
  table = await startTableOnDynalite();
});
afterAll(() => table[Symbol.asyncDispose]());

const kinds = [
  { kind: 'memory', create: async () => createMemoryStores().runbooks },
  {
    kind: 'dynamo',
    create: async () => {
      tables += 1;
      const name = `runbooks-${tables}`;
      await table.createTable(name);
      return createDynamoStores({ client: table.client, table: name }).runbooks;
    },
  },
];

const version = '0123456789ab';
const shop = { account: 'acme', id: 'free-shop' };
const alice = { by: 'Alice', at: '2026-11-21T03:04:05.000Z' };
const bob = { by: 'Bob', at: '2026-11-21T04:00:00.000Z' };

const draftOf = (ref: { account: string; id: string }): CustomRunbook => {
  const submitted = submitVersion(undefined, { ...ref, version }, alice);
  if (submitted.result !== 'changed') throw new Error(submitted.reason);
  return submitted.after;
};
const draft = draftOf(shop);
const approval = approveVersion(draft, { version, text: 'id: free-shop\n' }, bob);
if (approval.result !== 'changed') throw new Error(approval.reason);
const approved = approval.after;

describe.each(kinds)('the runbook store in $kind', ({ create }) => {
  let runbooks: RunbookStore;
  beforeEach(async () => {
    runbooks = await create();
  });

  it('given none, when read, then there is none', async () => {
    expect(await runbooks.runbook(shop)).toBeUndefined();
    expect(await runbooks.text(shop, version)).toBeUndefined();
    expect(await runbooks.ofAccount('acme')).toEqual([]);
    expect(await runbooks.waiting()).toEqual([]);
  });

  it('given two who approve the same revision at once, when both write, then one wins, and one read gives the text in use', async () => {
    expect(await runbooks.replace(draft)).toBe(true);
    expect(await runbooks.replace(draft)).toBe(false);
    const written = await Promise.all([runbooks.replace(approved), runbooks.replace(approved)]);
    expect(written.sort()).toEqual([false, true]);
    const { inUse } = (await runbooks.runbook(shop)) ?? {};
    expect(inUse).toEqual({ version, text: 'id: free-shop\n' });
  });

  it('given one that was read before another changed it, when it is written, then it is refused', async () => {
    await runbooks.replace(draft);
    await runbooks.replace(approved);
    expect(await runbooks.replace({ ...draft, revision: 2 })).toBe(false);
    expect(await runbooks.runbook(shop)).toEqual(approved);
  });

  it('given runbooks of two accounts, when they are listed, then by account and by what waits', async () => {
    const other = draftOf({ account: 'acme', id: 'drain' });
    const bakery = draftOf({ account: 'bakery', id: 'free-shop' });
    for (const one of [bakery, draft, other]) await runbooks.replace(one);
    await runbooks.keepText(shop, version, 'id: free-shop\n');
    expect(await runbooks.ofAccount('acme')).toEqual([other, draft]);
    expect(await runbooks.waiting()).toEqual([other, draft, bakery]);
    await runbooks.replace(approved);
    expect(await runbooks.waiting()).toEqual([other, bakery]);
    expect(await runbooks.ofAccount('acme')).toEqual([other, approved]);
  });

  it('given the text of a version, when it is kept again, then the first stays, and others have their own', async () => {
    await runbooks.keepText(shop, version, 'first');
    await runbooks.keepText(shop, version, 'second');
    await runbooks.keepText(shop, 'ba9876543210', 'other');
    expect(await runbooks.text(shop, version)).toBe('first');
    expect(await runbooks.text(shop, 'ba9876543210')).toBe('other');
    expect(await runbooks.text({ ...shop, account: 'bakery' }, version)).toBeUndefined();
  });

  it('given the largest that can be, when it is written, then the table takes it', async () => {
    const by = '田'.repeat(100);
    const deed = { deed: 'rejected', by, at: alice.at, note: '田'.repeat(300) } as const;
    const one = {
      version,
      state: 'rejected',
      deeds: [{ ...deed, deed: 'submitted', note: '' }, deed],
    } as const;
    const versions = Array.from({ length: 100 }, () => one);
    const largest = { ...draft, versions, inUse: { version, text: '田'.repeat(30_000) } };
    expect(await runbooks.replace(largest)).toBe(true);
    expect((await runbooks.runbook(shop))?.versions).toHaveLength(100);
  });
});
