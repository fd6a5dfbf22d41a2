import type { Account } from '../../core/account.ts';
import { incidentId } from '../../core/ids.ts';
import type { Incident } from '../../core/incident/incident.ts';
import { addSeconds } from '../../core/instant.ts';
import type { Server } from '../../core/server.ts';
import type { MetricStore } from '../../platform/metrics/metric-store.ts';
import type { Stores } from '../../platform/store/stores.ts';
import type { ServerView, WatchSource } from './page-sources.ts';

export interface WatchStores extends Pick<Stores, 'monitors' | 'incidents'> {
  readonly metrics: Pick<MetricStore, 'latest'>;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Measurements older than this are not shown as the latest: a daily check has one a day. */
const latestWithinSeconds = 26 * 3600;

/** What is watched and how it stands, read from the table and the metric store. */
export function watchFromStores(stores: WatchStores): WatchSource {
  const serverView = async (
    server: Server,
    account: Account,
    openIncident: Incident | undefined,
  ): Promise<ServerView> => {
    const ref = { account: server.account, server: server.id };
    const since = addSeconds(new Date(stores.now()).toISOString(), -latestWithinSeconds);
    const [monitors, records] = await Promise.all([
      stores.monitors.monitorsOf(ref),
      stores.metrics.latest({ ...ref, since }),
    ]);
    const latest = new Map(records.map((record) => [record.monitor, record]));
    return {
      account,
      server,
      monitors: monitors
        .map(({ monitor, state }) => {
          const record = latest.get(monitor.id);
          return record === undefined ? { monitor, state } : { monitor, state, latest: record };
        })
        .toSorted(
          (a, b) => a.monitor.priority - b.monitor.priority || a.monitor.id.localeCompare(b.monitor.id),
        ),
      ...(openIncident === undefined ? {} : { openIncident }),
    };
  };

  return {
    timeline: async (id) =>
      (await stores.incidents.timeline(id)).toSorted((a, b) => a.at.localeCompare(b.at)),

    async server(ref) {
      const [server, account, latest] = await Promise.all([
        stores.monitors.server(ref),
        stores.monitors.account(ref.account),
        stores.incidents.latestIncident(ref),
      ]);
      if (server === undefined || account === undefined) return undefined;
      return await serverView(server, account, latest?.state === 'open' ? latest : undefined);
    },

    async incidentsOf(ref, limit) {
      const latest = await stores.incidents.latestIncident(ref);
      if (latest === undefined) return [];
      const numbers = Array.from(
        { length: Math.min(limit, latest.number) },
        (_, back) => latest.number - back,
      );
      const found = await Promise.all(
        numbers.map((number) =>
          number === latest.number ? latest : stores.incidents.incident(incidentId(ref, number)),
        ),
      );
      return found.filter((incident) => incident !== undefined);
    },
  };
}
