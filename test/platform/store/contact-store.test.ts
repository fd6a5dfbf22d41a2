import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { ContactChange } from '../../../core/contacts/contact-change.ts';
import type { ContactStore } from '../../../platform/store/contact-store.ts';
import { kindsOfStores } from './kinds.ts';

const { kinds, close } = kindsOfStores();
afterAll(close);

const change: ContactChange = {
  account: 'acme',
  contacts: [{ name: '山田', mail: 'Yamada@acme.example', language: 'ja', alertMail: true }],
  requestedAt: '2026-11-21T00:00:00.000Z',
  requestedBy: '山田',
  effectiveAt: '2026-11-24T00:00:00.000Z',
  over: [],
  version: 1,
};

describe.each(kinds)('the contact store in $kind', ({ create }) => {
  let store: ContactStore;
  beforeEach(async () => {
    store = (await create()).contacts;
  });

  it('given no change, when one is written, then it is there for its account, and a second first one is refused', async () => {
    expect(await store.contactChange('acme')).toBeUndefined();
    expect(await store.replaceContactChange(change)).toBe(true);
    expect(await store.replaceContactChange({ ...change, contacts: [] })).toBe(false);
    expect(await store.contactChange('acme')).toEqual(change);
    expect(await store.contactChange('beta')).toBeUndefined();
  });

  it('given a change, when two write the next one, then one wins', async () => {
    await store.replaceContactChange(change);
    const next = { ...change, contacts: [], version: 2 };
    expect(await store.replaceContactChange({ ...next, version: 3 })).toBe(false);
    const results = await Promise.all([store.replaceContactChange(next), store.replaceContactChange(next)]);
    expect(results.sort()).toEqual([false, true]);
    expect(await store.contactChange('acme')).toEqual(next);
  });

  it('given a change, when it is removed, then only its present version goes, and the next one begins anew', async () => {
    await store.replaceContactChange(change);
    await store.replaceContactChange({ ...change, version: 2 });
    expect(await store.removeContactChange('acme', 1)).toBe(false);
    expect(await store.removeContactChange('beta', 1)).toBe(false);
    expect(await store.removeContactChange('acme', 2)).toBe(true);
    expect(await store.removeContactChange('acme', 2)).toBe(false);
    expect(await store.contactChange('acme')).toBeUndefined();
    expect(await store.replaceContactChange({ ...change, version: 3 })).toBe(false);
    expect(await store.replaceContactChange(change)).toBe(true);
    expect(await store.contactChange('acme')).toEqual(change);
  });
});
