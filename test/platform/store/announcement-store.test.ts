import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Announcement } from '../../../core/announcement/announcement.ts';
import type { AnnouncementStore } from '../../../platform/store/announcement-store.ts';
import { BadCursor, cursorOf } from '../../../platform/store/cursor.ts';
import { kindsOfStores } from './kinds.ts';

const { kinds, close } = kindsOfStores();
afterAll(close);

const noon = '2026-11-21T12:00:00.000Z';
const announcement = (id: string, from: string, changes: Partial<Announcement> = {}): Announcement => ({
  id: id.padEnd(12, '0'),
  kind: 'maintenance',
  title: { ja: '作業', en: 'work' },
  body: { ja: '作業します', en: 'we work' },
  zones: [],
  from: `2026-11-${from}T00:00:00.000Z`,
  createdAt: noon,
  updatedAt: noon,
  version: 1,
  ...changes,
});
const idsOf = (found: readonly Announcement[]) => found.map(({ id }) => id.replace(/0+$/, ''));

describe.each(kinds)('the announcement store in $kind', ({ create }) => {
  let store: AnnouncementStore;
  beforeEach(async () => {
    store = (await create()).announcements;
    const all = [
      announcement('over', '01', { until: '2026-11-21T11:59:59.999Z' }),
      announcement('ends', '02', { until: noon }),
      announcement('open', '03'),
      announcement('holds', '02', { until: '2026-11-22T00:00:00.000Z' }),
      announcement('comes', '25', { until: '2026-11-26T00:00:00.000Z' }),
      announcement('taken', '20'),
    ];
    for (const one of all) expect(await store.replaceAnnouncement(one)).toBe(true);
    const taken = { ...announcement('taken', '20'), withdrawnAt: noon, version: 2 };
    expect(await store.replaceAnnouncement(taken)).toBe(true);
  });

  it('given an instant, when what holds or comes is read, then it comes by its beginning, without what was taken back', async () => {
    expect(idsOf(await store.currentAnnouncements(noon))).toEqual(['holds', 'open', 'comes']);
    expect(idsOf(await store.currentAnnouncements('2026-12-01T00:00:00.000Z'))).toEqual(['open']);
  });

  it('given one that gets an end, when what holds is read after it, then it is gone', async () => {
    const open = await store.announcement('open'.padEnd(12, '0'));
    expect(open).toEqual(announcement('open', '03'));
    await store.replaceAnnouncement({ ...announcement('open', '03'), until: noon, version: 2 });
    expect(idsOf(await store.currentAnnouncements(noon))).toEqual(['holds', 'comes']);
  });

  it('given all of them, when they are paged, then the latest beginning comes first and each comes once', async () => {
    const pages: string[][] = [];
    let cursor: string | undefined;
    do {
      const { items, next } = await store.announcements({ limit: 4, ...(cursor && { cursor }) });
      pages.push(idsOf(items));
      cursor = next;
    } while (cursor !== undefined);
    expect(pages).toEqual([
      ['comes', 'taken', 'open', 'holds'],
      ['ends', 'over'],
    ]);
  });

  it('given a forged cursor, when it is asked for, then it is refused', async () => {
    const cursor = cursorOf('audit', 'a');
    await expect(async () => store.announcements({ limit: 4, cursor })).rejects.toThrow(BadCursor);
  });

  it('given a version, when two write the next one, then the second is refused', async () => {
    const next = { ...announcement('holds', '02'), version: 2 };
    expect(await store.replaceAnnouncement(next)).toBe(true);
    expect(await store.replaceAnnouncement(next)).toBe(false);
    expect(await store.replaceAnnouncement(announcement('holds', '02'))).toBe(false);
    expect(await store.announcement('nobody')).toBeUndefined();
  });
});
