import type { DatabaseSync } from 'node:sqlite';
import type { DownSampler } from '../../core/graph/down-sample.ts';
import { addHours, dayMs, HoursOfDay, hoursOfDay } from './hours-of-day.ts';
import { idIn, type Shapes } from './sqlite-shapes.ts';

// The hours of one monitor and day are one row: a graph of 13 months then reads 400 rows of a monitor, not 9,600. The
// day leads the key, as the hour does that of the points, so that new rows lie together and old ones go as one run. A
// row of about 700 bytes for each value would not fit into a page of a WITHOUT ROWID table, so the key is one number.
//
// `hours` is NULL where a point came after the day had been rolled up: it is read from the points until it is made anew.
// `rolled_up` has one row: the days before `day` are rolled up, and of `day` itself the series up to `series`.
export const rollUpSchema = `
  CREATE TABLE IF NOT EXISTS day_of_series (
    id INTEGER PRIMARY KEY,
    shape INTEGER NOT NULL, hours BLOB
  );
  CREATE INDEX IF NOT EXISTS outdated_day ON day_of_series (id) WHERE hours IS NULL;
  CREATE TABLE IF NOT EXISTS rolled_up (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    day INTEGER NOT NULL, series INTEGER NOT NULL
  );
`;

const seriesPerDay = 2 ** 32;
const keyOf = (day: number, series: number): number => day * seriesPerDay + series;

/** A point as it lies in the file. */
export interface StoredPoint {
  readonly ms: number;
  readonly shape: number;
  readonly severity: number;
  readonly vals: Uint8Array;
}

/** How far the roll-ups have come. */
export interface Progress {
  readonly day: number;
  readonly series: number;
}

export interface RollUpOptions {
  readonly db: DatabaseSync;
  readonly shapes: Shapes;
  /** Points of a series from one time to another, oldest first. */
  readonly points: (series: number, fromMs: number, toMs: number) => Iterable<StoredPoint>;
  /** Adds one point to the hours of its day. */
  readonly addPoint: (hours: HoursOfDay, point: StoredPoint) => void;
}

/** The hours of past days, kept beside the points they were made of. Each method wants a transaction to be open. */
export class RollUps {
  readonly #options: RollUpOptions;
  readonly #progress;
  readonly #setProgress;
  readonly #put;
  readonly #drop;
  readonly #outdate;
  readonly #outdated;
  readonly #nextSeries;
  readonly #nextHour;
  readonly #days;
  readonly #dropBefore;

