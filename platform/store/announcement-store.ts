import type { Announcement } from '../../core/announcement/announcement.ts';
import type { Instant } from '../../core/instant.ts';
import type { Part } from './directory-store.ts';

/** Announcements that `currentAnnouncements` gives. */
export const mostCurrent = 100;

/** Notices to all customers. Reads by id are strongly consistent, lists may lag by a second or two. */
export interface AnnouncementStore {
  announcement(id: string): Promise<Announcement | undefined>;
  /** Those that hold at this instant or later and were not withdrawn, the earliest first; 100 at most. */
  currentAnnouncements(at: Instant): Promise<Announcement[]>;
  /** All of them, withdrawn ones too, the latest `from` first. */
  announcements(page: { limit: number; cursor?: string }): Promise<Part<Announcement>>;
  /** As `replaceIncident`: conditional on the version before. */
  replaceAnnouncement(after: Announcement): Promise<boolean>;
}

/** By when it begins. */
export const announcementKey = ({ from, id }: Announcement): string => `${from}#${id}`;
