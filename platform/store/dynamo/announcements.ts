import type { Announcement } from '../../../core/announcement/announcement.ts';
import type { Instant } from '../../../core/instant.ts';
import { type AnnouncementStore, announcementKey, mostCurrent } from '../announcement-store.ts';
import { byKey, type ListRequest } from '../cursor.ts';
import type { DynamoContext } from './context.ts';
import { ifConditionHolds } from './if-condition-holds.ts';
import { type Item, readPart, readRange } from './read-list.ts';

/** Comes after every instant. */
const noEnd = '9';
/** Those that hold or come that are read, to find the earliest of them. */
const mostRead = 1_000;

export class DynamoAnnouncements implements AnnouncementStore {
  readonly #context: DynamoContext;

  constructor(context: DynamoContext) {
    this.#context = context;
  }

  async announcement(id: string) {
    const { data } = await this.#context.entities.announcement.get({ id }).go({ consistent: true });
    return data?.body;
  }

  async currentAnnouncements(at: Instant) {
    const found = await readRange(
      this.#context,
      { index: 'account', partition: 'announcements', from: at, order: 'ascending' },
      mostRead,
    );
    return found
      .map(bodyOf)
      .filter(({ until }) => until === undefined || until > at)
      .sort(byKey(announcementKey))
      .slice(0, mostCurrent);
  }

  announcements(page: ListRequest) {
    const range = { index: 'list', partition: 'announcements', order: 'descending' } as const;
    return readPart(this.#context, 'announcements', range, page, bodyOf);
  }

  replaceAnnouncement(after: Announcement) {
    const { id, version, from, until = noEnd, withdrawnAt } = after;
    const item = { id, version, from, until, isWithdrawn: withdrawnAt !== undefined, body: after };
    const { announcement } = this.#context.entities;
    if (version === 1) return ifConditionHolds(announcement.create(item).go());
    const write = announcement.put(item).where((stored, is) => is.eq(stored.version, version - 1));
    return ifConditionHolds(write.go());
  }
}

const bodyOf = ({ body }: Item): Announcement => body as Announcement;
