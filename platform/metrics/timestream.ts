import { TimestreamQueryClient } from '@aws-sdk/client-timestream-query';
import {
  RejectedRecordsException,
  TimestreamWriteClient,
  WriteRecordsCommand,
} from '@aws-sdk/client-timestream-write';
import { severity as severitySchema } from '../../core/check-outcome.ts';
import { monitorKey } from '../../core/ids.ts';
import type { MetricRecord, MetricStore, RejectedRecord, SeriesStore } from './metric-store.ts';
import { partRefused } from './refusal.ts';
import { judgeSeriesRange } from './series-range.ts';
import {
  allRowsOf,
  type Cells,
  cell,
  columnsOfAnswer,
  identifier,
  literal,
  moment,
  momentOf,
  ofServer,
  rowsOf,
} from './timestream-query.ts';
import {
  partIndex,
  valuePrefix,
  type WirePart,
  wireParts,
  withCommonAttributes,
} from './timestream-records.ts';
import {
  columnsQuery,
  countQueries,
  measuredNames,
  SeriesAnswer,
  seriesQueries,
} from './timestream-series.ts';

/** The service takes 100 records in one request. */
const recordsPerRequest = 100;

const requestsInFlight = 4;

/** A record whose version is too low is sent again above the one that is there; more rounds mean a race without end. */
const versionRounds = 3;

export interface TimestreamOptions {
  readonly database: string;
  readonly table: string;
  readonly writeClient?: TimestreamWriteClient;
  readonly queryClient?: TimestreamQueryClient;
}

/**
 * A metric store in Amazon Timestream for LiveAnalytics. One check is one multi-measure record: dimensions account,
 * server and monitor; measures severity, check and each value under its name after `v_`.
 *
 * @see https://docs.aws.amazon.com/timestream/latest/developerguide/ts-limits.html
 */
export function createTimestreamMetricStore(options: TimestreamOptions): MetricStore & SeriesStore {
  const { database, table } = options;
  // The SDK waits longer after each throttled attempt; five attempts stay well below the time limit of a sweep.
  const writes =
    options.writeClient ??
    new TimestreamWriteClient({
      maxAttempts: 5,
      requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
    });
  const queries =
    options.queryClient ??
    new TimestreamQueryClient({
      maxAttempts: 3,
      requestHandler: { connectionTimeout: 3_000, requestTimeout: 30_000, throwOnRequestTimeout: true },
    });
  const from = `${identifier(database)}.${identifier(table)}`;

  /** Sends one request, and again what was there already with a lower version; returns what is refused. */
  async function send(parts: readonly WirePart[]): Promise<RejectedRecord[]> {
    const refused: RejectedRecord[] = [];
    // A first write needs no version of its own, and no clock to make one: the service says what is there.
    let pending = parts.map(({ source, record }) => ({ source, record: { ...record, Version: 1 } }));
    for (let round = 1; pending.length > 0; round++) {
      const sent = pending;
      pending = [];
      for (const { index, reason, existingVersion } of await writeOnce(sent)) {
        const part = sent[index];
        if (part === undefined) continue;
        if (existingVersion !== undefined && round < versionRounds)
          pending.push({ ...part, record: { ...part.record, Version: existingVersion + 1 } });
        else refused.push({ record: part.source, reason });
      }
    }
    return refused;
  }

  async function writeOnce(parts: readonly WirePart[]) {
    try {
      await writes.send(
        new WriteRecordsCommand({
          DatabaseName: database,
          TableName: table,
          ...withCommonAttributes(parts.map(({ record }) => record)),
        }),
      );
      return [];
    } catch (error) {
      if (!(error instanceof RejectedRecordsException)) throw error;
      // All records that are not named here have been stored.
      return (error.RejectedRecords ?? []).map(({ RecordIndex, Reason, ExistingVersion }) => ({
        index: RecordIndex ?? -1,
        reason: Reason ?? 'Timestream gave no reason',
        existingVersion: ExistingVersion,
      }));
    }
  }

  async function query(text: string): Promise<MetricRecord[]> {
    return recordsFrom(await allRowsOf(queries, text));
  }

  return {
    async write(records) {
      const { fit, rejected } = partRefused(records);
      const batches = inBatches(lastOfEach(fit).toSorted(byServer).flatMap(wireParts));
      const faults: { batch: WirePart[]; fault: unknown }[] = [];
      const queue = batches.values();
      const sendNext = async () => {
        for (const batch of queue) {
          try {
            rejected.push(...(await send(batch)));
          } catch (fault) {
            faults.push({ batch, fault });
          }
        }
      };
      await Promise.all(Array.from({ length: requestsInFlight }, sendNext));

      const [first] = faults;
      if (first !== undefined && faults.length === batches.length)
        throw new Error(unwritten(database, table, first.fault), { cause: first.fault });
      for (const { batch, fault } of faults)
        for (const { source } of batch)
          rejected.push({ record: source, reason: unwritten(database, table, fault) });
      return onceEach(rejected);
    },

    read: ({ from: start, to, ...ref }) =>
      query(
        `SELECT * FROM ${from} WHERE ${ofServer(ref)} AND monitor = ${literal(ref.monitor)}` +
          ` AND time >= ${moment(Date.parse(start))} AND time < ${moment(Date.parse(to))} ORDER BY time`,
      ),

    // All parts of a record have its time, so they share the rank.
    latest: ({ since, ...ref }) =>
      query(
        `SELECT * FROM (SELECT *, rank() OVER (PARTITION BY monitor ORDER BY time DESC) AS recency` +
          ` FROM ${from} WHERE ${ofServer(ref)} AND time >= ${moment(Date.parse(since))}) WHERE recency = 1`,
      ),

    // Three questions, as what a server has measured lies in columns that all servers share: what columns there are, which of
    // them these monitors have filled, and then those, put into buckets by the service.
    async series(range) {
      judgeSeriesRange(range);
      if (range.monitors.length === 0) return [];
      const all = await columnsOfAnswer(queries, columnsQuery(from, range));
      const columns = all?.filter((name) => name.startsWith(valuePrefix)) ?? [];
      const counted = await Promise.all(
        countQueries(from, range, columns).map((text) => allRowsOf(queries, text)),
      );
      const names = measuredNames(counted.flat(), columns);
      const answer = new SeriesAnswer(range, names);
      const asked =
        all === undefined ? [] : seriesQueries(from, range, [...new Set([...names.values()].flat())]);
      for (const { text, names } of asked)
        for await (const row of rowsOf(queries, text)) answer.add(row, names);
      return answer.finish();
    },

    async close() {
      writes.destroy();
      queries.destroy();
    },
  };
}

