import { z } from 'zod';
import { type SeriesView, seriesView } from '../../../core/api/servers.ts';
import { boundsOf } from '../../../core/graph/bounds.ts';
import { bucketSeconds, keptSeconds } from '../../../core/graph/bucket.ts';
import { seriesCsv } from '../../../core/graph/series-csv.ts';
import { serverId } from '../../../core/ids.ts';
import type { Incident } from '../../../core/incident/incident.ts';
import { type Instant, instant, secondsBetween } from '../../../core/instant.ts';
import type { WatchedMonitor } from '../../../core/monitor.ts';
import { worst } from '../../../core/threshold.ts';
import type { AccountView } from '../account-view.ts';
import type { ApiRoutes } from '../api-routes.ts';
import { examples } from '../examples.ts';
import { type FieldFault, nothingHere, unprocessable } from '../refusal.ts';
import { maintenancesIn, occurrenceViews, ofServer } from '../views/occurrence-views.ts';

const mostMonitors = 60;
const most = { incidents: 200, occurrences: 200 };
/** Buckets of all monitors together; an answer of more is of no use to a screen. */
const mostBuckets = 30_000;

const time = instant.meta({ description: 'Included.', example: '2026-11-20T03:00:00.000Z' });
const rangeQuery = {
  from: time,
  to: instant.meta({
    description: 'Excluded; 400 days after `from` at most.',
    example: '2026-11-21T03:00:00.000Z',
  }),
  monitor: z
    .array(z.string().max(40))
    .max(mostMonitors)
    .optional()
    .meta({
      description: 'Monitors of the server; may be repeated. All of them without it, 60 at most.',
      example: ['https'],
    }),
  points: z.coerce
    .number()
    .int()
    .min(60)
    .max(2000)
    .default(400)
    .meta({ description: 'How many buckets a series has at most.' }),
};
const params = { server: serverId.meta({ example: 'web-1' }) };

/** Measurements, for graphs and for spreadsheets. */
export function addSeriesRoutes(routes: ApiRoutes): void {
  routes.account(
    {
      method: 'get',
      path: '/servers/{server}/series',
      id: 'getSeries',
      tag: 'Measurements',
      summary: 'Measurements of a server in a range, with what graphs draw beside them',
      description:
        'Down-sampled into buckets that keep the least, the mean and the greatest of what was measured. A bucket in which nothing was measured is null. Buckets are as long as the range asks for, and never shorter than the interval of the monitor.',
      scope: 'read',
      params,
      query: rangeQuery,
      answer: {
        json: seriesView,
        example: {
          server: 'web-1',
          from: '2026-11-21T02:00:00.000Z',
          to: '2026-11-21T03:00:00.000Z',
          monitors: [
            {
              monitor: 'https',
              check: 'https',
              from: '2026-11-21T02:00:00.000Z',
              bucketSeconds: 1800,
              worst: ['ok', null],
              values: [
                {
                  name: 'responseMs',
                  min: [80, null],
                  avg: [112.5, null],
                  max: [340, null],
                  summary: { min: 80, avg: 112.5, max: 340, p95: 260 },
                },
              ],
              percentileOf: 'measurements',
              bounds: [examples.bound],
            },
          ],
          incidents: [],
          maintenance: [],
        },
      },
    },
    async ({ view, at, params: { server }, query }) => {
      const monitors = await wantedMonitors(view, server, query);
      const { from, to } = query;
      const [series, incidents, maintenances] = await Promise.all([
        view.series({ server, from, to, monitors: bucketsOf(monitors, query) }),
        incidentsIn(view, server, from, to),
        maintenancesIn(view, from, to, at),
      ]);
      const bounds = new Map(monitors.map(({ monitor }) => [monitor.id, boundsOf(monitor)]));
      return {
        value: {
          server,
          from,
          to,
          monitors: series.map((one) => ({
            ...one,
            worst: [...one.worst],
            values: one.values.map(({ name, min, avg, max, summary }) => ({
              name,
              min: min.map(shown),
              avg: avg.map(shown),
              max: max.map(shown),
              summary,
            })),
            bounds: bounds.get(one.monitor) ?? [],
          })),
          incidents: incidents.map(incidentMark),
          maintenance: occurrenceViews(ofServer(maintenances, server), from, to, most.occurrences),
        },
      };
    },
  );

  routes.account(
    {
      method: 'get',
      path: '/servers/{server}/series.csv',
      id: 'getSeriesCsv',
      tag: 'Measurements',
      summary: 'The same measurements as a table for spreadsheets',
      description:
        'RFC 4180, UTF-8. A line for each bucket, the same length for all monitors; for each value its least, mean and greatest. An empty field is a bucket in which nothing was measured: a monitor that is checked less than hourly, as certificates are once a day, stands on the lines in which it was.',
      scope: 'read',
      params,
      query: {
        ...rangeQuery,
        bom: z
          .enum(['true', 'false'])
          .default('false')
          .meta({ description: 'Begins the file with a byte order mark, by which Excel knows UTF-8.' }),
      },
      answer: { file: 'text/csv; charset=utf-8', description: 'The table.' },
    },
    async ({ view, params: { server }, query }) => {
      const monitors = await wantedMonitors(view, server, query);
      const { from, to, bom } = query;
      const bucketSeconds = lineSeconds(monitors, query);
      const series = await view.series({
        server,
        from,
        to,
        monitors: monitors.map(({ monitor: { id } }) => ({ monitor: id, bucketSeconds })),
      });
      const name = `${view.id}-${server}-${from.slice(0, 10)}-${to.slice(0, 10)}.csv`;
      return {
        value: `${bom === 'true' ? '\uFEFF' : ''}${seriesCsv(series)}`,
        headers: { 'content-disposition': `attachment; filename="${name}"` },
      };
    },
  );
}

