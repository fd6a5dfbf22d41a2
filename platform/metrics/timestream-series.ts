import type { Severity } from '../../core/check-outcome.ts';
import { type Buckets, bucketsOf, meanOf, mostValues } from '../../core/graph/down-sample.ts';
import type { MonitorSeries, Row, ValueSeries } from '../../core/graph/series.ts';
import type { SeriesRange } from './metric-store.ts';
import { type Cells, cell, identifier, literal, moment, momentOf, ofServer } from './timestream-query.ts';
import { valuePrefix } from './timestream-records.ts';

/** Columns in one query of counts, and values in one of buckets, so that a query stays below 256 KiB with the longest names. */
const columnsPerCount = 400;
const valuesPerQuery = 50;

/** By rank, the worst last; the service answers the rank. */
const byRank: readonly Severity[] = ['ok', 'unknown', 'warning', 'critical'];
const rankOfSeverity = `max(CASE severity${byRank.map((name, rank) => ` WHEN '${name}' THEN ${rank}`).join('')} END)`;
/** Parts of a record beyond the first have no check type. */
const newestCheck = 'max_by("check", CASE WHEN "check" IS NOT NULL THEN time END)';

/** One row at most, whose columns are all that the table has. */
export const columnsQuery = (table: string, range: SeriesRange): string =>
  `SELECT * FROM ${table} WHERE ${reach(range, wholeOf(range), range.monitors)} LIMIT 1`;

/**
 * How often each monitor has measured each value of the table, as a column is a value of whatever server measured it.
 * The count of column n is `c<n>`.
 */
export function countQueries(table: string, range: SeriesRange, columns: readonly string[]): string[] {
  return chunksOf(columns, columnsPerCount).map((chunk) => {
    const counts = chunk.map((column) => `, count(${identifier(column)}) AS c${columns.indexOf(column)}`);
    return `SELECT monitor${counts.join('')} FROM ${table} WHERE ${reach(range, wholeOf(range), range.monitors)} GROUP BY monitor`;
  });
}

/** The value names of each monitor by the answers to `countQueries`. */
export function measuredNames(rows: readonly Cells[], columns: readonly string[]): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const row of rows) {
    const monitor = cell(row, 'monitor');
    const its = columns.filter((_, n) => Number(row.get(`c${n}`) ?? 0) > 0);
    const all = [...(names.get(monitor) ?? []), ...its.map((column) => column.slice(valuePrefix.length))];
    names.set(monitor, all.sort().slice(0, mostValues));
  }
  return names;
}

/** A query and the values it asks for: of value n the least is `n<n>`, the average `a<n>`, the greatest `x<n>`, the percentile `p<n>`. */
export interface SeriesQuery {
  readonly text: string;
  readonly names: readonly string[];
}

/**
 * Down-sampling is done by the service: for each length of bucket one row for each monitor and bucket with a check in
 * it, and one for each monitor in the whole of its range. The percentile is the service's approximation.
 */
export function seriesQueries(table: string, range: SeriesRange, names: readonly string[]): SeriesQuery[] {
  const lengths = Map.groupBy(range.monitors, ({ bucketSeconds }) => bucketSeconds);
  const chunks = names.length === 0 ? [[]] : chunksOf(names, valuesPerQuery);
  return chunks.map((chunk) => {
    const members = [...lengths].flatMap(([bucketSeconds, monitors]) => {
      const where = `FROM ${table} WHERE ${reach(range, bucketsOf({ ...range, bucketSeconds }), monitors)}`;
      const bin = `bin(time, ${bucketSeconds}s)`;
      return [
        `SELECT 'bucket' AS kind, ${columnsOf(bin, chunk, false)} ${where} GROUP BY monitor, ${bin}`,
        `SELECT 'whole' AS kind, ${columnsOf('min(time)', chunk, true)} ${where} GROUP BY monitor`,
      ];
    });
    return { text: members.join(' UNION ALL '), names: chunk };
  });
}

function columnsOf(start: string, names: readonly string[], isWhole: boolean): string {
  const values = names.map((name, n) => {
    const column = identifier(valuePrefix + name);
    const p95 = isWhole ? `approx_percentile(${column}, 0.95)` : 'CAST(NULL AS DOUBLE)';
    return `, min(${column}) AS n${n}, avg(${column}) AS a${n}, max(${column}) AS x${n}, ${p95} AS p${n}`;
  });
  return `monitor, ${start} AS start, ${rankOfSeverity} AS worst, ${newestCheck} AS newest${values.join('')}`;
}