  constructor(options: RollUpOptions) {
    const { db } = options;
    this.#options = options;
    this.#progress = db.prepare('SELECT day, series FROM rolled_up');
    this.#setProgress = db.prepare(
      `INSERT INTO rolled_up (one, day, series) VALUES (1, ?, ?)
       ON CONFLICT DO UPDATE SET day = excluded.day, series = excluded.series`,
    );
    this.#put = db.prepare('INSERT OR REPLACE INTO day_of_series (id, shape, hours) VALUES (?, ?, ?)');
    this.#drop = db.prepare('DELETE FROM day_of_series WHERE id = ?');
    this.#outdate = db.prepare(
      `INSERT INTO day_of_series (id, shape, hours) VALUES (?, 0, NULL)
       ON CONFLICT DO UPDATE SET hours = NULL WHERE hours IS NOT NULL`,
    );
    this.#outdated = db.prepare('SELECT id FROM day_of_series WHERE hours IS NULL LIMIT 1');
    this.#nextSeries = db.prepare('SELECT id FROM series WHERE id > ? ORDER BY id LIMIT 1');
    this.#nextHour = db.prepare('SELECT hour FROM point WHERE hour >= ? ORDER BY hour LIMIT 1');
    this.#days = db.prepare(
      `WITH RECURSIVE d(day) AS (SELECT CAST(? AS INTEGER) UNION ALL SELECT day + 1 FROM d WHERE day < ?)
       SELECT d.day, r.shape, r.hours FROM d CROSS JOIN day_of_series r
       WHERE r.id = d.day * ${seriesPerDay} + CAST(? AS INTEGER) ORDER BY d.day`,
    );
    this.#dropBefore = db.prepare(
      'DELETE FROM day_of_series WHERE id IN (SELECT id FROM day_of_series WHERE id < ? ORDER BY id LIMIT ?)',
    );
  }

  /** Undefined before the first. */
  progress(): Progress | undefined {
    const row = this.#progress.get();
    return row === undefined ? undefined : { day: Number(row.day), series: Number(row.series) };
  }

  /** Notes that a point was written whose day may be rolled up. A writer asks for the progress once for all of its points. */
  noteWritten(progress: Progress | undefined, series: number, ms: number): void {
    const day = Math.floor(ms / dayMs);
    if (isDone(progress, day, series)) this.#outdate.run(keyOf(day, series));
  }

  /**
   * Rolls up one day of one series: one that is outdated, or the next of those that ended by `beforeMs`.
   * @returns false when there is none
   */
  rollUpNext(beforeMs: number): boolean {
    const outdated = this.#outdated.get();
    if (outdated !== undefined) {
      const id = Number(outdated.id);
      this.#rollUp(Math.floor(id / seriesPerDay), id % seriesPerDay);
      return true;
    }
    const next = this.#next();
    if (next === undefined || (next.day + 1) * dayMs > beforeMs) return false;
    this.#rollUp(next.day, next.series);
    this.#setProgress.run(next.day, next.series);
    return true;
  }

  /** The next series of the day that was begun, or the first one of the next day that has points. */
  #next(): Progress | undefined {
    const progress = this.progress();
    const next = progress && idIn(this.#nextSeries.get(progress.series));
    if (progress !== undefined && next !== undefined) return { day: progress.day, series: next };
    const firstHour = progress === undefined ? Number.MIN_SAFE_INTEGER : (progress.day + 1) * hoursOfDay;
    const hour = this.#nextHour.get(firstHour)?.hour;
    const series = idIn(this.#nextSeries.get(0));
    if (hour === undefined || series === undefined) return undefined;
    return { day: Math.floor(Number(hour) / hoursOfDay), series };
  }

  /** Adds the hours of a series from one day to another, both included, to a graph; of days without a roll-up those of their points. */
  addTo(sampler: DownSampler, series: number, firstDay: number, lastDay: number): void {
    if (firstDay > lastDay) return;
    const progress = this.progress();
    const rows = new Map(this.#days.all(firstDay, lastDay, series).map((row) => [Number(row.day), row]));
    for (let day = firstDay; day <= lastDay; day++) {
      const row = rows.get(day);
      if (row === undefined && isDone(progress, day, series)) continue;
      if (row?.hours == null) {
        const hours = this.#gather(day, series);
        addHours(sampler, { day, check: hours.check, names: hours.names, packed: hours.pack() });
        continue;
      }
      const { check, names } = this.#options.shapes.byId(Number(row.shape));
      addHours(sampler, { day, check, names, packed: row.hours as Uint8Array });
    }
  }

  /** Deletes those of days before `day`, oldest first, `most` at most. @returns how many */
  prune(day: number, most: number): number {
    return Number(this.#dropBefore.run(keyOf(day, 0), most).changes);
  }

  #rollUp(day: number, series: number): void {
    const hours = this.#gather(day, series);
    const key = keyOf(day, series);
    if (hours.isEmpty) this.#drop.run(key);
    else this.#put.run(key, this.#options.shapes.idOf(hours), hours.pack());
  }

  #gather(day: number, series: number): HoursOfDay {
    const { points, addPoint } = this.#options;
    const hours = new HoursOfDay();
    for (const point of points(series, day * dayMs, (day + 1) * dayMs)) addPoint(hours, point);
    return hours;
  }
}

const isDone = (progress: Progress | undefined, day: number, series: number): boolean =>
  progress !== undefined && (day < progress.day || (day === progress.day && series <= progress.series));
