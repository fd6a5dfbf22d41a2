import { z } from 'zod';
import type { AccessState } from '../../../core/access/access.ts';
import { pageOf, pageQuery } from '../../../core/api/problem.ts';
import { serverSummary, serverView } from '../../../core/api/servers.ts';
import { serverId } from '../../../core/ids.ts';
import { addSeconds } from '../../../core/instant.ts';
import { standing, worstStanding } from '../../../core/standing.ts';
import { ascending, partOf } from '../../../platform/store/cursor.ts';
import type { ApiRoutes } from '../api-routes.ts';
import { examples } from '../examples.ts';
import { nothingHere } from '../refusal.ts';
import { incidentSummary } from '../views/incident-views.ts';
import { occurrenceViews, ofServer } from '../views/occurrence-views.ts';
import { MaintenanceNow, monitorView, serverSummaries } from '../views/server-views.ts';

const monthSeconds = 30 * 86_400;
/** Older than this the newest measurement is none to show. */
const latestSeconds = 2 * 86_400;
const most = { incidents: 20, occurrences: 20 };

/** Servers and how they stand. */
export function addServerRoutes(routes: ApiRoutes): void {
  routes.account(
    {
      method: 'get',
      path: '/servers',
      id: 'listServers',
      tag: 'Servers',
      summary: 'Servers and how they stand, sorted by id',
      scope: 'read',
      query: {
        ...pageQuery.shape,
        q: z
          .string()
          .max(100)
          .optional()
          .meta({ description: 'A part of the id, the name or the address.', example: 'web' }),
        standing: z
          .array(standing)
          .max(7)
          .optional()
          .meta({ description: 'Only those that stand so; may be repeated.' }),
      },
      answer: {
        json: pageOf(serverSummary).meta({ id: 'ServerList' }),
        example: { items: [examples.serverSummary] },
      },
    },
    async ({ view, at, query: { q = '', standing: wanted, limit, cursor } }) => {
      const sought = q.trim().toLowerCase();
      const found = (await serverSummaries(view, at)).filter(
        (one) =>
          (wanted === undefined || wanted.includes(one.standing)) &&
          (sought === '' ||
            [one.id, one.name, one.address].some((text) => text.toLowerCase().includes(sought))),
      );
      const page = { limit, ...(cursor !== undefined && { cursor }) };
      return { value: partOf('api-servers', found, ({ id }) => id, page, ascending) };
    },
  );

  routes.account(
    {
      method: 'get',
      path: '/servers/{server}',
      id: 'getServer',
      tag: 'Servers',
      summary: 'One server with its monitors, incidents and maintenance',
      scope: 'read',
      params: { server: serverId.meta({ example: 'web-1' }) },
      answer: {
        json: serverView,
        example: {
          id: 'web-1',
          name: 'Web server',
          address: 'web-1.acme.example',
          plan: 'respond',
          standing: 'critical',
          incident: 'acme.web-1-7',
          monitors: [examples.monitor],
          incidents: [examples.incidentSummary],
          maintenance: [],
        },
      },
    },
    async ({ view, principal, at, params: { server: id } }) => {
      const server = await view.server(id);
      if (server === undefined) throw nothingHere();
      const [monitors, latest, incidents, all, access] = await Promise.all([
        view.monitorsOf(id),
        view.latest(id, addSeconds(at, -latestSeconds)),
        view.incidentsOfServer(id, { limit: most.incidents }),
        view.maintenances(at),
        view.access(id),
      ]);
      const maintenances = ofServer(all, id);
      const maintained = new MaintenanceNow(maintenances, at);
      const measured = new Map(latest.map((record) => [record.monitor, record]));
      const views = await Promise.all(
        monitors.map(async (one) => {
          const isHeartbeat = one.monitor.check === 'heartbeat' && principal.scopes.includes('monitors');
          return monitorView(one, {
            at,
            maintained,
            latest: measured.get(one.monitor.id),
            heartbeatUrl: isHeartbeat ? await view.heartbeatUrl(id, one.monitor.id) : undefined,
          });
        }),
      );
      const { name, address, plan } = server;
      return {
        value: {
          id,
          name,
          address,
          plan,
          standing: worstStanding(views.map((one) => one.standing)),
          incident: incidents.items.find(({ state }) => state === 'open')?.id,
          monitors: views.sort((a, b) => a.priority - b.priority || (a.id < b.id ? -1 : 1)),
          incidents: incidents.items.map((one) => incidentSummary(one, name)),
          maintenance: occurrenceViews(maintenances, at, addSeconds(at, monthSeconds), most.occurrences),
          access: access && accessView(access),
        },
      };
    },
  );
}

const accessView = ({ verifiedAt, findings }: AccessState) => ({
  at: verifiedAt,
  isWell: findings.length === 0,
  findings: findings.map(({ text }) => ({ what: text })),
});
