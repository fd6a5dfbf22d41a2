import type { Severity } from '../../core/check-outcome.ts';

/** A value's measurements in buckets of equal length, as the API gives them; times in milliseconds. */
export interface Buckets {
  readonly fromMs: number;
  readonly bucketMs: number;
  readonly min: readonly (number | null)[];
  readonly avg: readonly (number | null)[];
  readonly max: readonly (number | null)[];
}

/** A run without a gap, as columns of a picture: parallel arrays, the x of each in pixels. */
export interface Run {
  /** Where its first bucket begins and its last one ends. */
  readonly left: number;
  readonly right: number;
  readonly x: number[];
  readonly min: number[];
  readonly avg: number[];
  readonly max: number[];
}

/**
 * Puts buckets together to columns at least a pixel wide, peaks kept, and parts them at the gaps.
 *
 * A column that has a gap in it, however short, ends its run: what was not measured is never joined. Columns are counted
 * from the buckets' begin, so that the picture does not shimmer while the range moves.
 *
 * @param range that `widthPx` stands for; what lies out of it is left out, but for one column at each side
 */
export function runsOf(
  { fromMs, bucketMs, min, avg, max }: Buckets,
  range: { readonly fromMs: number; readonly toMs: number },
  widthPx: number,
): Run[] {
  const perMs = widthPx / (range.toMs - range.fromMs);
  const each = Math.max(1, Math.floor(1 / (bucketMs * perMs)));
  const columnMs = bucketMs * each;
  const first = Math.max(0, Math.floor((range.fromMs - fromMs) / columnMs) - 1);
  const last = Math.min(Math.ceil(avg.length / each), Math.ceil((range.toMs - fromMs) / columnMs) + 1);
  const runs: Run[] = [];
  let run: { -readonly [K in keyof Run]: Run[K] } | undefined;
  for (let column = first; column < last; column++) {
    let sum = 0;
    let count = 0;
    let least = Number.POSITIVE_INFINITY;
    let most = Number.NEGATIVE_INFINITY;
    let isBroken = false;
    const end = Math.min(avg.length, (column + 1) * each);
    for (let i = column * each; i < end; i++) {
      const middle = avg[i];
      if (middle === null || middle === undefined) {
        if (count === 0) run = undefined;
        else isBroken = true;
        continue;
      }
      sum += middle;
      count++;
      least = Math.min(least, min[i] ?? middle);
      most = Math.max(most, max[i] ?? middle);
    }
    if (count > 0) {
      const left = (fromMs + column * columnMs - range.fromMs) * perMs;
      if (run === undefined) {
        run = { left, right: left, x: [], min: [], avg: [], max: [] };
        runs.push(run);
      }
      run.x.push(left + (columnMs * perMs) / 2);
      run.min.push(least);
      run.avg.push(sum / count);
      run.max.push(most);
      run.right = left + columnMs * perMs;
    }
    if (isBroken) run = undefined;
  }
  return runs;
}

/** Least and most of what lies in a range; undefined when nothing does. */
export function extentOf(
  { fromMs, bucketMs, min, max }: Buckets,
  range: { readonly fromMs: number; readonly toMs: number },
): { min: number; max: number } | undefined {
  const first = Math.max(0, Math.floor((range.fromMs - fromMs) / bucketMs));
  const last = Math.min(max.length, Math.ceil((range.toMs - fromMs) / bucketMs));
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let i = first; i < last; i++) {
    const low = min[i];
    const high = max[i];
    if (low !== null && low !== undefined && low < least) least = low;
    if (high !== null && high !== undefined && high > most) most = high;
  }
  return least <= most ? { min: least, max: most } : undefined;
}

/** The bucket that a moment lies in; -1 before the first and after the last. */
export function bucketAt(
  { fromMs, bucketMs, avg }: Pick<Buckets, 'fromMs' | 'bucketMs' | 'avg'>,
  atMs: number,
) {
  const index = Math.floor((atMs - fromMs) / bucketMs);
  return index >= 0 && index < avg.length ? index : -1;
}

export interface TroubledSpan {
  readonly severity: Exclude<Severity, 'ok'>;
  readonly fromMs: number;
  readonly toMs: number;
}

/** The times at which checks were not well, neighbours of one severity together. */
export function troubledSpans(
  worst: readonly (Severity | null)[],
  fromMs: number,
  bucketMs: number,
): TroubledSpan[] {
  const spans: { severity: Exclude<Severity, 'ok'>; fromMs: number; toMs: number }[] = [];
  worst.forEach((severity, i) => {
    if (severity === null || severity === 'ok') return;
    const begin = fromMs + i * bucketMs;
    const before = spans.at(-1);
    if (before?.severity === severity && before.toMs === begin) before.toMs = begin + bucketMs;
    else spans.push({ severity, fromMs: begin, toMs: begin + bucketMs });
  });
  return spans;
}

export interface Row {
  readonly fromMs: number;
  readonly toMs: number;
  /** Undefined where nothing was measured. */
  readonly cells: readonly ({ min: number; avg: number; max: number } | undefined)[];
}

/**
 * The same measurements as rows of a table, newest last: whole range, in as many equal parts as a reader can bear.
 *
 * @param most rows; a row is never shorter than the longest bucket
 */
export function rowsOf(
  all: readonly Buckets[],
  range: { readonly fromMs: number; readonly toMs: number },
  most: number,
): Row[] {
  const bucketMs = Math.max(...all.map((one) => one.bucketMs));
  const first = all.find((one) => one.bucketMs === bucketMs);
  if (first === undefined) return [];
  const rowMs = Math.ceil((range.toMs - range.fromMs) / most / bucketMs) * bucketMs;
  const begin = first.fromMs + Math.floor((range.fromMs - first.fromMs) / rowMs) * rowMs;
  const rows: Row[] = [];
  for (let fromMs = begin; fromMs < range.toMs; fromMs += rowMs) {
    const toMs = fromMs + rowMs;
    rows.push({ fromMs, toMs, cells: all.map((one) => mergedIn(one, fromMs, toMs)) });
  }
  return rows;
}

function mergedIn({ fromMs, bucketMs, min, avg, max }: Buckets, beginMs: number, endMs: number) {
  const first = Math.max(0, Math.ceil((beginMs - fromMs) / bucketMs));
  const last = Math.min(avg.length, Math.ceil((endMs - fromMs) / bucketMs));
  let sum = 0;
  let count = 0;
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let i = first; i < last; i++) {
    const middle = avg[i];
    if (middle === null || middle === undefined) continue;
    sum += middle;
    count++;
    least = Math.min(least, min[i] ?? middle);
    most = Math.max(most, max[i] ?? middle);
  }
  return count === 0 ? undefined : { min: least, avg: sum / count, max: most };
}