/** A record twice in one request would be refused; the later one is meant to stand. */
function lastOfEach(records: readonly MetricRecord[]): MetricRecord[] {
  return [...new Map(records.map((record) => [`${monitorKey(record)} ${record.at}`, record])).values()];
}

/** Neighbours share most, and what all records of a request share is charged once. */
function byServer(a: MetricRecord, b: MetricRecord): number {
  return compare(a.account, b.account) || compare(a.server, b.server) || compare(a.at, b.at);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

// Full requests, though a request for each server would share more: each is charged as 1 KiB at least, and a server's
// records of one minute are seldom that much.
function inBatches(parts: readonly WirePart[]): WirePart[][] {
  return Array.from({ length: Math.ceil(parts.length / recordsPerRequest) }, (_, index) =>
    parts.slice(index * recordsPerRequest, (index + 1) * recordsPerRequest),
  );
}

/** A measurement of several parts is refused once, for its first reason. */
function onceEach(rejected: readonly RejectedRecord[]): RejectedRecord[] {
  const seen = new Set<MetricRecord>();
  return rejected.filter(({ record }) => !seen.has(record) && seen.add(record));
}

function unwritten(database: string, table: string, fault: unknown): string {
  const what = fault instanceof Error ? `${fault.name}: ${fault.message}` : String(fault);
  const mend =
    fault instanceof Error && fault.name === 'AccessDeniedException'
      ? 'if this AWS account is no customer of Timestream, deploy with another metricStore'
      : 'if it goes on, look at the quotas of Timestream';
  return `Timestream table ${database}.${table} was not written (${what}); ${mend}`;
}

/** Puts the parts of each measurement together again. */
function recordsFrom(rows: readonly Cells[]): MetricRecord[] {
  const parts = Map.groupBy(rows, (row) => `${row.get('monitor')} ${row.get('time')}`);
  return [...parts.values()].flatMap((group) => {
    const ordered = group.toSorted((a, b) => indexOf(a) - indexOf(b));
    const [first] = ordered;
    // Without its first part a measurement was never whole.
    if (first === undefined || indexOf(first) !== 0) return [];
    // Parts beyond the number are of an earlier write of the same time.
    const whole = ordered.slice(0, Number(first.get('parts') ?? 1));
    return [
      {
        account: cell(first, 'account'),
        server: cell(first, 'server'),
        monitor: cell(first, 'monitor'),
        check: cell(first, 'check'),
        at: momentOf(cell(first, 'time')),
        severity: severitySchema.parse(cell(first, 'severity')),
        values: Object.fromEntries(
          whole.flatMap((row) =>
            [...row]
              .filter(([name]) => name.startsWith(valuePrefix))
              .map(([name, value]) => [name.slice(valuePrefix.length), Number(value)]),
          ),
        ),
      },
    ];
  });
}

const indexOf = (row: Cells): number => partIndex(cell(row, 'measure_name'));
