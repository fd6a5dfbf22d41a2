import type { Account } from '../../core/account.ts';
import { incidentId, serverKey } from '../../core/ids.ts';
import type { Incident } from '../../core/incident/incident.ts';
import { addSeconds } from '../../core/instant.ts';
import type { Server } from '../../core/server.ts';
import type { MetricStore } from '../../platform/metrics/metric-store.ts';
import type { Inventory } from '../../platform/store/monitor-store.ts';
import type { Stores } from '../../platform/store/stores.ts';
import type { Overview, ServerView, WatchSource } from './page-sources.ts';

export interface WatchStores
  extends Pick<Stores, 'monitors' | 'incidents' | 'inventory'>,
    Partial<Pick<Stores, 'sweeps'>> {
  readonly metrics: Pick<MetricStore, 'latest'>;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Measurements older than this are not shown as the latest: a daily check has one a day. */
const latestWithinSeconds = 26 * 3600;
/** Pages that are open refresh every few seconds; the inventory changes by hand. */
const inventoryFreshMs = 5_000;
/** An incident has about two mails; one that flaps has many, and the page shows the newest. */
const evidenceAtMost = 20;

/** What is watched and how it stands, read from the table and the metric store. */
export function watchFromStores(stores: WatchStores): WatchSource {
  const inventory = freshInventory(stores);

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

  const timelineOf = async (id: string) =>
    (await stores.incidents.timeline(id)).toSorted((a, b) => a.at.localeCompare(b.at));

  return {
    timeline: timelineOf,

    async overview({ from, limit }): Promise<Overview> {
      const [known, openIncidents, lastSweep] = await Promise.all([
        inventory(),
        stores.incidents.openIncidents(),
        stores.sweeps?.lastSweep(0),
      ]);
      const openBy = new Map(openIncidents.map((incident) => [serverKey(incident), incident]));
      const servers = (known?.servers ?? []).toSorted(
        (a, b) => Number(openBy.has(keyOf(b))) - Number(openBy.has(keyOf(a))),
      );
      const views = servers.slice(from, from + limit).flatMap((server) => {
        const account = known?.accounts.find(({ id }) => id === server.account);
        return account === undefined ? [] : [serverView(server, account, openBy.get(keyOf(server)))];
      });
      return {
        servers: await Promise.all(views),
        serversInAll: servers.length,
        openIncidents: openIncidents.toSorted((a, b) => b.openedAt.localeCompare(a.openedAt)),
        ...(lastSweep === undefined ? {} : { lastSweep }),
      };
    },

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

    async incident(id) {
      const incident = await stores.incidents.incident(id);
      if (incident === undefined) return undefined;
      const numbers = Array.from({ length: incident.mails + 1 }, (_, place) => place + 1).slice(
        -evidenceAtMost,
      );
      const [account, server, timeline, ...evidence] = await Promise.all([
        stores.monitors.account(incident.account),
        stores.monitors.server(incident),
        timelineOf(id),
        ...numbers.map((number) => stores.incidents.evidence(id, number)),
      ]);
      return {
        incident,
        ...(account === undefined ? {} : { account }),
        ...(server === undefined ? {} : { server }),
        timeline,
        evidence: evidence.filter((one) => one !== undefined),
      };
    },
  };
}

const keyOf = ({ account, id }: Server): string => serverKey({ account, server: id });

function freshInventory({ inventory }: WatchStores): () => Promise<Inventory | undefined> {
  let loaded: Promise<Inventory | undefined> | undefined;
  let loadedAt = Number.NEGATIVE_INFINITY;
  return () => {
    const now = performance.now();
    if (loaded === undefined || now - loadedAt > inventoryFreshMs) {
      loadedAt = now;
      loaded = inventory.load().then((one) => one.inventory);
      // A failed read is not kept.
      loaded.catch(() => {
        loaded = undefined;
      });
    }
    return loaded;
  };
}
