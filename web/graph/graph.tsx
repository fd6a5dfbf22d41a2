import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useStore } from '../use-store.ts';
import { common } from '../words/common.ts';
import { graphWords } from '../words/graph-words.ts';
import { useWords } from '../words/words.ts';
import { bucketAt, rowsOf } from './buckets.ts';
import { valueColours } from './colours.ts';
import type { SharedCursor } from './cursor.ts';
import { markPath } from './marks.ts';
import type { GraphPlan, GraphValue } from './plan.ts';
import type { Flag, Plot, PlotScene } from './plot.ts';
import { momentText, spanText } from './time-texts.ts';
import { shortText, valueText } from './unit.ts';
import { boundLines, valueLabel } from './value-label.ts';
import { moved, type TimeRange, zoomed } from './view.ts';

/** An incident or a maintenance that concerns a graph. */
export interface GraphEvent extends Flag {
  readonly id: string;
  /** It has no end yet; `toMs` is now. */
  readonly goesOn: boolean;
}

export interface GraphProps {
  readonly plan: GraphPlan;
  readonly title: string;
  readonly range: TimeRange;
  readonly events: readonly GraphEvent[];
  readonly cursor: SharedCursor;
  readonly language: string;
  readonly zone: string;
  /** Keys of values that are not as they are at first. */
  readonly toggled: readonly string[];
  readonly onToggle: (key: string) => void;
  readonly onRange: (range: TimeRange) => void;
  readonly onReset: () => void;
  /** Newer or other measurements are on their way. */
  readonly isLoading: boolean;
  /** The page is about this graph. */
  readonly isLarge?: boolean;
}

/** A graph with what belongs to it: picture, legend, and the same as a table. */
export function Graph(props: GraphProps) {
  const { plan, title, toggled, isLarge = false, isLoading } = props;
  const words = useWords(graphWords);
  const id = useId();
  const shown = plan.values.filter(({ key, isShownAtFirst }) => isShownAtFirst !== toggled.includes(key));
  const isEmpty = plan.values.every(({ summary }) => summary === undefined);
  const unit = words.units[plan.unit];
  const notes = [unit, plan.values.some(({ isMirrored }) => isMirrored) ? words.mirrored : '']
    .filter((note) => note !== '')
    .join(' · ');
  return (
    <section class={isLarge ? 'graph graph-large' : 'graph'} id={`graph-${plan.id}`} aria-labelledby={id}>
      <div class="graph-head">
        <h3 id={id}>{title}</h3>
        {notes !== '' && <span class="graph-unit">{notes}</span>}
        <Moment {...props} />
      </div>
      <Picture {...props} shown={shown} isEmpty={isEmpty} help={`${id}-help`} />
      <Legend {...props} shown={shown} />
      <Foot {...props} />
      {!isEmpty && <ValueTable {...props} shown={shown} />}
      <p class="graph-help" id={`${id}-help`}>
        {words.cursor.help}
      </p>
      {isLoading && <span class="graph-busy" aria-hidden="true" />}
    </section>
  );
}

/** The time at the cursor. */
function Moment({ plan, cursor, language, zone }: GraphProps) {
  const atMs = useStore(cursor);
  if (atMs === undefined) return null;
  const { fromMs, toMs } = bucketSpan(plan, atMs);
  return <span class="graph-moment">{spanText(fromMs, toMs, language, zone)}</span>;
}

/** The bucket of the finest value that a moment lies in. */
function bucketSpan({ values, bucketMs }: GraphPlan, atMs: number): TimeRange {
  const finest = values.find((value) => value.buckets.bucketMs === bucketMs)?.buckets;
  const begin = finest?.fromMs ?? 0;
  const fromMs = begin + Math.floor((atMs - begin) / bucketMs) * bucketMs;
  return { fromMs, toMs: fromMs + bucketMs };
}

type Shown = { readonly shown: readonly GraphValue[] };