/** Six digits are more than any screen shows; all sixteen would be most of the answer's weight. */
const shown = (value: number | null): number | null => (value === null ? null : Number(value.toPrecision(6)));

interface RangeQuery {
  readonly from: Instant;
  readonly to: Instant;
  readonly monitor?: readonly string[] | undefined;
  readonly points: number;
}

/**
 * The monitors of a server that a range is about, in the order in which they were asked for, or by priority.
 *
 * @throws Refusal 404 for a server that the account does not have, 422 for a range that cannot be drawn
 */
async function wantedMonitors(
  view: AccountView,
  server: string,
  { from, to, monitor: wanted, points }: RangeQuery,
): Promise<WatchedMonitor[]> {
  if ((await view.server(server)) === undefined) throw nothingHere();
  const all = await view.monitorsOf(server);
  const byId = new Map(all.map((one) => [one.monitor.id, one]));
  const ids = [...new Set(wanted ?? all.sort(byPriority).map(({ monitor }) => monitor.id))];
  const faults: FieldFault[] = [];
  if (secondsBetween(from, to) <= 0)
    faults.push({ field: 'query.to', message: 'is not after from; give a later time' });
  if (secondsBetween(from, to) > keptSeconds)
    faults.push({
      field: 'query.from',
      message: 'is more than 400 days before to; measurements are kept that long',
    });
  for (const id of ids)
    if (!byId.has(id))
      faults.push({ field: 'query.monitor', message: 'names a monitor that the server does not have' });
  const found = ids.flatMap((id) => byId.get(id) ?? []).slice(0, mostMonitors);
  if (found.length * points > mostBuckets)
    faults.push({
      field: 'query.points',
      message: `${found.length} monitors of ${points} points are more than ${mostBuckets}; ask for fewer points, or fewer monitors at once`,
    });
  if (faults.length > 0) throw unprocessable(faults);
  return found;
}

const byPriority = (a: WatchedMonitor, b: WatchedMonitor): number =>
  a.monitor.priority - b.monitor.priority || (a.monitor.id < b.monitor.id ? -1 : 1);

const bucketsOf = (monitors: readonly WatchedMonitor[], { from, to, points }: RangeQuery) =>
  monitors.map(({ monitor: { id, timing } }) => ({
    monitor: id,
    bucketSeconds: bucketSeconds(from, to, points, timing.intervalMinutes * 60),
  }));

const hourMinutes = 60;

/**
 * How long a line of the table is: the longest bucket of the monitors that are checked hourly or more often, so that those have
 * no holes. A certificate that is looked at once a day would make every line a day.
 */
function lineSeconds(monitors: readonly WatchedMonitor[], query: RangeQuery): number {
  const often = monitors.filter(({ monitor }) => monitor.timing.intervalMinutes <= hourMinutes);
  const buckets = bucketsOf(often.length > 0 ? often : monitors, query);
  return Math.max(...buckets.map((one) => one.bucketSeconds));
}

const partsLookedAt = 20;

/** Incidents of a server that reach into a range, the newest first. A server has one at a time, so older ones ended earlier. */
async function incidentsIn(
  view: AccountView,
  server: string,
  from: Instant,
  to: Instant,
): Promise<Incident[]> {
  const found: Incident[] = [];
  let cursor: string | undefined;
  for (let part = 0; part < partsLookedAt; part += 1) {
    const page = { limit: 50, ...(cursor !== undefined && { cursor }) };
    const { items, next } = await view.incidentsOfServer(server, page);
    for (const incident of items) {
      if (incident.closedAt !== undefined && incident.closedAt <= from) return found;
      if (incident.openedAt < to) found.push(incident);
      if (found.length >= most.incidents) return found;
    }
    if (next === undefined) return found;
    cursor = next;
  }
  return found;
}

function incidentMark({ id, alerts, openedAt, closedAt }: Incident): SeriesView['incidents'][number] {
  const all = Object.values(alerts);
  return {
    id,
    severity: worst(all.map(({ severity }) => severity)),
    from: all.map(({ failingSince }) => failingSince).sort()[0] ?? openedAt,
    to: endOf(all, closedAt),
    monitors: [...new Set(all.map(({ monitor }) => monitor))],
  };
}

/** When the last of its alerts was well: the incident itself is closed a little later, once that was told. */
const endOf = (
  alerts: readonly Incident['alerts'][string][],
  closedAt: Instant | undefined,
): Instant | undefined =>
  alerts.some(({ wellAt }) => wellAt === undefined)
    ? closedAt
    : (alerts
        .map(({ wellAt }) => wellAt)
        .sort()
        .at(-1) ?? closedAt);
