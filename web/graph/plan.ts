import type { BoundView, SeriesView } from '../../core/api/servers.ts';
import { type Buckets, type TroubledSpan, troubledSpans } from './buckets.ts';
import { type Unit, unitOf } from './unit.ts';

export type MonitorSeriesView = SeriesView['monitors'][number];

/** What a graph is about. The page's order. */
export const subjects = [
  'cpu',
  'load',
  'load-per-core',
  'memory',
  'disk',
  'traffic',
  'response',
  'other',
] as const;
export type Subject = (typeof subjects)[number];

export interface GraphValue {
  /** `disk/usedPercent:/var`, as the address of the page names it. */
  readonly key: string;
  readonly monitor: string;
  readonly check: string;
  readonly name: string;
  readonly buckets: Buckets;
  readonly summary: MonitorSeriesView['values'][number]['summary'];
  /** Drawn below zero: what goes out, under what comes in. */
  readonly isMirrored: boolean;
  /** Number of colour and mark; what belongs together has one. */
  readonly look: number;
  readonly isShownAtFirst: boolean;
  /** More than one monitor is in the graph: its name has to be said. */
  readonly needsMonitor: boolean;
}

export interface GraphBound {
  readonly level: 'warning' | 'critical';
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly isMirrored: boolean;
  /** The value it is of, where others in the graph have no such bound. */
  readonly of?: string | undefined;
}

export interface GraphPlan {
  /** For the address: `disk`, `response`, `other-backup`. */
  readonly id: string;
  readonly subject: Subject;
  readonly unit: Unit;
  readonly values: readonly GraphValue[];
  readonly bounds: readonly GraphBound[];
  /** Whose incidents and maintenance concern it. */
  readonly monitors: readonly string[];
  readonly troubles: readonly TroubledSpan[];
  /** The shortest step of its cursor. */
  readonly bucketMs: number;
  readonly percentileOf: 'measurements' | 'hours';
}

/** More lines than this cannot be told apart; the others can be turned on. */
export const mostShown = 12;

const kindOf = (name: string): string => name.split(':', 1)[0] ?? name;
/** Measured, but of no use as a line: sizes that never change. */
const notDrawn = new Set(['totalBytes', 'cores', 'records', 'upSeconds']);

const ofResource: Record<string, (kind: string) => Subject | undefined> = {
  cpu: (kind) => (kind.endsWith('Percent') ? 'cpu' : undefined),
  load: (kind) => (kind === 'loadPerCore' ? 'load-per-core' : kind.startsWith('load') ? 'load' : undefined),
  memory: (kind) => (kind.endsWith('Percent') ? 'memory' : undefined),
  disk: () => 'disk',
  traffic: () => 'traffic',
};

function subjectOf(check: string, name: string): Subject | undefined {
  const kind = kindOf(name);
  if (notDrawn.has(kind)) return undefined;
  const resource = ofResource[check];
  if (resource !== undefined) return resource(kind);
  if (kind === 'responseMs') return 'response';
  // Parts of the response time are on the monitor's own page.
  return unitOf(name) === 'ms' ? undefined : 'other';
}

/** Graphs of a server's page: each subject once, whatever monitors it comes from. */
export function planServerGraphs(series: readonly MonitorSeriesView[]): GraphPlan[] {
  const groups = new Map<string, Group>();
  for (const monitor of series) {
    for (const value of monitor.values) {
      const subject = subjectOf(monitor.check, value.name);
      if (subject === undefined) continue;
      const unit = unitOf(value.name);
      const id = subject === 'other' ? `${monitor.monitor}-${unit}` : subject;
      add(groups, { id, subject, unit }, monitor, value);
    }
  }
  return planned(groups);
}

/** Graphs of a monitor's page: everything it measures, one graph for each unit. */
export function planMonitorGraphs(monitor: MonitorSeriesView): GraphPlan[] {
  const groups = new Map<string, Group>();
  for (const value of monitor.values) {
    const unit = unitOf(value.name);
    const subject = subjectOf(monitor.check, value.name) ?? (unit === 'ms' ? 'response' : 'other');
    add(groups, { id: `${subject}-${unit}`, subject, unit }, monitor, value);
  }
  return planned(groups);
}

type Value = MonitorSeriesView['values'][number];
interface Group {
  readonly id: string;
  readonly subject: Subject;
  readonly unit: Unit;
  readonly members: { readonly monitor: MonitorSeriesView; readonly value: Value }[];
}

