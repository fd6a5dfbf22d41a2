import { z } from 'zod';
import { severity } from '../check-outcome.ts';
import { evidence, timelineEntry } from '../incident/timeline.ts';
import { instant } from '../instant.ts';
import { plan } from '../server.ts';
import { text } from '../text.ts';

/** What is being done about an incident now, in the order of its course. */
export const incidentStage = z.enum([
  'confirming',
  'gathering',
  'first-response',
  'calling',
  'engineers',
  'waiting',
  'closed',
]);
export type IncidentStage = z.output<typeof incidentStage>;

export const alertView = z.object({
  key: z.string(),
  monitor: z.string(),
  check: z.string(),
  severity,
  priority: z.int(),
  failingSince: instant,
  joinedAt: instant,
  summary: text,
  wellAt: instant.optional(),
  wellSummary: text.optional(),
});

export const incidentSummary = z
  .object({
    id: z.string(),
    account: z.string(),
    server: z.string(),
    serverName: z.string(),
    plan,
    state: z.enum(['open', 'closed']),
    stage: incidentStage,
    /** The worst of its alerts that are open; of all, when it is closed. */
    severity,
    /** The highest of those alerts; 1 is highest. */
    priority: z.int(),
    openedAt: instant,
    /** The first failed check. */
    failingSince: instant,
    closedAt: instant.optional(),
    /** In the order of priority. */
    alerts: z.array(alertView),
    /** Operator or engineer who is on it. */
    acknowledgedBy: z.string().optional(),
  })
  .meta({ id: 'IncidentSummary' });
export type IncidentSummary = z.output<typeof incidentSummary>;

export const mailView = z.object({ at: instant, to: z.string(), subject: z.string(), state: z.string() });

export const incidentView = incidentSummary
  .extend({
    /** Oldest first. */
    timeline: z.array(timelineEntry.omit({ incident: true })),
    /** What was collected before the mails, oldest first; the newest 20. */
    evidence: z.array(evidence.omit({ incident: true })),
    /** The mails of its thread, oldest first; operators see theirs too. */
    mails: z.array(mailView),
    /** Actions that are possible now; operators only. */
    actions: z.array(z.object({ action: z.string(), subject: z.string() })).optional(),
    /** Its executions and where each stands; operators only. */
    executions: z
      .array(
        z.object({
          name: z.string(),
          machine: z.string(),
          status: z.string(),
          /** Name of the state it is in, or ended in. */
          step: z.string().optional(),
          since: instant.optional(),
          url: z.string(),
        }),
      )
      .optional(),
  })
  .meta({ id: 'Incident' });
export type IncidentView = z.output<typeof incidentView>;
