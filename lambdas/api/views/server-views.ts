import type { MonitorView, ServerSummary } from '../../../core/api/servers.ts';
import { pauseAt } from '../../../core/detection/pause.ts';
import { boundsOf } from '../../../core/graph/bounds.ts';
import type { Instant } from '../../../core/instant.ts';
import type { Maintenance } from '../../../core/maintenance/maintenance.ts';
import { currentOccurrence } from '../../../core/maintenance/occurrences.ts';
import type { WatchedMonitor } from '../../../core/monitor.ts';
import { targetOf } from '../../../core/monitor-target.ts';
import { type Standing, standingOf, standings, worstStanding } from '../../../core/standing.ts';
import type { MetricRecord } from '../../../platform/metrics/metric-store.ts';
import type { AccountView } from '../account-view.ts';

const mostTroubled = 20;

/** What is in maintenance at an instant, looked up without going through the maintenances for each monitor of 10,000 servers. */
export class MaintenanceNow {
  readonly #isAccount: boolean;
  /** By server: whole, or some monitors. */
  readonly #servers = new Map<string, 'whole' | Set<string>>();

  constructor(maintenances: readonly Maintenance[], at: Instant) {
    const active = maintenances.filter((one) => currentOccurrence(one, at) !== undefined);
    this.#isAccount = active.some(({ scope }) => scope === 'account');
    for (const { scope } of active) {
      if (scope === 'account') continue;
      for (const { server, monitors } of scope) {
        const known = this.#servers.get(server);
        if (monitors === undefined || known === 'whole') this.#servers.set(server, 'whole');
        else this.#servers.set(server, new Set([...(known ?? []), ...monitors]));
      }
    }
  }

  /** Some monitor of the server is. */
  touches(server: string): boolean {
    return this.#isAccount || this.#servers.has(server);
  }

  covers(server: string, monitor: string): boolean {
    const part = this.#servers.get(server);
    return this.#isAccount || part === 'whole' || part?.has(monitor) === true;
  }
}

const rankOf = new Map(standings.map((standing, rank) => [standing, rank]));
/** Worst first. */
export const byStanding = (a: { readonly standing: Standing }, b: { readonly standing: Standing }): number =>
  (rankOf.get(a.standing) ?? 0) - (rankOf.get(b.standing) ?? 0);

/** All servers of an account as they stand, sorted by id. The exceptions alone are read, however many servers there are. */
export async function serverSummaries(view: AccountView, at: Instant): Promise<ServerSummary[]> {
  const [servers, troubled, open, maintenances] = await Promise.all([
    view.servers(),
    view.troubled(),
    view.openIncidents(),
    view.maintenances(at),
  ]);
  const maintained = new MaintenanceNow(maintenances, at);
  const exceptions = Map.groupBy(troubled, ({ monitor }) => monitor.server);
  const incidents = new Map(open.map(({ server, id }) => [server, id]));
  return servers.map(({ id, name, address, plan, monitors }) => {
    const seen = (exceptions.get(id) ?? []).map(({ monitor, state }) => ({
      id: monitor.id,
      check: monitor.check,
      standing: standingOf(state, { at, inMaintenance: maintained.covers(id, monitor.id) }),
      ...(state.summary !== undefined && { summary: state.summary }),
    }));
    const all = seen.map(({ standing }) => standing);
    if (maintained.touches(id)) all.push('maintenance');
    const incident = incidents.get(id);
    return {
      id,
      name,
      address,
      plan,
      standing: worstStanding(all),
      monitors,
      troubled: seen
        .filter(({ standing }) => standing !== 'ok')
        .sort(byStanding)
        .slice(0, mostTroubled),
      ...(incident !== undefined && { incident }),
    };
  });
}

/** A monitor as its server's page shows it. */
export function monitorView(
  { monitor, state }: WatchedMonitor,
  {
    at,
    maintained,
    latest,
    heartbeatUrl,
  }: {
    readonly at: Instant;
    readonly maintained: MaintenanceNow;
    readonly latest: MetricRecord | undefined;
    readonly heartbeatUrl: string | undefined;
  },
): MonitorView {
  const { id, check, priority, service, timing, server } = monitor;
  const { severity, since, summary } = state;
  const pause = pauseAt(state, at);
  return {
    id,
    check,
    class: monitor.class,
    standing: standingOf(state, { at, inMaintenance: maintained.covers(server, id) }),
    severity,
    ...(since !== undefined && { since }),
    ...(summary !== undefined && { summary }),
    priority,
    intervalMinutes: timing.intervalMinutes,
    ...(service !== undefined && { service }),
    target: targetOf(monitor),
    bounds: boundsOf(monitor),
    ...(pause !== undefined && { pause }),
    ...(heartbeatUrl !== undefined && { heartbeatUrl }),
    ...(latest !== undefined && {
      latest: { at: latest.at, severity: latest.severity, values: { ...latest.values } },
    }),
  };
}
