import type { Logger } from '@aws-lambda-powertools/logger';
import type { Account } from '../../core/account.ts';
import { boundsOf } from '../../core/graph/bounds.ts';
import { bucketSeconds } from '../../core/graph/bucket.ts';
import { type DrawnGraph, drawGraph } from '../../core/graph/draw-svg.ts';
import type { MonitorSeries } from '../../core/graph/series.ts';
import { type Alert, alertKey, byPriority, type Incident } from '../../core/incident/incident.ts';
import type { MailDraft } from '../../core/incident/next-step.ts';
import { addSeconds, type Instant } from '../../core/instant.ts';
import type { IncidentMailInput } from '../../core/mail/incident-mail.ts';
import type { OutgoingMail } from '../../core/mail/outgoing-mail.ts';
import type { Monitor } from '../../core/monitor.ts';
import type { Server } from '../../core/server.ts';
import type { Language } from '../../core/text.ts';
import type { RenderPng } from '../../platform/graph/render-png.ts';
import type { SeriesStore } from '../../platform/metrics/metric-store.ts';
import type { MonitorStore } from '../../platform/store/monitor-store.ts';

/** What drawing needs. */
export interface GraphPorts {
  readonly series: () => SeriesStore;
  readonly render: RenderPng;
  /** All pictures of a mail are there within it, or the mail goes without them. @default 3,000 */
  readonly limitMs?: number;
}

/** Pictures of one mail: where they stand in it, and their bytes. */
export interface AlertGraphs {
  readonly pictures: NonNullable<IncidentMailInput['pictures']>;
  readonly files: NonNullable<OutgoingMail['pictures']>;
}

/** What a mail is about, as far as its graphs go by it. */
export interface GraphSubject {
  readonly incident: Incident;
  readonly draft: MailDraft;
  readonly account: Pick<Account, 'timeZone'>;
  readonly server: Pick<Server, 'id' | 'name'>;
  readonly at: Instant;
}

const none: AlertGraphs = { pictures: [], files: [] };

const shownSeconds = 24 * 3600;
/** Of a monitor that is new less is shown, but so much at least. */
const leastShownSeconds = 2 * 3600;
/** On a picture of this width a measurement of five minutes is two dots. */
const points = 300;
/** Graphs of one mail: a server whose disk, memory and processor fail together is in one incident, and the first two tell it. */
const mostGraphs = 2;
/** Pictures of one mail together. Every contact's mail lies in the outbox with its own. */
const mostBytes = 60_000;
const limitMs = 3_000;
/** Twice as fine as the page, for screens that are; else what fits into the bytes. */
const zooms = [2, 1];

/**
 * Draws the graphs of the resource alerts that a mail tells of, the last 24 hours of each, once for each language.
 *
 * A mail never waits for its graphs and is never lost by them: when they cannot be drawn in time, or at all, there are none.
 */
export async function alertGraphs(
  ports: {
    readonly monitors: MonitorStore;
    readonly log: Pick<Logger, 'warn'>;
    readonly graphs?: GraphPorts;
  },
  subject: GraphSubject,
): Promise<(language: Language) => Promise<AlertGraphs>> {
  const { graphs, monitors, log } = ports;
  const failing = failingAlerts(subject);
  if (graphs === undefined || failing.length === 0) return async () => none;
  const endsAt = performance.now() + (graphs.limitMs ?? limitMs);
  const tryTo = async <T>(draw: () => Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await within(endsAt - performance.now(), draw);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      log.warn('a mail goes without its graphs', {
        incident: subject.incident.id,
        reason: reason.slice(0, 300),
      });
      return otherwise;
    }
  };
  const measured = await tryTo(() => readSeries(graphs, monitors, subject, failing), []);
  const drawn = new Map<Language, Promise<AlertGraphs>>();
  return (language) => {
    const known = drawn.get(language);
    if (known !== undefined) return known;
    const made =
      measured.length === 0
        ? Promise.resolve(none)
        : tryTo(() => drawAll(graphs, subject, measured, language), none);
    drawn.set(language, made);
    return made;
  };
}

