import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../../core/audit/audit-entry.ts';
import type { AuditStore } from '../../../platform/store/audit-store.ts';
import { BadCursor } from '../../../platform/store/cursor.ts';
import { kindsOfStores } from './kinds.ts';

const { kinds, close } = kindsOfStores();
afterAll(close);

const entry = (id: string, changes: Partial<AuditEntry> = {}): AuditEntry => ({
  id,
  at: `2026-11-2${id}T00:00:00.000Z`,
  account: 'acme',
  who: { kind: 'person', id: 's-1', name: '山田', role: 'customer' },
  deed: 'maintenance.create',
  target: 'a00000000000',
  outcome: 'begun',
  ...changes,
});

describe.each(kinds)('the audit store in $kind', ({ create }) => {
  let store: AuditStore;
  beforeEach(async () => {
    store = (await create()).audit;
  });

  it('given an entry that was begun, when it is settled, then it is one line that says what came of it', async () => {
    await store.beginAudit(entry('1'));
    expect(await store.audit('acme', { limit: 10 })).toEqual({ items: [entry('1')] });
    const settled = entry('1', { outcome: 'done', after: { reason: '工事' } });
    await store.settleAudit(settled);
    expect(await store.audit('acme', { limit: 10 })).toEqual({ items: [settled] });
  });

  it('given entries of several accounts, when read, then each sees its own, the newest first, page by page', async () => {
    const { account: _none, ...ofNone } = entry('5');
    const all = [entry('1'), entry('2'), entry('3'), entry('4', { account: 'beta' })];
    for (const one of [...all, ofNone]) await store.beginAudit(one);
    const first = await store.audit('acme', { limit: 2 });
    expect(first.items).toEqual([all[2], all[1]]);
    const { next: cursor = '' } = first;
    expect(await store.audit('acme', { limit: 2, cursor })).toEqual({ items: [all[0]] });
    expect(await store.audit(undefined, { limit: 2 })).toEqual({ items: [ofNone] });
    expect((await store.audit(undefined, { limit: 2, cursor })).items).toEqual([]);
    await expect(async () => store.audit('acme', { limit: 2, cursor: 'x' })).rejects.toThrow(BadCursor);
  });

  it('given entries of several accounts and of none, when all are read, then they are one list, page by page', async () => {
    const { account: _none, ...ofNone } = entry('3');
    const all = [entry('1'), entry('2', { account: 'beta' }), ofNone, entry('4')];
    for (const one of all) await store.beginAudit(one);
    const settled = entry('4', { outcome: 'done' });
    await store.settleAudit(settled);
    const { items, next: cursor = '' } = await store.auditOfAll({ limit: 3 });
    expect(items).toEqual([settled, ofNone, all[1]]);
    expect(await store.auditOfAll({ limit: 3, cursor })).toEqual({ items: [all[0]] });
    const range = { from: entry('2').at, to: entry('4').at, limit: 9 };
    expect(await store.auditOfAll(range)).toEqual({ items: [ofNone, all[1]] });
    await expect(async () => store.audit('acme', { limit: 3, cursor })).rejects.toThrow(BadCursor);
  });

  it('given a range, when read, then its beginning is in it and its end is not', async () => {
    for (const id of ['1', '2', '3', '4']) await store.beginAudit(entry(id));
    const range = { from: entry('2').at, to: entry('4').at, limit: 1 };
    const { items, next: cursor = '' } = await store.audit('acme', range);
    expect(items).toEqual([entry('3')]);
    expect(await store.audit('acme', { ...range, cursor })).toEqual({ items: [entry('2')] });
  });

  it('given more than is kept of one change, when begun, then it is refused; when settled, then what it says is kept without it', async () => {
    const large = entry('1', { before: 'x'.repeat(20_000), after: 'y'.repeat(20_000) });
    await expect(async () => store.beginAudit(large)).rejects.toThrow(
      /^the audit entry of maintenance\.create on a00000000000 has 40\d{3} bytes and at most 30000 are kept; let before and after say less$/,
    );
    expect((await store.audit('acme', { limit: 1 })).items).toEqual([]);
    await store.settleAudit({ ...large, outcome: 'done' });
    const { items } = await store.audit('acme', { limit: 1 });
    expect(items).toEqual([
      {
        ...entry('1', { outcome: 'done' }),
        after: { leftOut: expect.stringMatching(/^40\d{3} bytes, more than the trail keeps of one change$/) },
      },
    ]);
  });
});
