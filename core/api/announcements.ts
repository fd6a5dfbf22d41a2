import type { z } from 'zod';
import { announcement, announcementRequest } from '../announcement/announcement.ts';

export { announcementRequest };
export const announcementView = announcement.meta({ id: 'Announcement' });
export type AnnouncementView = z.output<typeof announcementView>;
