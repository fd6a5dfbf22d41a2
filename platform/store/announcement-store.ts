import type { Announcement } from '../../core/announcement/announcement.ts';
import type { Instant } from '../../core/instant.ts';
import type { Part } from './directory-store.ts';

/** Notices to all customers. */
export interface AnnouncementStore {
  announcement(id: string): Promise<Announcement | undefined>;
  /** Those that hold at this instant or later and were not withdrawn, the earliest first; 100 at most. */
  currentAnnouncements(at: Instant): Promise<Announcement[]>;
  /** All of them, withdrawn ones too, the latest `from` first. */
  announcements(page: { limit: number; cursor?: string }): Promise<Part<Announcement>>;
  /** As `replaceIncident`: conditional on the version before. */
  replaceAnnouncement(after: Announcement): Promise<boolean>;
}
