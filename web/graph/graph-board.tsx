import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { SeriesView } from '../../core/api/servers.ts';
import { now, useNow } from '../clock.ts';
import { zoneName } from '../format.ts';
import { type Live, useLive } from '../live.ts';
import { Failure } from '../parts/failure.tsx';
import { usePortal } from '../portal.ts';
import { series, seriesFile } from '../resources.ts';
import { changeQuery, useQuery } from '../router.ts';
import { saveFile } from '../save-file.ts';
import { graphWords } from '../words/graph-words.ts';
import { useWords } from '../words/words.ts';
import { createCursor } from './cursor.ts';
import { EventList } from './event-list.tsx';
import { Graph, type GraphEvent } from './graph.tsx';
import { type GraphPlan, planMonitorGraphs, planServerGraphs, type Subject } from './plan.ts';
import { RangePicker } from './range-picker.tsx';
import {
  at,
  goesOn,
  pointsFor,
  queryOf,
  rangeOf,
  stepFor,
  type TimeRange,
  toggle,
  type View,
  viewOf,
} from './view.ts';

export interface GraphBoardProps {
  readonly server: string;
  /** Only this one's graphs, and all of them. */
  readonly monitor?: string;
}

/** The graphs of a server or a monitor over one range, with one cursor. */
export function GraphBoard({ server, monitor }: GraphBoardProps) {
  const words = useWords(graphWords);
  const portal = usePortal();
  const query = useQuery();
  const view = useMemo(() => viewOf(query), [query.toString()]);
  const stepMs = stepFor(view, portal.me.speed);
  const nowMs = Date.parse(useNow());
  const range = rangeOf(view, nowMs, stepMs);
  const points = pointsFor(innerWidth, monitor !== undefined);
  const asked = {
    from: new Date(range.fromMs).toISOString(),
    to: new Date(range.toMs).toISOString(),
    points,
    ...(monitor !== undefined && { monitors: [monitor] }),
  };
  // A range that goes on has a new address with every step of the clock: nothing is asked twice, and nothing is kept.
  const live = useLive({ ...series(server, asked), isPassing: goesOn(view) }, 0);
  const shown = useLast(live);
  const cursor = useMemo(createCursor, []);

  const show = useCallback((next: View) => changeQuery(queryOf(next), { push: true }), []);
  const onRange = useCallback((wanted: TimeRange) => show(at(view, wanted, Date.parse(now()))), [view, show]);
  const onReset = useCallback(() => show({ span: view.span, toggled: view.toggled }), [view, show]);
  // Turning a value off is no place to come back to.
  const onToggle = useCallback((key: string) => changeQuery(queryOf(toggle(view, key))), [view]);

  const plans = useMemo(() => (shown === undefined ? [] : plansOf(shown, monitor)), [shown, monitor]);
  const events = useMemo(
    () => (shown === undefined ? [] : eventsOf(shown, words.events, portal.to, range.toMs)),
    [shown, words, portal, range.toMs],
  );
  // The same arrays as long as nothing changes: a new one has its graph drawn anew.
  const eventsOfPlan = useMemo(
    () => new Map(plans.map((plan) => [plan.id, events.filter((event) => concerns(event, plan))])),
    [plans, events],
  );
  const listed = events.filter((event) => plans.some((plan) => concerns(event, plan)));
  const table = seriesFile(server, {
    ...asked,
    points: finestOf(monitor === undefined ? (shown?.monitors.length ?? mostMonitors) : 1),
  });
  const csv = {
    href: portal.api.addressOf(table),
    save: async () => {
      const file = await portal.api.file(table);
      saveFile(file, `${server}${monitor === undefined ? '' : `-${monitor}`}-${asked.from.slice(0, 10)}.csv`);
    },
  };
  const isLoading = live.data === undefined && live.error === undefined;
  return (
    <section class="graph-board" aria-labelledby="graphs">
      <h2 id="graphs">{words.graphs}</h2>
      <RangePicker
        view={view}
        range={range}
        language={portal.language}
        zone={portal.timeZone}
        zoneName={zoneName(asked.to, portal)}
        onView={show}
        csv={csv}
      />
      <EventList events={listed} range={range} language={portal.language} zone={portal.timeZone} />
      {live.error !== undefined && <Failure error={live.error} retry={live.refresh} />}
      {shown === undefined ? (
        live.error === undefined && <GraphsLoading />
      ) : plans.length === 0 ? (
        <div class="empty">
          <p class="empty-title">{words.empty.title}</p>
          <p>{words.empty.range}</p>
          <p>{words.empty.newServer}</p>
        </div>
      ) : (
        <div class={plans.length === 1 ? 'graphs graphs-one' : 'graphs'} aria-busy={isLoading}>
          {plans.map((plan) => (
            <Graph
              key={plan.id}
              plan={plan}
              title={titleOf(plan, words.subjects, words.values, monitor)}
              range={range}
              events={eventsOfPlan.get(plan.id) ?? []}
              cursor={cursor}
              language={portal.language}
              zone={portal.timeZone}
              toggled={view.toggled}
              onToggle={onToggle}
              onRange={onRange}
              onReset={onReset}
              isLoading={isLoading && !goesOn(view)}
              isLarge={monitor !== undefined}
            />
          ))}
        </div>
      )}
    </section>
  );
}

