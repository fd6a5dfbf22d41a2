import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Heartbeat } from '../../../core/heartbeat/heartbeat.ts';
import type { MonitorRef } from '../../../core/ids.ts';
import type { Stores } from '../../../platform/store/stores.ts';
import { kindsOfStores } from './kinds.ts';
import { monitorNamed, smallInventory } from './sample-inventory.ts';

const { kinds, close } = kindsOfStores();
afterAll(close);

const one = '2026-11-21T01:00:00.000Z';
const two = '2026-11-21T02:00:00.000Z';
const backup: MonitorRef = { account: 'acme', server: 'web-1', monitor: 'backup' };

describe.each(kinds)('the heartbeat store in $kind', ({ create }) => {
  let stores: Stores;
  beforeEach(async () => {
    stores = await create();
  });

  const cases: readonly { given: string; calls: readonly Heartbeat[]; known: Heartbeat | undefined }[] = [
    { given: 'no call', calls: [], known: undefined },
    { given: 'a call that says nothing', calls: [{}], known: undefined },
    { given: 'a call that all is well', calls: [{ at: one }], known: { at: one } },
    { given: 'an older call that comes late', calls: [{ at: two }, { at: one }], known: { at: two } },
    {
      given: 'a failure after a success',
      calls: [{ at: one }, { failedAt: two, message: 'disk full' }],
      known: { at: one, failedAt: two, message: 'disk full' },
    },
    {
      given: 'a success after a failure',
      calls: [{ failedAt: one, message: 'disk full' }, { at: two }],
      known: { at: two, failedAt: one, message: 'disk full' },
    },
    {
      given: 'a failure without words after one with',
      calls: [{ failedAt: one, message: 'disk full' }, { failedAt: two }],
      known: { failedAt: two },
    },
    {
      given: 'an older failure that comes late',
      calls: [
        { failedAt: two, message: 'new' },
        { failedAt: one, message: 'old' },
      ],
      known: { failedAt: two, message: 'new' },
    },
    {
      given: 'a call with all that was known',
      calls: [{ at: one }, { at: one, failedAt: two, message: 'm' }],
      known: { at: one, failedAt: two, message: 'm' },
    },
  ];
  it.each(cases)(
    'given $given, when the heartbeat is read, then the newest of each is known',
    async (row) => {
      for (const beat of row.calls) await stores.heartbeats.saveHeartbeat(backup, beat);
      expect(await stores.heartbeats.heartbeat(backup)).toEqual(row.known);
      expect(await stores.heartbeats.heartbeat({ ...backup, server: 'web-2' })).toBeUndefined();
    },
  );

  it('given a monitor that was removed, when it comes back, then its heartbeat begins anew', async () => {
    const monitor = monitorNamed('backup', { check: 'heartbeat' });
    await stores.inventory.replace(0, { ...smallInventory, monitors: [monitor] });
    await stores.heartbeats.saveHeartbeat(backup, { at: one });
    await stores.inventory.replace(1, { ...smallInventory, monitors: [] });
    expect(await stores.heartbeats.heartbeat(backup)).toBeUndefined();
  });
});
