import { DatabaseSync } from 'node:sqlite';
import type { Severity } from '../../core/check-outcome.ts';
import { DownSampler } from '../../core/graph/down-sample.ts';
import type { MonitorRef } from '../../core/ids.ts';
import { monitorKey } from '../../core/ids.ts';
import type { Instant } from '../../core/instant.ts';
import type { MetricRecord, MetricStore, SeriesStore } from './metric-store.ts';
import { partRefused } from './refusal.ts';
import { judgeSeriesRange } from './series-range.ts';

const hourMs = 3_600_000;

/** How long a writer waits for another one before it gives up. A sweep's batch holds the lock for milliseconds. */
const busyTimeoutMs = 10_000;

const severities: readonly Severity[] = ['ok', 'warning', 'critical', 'unknown'];

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
`;

/** A metric store in one file. Several processes and threads may have it open. */
export interface SqliteMetricStore extends MetricStore, SeriesStore {
  /**
   * Deletes points of whole hours that ended by `before`, oldest first, `maxPoints` at most, so that no writer
   * waits long; call it again while it answers `maxPoints`.
   * @returns how many points it deleted
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
  const findShape = db.prepare('SELECT id FROM shape WHERE type = ? AND names = ?');
  const addShape = db.prepare('INSERT INTO shape (type, names) VALUES (?, ?)');
  const shapeById = db.prepare('SELECT type, names FROM shape WHERE id = ?');
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

  // Rows of both tables are never deleted, so what was read once stays true whoever writes beside us.
  const seriesIds = new Map<string, number>();
  const shapeIds = new Map<string, number>();
  const shapes = new Map<number, Shape>();

  function seriesId(ref: MonitorRef): number | undefined {
    const key = monitorKey(ref);
    const known = seriesIds.get(key) ?? idOf(findSeries.get(ref.account, ref.server, ref.monitor));
    if (known !== undefined) seriesIds.set(key, known);
    return known;
  }

  function shapeIdFor(type: string, names: string): number {
    const key = `${type} ${names}`;
    const id =
      shapeIds.get(key) ??
      idOf(findShape.get(type, names)) ??
      Number(addShape.run(type, names).lastInsertRowid);
    shapeIds.set(key, id);
    return id;
  }

  function shapeOf(id: number): Shape {
    const known = shapes.get(id);
    if (known !== undefined) return known;
    const row = shapeById.get(id);
    if (row === undefined) throw new Error(`${file} is damaged: shape ${id} is missing; restore the file`);
    const shape = { check: String(row.type), names: JSON.parse(String(row.names)) as string[] };
    shapes.set(id, shape);
    return shape;
  }

  function pointsBetween(ref: MonitorRef, fromMs: number, toMs: number) {
    const series = seriesId(ref);
    const stored = bounds.get();
    if (series === undefined || stored?.first == null) return [];
    const first = Math.max(Math.floor(fromMs / hourMs), Number(stored.first));
    const last = Math.min(Math.floor(toMs / hourMs), Number(stored.last));
    return first > last ? [] : range.all(first, last, series, fromMs, toMs);
  }

  function recordFrom(ref: MonitorRef, row: Record<string, unknown>): MetricRecord {
    const { check, names } = shapeOf(Number(row.shape));
    const { account, server, monitor } = ref;
    return {
      account,
      server,
      monitor,
      check,
      at: new Date(Number(row.ms)).toISOString(),
      severity: severities[Number(row.severity)] ?? 'unknown',
      values: unpack(names, row.vals as Uint8Array),
    };
  }

  return {
    async write(records) {
      const { fit, rejected } = partRefused(records);
      if (fit.length === 0) return rejected;
      db.exec('BEGIN IMMEDIATE');
      try {
        for (const record of fit) {
          const ms = Date.parse(record.at);
          const series =
            seriesId(record) ??
            Number(addSeries.run(record.account, record.server, record.monitor).lastInsertRowid);
          const shape = shapeIdFor(record.check, JSON.stringify(Object.keys(record.values)));
          const severity = severities.indexOf(record.severity);
          insert.run(
            Math.floor(ms / hourMs),
            series,
            ms,
            shape,
            severity,
            pack(Object.values(record.values)),
          );
        }
        db.exec('COMMIT');
      } catch (error) {
        // Ids that were given out in here are gone with the rollback.
        seriesIds.clear();
        shapeIds.clear();
        if (db.isTransaction) db.exec('ROLLBACK');
        throw new Error(`${file} did not take ${fit.length} measurements; see the cause`, { cause: error });
      }
      return rejected;
    },

    async read({ from, to, ...ref }) {
      return pointsBetween(ref, Date.parse(from), Date.parse(to)).map((row) => recordFrom(ref, row));
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
          return Number(row.ms) >= sinceMs ? [recordFrom({ ...ref, monitor: String(monitor) }, row)] : [];
        }
        return [];
      });
    },

    async series(range) {
      judgeSeriesRange(range);
      const { account, server, from, to } = range;
      return range.monitors.map(({ monitor, bucketSeconds }) => {
        const sampler = new DownSampler({ monitor, from, to, bucketSeconds });
        const { fromMs, toMs } = sampler.buckets;
        for (const row of pointsBetween({ account, server, monitor }, fromMs, toMs)) {
          const { check, names } = shapeOf(Number(row.shape));
          const ms = Number(row.ms);
          sampler.addCheck(ms, check, severities[Number(row.severity)] ?? 'unknown');
          const packed = row.vals as Uint8Array;
          const bytes = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
          for (const [index, name] of names.entries())
            sampler.addValue(ms, name, bytes.getFloat64(index * 8, true));
        }
        return sampler.finish('measurements');
      });
    },

    async prune(before, maxPoints = 10_000) {
      return Number(deleteOldest.run(Math.floor(Date.parse(before) / hourMs), maxPoints).changes);
    },

    async close() {
      if (db.isOpen) db.close();
    },
  };
}

interface Shape {
  readonly check: string;
  readonly names: readonly string[];
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

const idOf = (row: Record<string, unknown> | undefined): number | undefined =>
  row === undefined ? undefined : Number(row.id);

/** Eight bytes a value, little-endian, so that the file can move between machines. */
function pack(values: readonly number[]): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(values.length * 8));
  for (const [index, value] of values.entries()) bytes.setFloat64(index * 8, value, true);
  return new Uint8Array(bytes.buffer);
}

function unpack(names: readonly string[], packed: Uint8Array): Record<string, number> {
  const bytes = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  return Object.fromEntries(names.map((name, index) => [name, bytes.getFloat64(index * 8, true)]));
}
