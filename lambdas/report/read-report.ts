import pMap from 'p-map';
import type { ReportView } from '../../core/api/reports.ts';
import type { Incident } from '../../core/incident/incident.ts';
import { addSeconds, type Instant } from '../../core/instant.ts';
import type { Monitor } from '../../core/monitor.ts';
import { type Month, monthRange } from '../../core/report/month.ts';
import { buildReport, type ReportedIncident } from '../../core/report/report.ts';
import type { Server } from '../../core/server.ts';
import type { AccountView } from '../api/account-view.ts';
import { incidentSummary } from '../api/views/incident-views.ts';
import { maintenancesIn } from '../api/views/occurrence-views.ts';

/** What one report may cost: each of these is a read of a few milliseconds. */
const most = { incidents: 500, servers: 300, backups: 60 };
const readsAtOnce = 20;
const daySeconds = 86_400;
/** An incident that was opened before the month may reach into it; one open for longer than this is not looked for. */
const longestIncidentDays = 62;

/**
 * Reads a month of an account and puts its report together.
 *
 * @param at the present: a month that goes on is reported up to it
 * @returns undefined for a month that has not begun
 */
export async function readReport(
  view: AccountView,
  month: Month,
  at: Instant,
): Promise<ReportView | undefined> {
  const { timeZone, id, name } = view.account;
  const { from, to: monthEnd } = monthRange(month, timeZone);
  if (from >= at) return undefined;
  const to = at < monthEnd ? at : monthEnd;

  const [servers, { incidents, more }, maintenances] = await Promise.all([
    view.servers(),
    incidentsIn(view, from, to),
    maintenancesIn(view, from, to, at),
  ]);
  const names = new Map(servers.map((one) => [one.id, one.name]));
  const reported = await pMap(
    incidents,
    async (incident): Promise<ReportedIncident> => ({
      incident,
      summary: incidentSummary(incident, names.get(incident.server) ?? incident.server),
      timeline: await view.timeline(incident),
    }),
    { concurrency: readsAtOnce },
  );
  // Of a large account only the servers that had incidents are looked at closely.
  const isSmall = servers.length <= most.servers;
  const failed = new Set(incidents.map(({ server }) => server));
  const looked = servers.filter(({ id: server }) => isSmall || failed.has(server)).slice(0, most.servers);
  const details = new Map(
    await pMap(looked, async ({ id: server }) => [server, await detailsOf(view, server)] as const, {
      concurrency: readsAtOnce,
    }),
  );
  return buildReport({
    account: { id, name, timeZone },
    month,
    from,
    to,
    isPartial: to < monthEnd,
    servers: servers.map((one) => ({ ...one, objectives: details.get(one.id)?.server ?? {} })),
    monitors: new Map([...details].map(([server, { monitors }]) => [server, monitors])),
    incidents: reported,
    moreIncidents: more,
    maintenances,
    oldestBackups: await oldestBackups(view, details, from, to),
  });
}

interface ServerDetails {
  readonly server: Pick<Server, 'rpoHours' | 'rtoMinutes'>;
  readonly monitors: readonly Monitor[];
}

async function detailsOf(view: AccountView, server: string): Promise<ServerDetails> {
  const [found, monitors] = await Promise.all([view.server(server), view.monitorsOf(server)]);
  return { server: found ?? {}, monitors: monitors.map(({ monitor }) => monitor) };
}

/** Incidents that reach into a range, the newest first, and how many more there are. */
async function incidentsIn(
  view: AccountView,
  from: Instant,
  to: Instant,
): Promise<{ readonly incidents: Incident[]; readonly more: number }> {
  const earliest = addSeconds(from, -longestIncidentDays * daySeconds);
  const found: Incident[] = [];
  let more = 0;
  let cursor: string | undefined;
  do {
    const page = { from: earliest, to, limit: 200, ...(cursor !== undefined && { cursor }) };
    const { items, next } = await view.incidents(page);
    for (const incident of items) {
      if (incident.closedAt !== undefined && incident.closedAt <= from) continue;
      if (found.length < most.incidents) found.push(incident);
      else more += 1;
    }
    cursor = next;
  } while (cursor !== undefined && more < most.incidents);
  return { incidents: found, more };
}

/** The greatest age in minutes that each `file-age` monitor of a server with an RPO saw. */
async function oldestBackups(
  view: AccountView,
  details: ReadonlyMap<string, ServerDetails>,
  from: Instant,
  to: Instant,
): Promise<Map<string, number>> {
  const wanted = [...details]
    .filter(([, { server }]) => server.rpoHours !== undefined)
    .map(([server, { monitors }]) => ({
      server,
      monitors: monitors
        .filter(({ check }) => check === 'file-age')
        .map(({ id: monitor }) => ({ monitor, bucketSeconds: daySeconds })),
    }))
    .filter(({ monitors }) => monitors.length > 0)
    .slice(0, most.backups);
  const read = await pMap(
    wanted,
    async ({ server, monitors }) =>
      (await view.series({ server, monitors, from, to })).flatMap(({ monitor, values }) => {
        const age = values.find(({ name }) => name === 'ageMinutes')?.summary?.max;
        return age === undefined ? [] : [[`${server}.${monitor}`, age] as const];
      }),
    { concurrency: 4 },
  );
  return new Map(read.flat());
}