function add(
  groups: Map<string, Group>,
  { id, subject, unit }: Omit<Group, 'members'>,
  monitor: MonitorSeriesView,
  value: Value,
): void {
  const group = groups.get(id) ?? { id, subject, unit, members: [] };
  groups.set(id, group);
  group.members.push({ monitor, value });
}

function planned(groups: ReadonlyMap<string, Group>): GraphPlan[] {
  return [...groups.values()]
    .sort((a, b) => subjects.indexOf(a.subject) - subjects.indexOf(b.subject))
    .map(planOf);
}

function planOf({ id, subject, unit, members }: Group): GraphPlan {
  const monitors = [...new Set(members.map(({ monitor }) => monitor))];
  const looks = new Map<string, number>();
  const inOrder = members.toSorted(
    (a, b) =>
      monitors.indexOf(a.monitor) - monitors.indexOf(b.monitor) ||
      byName(a.value.name, b.value.name, subject),
  );
  const values = inOrder.map(({ monitor, value }, i): GraphValue => {
    // Both directions of an interface look alike; they are told apart by the side they are on.
    const pair = `${monitor.monitor} ${subject === 'traffic' ? value.name.replace(/^[^:]*/, '') : value.name}`;
    const look = looks.get(pair) ?? looks.size;
    looks.set(pair, look);
    return {
      key: `${monitor.monitor}/${value.name}`,
      monitor: monitor.monitor,
      check: monitor.check,
      name: value.name,
      buckets: {
        fromMs: Date.parse(monitor.from),
        bucketMs: monitor.bucketSeconds * 1000,
        min: value.min,
        avg: value.avg,
        max: value.max,
      },
      summary: value.summary,
      isMirrored: isOutgoing(value.name),
      look,
      isShownAtFirst: i < mostShown,
      needsMonitor: monitors.length > 1,
    };
  });
  return {
    id,
    subject,
    unit,
    values,
    bounds: boundsOf(members),
    monitors: monitors.map(({ monitor }) => monitor),
    troubles: monitors
      .flatMap(({ worst, from, bucketSeconds }) =>
        troubledSpans(worst, Date.parse(from), bucketSeconds * 1000),
      )
      .sort((a, b) => a.fromMs - b.fromMs),
    bucketMs: Math.min(...monitors.map(({ bucketSeconds }) => bucketSeconds * 1000)),
    percentileOf: monitors.some(({ percentileOf }) => percentileOf === 'hours') ? 'hours' : 'measurements',
  };
}

/** The whole before its parts; what is not here comes after, by name. */
const kindsInOrder = [
  'usedPercent',
  'userPercent',
  'systemPercent',
  'waitPercent',
  'stealPercent',
  'swapUsedPercent',
  'loadPerCore',
  'load1',
  'load5',
  'load15',
  'responseMs',
  'connectMs',
  'tlsMs',
  'firstByteMs',
  'inBitsPerSecond',
  'outBitsPerSecond',
];
const rankOf = (name: string): number => {
  const rank = kindsInOrder.indexOf(kindOf(name));
  return rank < 0 ? kindsInOrder.length : rank;
};

/** Of traffic each interface with its two directions; of everything else each kind of value. */
function byName(one: string, other: string, subject: Subject): number {
  const kinds = rankOf(one) - rankOf(other);
  const parts = one
    .slice(kindOf(one).length)
    .localeCompare(other.slice(kindOf(other).length), 'en', { numeric: true });
  return subject === 'traffic' ? parts || kinds : kinds || parts || one.localeCompare(other, 'en');
}

const isOutgoing = (name: string): boolean => kindOf(name) === 'outBitsPerSecond';
const isOf = ({ value }: BoundView, name: string): boolean => value === name || value === kindOf(name);

function boundsOf(members: Group['members']): GraphBound[] {
  const found = new Map<string, GraphBound>();
  for (const bound of new Set(members.flatMap(({ monitor }) => monitor.bounds))) {
    const bounded = members.filter(
      ({ monitor, value }) => monitor.bounds.includes(bound) && isOf(bound, value.name),
    );
    const first = bounded[0];
    if (first === undefined) continue;
    const of = bounded.length === members.length ? undefined : bounded.length === 1 ? first : undefined;
    const { level, from, to } = bound;
    const one = {
      level,
      from,
      to,
      isMirrored: isOutgoing(first.value.name),
      of: of && `${of.monitor.monitor}/${of.value.name}`,
    };
    found.set(JSON.stringify(one), one);
  }
  return [...found.values()];
}
