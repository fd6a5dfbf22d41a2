/** The ranges that are a click away. */
export const spans = ['6h', '24h', '7d', '30d', '13mo'] as const;
export type Span = (typeof spans)[number];

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

export const spanMs: Record<Span, number> = {
  '6h': 6 * hour,
  '24h': day,
  '7d': 7 * day,
  '30d': 30 * day,
  '13mo': 396 * day,
};

/** As little as can be looked at, and as much as is kept. */
export const leastMs = 10 * minute;
export const mostMs = 400 * day;

/**
 * What of a page's graphs is looked at: all of it stands in the address, so that a copied link shows the same.
 * With `from` and `to` it is fixed; without, it is the newest `span`, and goes on.
 */
export interface View {
  /** Where Reset leads. */
  readonly span: Span;
  /** Milliseconds since the epoch. */
  readonly fixed?: { readonly fromMs: number; readonly toMs: number } | undefined;
  /** Values that the reader turned off, or on where they are off by themselves: `disk/usedPercent:/var`. */
  readonly toggled: readonly string[];
}

export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

const mostToggled = 60;

/** Reads an address. What makes no sense is left out: a link that was cut off still shows something. */
export function viewOf(query: URLSearchParams, defaultSpan: Span = '24h'): View {
  const named = query.get('range');
  const from = readTime(query.get('from'));
  const to = readTime(query.get('to'));
  const toggled = namesIn(query.get('toggle'));
  const span = spans.find((one) => one === named) ?? defaultSpan;
  if (from === undefined || to === undefined || to <= from) return { span, toggled };
  return { span, toggled, fixed: bounded({ fromMs: from, toMs: to }) };
}

/** The view as parameters of an address; `undefined` takes one out. */
export function queryOf({ span, fixed, toggled }: View) {
  return {
    range: span,
    from: fixed && writeTime(fixed.fromMs),
    to: fixed && writeTime(fixed.toMs),
    toggle: toggled.length === 0 ? undefined : toggled.map(escaped).join(','),
  };
}

/** File systems may have commas in their names. */
const escaped = (name: string): string => name.replace(/[%,]/g, encodeURIComponent);

function namesIn(text: string | null): string[] {
  if (text === null || text === '') return [];
  return text
    .split(',')
    .slice(0, mostToggled)
    .map((name) => name.replaceAll('%2C', ',').replaceAll('%25', '%'));
}

/** To the second; whole minutes are written without seconds: `2026-11-21T09:30Z`. */
const writeTime = (atMs: number): string => new Date(atMs).toISOString().replace(/(?::00)?\.\d{3}Z$/, 'Z');

function readTime(text: string | null): number | undefined {
  if (text === null || !/^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?Z$/.test(text)) return undefined;
  const atMs = Date.parse(text);
  return Number.isFinite(atMs) ? atMs : undefined;
}

/** Not too short and not too long, about its middle; on whole seconds. */
function bounded({ fromMs, toMs }: TimeRange): TimeRange {
  const length = Math.min(mostMs, Math.max(leastMs, toMs - fromMs));
  const middle = (fromMs + toMs) / 2;
  const from = Math.round((middle - length / 2) / 1000) * 1000;
  return { fromMs: from, toMs: from + Math.round(length / 1000) * 1000 };
}

/**
 * From when to when is looked at.
 *
 * @param nowMs by the server's clock
 * @param stepMs a range that goes on ends at a multiple of it: it changes, and is asked for, no more often
 */
export function rangeOf({ span, fixed }: View, nowMs: number, stepMs = minute): TimeRange {
  if (fixed !== undefined) return fixed;
  const toMs = Math.ceil(nowMs / stepMs) * stepMs;
  return { fromMs: toMs - spanMs[span], toMs };
}

/** Whether the newest is looked at: only then there is something to wait for. */
export const goesOn = ({ fixed }: View): boolean => fixed === undefined;

/** The same view over another range. Nothing was measured after now; a range that reaches beyond it is moved back. */
export function at(view: View, range: TimeRange, nowMs: number): View {
  const { fromMs, toMs } = bounded(range);
  const beyond = Math.max(0, toMs - Math.ceil(nowMs / minute) * minute);
  return { ...view, fixed: { fromMs: fromMs - beyond, toMs: toMs - beyond } };
}

/** The newest of a span, toggled values as they are. */
export const newest = ({ toggled }: View, span: Span): View => ({ span, toggled });

/** Nearer by a factor (or farther, below 1), about a moment. */
export function zoomed({ fromMs, toMs }: TimeRange, factor: number, aboutMs: number): TimeRange {
  return { fromMs: aboutMs - (aboutMs - fromMs) / factor, toMs: aboutMs + (toMs - aboutMs) / factor };
}

/** Earlier or later by a share of its length. */
export function moved({ fromMs, toMs }: TimeRange, share: number): TimeRange {
  const by = (toMs - fromMs) * share;
  return { fromMs: fromMs + by, toMs: toMs + by };
}

/** Turns a value on or off. */
export function toggle(view: View, key: string): View {
  const toggled = view.toggled.includes(key)
    ? view.toggled.filter((one) => one !== key)
    : [...view.toggled, key];
  return { ...view, toggled };
}

/** How often a range that goes on is asked for: each minute, long ones less often, and never more often than every 15 s. */
export function stepFor({ span }: View, speed: number): number {
  const wanted = spanMs[span] > 7 * day ? 5 * minute : minute;
  return Math.max(wanted, Math.ceil((speed * 15_000) / minute) * minute);
}

/** How many points are asked for. A server has up to 60 monitors, and the API answers 30,000 buckets of all together. */
export const pointsFor = (widthPx: number, isLarge: boolean): number =>
  widthPx >= 500 && isLarge ? 1000 : 400;
