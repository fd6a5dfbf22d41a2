import type { Announcement } from '../../core/announcement/announcement.ts';
import type { Instant } from '../../core/instant.ts';
import { type AnnouncementStore, announcementKey, mostCurrent } from './announcement-store.ts';
import { byKey, byKeyDown, descending, type ListRequest, partOf } from './cursor.ts';

/** Notices to all customers, in memory. What it gives is a copy. */
export class MemoryAnnouncements implements AnnouncementStore {
  readonly #byId = new Map<string, Announcement>();

  async announcement(id: string) {
    return structuredClone(this.#byId.get(id));
  }

  async currentAnnouncements(at: Instant) {
    return this.#all()
      .filter(({ until, withdrawnAt }) => withdrawnAt === undefined && (until === undefined || until > at))
      .sort(byKey(announcementKey))
      .slice(0, mostCurrent);
  }

  async announcements(page: ListRequest) {
    return partOf(
      'announcements',
      this.#all().sort(byKeyDown(announcementKey)),
      announcementKey,
      page,
      descending,
    );
  }

  async replaceAnnouncement(after: Announcement) {
    if ((this.#byId.get(after.id)?.version ?? 0) !== after.version - 1) return false;
    this.#byId.set(after.id, structuredClone(after));
    return true;
  }

  #all(): Announcement[] {
    return [...this.#byId.values()].map((one) => structuredClone(one));
  }
}
