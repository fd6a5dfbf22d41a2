import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { ApiToken, User } from '../../../core/identity/principal.ts';
import { BadCursor } from '../../../platform/store/cursor.ts';
import type { IdentityStore } from '../../../platform/store/identity-store.ts';
import { kindsOfStores } from './kinds.ts';

const { kinds, close } = kindsOfStores();
afterAll(close);

const at = '2026-11-21T03:04:05.000Z';
const user = (subject: string, mail: string, account?: string): User => ({
  subject,
  mail,
  name: '山田',
  role: account === undefined ? 'operator' : 'customer',
  ...(account !== undefined && { account }),
  language: 'ja',
  createdAt: at,
});
const token = (id: string, changes: Partial<ApiToken> = {}): ApiToken => ({
  id: id.padEnd(12, '0'),
  name: 'reports',
  role: 'customer',
  account: 'acme',
  scopes: ['read'],
  hash: '0'.repeat(64),
  createdAt: at,
  createdBy: 'Yamada',
  ...changes,
});

describe.each(kinds)('the identity store in $kind', ({ create }) => {
  let store: IdentityStore;
  beforeEach(async () => {
    store = (await create()).identity;
  });

  describe('users', () => {
    const one = user('s-1', 'b@acme.example', 'acme');
    const two = user('s-2', 'A@acme.example', 'acme');
    const other = user('s-3', 'c@beta.example', 'beta');
    const operator = user('s-4', 'desk@msp.example');
    beforeEach(async () => {
      for (const each of [one, two, other, operator]) await store.saveUser(each);
    });

    it('given users, when those of an account are read, then only its own are there, and the MSP has its own', async () => {
      expect(await store.users('acme', { limit: 10 })).toEqual({ items: [two, one] });
      expect(await store.users(undefined, { limit: 10 })).toEqual({ items: [operator] });
      expect(await store.users('gamma', { limit: 10 })).toEqual({ items: [] });
      expect(await store.user('s-3')).toEqual(other);
    });

    it('given users, when all are read, then those of every account and of the MSP are one list, page by page', async () => {
      const { items, next: cursor = '' } = await store.allUsers({ limit: 3 });
      expect(items).toEqual([two, one, other]);
      expect(await store.allUsers({ limit: 3, cursor })).toEqual({ items: [operator] });
    });

    it('given pages of one, when they are read, then each user comes once', async () => {
      const first = await store.users('acme', { limit: 1 });
      expect(first.items).toEqual([two]);
      const { next: cursor = '' } = first;
      expect(await store.users('acme', { limit: 1, cursor })).toEqual({ items: [one] });
      // The same place in another account's list shows nothing of this one.
      expect(await store.users('beta', { limit: 1, cursor })).toEqual({ items: [other] });
      await expect(async () => store.users('acme', { limit: 1, cursor: 'forged' })).rejects.toThrow(
        BadCursor,
      );
    });

    it('given a user who moves to another mail and account, when lists are read, then they stand in the new one only', async () => {
      const moved = { ...one, mail: 'd@beta.example', account: 'beta', disabledAt: at };
      await store.saveUser(moved);
      expect(await store.users('acme', { limit: 10 })).toEqual({ items: [two] });
      expect(await store.users('beta', { limit: 10 })).toEqual({ items: [other, moved] });
    });

    it('given a user, when removed, then they are gone from everywhere, and may come back', async () => {
      await store.removeUser('s-1');
      await store.removeUser('nobody');
      expect(await store.user('s-1')).toBeUndefined();
      expect(await store.user('nobody')).toBeUndefined();
      expect(await store.users('acme', { limit: 10 })).toEqual({ items: [two] });
      expect(await store.allUsers({ limit: 10 })).toEqual({ items: [two, other, operator] });
      await store.saveUser(one);
      expect(await store.users('acme', { limit: 10 })).toEqual({ items: [two, one] });
    });
  });

  describe('tokens', () => {
    it('given a token, when its id is taken again, then it is refused and the first stands', async () => {
      expect(await store.createToken(token('a'))).toBe(true);
      expect(await store.createToken(token('a', { name: 'other' }))).toBe(false);
      expect(await store.token(token('a').id)).toEqual(token('a'));
      expect(await store.token('nobody')).toBeUndefined();
    });

    it('given tokens, when those of an account are read, then the newest comes first and no other account’s is there', async () => {
      const { account: _none, ...ofMsp } = token('m', { role: 'operator' });
      const all = [
        token('a'),
        token('b', { createdAt: '2026-11-22T00:00:00.000Z' }),
        token('c', { account: 'beta' }),
        ofMsp,
      ];
      for (const one of all) await store.createToken(one);
      expect(await store.tokens('acme')).toEqual([all[1], all[0]]);
      expect(await store.tokens(undefined)).toEqual([ofMsp]);
    });

    it('given a token, when revoked twice, then the first instant stands, and it is still listed', async () => {
      await store.createToken(token('a'));
      const { id } = token('a');
      expect(await store.revokeToken(id, at)).toBe(true);
      expect(await store.revokeToken(id, '2026-11-22T00:00:00.000Z')).toBe(false);
      expect(await store.revokeToken('nobody', at)).toBe(false);
      expect(await store.token(id)).toEqual({ ...token('a'), revokedAt: at });
      expect(await store.tokens('acme')).toEqual([{ ...token('a'), revokedAt: at }]);
    });

    const uses = [
      { when: 'it is used again in the same hour', second: '2026-11-21T03:59:59.999Z', noted: at },
      {
        when: 'it is used in the next hour',
        second: '2026-11-21T04:00:00.000Z',
        noted: '2026-11-21T04:00:00.000Z',
      },
      { when: 'an earlier use comes late', second: '2026-11-21T02:59:59.999Z', noted: at },
    ];
    it.each(uses)('given a use was noted, when $when, then $noted stands', async ({ second, noted }) => {
      await store.createToken(token('a'));
      await store.noteTokenUse(token('a'), at);
      // By who has read it before the first use was noted.
      await store.noteTokenUse(token('a'), second);
      expect((await store.token(token('a').id))?.lastUsedAt).toBe(noted);
      await store.noteTokenUse(token('none'), at);
      expect(await store.token(token('none').id)).toBeUndefined();
    });
  });

  it('given requests at once, when they are counted, then each gets a number of its own, by key and minute', async () => {
    const counts = await Promise.all(Array.from({ length: 5 }, () => store.countRequest('token/a', at)));
    expect(counts.sort()).toEqual([1, 2, 3, 4, 5]);
    expect(await store.countRequest('192.0.2.1', at)).toBe(1);
    expect(await store.countRequest('token/a', '2026-11-21T03:05:00.000Z')).toBe(1);
  });
});
