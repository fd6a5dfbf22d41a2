import { DatabaseSync } from 'node:sqlite';
import { DownSampler } from '../../core/graph/down-sample.ts';
import type { MonitorRef } from '../../core/ids.ts';
import { monitorKey } from '../../core/ids.ts';
import type { Instant } from '../../core/instant.ts';
import { dayMs, hourMs, severities } from './hours-of-day.ts';
import type { MetricRecord, MetricStore, SeriesStore } from './metric-store.ts';
import { partRefused } from './refusal.ts';
import { judgeSeriesRange } from './series-range.ts';
import { RollUps, rollUpSchema, type StoredPoint } from './sqlite-roll-ups.ts';
import { idIn, Shapes } from './sqlite-shapes.ts';

/** How long a writer waits for another one before it gives up. A sweep's batch holds the lock for milliseconds. */
const busyTimeoutMs = 10_000;

/** How long one step of rolling up holds the lock of the file, about: no sweep notices. */
const stepMs = 15;

/** Up to so much the points themselves are read, which are cheap then, and whose 95th percentile is the true one. */
const pointsMs = 8 * dayMs;

// A point is about 32 bytes. The hour leads its key: a minute's points then land on few neighbouring pages (228,000
// inserts/s into 14 million points, against 48,000/s when the series leads), a graph reads one short run for each
// hour, and what has grown old is one run at the front. Names of values stand once in `shape`, not in every point.
const schema = `
  CREATE TABLE IF NOT EXISTS series (
    id INTEGER PRIMARY KEY,
    account TEXT NOT NULL, server TEXT NOT NULL, monitor TEXT NOT NULL,
    UNIQUE (account, server, monitor)
  );
  CREATE TABLE IF NOT EXISTS shape (
    id INTEGER PRIMARY KEY,
    type TEXT NOT NULL, names TEXT NOT NULL,
    UNIQUE (type, names)
  );
  CREATE TABLE IF NOT EXISTS point (
    hour INTEGER NOT NULL, series INTEGER NOT NULL, ms INTEGER NOT NULL,
    shape INTEGER NOT NULL, severity INTEGER NOT NULL, vals BLOB NOT NULL,
    PRIMARY KEY (hour, series, ms)
  ) WITHOUT ROWID;
  ${rollUpSchema}
`;

/** A metric store in one file. Several processes and threads may have it open. */
export interface SqliteMetricStore extends MetricStore, SeriesStore {
  /**
   * Rolls up days of monitors that ended by `before`, for a few milliseconds, so that no writer waits long; call it
   * again while it answers true.
   * @returns whether there is more to do
   */
  rollUp(before: Instant): Promise<boolean>;
  /**
   * Deletes points of whole hours that ended by `before`, oldest first, then roll-ups of whole days, `maxPoints` at
   * most of both, so that no writer waits long; call it again while it answers `maxPoints`.
   * @returns how many it deleted
   */
  prune(before: Instant, maxPoints?: number): Promise<number>;
}

/**
 * Opens the metric store of one machine, and makes it when the file is not there.
 *
 * @param options.file path of the database; `:memory:` keeps nothing
 * @throws when the file cannot be opened, naming it
 */