/** Puts the answers together. */
export class SeriesAnswer {
  readonly #range: SeriesRange;
  readonly #names: ReadonlyMap<string, readonly string[]>;
  /** Rows of buckets, and the one of the whole range, by monitor. */
  readonly #drawn = new Map<string, Drawn>();

  constructor(range: SeriesRange, names: ReadonlyMap<string, readonly string[]>) {
    this.#range = range;
    this.#names = names;
    for (const { monitor, bucketSeconds } of range.monitors)
      this.#drawn.set(monitor, new Drawn(bucketsOf({ ...range, bucketSeconds })));
  }

  add(row: Cells, names: readonly string[]): void {
    const monitor = cell(row, 'monitor');
    const own = this.#names.get(monitor) ?? [];
    this.#drawn.get(monitor)?.add(row, names, new Set(own));
  }

  finish(): MonitorSeries[] {
    return this.#range.monitors.map(({ monitor, bucketSeconds }) => {
      const drawn = this.#drawn.get(monitor) ?? new Drawn(bucketsOf({ ...this.#range, bucketSeconds }));
      return { monitor, bucketSeconds, ...drawn.finish() };
    });
  }
}

class Drawn {
  readonly #buckets: Buckets;
  readonly #worst: (Severity | null)[];
  readonly #values = new Map<string, DrawnValue>();
  #check = '';

  constructor(buckets: Buckets) {
    this.#buckets = buckets;
    this.#worst = this.#empty();
  }

  add(row: Cells, names: readonly string[], own: ReadonlySet<string>): void {
    const isWhole = cell(row, 'kind') === 'whole';
    if (isWhole) this.#check = row.get('newest') ?? this.#check;
    const { fromMs, bucketMs, count } = this.#buckets;
    const bucket = (Date.parse(momentOf(cell(row, 'start'))) - fromMs) / bucketMs;
    if (!isWhole && (!Number.isInteger(bucket) || bucket < 0 || bucket >= count)) return;
    if (!isWhole) this.#worst[bucket] = byRank[Number(row.get('worst'))] ?? null;
    for (const [n, name] of names.entries()) {
      const [min, max] = [row.get(`n${n}`), row.get(`x${n}`)].map(Number);
      if (!own.has(name) || !row.has(`n${n}`) || min === undefined || max === undefined) continue;
      // A mean over its own ends is what the service makes of values whose sum has no number.
      const avg = meanOf({ count: 1, sum: Number(row.get(`a${n}`)), min, max });
      const value = this.#valueOf(name);
      if (isWhole) value.summary = { min, avg, max, p95: Number(row.get(`p${n}`)) };
      else [value.min[bucket], value.avg[bucket], value.max[bucket]] = [min, avg, max];
    }
  }

  finish(): Omit<MonitorSeries, 'monitor' | 'bucketSeconds'> {
    const byName = [...this.#values].sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      check: this.#check,
      from: new Date(this.#buckets.fromMs).toISOString(),
      worst: this.#worst,
      values: byName.map(([name, { min, avg, max, summary }]) => ({
        name,
        ...({ min, avg, max } satisfies Record<string, Row>),
        ...(summary && { summary }),
      })),
      percentileOf: 'measurements',
    };
  }

  #valueOf(name: string): DrawnValue {
    const known = this.#values.get(name);
    if (known !== undefined) return known;
    const row = () => this.#empty<number>();
    const made: DrawnValue = { min: row(), avg: row(), max: row() };
    this.#values.set(name, made);
    return made;
  }

  #empty<T>(): (T | null)[] {
    return new Array<T | null>(this.#buckets.count).fill(null);
  }
}

interface DrawnValue {
  readonly min: (number | null)[];
  readonly avg: (number | null)[];
  readonly max: (number | null)[];
  summary?: ValueSeries['summary'];
}

/** From the first bucket of any monitor to the last. */
function wholeOf(range: SeriesRange): Pick<Buckets, 'fromMs' | 'toMs'> {
  const all = range.monitors.map(({ bucketSeconds }) => bucketsOf({ ...range, bucketSeconds }));
  return {
    fromMs: Math.min(...all.map(({ fromMs }) => fromMs)),
    toMs: Math.max(...all.map(({ toMs }) => toMs)),
  };
}

const reach = (
  range: SeriesRange,
  { fromMs, toMs }: Pick<Buckets, 'fromMs' | 'toMs'>,
  monitors: readonly { readonly monitor: string }[],
): string =>
  `${ofServer(range)} AND monitor IN (${monitors.map(({ monitor }) => literal(monitor)).join(', ')})` +
  ` AND time >= ${moment(fromMs)} AND time < ${moment(toMs)}`;

const chunksOf = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, n) => all.slice(n * size, (n + 1) * size));