function Picture({
  plan,
  title,
  range,
  events,
  cursor,
  language,
  zone,
  shown,
  isEmpty,
  help,
  onRange,
  onReset,
}: GraphProps & Shown & { readonly isEmpty: boolean; readonly help: string }) {
  const words = useWords(graphWords);
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot>(undefined);
  const scene: PlotScene = useMemo(
    () => ({
      id: plan.id,
      unit: plan.unit,
      language,
      zone,
      range,
      values: shown,
      bounds: plan.bounds.flatMap((bound) => boundLines(bound, plan, words, language)),
      spans: events,
      flags: events,
      troubles: plan.troubles,
    }),
    // The values that are shown are known by their names.
    [plan, language, zone, range.fromMs, range.toMs, shown.map(({ key }) => key).join(' '), events, words],
  );
  const newest = useRef({ scene, onRange, onReset });
  newest.current = { scene, onRange, onReset };

  useEffect(() => {
    let isLeft = false;
    // The drawing of graphs is its own part of the program: pages without graphs do not wait for it.
    import('./plot.ts').then(({ makePlot }) => {
      if (isLeft || host.current === null) return;
      plot.current = makePlot(host.current, newest.current.scene, {
        onCursor: (atMs) => cursor.set(atMs),
        onRange: (wanted) => newest.current.onRange(wanted),
        onReset: () => newest.current.onReset(),
      });
      plot.current.setCursor(cursor.get());
    });
    const unfollow = cursor.follow(() => plot.current?.setCursor(cursor.get()));
    return () => {
      isLeft = true;
      unfollow();
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, [cursor]);
  useLayoutEffect(() => {
    plot.current?.show(scene);
    plot.current?.setCursor(cursor.get());
  }, [scene, cursor]);

  return (
    <div class="graph-picture">
      <div class="graph-canvas" ref={host} aria-hidden="true" />
      {isEmpty ? (
        <p class="graph-empty">
          {words.empty.title}
          <span>{words.empty.range}</span>
        </p>
      ) : (
        shown.length === 0 && <p class="graph-empty">{words.empty.hidden}</p>
      )}
      <CursorKeys
        plan={plan}
        title={title}
        range={range}
        cursor={cursor}
        language={language}
        zone={zone}
        shown={shown}
        help={help}
        onRange={onRange}
        onReset={onReset}
      />
    </div>
  );
}

type KeysProps = Pick<
  GraphProps,
  'plan' | 'title' | 'range' | 'cursor' | 'language' | 'zone' | 'onRange' | 'onReset'
> &
  Shown & { readonly help: string };

/** The graph for keyboards and screen readers: a slider over time that says what was measured. */
function CursorKeys({
  plan,
  title,
  range,
  cursor,
  language,
  zone,
  shown,
  help,
  onRange,
  onReset,
}: KeysProps) {
  const words = useWords(graphWords);
  const atMs = useStore(cursor);
  const middle = (range.fromMs + range.toMs) / 2;
  const isInside = atMs !== undefined && atMs >= range.fromMs && atMs <= range.toMs;
  const shownMs = isInside ? atMs : range.toMs;
  const [hasFocus, setFocus] = useState(false);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = Math.max(plan.bucketMs, (range.toMs - range.fromMs) / 400);
    // From the middle of one bucket to the middle of another: never on the edge between two.
    const { fromMs } = bucketSpan(plan, Math.min(shownMs, range.toMs - 1));
    const from = fromMs + plan.bucketMs / 2;
    const far = (range.toMs - range.fromMs) / 10;
    const goTo = (toMs: number) =>
      cursor.set(Math.min(range.toMs - plan.bucketMs / 2, Math.max(range.fromMs + plan.bucketMs / 2, toMs)));
    const about = isInside ? atMs : middle;
    const deeds: Record<string, () => void> = {
      ArrowLeft: () => goTo(from - (event.shiftKey ? far : step)),
      ArrowDown: () => goTo(from - step),
      ArrowRight: () => goTo(from + (event.shiftKey ? far : step)),
      ArrowUp: () => goTo(from + step),
      PageUp: () => goTo(from + far),
      PageDown: () => goTo(from - far),
      Home: () => goTo(range.fromMs),
      End: () => goTo(range.toMs),
      '+': () => onRange(zoomed(range, 2, about)),
      '=': () => onRange(zoomed(range, 2, about)),
      '-': () => onRange(zoomed(range, 0.5, about)),
      '<': () => onRange(moved(range, -0.5)),
      '>': () => onRange(moved(range, 0.5)),
      '0': onReset,
      Escape: () => cursor.set(undefined),
    };
    const deed = deeds[event.key];
    if (deed === undefined) return;
    event.preventDefault();
    deed();
  };

  const said = () => {
    const { fromMs } = bucketSpan(plan, shownMs);
    const values = shown.map((value) => {
      const at = bucketAt(value.buckets, shownMs);
      const avg = value.buckets.avg[at];
      const label = valueLabel(value, plan, words);
      return `${label} ${avg === null || avg === undefined ? words.cursor.gap : valueText(avg, plan.unit, language)}`;
    });
    return `${momentText(fromMs, language, zone)}: ${values.join(', ') || words.cursor.none}`;
  };

  return (
    <div
      class="graph-keys"
      role="slider"
      tabIndex={0}
      aria-label={words.cursor.label(title)}
      aria-describedby={help}
      aria-orientation="horizontal"
      aria-valuemin={Math.round(range.fromMs / 1000)}
      aria-valuemax={Math.round(range.toMs / 1000)}
      aria-valuenow={Math.round(shownMs / 1000)}
      // Words for every move of the mouse would be made for nobody.
      aria-valuetext={hasFocus ? said() : momentText(shownMs, language, zone)}
      onKeyDown={onKeyDown}
      onFocus={() => setFocus(true)}
      onBlur={() => setFocus(false)}
    />
  );
}

/** Line and mark of a value, as the picture has them. */
export function Swatch({ look, isPlain }: { look: number; isPlain: boolean }) {
  return (
    <svg
      class={`graph-swatch graph-colour-${(look % valueColours) + 1}`}
      viewBox="0 0 26 12"
      aria-hidden="true"
    >
      <path d="M0 6H26" />
      {!isPlain && <path class="fill" d={markPath(look, 13, 6, 3.6)} />}
    </svg>
  );
}

function Legend({ plan, title, onToggle, cursor, language, shown }: GraphProps & Shown) {
  const words = useWords(graphWords);
  const { legend } = words;
  const atMs = useStore(cursor);
  const looks = new Set(plan.values.map(({ look }) => look));
  const write = (value: number | null | undefined) =>
    value === null || value === undefined ? legend.noValue : shortText(value, plan.unit, language);
  const p95 = plan.percentileOf === 'hours' ? legend.p95OfHours : legend.p95Long;
  return (
    <table class="graph-legend">
      <caption class="visually-hidden">{legend.label(title)}</caption>
      <thead>
        <tr>
          <th scope="col">{legend.value}</th>
          <th scope="col">{atMs === undefined ? legend.latest : legend.cursor}</th>
          <th scope="col">{legend.min}</th>
          <th scope="col">{legend.avg}</th>
          <th scope="col">{legend.max}</th>
          <th scope="col" title={p95}>
            {legend.p95}
          </th>
        </tr>
      </thead>
      <tbody>
        {plan.values.map((value) => {
          const { key, buckets, summary, look } = value;
          const isShown = shown.includes(value);
          const now =
            atMs === undefined
              ? buckets.avg.findLast((one) => one !== null)
              : buckets.avg[bucketAt(buckets, atMs)];
          return (
            <tr key={key} class={isShown ? '' : 'graph-off'}>
              <th scope="row">
                <label>
                  <input type="checkbox" checked={isShown} onChange={() => onToggle(key)} />
                  <Swatch look={look} isPlain={looks.size === 1} />
                  <span>{valueLabel(value, plan, words)}</span>
                </label>
              </th>
              <td class="graph-now">{write(now)}</td>
              <td>{write(summary?.min)}</td>
              <td>{write(summary?.avg)}</td>
              <td>{write(summary?.max)}</td>
              <td>{write(summary?.p95)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** What the marks at the foot of the picture say. */
function Foot({ plan, range }: GraphProps) {
  const words = useWords(graphWords);
  const shared = useWords(common);
  const seen = new Set(
    plan.troubles
      .filter(({ fromMs, toMs }) => toMs > range.fromMs && fromMs < range.toMs)
      .map(({ severity }) => severity),
  );
  const severities = (['critical', 'warning', 'unknown'] as const).filter((severity) => seen.has(severity));
  if (severities.length === 0) return null;
  return (
    <p class="graph-foot">
      {words.legend.foot}{' '}
      {severities.map((severity) => (
        <span key={severity} class={`graph-foot-mark tone-${severity}`}>
          {shared.standing[severity]}
        </span>
      ))}
    </p>
  );
}

const mostRows = 48;

/** The same as a table, for who does not see the picture: as many rows as can be listened to. */
function ValueTable({ plan, title, range, language, zone, shown }: GraphProps & Shown) {
  const words = useWords(graphWords);
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="graph-table" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{words.table.summary}</summary>
      {isOpen && (
        <Rows plan={plan} title={title} range={range} language={language} zone={zone} shown={shown} />
      )}
    </details>
  );
}

function Rows({
  plan,
  title,
  range,
  language,
  zone,
  shown,
}: Pick<GraphProps, 'plan' | 'title' | 'range' | 'language' | 'zone'> & Shown) {
  const words = useWords(graphWords);
  const rows = rowsOf(
    shown.map(({ buckets }) => buckets),
    range,
    mostRows,
  );
  const [first] = rows;
  const minutes = first === undefined ? 0 : (first.toMs - first.fromMs) / 60_000;
  return (
    // A wide table scrolls by itself, by keys, too.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys
    <section class="graph-rows" tabIndex={0} aria-label={words.table.summary}>
      <p class="quiet">{words.table.each(valueText(minutes, 'minutes', language))}</p>
      <table>
        <caption>
          {words.table.caption(title, spanText(range.fromMs, range.toMs, language, zone))} ·{' '}
          {words.table.lowHigh}
        </caption>
        <thead>
          <tr>
            <th scope="col">{words.table.time}</th>
            {shown.map((value) => (
              <th scope="col" key={value.key}>
                {valueLabel(value, plan, words)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ fromMs, cells }) => (
            <tr key={fromMs}>
              <th scope="row">{momentText(fromMs, language, zone)}</th>
              {cells.map((cell, i) => (
                <td key={shown[i]?.key}>
                  {cell === undefined
                    ? words.cursor.gap
                    : `${valueText(cell.avg, plan.unit, language)} (${valueText(cell.min, plan.unit, language)}–${valueText(cell.max, plan.unit, language)})`}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
