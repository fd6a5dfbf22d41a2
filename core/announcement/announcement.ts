import { z } from 'zod';
import { instant } from '../instant.ts';
import { text } from '../text.ts';

/** What the operators write: a failure of theirs, or maintenance to come. */
export const announcementRequest = z.strictObject({
  kind: z.enum(['failure', 'maintenance', 'information']),
  title: z.strictObject({ ja: z.string().trim().min(1).max(120), en: z.string().trim().min(1).max(120) }),
  body: z.strictObject({ ja: z.string().trim().min(1).max(4000), en: z.string().trim().min(1).max(4000) }),
  /** Places it is about, as customers know them; empty for all. */
  zones: z.array(z.string().trim().min(1).max(60)).max(20).default([]),
  from: instant,
  /** Absent while its end is not known. */
  until: instant.optional(),
});
export type AnnouncementRequest = z.output<typeof announcementRequest>;

/** 障害・メンテナンス情報: a notice of the MSP to all customers. */
export const announcement = announcementRequest.extend({
  id: z.string().regex(/^[a-z0-9]{12}$/),
  title: text,
  body: text,
  createdAt: instant,
  updatedAt: instant,
  /** Set when it was taken back. */
  withdrawnAt: instant.optional(),
  version: z.int().positive(),
});
export type Announcement = z.output<typeof announcement>;
