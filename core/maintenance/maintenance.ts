import { z } from 'zod';
import { timeZone } from '../calendar/zone.ts';
import { accountId, monitorId, serverId } from '../ids.ts';
import { type Instant, instant } from '../instant.ts';

/** What a maintenance covers: every server of the account, whole servers, or some monitors of a server. */
export const maintenanceScope = z.union([
  z.literal('account'),
  z
    .array(
      z.strictObject({
        server: serverId,
        /** Absent: the whole server. */
        monitors: z.array(monitorId).min(1).max(100).optional(),
      }),
    )
    .min(1)
    .max(500),
]);
export type MaintenanceScope = z.output<typeof maintenanceScope>;

export const recurrence = z.strictObject({
  /** Value of an RRULE of RFC 5545 without DTSTART: `FREQ=WEEKLY;BYDAY=SU`. */
  rule: z.string().min(1).max(300),
  /** The wall clock that the rule goes by: 02:00 stays 02:00 when summer time begins. */
  timeZone,
});
export type Recurrence = z.output<typeof recurrence>;

/** What somebody asks for when they announce a maintenance. Bounds and order are judged by `judgeMaintenance`. */
export const maintenanceRequest = z.strictObject({
  scope: maintenanceScope,
  /** Of the first occurrence, when it recurs. */
  from: instant,
  until: instant,
  recurrence: recurrence.optional(),
  reason: z.string().trim().min(1).max(300),
});
export type MaintenanceRequest = z.output<typeof maintenanceRequest>;

/** 監視停止: a period in which servers or monitors are not acted on. Checks and graphs go on. */
export const maintenance = maintenanceRequest.extend({
  id: z.string().regex(/^[a-z0-9]{12}$/),
  account: accountId,
  createdAt: instant,
  createdBy: z.string().max(120),
  /** Set when it was called off, or ended early: it holds no longer from then on. */
  endedAt: instant.optional(),
  endedBy: z.string().max(120).optional(),
  /** Every write raises it and is conditional on the one before. */
  version: z.int().positive(),
});
export type Maintenance = z.output<typeof maintenance>;

/** One period of a maintenance; `until` is excluded. */
export interface Occurrence {
  readonly from: Instant;
  readonly until: Instant;
}
