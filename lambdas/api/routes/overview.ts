import { overview } from '../../../core/api/servers.ts';
import { addSeconds } from '../../../core/instant.ts';
import { type Standing, standings } from '../../../core/standing.ts';
import type { ApiRoutes } from '../api-routes.ts';
import { examples } from '../examples.ts';
import type { ApiPorts } from '../ports.ts';
import { incidentSummary } from '../views/incident-views.ts';
import { occurrenceViews } from '../views/occurrence-views.ts';
import { byStanding, serverSummaries } from '../views/server-views.ts';

const weekSeconds = 7 * 86_400;
const most = { troubled: 100, open: 50, closed: 10, occurrences: 10 };

/** Whether all is well. */
export function addOverviewRoutes(routes: ApiRoutes): void {
  routes.account(
    {
      method: 'get',
      path: '/overview',
      id: 'getOverview',
      tag: 'Servers',
      summary: 'Whether all is well, at a glance',
      scope: 'read',
      passing: ['at'],
      answer: {
        json: overview,
        example: {
          at: '2026-11-21T03:04:05.000Z',
          checkedAt: '2026-11-21T03:04:00.000Z',
          servers: 2,
          counts: { critical: 1, confirming: 0, warning: 0, unknown: 0, maintenance: 0, paused: 0, ok: 1 },
          troubled: [examples.serverSummary],
          openIncidents: [examples.incidentSummary],
          closedIncidents: [],
          maintenance: [examples.occurrence],
          announcements: [examples.announcement],
        },
      },
    },
    async ({ ports, view, at }) => {
      const [servers, open, recent, maintenances, announcements, sweptAt] = await Promise.all([
        serverSummaries(view, at),
        view.openIncidents(),
        view.incidents({ from: addSeconds(at, -weekSeconds), limit: most.open }),
        view.maintenances(at),
        ports.announcements.currentAnnouncements(at),
        checkedAt(ports),
      ]);
      const names = new Map(servers.map(({ id, name }) => [id, name]));
      const summary = (incident: (typeof open)[number]) =>
        incidentSummary(incident, names.get(incident.server) ?? incident.server);
      const count = (standing: Standing) => servers.filter((one) => one.standing === standing).length;
      return {
        value: {
          at,
          checkedAt: sweptAt,
          servers: servers.length,
          counts: Object.fromEntries(standings.map((one) => [one, count(one)])) as Record<Standing, number>,
          troubled: servers
            .filter(({ standing }) => standing !== 'ok')
            .sort(byStanding)
            .slice(0, most.troubled),
          openIncidents: open.slice(0, most.open).map(summary),
          closedIncidents: recent.items
            .filter(({ state }) => state === 'closed')
            .slice(0, most.closed)
            .map(summary),
          maintenance: occurrenceViews(maintenances, at, addSeconds(at, weekSeconds), most.occurrences),
          announcements,
        },
      };
    },
  );
}

/** When the slowest of the shards was swept last; absent while one of them never was. */
async function checkedAt({
  sweeps,
  shards,
}: Pick<ApiPorts, 'sweeps' | 'shards'>): Promise<string | undefined> {
  const last = await Promise.all(Array.from({ length: shards }, (_, shard) => sweeps.lastSweep(shard)));
  return last.includes(undefined) ? undefined : last.sort()[0];
}
