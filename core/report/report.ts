import type { Account } from '../account.ts';
import type { IncidentSummary } from '../api/incidents.ts';
import type { ReportView } from '../api/reports.ts';
import type { Alert, Incident } from '../incident/incident.ts';
import type { TimelineEntry } from '../incident/timeline.ts';
import { type Instant, secondsBetween } from '../instant.ts';
import { activeAt, covers } from '../maintenance/active.ts';
import type { Maintenance, Occurrence } from '../maintenance/maintenance.ts';
import { occurrencesOf } from '../maintenance/occurrences.ts';
import type { CheckClass, Monitor } from '../monitor.ts';
import type { Server } from '../server.ts';
import { downPeriods, meet, merge, secondsOf } from './periods.ts';

/** An incident of the month with what happened in it. */
export interface ReportedIncident {
  readonly incident: Incident;
  readonly summary: IncidentSummary;
  readonly timeline: readonly TimelineEntry[];
}

export interface ReportInput {
  readonly account: Pick<Account, 'id' | 'name' | 'timeZone'>;
  readonly month: string;
  readonly from: Instant;
  /** The end of the month, or the present, whichever is first. */
  readonly to: Instant;
  readonly isPartial: boolean;
  readonly servers: readonly {
    readonly id: string;
    readonly name: string;
    /** How many it has in all. */
    readonly monitors: number;
    readonly objectives: Pick<Server, 'rpoHours' | 'rtoMinutes'>;
  }[];
  /** Of the servers with an incident, or with an objective; by server. */
  readonly monitors: ReadonlyMap<string, readonly Pick<Monitor, 'id' | 'check' | 'class' | 'priority'>[]>;
  /** Those that reach into the month, the newest first. */
  readonly incidents: readonly ReportedIncident[];
  readonly moreIncidents: number;
  readonly maintenances: readonly Maintenance[];
  /** The greatest age of the file in the month, by `server.monitor`, in minutes. */
  readonly oldestBackups: ReadonlyMap<string, number>;
}

/** From the first failed check to the mail: three rounds of a check, or one, and what must follow (SPEC 4). */
const promisedSeconds = { liveness: 6 * 60 + 15, resource: 5 * 60 + 15 } as const;
/** A rule of each minute would have no end of periods. */
const mostPeriods = 2000;

/** Puts the report of a month together. Availability counts confirmed failures; announced maintenance is left out of it. */
export function buildReport(input: ReportInput): ReportView {
  const { account, month, from, to, isPartial, incidents, moreIncidents } = input;
  const { id, name, timeZone } = account;
  return {
    account: { id, name },
    month,
    from,
    to,
    timeZone,
    isPartial,
    servers: input.servers.map((server) => serverLine(input, server)),
    moreIncidents,
    incidents: incidents.map(incidentLine),
    promises: promisesOf(input),
    objectives: input.servers.flatMap((server) => objectivesOf(input, server)),
  };
}

const alertsOf = ({ incidents }: ReportInput, server: string): Alert[] =>
  incidents
    .filter(({ incident }) => incident.server === server)
    .flatMap(({ incident }) => Object.values(incident.alerts));

function serverLine(
  input: ReportInput,
  { id, name, monitors: count }: ReportInput['servers'][number],
): ReportView['servers'][number] {
  const known = input.monitors.get(id) ?? [];
  const failed = Map.groupBy(
    alertsOf(input, id).filter(({ severity }) => severity === 'critical'),
    ({ monitor }) => monitor,
  );
  const lines = [...failed].flatMap(([monitor, alerts]) => {
    const definition = known.find((one) => one.id === monitor);
    const line = monitorLine(input, id, monitor, alerts);
    return line.failures === 0 ? [] : [{ line, definition, priority: alerts[0]?.priority ?? 99 }];
  });
  lines.sort((a, b) => a.priority - b.priority || (a.line.id < b.line.id ? -1 : 1));
  const seen = lines.filter(({ definition }) => definition?.class === 'liveness');
  return {
    id,
    name,
    availabilityPercent: Math.min(100, ...seen.map(({ line }) => line.availabilityPercent)),
    monitors: lines.map(({ line }) => line),
    others: Math.max(0, count - lines.filter(({ definition }) => definition !== undefined).length),
  };
}

function monitorLine(
  { from, to, maintenances }: ReportInput,
  server: string,
  monitor: string,
  alerts: readonly Alert[],
): ReportView['servers'][number]['monitors'][number] {
  const quiet = maintenancePeriods(maintenances, { server, monitor }, from, to);
  const down = downPeriods(alerts, from, to);
  const maintenanceSeconds = secondsOf(quiet);
  const downSeconds = secondsOf(down) - secondsOf(meet(down, quiet));
  const counted = secondsBetween(from, to) - maintenanceSeconds;
  return {
    id: monitor,
    check: alerts[0]?.check ?? '',
    availabilityPercent: counted <= 0 ? 100 : Math.max(0, 100 * (1 - downSeconds / counted)),
    downSeconds,
    maintenanceSeconds,
    failures:
      alerts.filter(({ failingSince }) => failingSince >= from && failingSince < to).length || down.length,
  };
}

