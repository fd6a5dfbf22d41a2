import { z } from 'zod';
import { instant } from '../instant.ts';
import { incidentSummary } from './incidents.ts';

const share = z.number().min(0).max(100);

/** The month of an account as its report says it. Times are of the account's zone. */
export const reportView = z
  .object({
    account: z.object({ id: z.string(), name: z.string() }),
    /** `2026-10`. */
    month: z.string(),
    from: instant,
    to: instant,
    timeZone: z.string(),
    /** The month goes on: figures are up to `to`. */
    isPartial: z.boolean(),
    servers: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        /** Of its liveness monitor that was down longest: what a visitor saw. */
        availabilityPercent: share,
        /** Those that failed in the month, by priority. */
        monitors: z.array(
          z.object({
            id: z.string(),
            check: z.string(),
            /** Share of the month without a confirmed failure, maintenance left out. */
            availabilityPercent: share,
            downSeconds: z.number(),
            maintenanceSeconds: z.number(),
            failures: z.int(),
          }),
        ),
        /** Further monitors, without a confirmed failure. */
        others: z.int(),
      }),
    ),
    /** Incidents beyond those that are listed here. */
    moreIncidents: z.int(),
    incidents: z.array(
      incidentSummary.extend({
        /** From the first failed check, in seconds; absent where it did not come to it. */
        mailAfterSeconds: z.number().optional(),
        firstResponseAfterSeconds: z.number().optional(),
        firstCallAfterSeconds: z.number().optional(),
        recoveredAfterSeconds: z.number().optional(),
      }),
    ),
    /** Measured times beside the promised ones. */
    promises: z.array(
      z.object({
        what: z.enum(['mail-liveness', 'mail-resource', 'first-response', 'first-call']),
        promisedSeconds: z.number().optional(),
        count: z.int(),
        kept: z.int(),
        medianSeconds: z.number().optional(),
        worstSeconds: z.number().optional(),
      }),
    ),
    /** Objectives of data and recovery (RPO, RTO), where servers have them. */
    objectives: z.array(
      z.object({
        server: z.string(),
        /** Of an RPO: the monitor that looks at the age of the last backup. */
        monitor: z.string().optional(),
        kind: z.enum(['rpo', 'rto']),
        objectiveSeconds: z.number(),
        /** The age of the last backup at its worst, or the longest recovery; absent when nothing was measured. */
        worstSeconds: z.number().optional(),
        isMet: z.boolean().optional(),
      }),
    ),
  })
  .meta({ id: 'Report' });
export type ReportView = z.output<typeof reportView>;

export const reportList = z.object({ months: z.array(z.string()) }).meta({ id: 'ReportList' });
