import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Maintenance } from '../../../core/maintenance/maintenance.ts';
import type { MaintenanceStore } from '../../../platform/store/maintenance-store.ts';
import { kindsOfStores } from './kinds.ts';

const { kinds, close } = kindsOfStores();
afterAll(close);

const from = '2026-11-21T01:00:00.000Z';
const until = '2026-11-21T02:00:00.000Z';
const noon = '2026-11-21T12:00:00.000Z';
const maintenance = (id: string, changes: Partial<Maintenance> = {}): Maintenance => ({
  id: id.padEnd(12, '0'),
  account: 'acme',
  scope: 'account',
  from,
  until,
  reason: 'work',
  createdAt: '2026-11-20T00:00:00.000Z',
  createdBy: '山田',
  version: 1,
  ...changes,
});
const idsOf = (found: readonly Maintenance[]) => found.map(({ id }) => id.replace(/0+$/, ''));

describe.each(kinds)('the maintenance store in $kind', ({ create }) => {
  let store: MaintenanceStore;
  beforeEach(async () => {
    store = (await create()).maintenance;
  });

  const ends = [
    { given: 'its last period is still to come', lastUntil: until, changes: {}, at: from, found: true },
    { given: 'its last period ends at that instant', lastUntil: until, changes: {}, at: until, found: false },
    { given: 'it is over', lastUntil: until, changes: {}, at: noon, found: false },
    {
      given: 'it recurs without end',
      lastUntil: undefined,
      changes: {},
      at: '2036-01-01T00:00:00.000Z',
      found: true,
    },
    {
      given: 'it recurred without end and was ended',
      lastUntil: undefined,
      changes: { endedAt: until, endedBy: '佐藤' },
      at: noon,
      found: false,
    },
    {
      given: 'it was ended before its last period',
      lastUntil: noon,
      changes: { endedAt: until, endedBy: '佐藤' },
      at: until,
      found: false,
    },
    {
      given: 'it was ended before its last period, and somebody looks back',
      lastUntil: noon,
      changes: { endedAt: until, endedBy: '佐藤' },
      at: from,
      found: true,
    },
  ];
  it.each(ends)('given $given, when those of an instant are read, then found is $found', async (one) => {
    const written = maintenance('a', one.changes);
    expect(await store.replaceMaintenance(written, one.lastUntil)).toBe(true);
    expect(await store.maintenances('acme', one.at)).toEqual(one.found ? [written] : []);
    expect(await store.maintenances('beta', one.at)).toEqual([]);
    expect(await store.maintenance('acme', written.id)).toEqual(written);
    expect(await store.maintenance('beta', written.id)).toBeUndefined();
  });

  it('given several, when they are read, then the oldest request comes first', async () => {
    for (const [id, day] of [
      ['a', '03'],
      ['b', '01'],
      ['c', '02'],
    ] as const) {
      await store.replaceMaintenance(
        maintenance(id, { createdAt: `2026-11-${day}T00:00:00.000Z` }),
        undefined,
      );
    }
    expect(idsOf(await store.maintenances('acme', noon))).toEqual(['b', 'c', 'a']);
  });

  it('given a range, when what began in it is read, then its end is excluded and the newest comes first', async () => {
    for (const [id, day] of [
      ['a', '01'],
      ['b', '30'],
      ['c', '15'],
    ] as const) {
      await store.replaceMaintenance(maintenance(id, { from: `2026-10-${day}T00:00:00.000Z` }), until);
    }
    await store.replaceMaintenance(maintenance('d', { from: '2026-11-01T00:00:00.000Z' }), until);
    const october = { from: '2026-10-01T00:00:00.000Z', to: '2026-11-01T00:00:00.000Z' };
    expect(idsOf(await store.past('acme', october))).toEqual(['b', 'c', 'a']);
    expect(await store.past('beta', october)).toEqual([]);
  });

  it('given one that is moved, when two write it, then the first wins and the past shows it where it is now', async () => {
    const first = maintenance('a');
    const moved = {
      ...first,
      from: '2026-12-01T01:00:00.000Z',
      until: '2026-12-01T02:00:00.000Z',
      version: 2,
    };
    await store.replaceMaintenance(first, until);
    expect(await store.replaceMaintenance(first, until)).toBe(false);
    const results = await Promise.all([
      store.replaceMaintenance(moved, moved.until),
      store.replaceMaintenance({ ...moved, reason: 'other' }, moved.until),
    ]);
    expect(results.toSorted()).toEqual([false, true]);
    const wanted = results[0] ? moved : { ...moved, reason: 'other' };
    expect(await store.maintenance('acme', first.id)).toEqual(wanted);
    expect(await store.past('acme', { from, to: until })).toEqual([]);
    expect(await store.past('acme', { from: moved.from, to: moved.until })).toEqual([wanted]);
    expect(await store.replaceMaintenance({ ...moved, version: 4 }, moved.until)).toBe(false);
  });

  it('given one that would not fit, when it is written, then it is refused with the mend', async () => {
    const monitors = Array.from({ length: 100 }, (_, index) => `monitor-${index}`);
    const scope = Array.from({ length: 500 }, (_, index) => ({ server: `server-${index}`, monitors }));
    await expect(async () => store.replaceMaintenance(maintenance('a', { scope }), until)).rejects.toThrow(
      /^maintenance a00000000000 of acme has \d{6} bytes and at most 300000 are kept; announce it for the account, or for fewer monitors$/,
    );
  });
});