const maintenancePeriods = (
  maintenances: readonly Maintenance[],
  ref: { readonly server: string; readonly monitor: string },
  from: Instant,
  to: Instant,
): Occurrence[] =>
  merge(
    maintenances
      .filter(({ scope }) => covers(scope, ref))
      .flatMap((one) => occurrencesOf(one, from, to, mostPeriods)),
    from,
    to,
  );

function incidentLine({ incident, summary, timeline }: ReportedIncident): ReportView['incidents'][number] {
  const since = summary.failingSince;
  const first = (wanted: (entry: TimelineEntry) => boolean): Instant | undefined =>
    timeline
      .filter(wanted)
      .map(({ at }) => at)
      .sort()[0];
  const alerts = Object.values(incident.alerts);
  const wellAt = alerts.some((one) => one.wellAt === undefined)
    ? undefined
    : alerts
        .map((one) => one.wellAt ?? '')
        .sort()
        .at(-1);
  const after = (at: Instant | undefined) => (at === undefined ? undefined : secondsBetween(since, at));
  const attempts = alerts.flatMap(({ attempts = [] }) => attempts.map(({ at }) => at)).sort();
  return {
    ...summary,
    ...defined({
      mailAfterSeconds: after(first(({ kind }) => kind === 'mailed')),
      firstResponseAfterSeconds: after(first(({ kind }) => kind === 'command') ?? attempts[0]),
      firstCallAfterSeconds: after(first(({ kind }) => kind === 'call')),
      recoveredAfterSeconds: after(wellAt),
    }),
  };
}

const defined = <T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  // Keys without a value are left out, which the compiler cannot see of entries.
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };

/** Measured times beside the promised ones. What was held back by maintenance is nobody's delay. */
function promisesOf(input: ReportInput): ReportView['promises'] {
  const { incidents, monitors, maintenances } = input;
  const classOf = ({ incident }: ReportedIncident): CheckClass => {
    const [leader] = incident.leader.split(/-[0-9]+$/);
    return monitors.get(incident.server)?.find(({ id }) => id === leader)?.class ?? 'liveness';
  };
  const counted = incidents.filter(
    ({ incident, summary }) =>
      activeAt(
        maintenances,
        { server: incident.server, monitor: incident.leader.replace(/-[0-9]+$/, '') },
        summary.failingSince,
      ) === undefined,
  );
  const lines = counted.map((one) => ({ ...incidentLine(one), class: classOf(one) }));
  const times = (of: (line: (typeof lines)[number]) => number | undefined): number[] =>
    lines
      .map(of)
      .filter((value) => value !== undefined)
      .sort((a, b) => a - b);
  const mails = (wanted: readonly CheckClass[]) =>
    times((line) => (wanted.includes(line.class) ? line.mailAfterSeconds : undefined));
  return [
    promise('mail-liveness', mails(['liveness']), promisedSeconds.liveness),
    promise('mail-resource', mails(['resource']), promisedSeconds.resource),
    promise(
      'first-response',
      times(({ firstResponseAfterSeconds }) => firstResponseAfterSeconds),
    ),
    promise(
      'first-call',
      times(({ firstCallAfterSeconds }) => firstCallAfterSeconds),
    ),
  ].filter(({ count }) => count > 0);
}

function promise(
  what: ReportView['promises'][number]['what'],
  sorted: readonly number[],
  promised?: number,
): ReportView['promises'][number] {
  return {
    what,
    ...defined({
      promisedSeconds: promised,
      medianSeconds: sorted[Math.ceil(sorted.length / 2) - 1],
      worstSeconds: sorted.at(-1),
    }),
    count: sorted.length,
    kept: promised === undefined ? sorted.length : sorted.filter((value) => value <= promised).length,
  };
}

function objectivesOf(
  input: ReportInput,
  { id: server, objectives: { rpoHours, rtoMinutes } }: ReportInput['servers'][number],
): ReportView['objectives'] {
  const rpo =
    rpoHours === undefined
      ? []
      : (input.monitors.get(server) ?? [])
          .filter(({ check }) => check === 'file-age')
          .map(({ id: monitor }) => {
            const minutes = input.oldestBackups.get(`${server}.${monitor}`);
            return objective({ server, monitor, kind: 'rpo' }, rpoHours * 3600, minutes && minutes * 60);
          });
  if (rtoMinutes === undefined) return rpo;
  const recoveries = input.incidents
    .filter(({ incident }) => incident.server === server)
    .map(
      (one) => incidentLine(one).recoveredAfterSeconds ?? secondsBetween(one.summary.failingSince, input.to),
    );
  const worst = recoveries.length === 0 ? undefined : Math.max(...recoveries);
  return [...rpo, objective({ server, kind: 'rto' }, rtoMinutes * 60, worst)];
}

const objective = (
  of: Pick<ReportView['objectives'][number], 'server' | 'monitor' | 'kind'>,
  objectiveSeconds: number,
  worstSeconds: number | undefined,
): ReportView['objectives'][number] => ({
  ...of,
  objectiveSeconds,
  ...(worstSeconds !== undefined && { worstSeconds, isMet: worstSeconds <= objectiveSeconds }),
});