function failingAlerts({ incident, draft }: GraphSubject): Alert[] {
  if (draft.kind !== 'problem' && draft.kind !== 'update') return [];
  const keys = new Set(draft.failing);
  return byPriority(Object.values(incident.alerts).filter((one) => keys.has(alertKey(one))));
}

interface Measured {
  readonly alert: Alert;
  readonly monitor: Monitor;
  readonly series: MonitorSeries;
}

async function readSeries(
  graphs: GraphPorts,
  monitors: MonitorStore,
  { incident, at }: GraphSubject,
  failing: readonly Alert[],
): Promise<Measured[]> {
  const watched = new Map((await monitors.monitorsOf(incident)).map(({ monitor }) => [monitor.id, monitor]));
  const drawn = failing
    .flatMap((alert) => {
      const monitor = watched.get(alert.monitor);
      return monitor?.class === 'resource' ? [{ alert, monitor }] : [];
    })
    .slice(0, mostGraphs);
  if (drawn.length === 0) return [];
  const { account, server } = incident;
  const from = addSeconds(at, -shownSeconds);
  // The check that failed lies at the very end.
  const to = addSeconds(at, 1);
  const series = await graphs.series().series({
    account,
    server,
    from,
    to,
    monitors: drawn.map(({ monitor }) => ({
      monitor: monitor.id,
      bucketSeconds: bucketSeconds(from, to, points, monitor.timing.intervalMinutes * 60),
    })),
  });
  return drawn.flatMap((one, n) => {
    const its = series[n];
    return its === undefined || its.values.length === 0 ? [] : [{ ...one, series: withoutBegin(its) }];
  });
}

/** Cuts off what was before the first check: a day of nothing would press an hour of measurements into a line. */
function withoutBegin(series: MonitorSeries): MonitorSeries {
  const { worst, bucketSeconds: seconds } = series;
  const first = worst.findIndex((severity) => severity !== null);
  const cut = Math.min(first, worst.length - Math.ceil(leastShownSeconds / seconds));
  if (cut <= 0) return series;
  return {
    ...series,
    from: addSeconds(series.from, cut * seconds),
    worst: worst.slice(cut),
    values: series.values.map((value) => ({
      ...value,
      min: value.min.slice(cut),
      avg: value.avg.slice(cut),
      max: value.max.slice(cut),
    })),
  };
}

async function drawAll(
  graphs: GraphPorts,
  subject: GraphSubject,
  measured: readonly Measured[],
  language: Language,
): Promise<AlertGraphs> {
  const pictures: AlertGraphs['pictures'][number][] = [];
  const files: AlertGraphs['files'][number][] = [];
  let room = mostBytes;
  for (const { alert, monitor, series } of measured) {
    const graph = drawGraph({
      series: { ...series, check: monitor.check },
      to: subject.at,
      failing: [{ from: alert.failingSince }],
      bounds: boundsOf(monitor),
      server:
        subject.server.name === '' ? subject.server.id : `${subject.server.id} (${subject.server.name})`,
      timeZone: subject.account.timeZone,
      language,
    });
    const png = await renderBelow(room, graphs.render, graph);
    if (png === undefined) continue;
    room -= png.length;
    const cid = `graph-${alertKey(alert)}@${subject.incident.id}`;
    files.push({ cid, pngBase64: png.toString('base64') });
    const { width, height, alt } = graph;
    pictures.push({ monitor: alert.monitor, picture: { cid, alt, width, height } });
  }
  return { pictures, files };
}

async function renderBelow(
  bytes: number,
  render: RenderPng,
  { svg }: DrawnGraph,
): Promise<Buffer | undefined> {
  for (const zoom of zooms) {
    const png = await render(svg, zoom);
    if (png.length <= bytes) return png;
  }
  return undefined;
}

/** @throws when it takes longer; what was begun goes on, and nobody waits for it */
async function within<T>(ms: number, run: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('they were not drawn in time')), Math.max(0, ms));
  });
  try {
    return await Promise.race([run(), late]);
  } finally {
    clearTimeout(timer);
  }
}
