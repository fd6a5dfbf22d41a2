import { z } from 'zod';
import { severity } from '../check-outcome.ts';
import { operatorReason } from '../incident/operator-deed.ts';
import { instant } from '../instant.ts';
import { checkClass, pause } from '../monitor.ts';
import { plan } from '../server.ts';
import { standing } from '../standing.ts';
import { text } from '../text.ts';
import { announcementView } from './announcements.ts';
import { incidentSummary } from './incidents.ts';
import { occurrenceView } from './maintenances.ts';

export const serverSummary = z
  .object({
    id: z.string(),
    name: z.string(),
    address: z.string(),
    plan,
    /** The worst of its monitors. */
    standing,
    monitors: z.int(),
    /** Those that are not `ok`, the worst first; 20 at most. */
    troubled: z.array(z.object({ id: z.string(), check: z.string(), standing, summary: text.optional() })),
    /** The open incident. */
    incident: z.string().optional(),
  })
  .meta({ id: 'ServerSummary' });
export type ServerSummary = z.output<typeof serverSummary>;

/** A bound of a measured value as a graph draws it: the value is bad from `from` (or above) up to `to` (or below). */
export const boundView = z.object({
  /** Begin of a value's name: `usedPercent` stands for `usedPercent:/var` too. */
  value: z.string(),
  level: z.enum(['warning', 'critical']),
  from: z.number().optional(),
  to: z.number().optional(),
});
export type BoundView = z.output<typeof boundView>;

/** What an operator gives to pause a monitor. */
export const pauseRequest = z.strictObject({
  /** 31 days ahead at most. */
  until: instant,
  reason: z
    .string()
    .max(300)
    .transform(operatorReason)
    .refine((reason) => reason !== '', 'say why'),
});
export const pauseView = z.object(pause.shape).meta({ id: 'Pause' });
export type PauseView = z.output<typeof pauseView>;

export const monitorView = z
  .object({
    id: z.string(),
    check: z.string(),
    class: checkClass,
    standing,
    severity,
    /** Since when it is so; absent when it never failed. */
    since: instant.optional(),
    /** What was seen when it last changed. */
    summary: text.optional(),
    priority: z.int(),
    intervalMinutes: z.int(),
    service: z.string().optional(),
    /** What is checked, in a line without secrets: `https://www.acme.example/health`. */
    target: z.string(),
    bounds: z.array(boundView),
    pause: pause.optional(),
    /** Of `heartbeat` monitors: the address that the job calls. Only for who may change monitors. */
    heartbeatUrl: z.string().optional(),
    /** The newest measurement. */
    latest: z.object({ at: instant, severity, values: z.record(z.string(), z.number()) }).optional(),
  })
  .meta({ id: 'Monitor' });
export type MonitorView = z.output<typeof monitorView>;

export const serverView = serverSummary
  .omit({ monitors: true, troubled: true })
  .extend({
    monitors: z.array(monitorView),
    /** The newest, open or closed; 20 at most. */
    incidents: z.array(incidentSummary),
    /** Now and in the next 30 days; 20 at most. */
    maintenance: z.array(occurrenceView),
    /** What the daily verification of access found. */
    access: z
      .object({
        at: instant,
        isWell: z.boolean(),
        findings: z.array(z.object({ what: text, mend: text.optional() })),
      })
      .optional(),
  })
  .meta({ id: 'Server' });
export type ServerView = z.output<typeof serverView>;

/** Whether all is well, at a glance. */
export const overview = z
  .object({
    at: instant,
    /** When the servers were last checked; absent before the first time. */
    checkedAt: instant.optional(),
    servers: z.int(),
    /** Servers by how they stand. */
    counts: z.record(standing, z.int()),
    /** Those that are not `ok`, the worst first; 100 at most. */
    troubled: z.array(serverSummary),
    /** The newest first; 50 at most. */
    openIncidents: z.array(incidentSummary),
    /** Of the last 7 days; 10 at most. */
    closedIncidents: z.array(incidentSummary),
    /** Now and in the next 7 days; 10 at most. */
    maintenance: z.array(occurrenceView),
    /** That hold now or are to come. */
    announcements: z.array(announcementView),
  })
  .meta({ id: 'Overview' });
export type Overview = z.output<typeof overview>;

const row = z.array(z.number().nullable());
export const valueSeriesView = z.object({
  /** `usedPercent:/var`; the unit is the end of the part before the colon. */
  name: z.string(),
  min: row,
  avg: row,
  max: row,
  summary: z.object({ min: z.number(), avg: z.number(), max: z.number(), p95: z.number() }).optional(),
});

/** One monitor's measurements; see MonitorSeries of core/graph for the meaning of the buckets. */
export const monitorSeriesView = z
  .object({
    monitor: z.string(),
    check: z.string(),
    from: instant,
    bucketSeconds: z.int(),
    worst: z.array(severity.nullable()),
    values: z.array(valueSeriesView),
    percentileOf: z.enum(['measurements', 'hours']),
    bounds: z.array(boundView),
  })
  .meta({ id: 'MonitorSeries' });

/** Everything that the graphs of a server in one range draw. */
export const seriesView = z
  .object({
    server: z.string(),
    from: instant,
    to: instant,
    monitors: z.array(monitorSeriesView),
    /** Incidents that reach into the range; 200 at most. */
    incidents: z.array(
      z.object({
        id: z.string(),
        severity,
        from: instant,
        to: instant.optional(),
        monitors: z.array(z.string()),
      }),
    ),
    /** Periods of maintenance that reach into it; 200 at most. */
    maintenance: z.array(occurrenceView),
  })
  .meta({ id: 'Series' });
export type SeriesView = z.output<typeof seriesView>;