/** The newest answer for this page, whatever range it was of: it stays until the next one is there. */
function useLast({ data }: Live<SeriesView>): SeriesView | undefined {
  const last = useRef(data);
  if (data !== undefined) last.current = data;
  return last.current;
}

const plansOf = ({ monitors }: SeriesView, monitor: string | undefined): GraphPlan[] =>
  monitor === undefined
    ? planServerGraphs(monitors)
    : monitors.filter((one) => one.monitor === monitor).flatMap(planMonitorGraphs);

function titleOf(
  { subject, values, monitors }: GraphPlan,
  subjects: Record<Subject, string>,
  names: Record<string, string>,
  monitor: string | undefined,
): string {
  if (subject !== 'other') return subjects[subject];
  const [only, ...others] = values;
  const name = others.length > 0 || only === undefined ? undefined : names[only.name.split(':', 1)[0] ?? ''];
  const of = monitor === undefined ? (monitors[0] ?? '') : undefined;
  return [of, name ?? (of === undefined ? subjects.other : undefined)]
    .filter((part) => part !== undefined)
    .join(': ');
}

/** The API answers so many buckets of all monitors together. */
const mostBuckets = 30_000;
/** A server's, at most, in one answer. */
const mostMonitors = 60;
const finest = 2000;

/** How finely a table of so many monitors can be had. */
const finestOf = (monitors: number): number =>
  Math.min(finest, Math.floor(mostBuckets / Math.max(1, monitors)));

interface BoardEvent extends GraphEvent {
  /** Concerned monitors of the server; `undefined` stands for all. */
  readonly monitors: readonly string[] | undefined;
}

/** Incidents and maintenance of the range. */
function eventsOf(
  { incidents, maintenance, server }: SeriesView,
  words: { incident: string; maintenance: string },
  to: (path: string) => string,
  nowMs: number,
): BoardEvent[] {
  return [
    ...incidents.map((incident) => ({
      id: incident.id,
      kind: 'incident' as const,
      fromMs: Date.parse(incident.from),
      toMs: incident.to === undefined ? nowMs : Date.parse(incident.to),
      goesOn: incident.to === undefined,
      text: `${words.incident}: ${incident.monitors.join(', ')}`,
      short: words.incident,
      href: to(`/incidents/${encodeURIComponent(incident.id)}`),
      monitors: incident.monitors,
    })),
    ...maintenance.flatMap((one) => {
      const scope = one.scope === 'account' ? undefined : one.scope.find((part) => part.server === server);
      if (one.scope !== 'account' && scope === undefined) return [];
      return {
        id: `${one.id} ${one.from}`,
        kind: 'maintenance' as const,
        fromMs: Date.parse(one.from),
        toMs: Date.parse(one.until),
        goesOn: false,
        text: `${words.maintenance}: ${one.reason}`,
        short: words.maintenance,
        href: to('/maintenance'),
        monitors: scope?.monitors,
      };
    }),
  ];
}

const concerns = ({ monitors }: BoardEvent, plan: Pick<GraphPlan, 'monitors'>): boolean =>
  monitors === undefined || monitors.some((monitor) => plan.monitors.includes(monitor));

function GraphsLoading() {
  const words = useWords(graphWords);
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), 400);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div class="graphs">
      {[1, 2, 3, 4].map((place) => (
        <div class="graph graph-blank" key={place}>
          {place === 1 && isLong && <p class="loading">{words.loading}</p>}
        </div>
      ))}
    </div>
  );
}