export function openSqliteMetricStore({ file }: { file: string }): SqliteMetricStore {
  const db = open(file);
  const insert = db.prepare(
    `INSERT INTO point (hour, series, ms, shape, severity, vals) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET shape = excluded.shape, severity = excluded.severity, vals = excluded.vals`,
  );
  const findSeries = db.prepare('SELECT id FROM series WHERE account = ? AND server = ? AND monitor = ?');
  const addSeries = db.prepare('INSERT INTO series (account, server, monitor) VALUES (?, ?, ?)');
  const bounds = db.prepare('SELECT min(hour) AS first, (SELECT max(hour) FROM point) AS last FROM point');
  // The hours are counted out, so that each is one seek; a range over `hour` would walk through every series.
  const range = db.prepare(
    `WITH RECURSIVE h(hour) AS (SELECT ? UNION ALL SELECT hour + 1 FROM h WHERE hour < ?)
     SELECT p.ms, p.shape, p.severity, p.vals FROM h CROSS JOIN point p
     WHERE p.hour = h.hour AND p.series = ? AND p.ms >= ? AND p.ms < ? ORDER BY p.hour, p.ms`,
  );
  const seriesOfServer = db.prepare('SELECT id, monitor FROM series WHERE account = ? AND server = ?');
  const newest = db.prepare(
    'SELECT ms, shape, severity, vals FROM point WHERE hour = ? AND series = ? ORDER BY ms DESC LIMIT 1',
  );
  const deleteOldest = db.prepare(
    `DELETE FROM point WHERE (hour, series, ms) IN
       (SELECT hour, series, ms FROM point WHERE hour < ? ORDER BY hour, series, ms LIMIT ?)`,
  );

  const shapes = new Shapes(db, file);
  const rollUps = new RollUps({
    db,
    shapes,
    points: pointsOf,
    addPoint: (hours, point) => hours.add(point.ms, contentOf(point)),
  });
  // Rows of this table are never deleted, so what was read once stays true whoever writes beside us.
  const seriesIds = new Map<string, number>();

  function seriesId(ref: MonitorRef): number | undefined {
    const key = monitorKey(ref);
    const known = seriesIds.get(key) ?? idIn(findSeries.get(ref.account, ref.server, ref.monitor));
    if (known !== undefined) seriesIds.set(key, known);
    return known;
  }

  function pointsOf(series: number, fromMs: number, toMs: number): StoredPoint[] {
    const stored = bounds.get();
    if (stored?.first == null) return [];
    const first = Math.max(Math.floor(fromMs / hourMs), Number(stored.first));
    const last = Math.min(Math.floor((toMs - 1) / hourMs), Number(stored.last));
    return first > last ? [] : (range.all(first, last, series, fromMs, toMs) as unknown as StoredPoint[]);
  }

  function contentOf({ shape, severity, vals }: StoredPoint) {
    const { check, names } = shapes.byId(shape);
    return {
      check,
      names,
      severity: severities[severity] ?? 'unknown',
      values: new DataView(vals.buffer, vals.byteOffset, vals.byteLength),
    };
  }

  function recordFrom({ account, server, monitor }: MonitorRef, point: StoredPoint): MetricRecord {
    const { check, names, severity, values } = contentOf(point);
    const entries = names.map((name, index) => [name, values.getFloat64(index * 8, true)] as const);
    const at = new Date(point.ms).toISOString();
    return { account, server, monitor, check, at, severity, values: Object.fromEntries(entries) };
  }

  function drawPoints(sampler: DownSampler, series: number): void {
    for (const point of pointsOf(series, sampler.buckets.fromMs, sampler.buckets.toMs)) {
      const { check, names, severity, values } = contentOf(point);
      sampler.addCheck(point.ms, check, severity);
      for (const [index, name] of names.entries())
        sampler.addValue(point.ms, name, values.getFloat64(index * 8, true));
    }
  }

  function drawHours(sampler: DownSampler, series: number): void {
    const stored = bounds.get();
    if (stored?.first == null) return;
    const dayOf = (hour: unknown) => Math.floor((Number(hour) * hourMs) / dayMs);
    const { fromMs, toMs } = sampler.buckets;
    const first = Math.max(Math.floor(fromMs / dayMs), dayOf(stored.first));
    const last = Math.min(Math.ceil(toMs / dayMs) - 1, dayOf(stored.last));
    rollUps.addTo(sampler, series, first, last);
  }

  /** Runs it in one transaction: what others write meanwhile is either all in it or not at all. */
  function together<T>(begin: 'BEGIN' | 'BEGIN IMMEDIATE', run: () => T): T {
    db.exec(begin);
    try {
      const result = run();
      db.exec('COMMIT');
      return result;
    } catch (error) {
      // Ids that were given out in here are gone with the rollback.
      seriesIds.clear();
      shapes.forget();
      if (db.isTransaction) db.exec('ROLLBACK');
      throw error;
    }
  }

  return {
    async write(records) {
      const { fit, rejected } = partRefused(records);
      if (fit.length === 0) return rejected;
      try {
        together('BEGIN IMMEDIATE', () => {
          const progress = rollUps.progress();
          for (const record of fit) {
            const ms = Date.parse(record.at);
            const series =
              seriesId(record) ??
              Number(addSeries.run(record.account, record.server, record.monitor).lastInsertRowid);
            const shape = shapes.idOf({ check: record.check, names: Object.keys(record.values) });
            const severity = severities.indexOf(record.severity);
            const packed = pack(Object.values(record.values));
            insert.run(Math.floor(ms / hourMs), series, ms, shape, severity, packed);
            rollUps.noteWritten(progress, series, ms);
          }
        });
      } catch (error) {
        throw new Error(`${file} did not take ${fit.length} measurements; see the cause`, { cause: error });
      }
      return rejected;
    },

    async read({ from, to, ...ref }) {
      const series = seriesId(ref);
      if (series === undefined) return [];
      return pointsOf(series, Date.parse(from), Date.parse(to)).map((point) => recordFrom(ref, point));
    },

    async latest({ since, ...ref }) {
      const sinceMs = Date.parse(since);
      const stored = bounds.get();
      if (stored?.first == null) return [];
      const oldest = Math.max(Math.floor(sinceMs / hourMs), Number(stored.first));
      return seriesOfServer.all(ref.account, ref.server).flatMap(({ id, monitor }) => {
        for (let hour = Number(stored.last); hour >= oldest; hour--) {
          const row = newest.get(hour, Number(id));
          if (row === undefined) continue;
          return Number(row.ms) >= sinceMs
            ? [recordFrom({ ...ref, monitor: String(monitor) }, row as unknown as StoredPoint)]
            : [];
        }
        return [];
      });
    },

    async series(asked) {
      judgeSeriesRange(asked);
      const { account, server, from, to, monitors } = asked;
      return together('BEGIN', () =>
        monitors.map(({ monitor, bucketSeconds }) => {
          const sampler = new DownSampler({ monitor, from, to, bucketSeconds });
          const { fromMs, toMs, bucketMs } = sampler.buckets;
          const isOfHours = toMs - fromMs > pointsMs && bucketMs % hourMs === 0;
          const series = seriesId({ account, server, monitor });
          if (series !== undefined && isOfHours) drawHours(sampler, series);
          else if (series !== undefined) drawPoints(sampler, series);
          return sampler.finish(isOfHours ? 'hours' : 'measurements');
        }),
      );
    },

    async rollUp(before) {
      const beforeMs = Date.parse(before);
      return together('BEGIN IMMEDIATE', () => {
        const begunAt = performance.now();
        while (performance.now() - begunAt < stepMs) if (!rollUps.rollUpNext(beforeMs)) return false;
        return true;
      });
    },

    async prune(before, maxPoints = 10_000) {
      const beforeMs = Date.parse(before);
      const points = Number(deleteOldest.run(Math.floor(beforeMs / hourMs), maxPoints).changes);
      return points + rollUps.prune(Math.floor(beforeMs / dayMs), maxPoints - points);
    },

    async close() {
      if (db.isOpen) db.close();
    },
  };
}

function open(file: string): DatabaseSync {
  try {
    const db = new DatabaseSync(file, { timeout: busyTimeoutMs });
    // NORMAL may lose the last moments when the power fails, and never harms the file.
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    db.exec(schema);
    return db;
  } catch (error) {
    throw new Error(
      `the metric store ${file} cannot be opened; check that its directory is there and can be written`,
      {
        cause: error,
      },
    );
  }
}

/** Eight bytes a value, little-endian, so that the file can move between machines. */
function pack(values: readonly number[]): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(values.length * 8));
  for (const [index, value] of values.entries()) bytes.setFloat64(index * 8, value, true);
  return new Uint8Array(bytes.buffer);
}
