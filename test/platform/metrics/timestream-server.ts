import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A record as it travels. */
export interface WireRecord {
  Dimensions?: { Name: string; Value: string }[];
  MeasureName?: string;
  MeasureValueType?: string;
  MeasureValues?: { Name: string; Value: string; Type: string }[];
  Time?: string;
  TimeUnit?: string;
  Version?: number;
}

export interface WriteRequest {
  DatabaseName: string;
  TableName: string;
  CommonAttributes: WireRecord;
  Records: WireRecord[];
}

type Fault = { status: number; type: string; message: string; more?: object };
type Row = Map<string, string>;

const reserved = /^(ts_|measure_name|measure_value|time$)/;
const readForm =
  /^SELECT \* FROM "mimamori"\."checks" WHERE account = '((?:[^']|'')*)' AND server = '((?:[^']|'')*)' AND monitor = '((?:[^']|'')*)' AND time >= from_milliseconds\((\d+)\) AND time < from_milliseconds\((\d+)\) ORDER BY time$/;
const latestForm =
  /^SELECT \* FROM \(SELECT \*, rank\(\) OVER \(PARTITION BY monitor ORDER BY time DESC\) AS recency FROM "mimamori"\."checks" WHERE account = '((?:[^']|'')*)' AND server = '((?:[^']|'')*)' AND time >= from_milliseconds\((\d+)\)\) WHERE recency = 1$/;
const literalForm = "'((?:[^']|'')*)'";
const reachForm = `FROM "mimamori"\\."checks" WHERE account = ${literalForm} AND server = ${literalForm} AND monitor IN \\(((?:'(?:[^']|'')*'(?:, )?)+)\\) AND time >= from_milliseconds\\((\\d+)\\) AND time < from_milliseconds\\((\\d+)\\)`;
const valuesForm =
  '((?:, (?:[a-z_]+\\("(?:[^"]|"")*"(?:, 0\\.95)?\\)|CAST\\(NULL AS DOUBLE\\)) AS [a-z]\\d+)*)';
const columnsForm = new RegExp(`^SELECT \\* ${reachForm} LIMIT 1$`);
const countForm = new RegExp(`^SELECT monitor${valuesForm} ${reachForm} GROUP BY monitor$`);
const severityForm =
  "max\\(CASE severity WHEN 'ok' THEN 0 WHEN 'unknown' THEN 1 WHEN 'warning' THEN 2 WHEN 'critical' THEN 3 END\\) AS worst";
const newestForm = 'max_by\\("check", CASE WHEN "check" IS NOT NULL THEN time END\\) AS newest';
const bucketForm = new RegExp(
  `^SELECT 'bucket' AS kind, monitor, bin\\(time, (\\d+)s\\) AS start, ${severityForm}, ${newestForm}${valuesForm} ${reachForm} GROUP BY monitor, bin\\(time, \\1s\\)$`,
);
const wholeForm = new RegExp(
  `^SELECT 'whole' AS kind, monitor, min\\(time\\) AS start, ${severityForm}, ${newestForm}${valuesForm} ${reachForm} GROUP BY monitor$`,
);
const maxQueryBytes = 256 * 1024;

/**
 * Timestream as far as this product uses it: the JSON protocol, merging of common attributes, limits, versions, paging,
 * and the forms of query that the store writes. Anything else is a ValidationException.
 */
export class TimestreamServer {
  readonly writes: WriteRequest[] = [];
  readonly queries: string[] = [];
  readonly faults: string[] = [];
  rowsPerPage = 100;
  /** Answers to give instead of the real one, first to last. */
  readonly nextFaults: Fault[] = [];
  /** Records of these monitors are refused. */
  readonly refusedMonitors = new Set<string>();
  readonly #rows = new Map<string, { version: number; content: string; row: Row }>();
  readonly #pages = new Map<string, Row[]>();
  readonly #http = createServer(async (request, response) => {
    let status = 200;
    let body: object;
    try {
      body = this.#answer(request, JSON.parse(await text(request)));
    } catch (thrown) {
      const fault = isFault(thrown) ? thrown : invalid(String(thrown));
      this.faults.push(fault.type);
      status = fault.status;
      body = {
        __type: `com.amazonaws.timestream#${fault.type}`,
        message: fault.message,
        Message: fault.message,
        ...fault.more,
      };
    }
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
  });

  async listen(): Promise<string> {
    this.#http.listen(0, '127.0.0.1');
    await once(this.#http, 'listening');
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#http.closeAllConnections();
    this.#http.close();
    await once(this.#http, 'close');
  }

  #answer({ method, url, headers }: IncomingMessage, body: unknown): object {
    if (method !== 'POST' || url !== '/') throw invalid(`${method} ${url}`);
    if (headers['content-type'] !== 'application/x-amz-json-1.0') throw invalid('content type');
    if (
      !/^AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/ap-northeast-1\/timestream\//.test(
        headers.authorization ?? '',
      )
    )
      throw invalid('signature');
    const fault = this.nextFaults.shift();
    if (fault !== undefined) throw fault;
    switch (headers['x-amz-target']) {
      case 'Timestream_20181101.WriteRecords':
        return this.#write(body as WriteRequest);
      case 'Timestream_20181101.Query':
        return this.#query(body as { QueryString: string; NextToken?: string });
      default:
        throw invalid(`target ${headers['x-amz-target']}`);
    }
  }

  #write(request: WriteRequest): object {
    this.writes.push(request);
    if (request.DatabaseName !== 'mimamori' || request.TableName !== 'checks')
      throw { status: 400, type: 'ResourceNotFoundException', message: 'no such table' } satisfies Fault;
    const { CommonAttributes: common = {}, Records } = request;
    if (Records.length < 1 || Records.length > 100) throw invalid(`${Records.length} records`);
    const rejected: object[] = [];
    for (const [RecordIndex, record] of Records.entries()) {
      const merged = mergeRecord(common, record);
      const dimensions = new Map(merged.Dimensions.map(({ Name, Value }) => [Name, Value]));
      const key = JSON.stringify([merged.Dimensions, merged.Time, merged.MeasureName]);
      const content = JSON.stringify(merged.MeasureValues);
      const stored = this.#rows.get(key);
      if (this.refusedMonitors.has(dimensions.get('monitor') ?? ''))
        rejected.push({
          RecordIndex,
          Reason: 'The record timestamp is outside the time range of the data ingestion window.',
        });
      else if (stored !== undefined && stored.content !== content && merged.Version <= stored.version)
        rejected.push({
          RecordIndex,
          Reason:
            'A record already exists with the same time, dimensions, and measure name, but different value.',
          ExistingVersion: stored.version,
        });
      else
        this.#rows.set(key, {
          version: Math.max(merged.Version, stored?.version ?? 1),
          content,
          row: new Map([
            ...dimensions,
            ['measure_name', merged.MeasureName],
            ['time', new Date(Number(merged.Time)).toISOString().replace('T', ' ').replace('Z', '000000')],
            ...merged.MeasureValues.map(({ Name, Value }): [string, string] => [Name, Value]),
          ]),
        });
    }
    if (rejected.length > 0)
      throw {
        status: 400,
        type: 'RejectedRecordsException',
        message: 'One or more records have been rejected. See RejectedRecords for details.',
        more: { RejectedRecords: rejected },
      } satisfies Fault;
    return { RecordsIngested: { Total: Records.length, MemoryStore: Records.length, MagneticStore: 0 } };
  }

  #query({ QueryString, NextToken }: { QueryString: string; NextToken?: string }): object {
    if (NextToken === undefined) this.queries.push(QueryString);
    const rows = NextToken === undefined ? this.#select(QueryString) : this.#pages.get(NextToken);
    if (rows === undefined) throw invalid('token');
    // `*` has every column that any row of the table has ever filled.
    const filled = QueryString.startsWith('SELECT *') ? [...this.#rows.values()].map(({ row }) => row) : rows;
    const columns = [...new Set(filled.flatMap((row) => [...row.keys()]))];
    const rest = rows.slice(this.rowsPerPage);
    const token = `page-${this.#pages.size}`;
    if (rest.length > 0) this.#pages.set(token, rest);
    return {
      QueryId: 'q',
      ColumnInfo: columns.map((Name) => ({ Name, Type: { ScalarType: 'VARCHAR' } })),
      Rows: rows.slice(0, this.rowsPerPage).map((row) => ({
        Data: columns.map((name) => (row.has(name) ? { ScalarValue: row.get(name) } : { NullValue: true })),
      })),
      ...(rest.length > 0 && { NextToken: token }),
    };
  }

  /** One SELECT of a series: the columns, the counts, the buckets or the whole of a range. */
  #aggregate(query: string): Row[] {
    const bucket = bucketForm.exec(query);
    const whole = wholeForm.exec(query);
    const count = countForm.exec(query);
    const match = bucket ?? whole ?? count ?? columnsForm.exec(query);
    if (match === null) throw invalid(`unknown query: ${query}`);
    const [account, server, list = '', from, to] = match.slice(-5);
    const monitors = new Set(
      [...list.matchAll(new RegExp(literalForm, 'g'))].map(([, name]) => unquoted(name)),
    );
    const rows = [...this.#rows.values()]
      .map(({ row }) => row)
      .filter((row) => row.get('account') === unquoted(account) && row.get('server') === unquoted(server))
      .filter((row) => monitors.has(row.get('monitor')))
      .filter((row) => msOf(row) >= Number(from) && msOf(row) < Number(to));
    if (bucket === null && whole === null && count === null) return rows.slice(0, 1);
    const binMs = Number(bucket?.[1] ?? 0) * 1000;
    const startOf = (row: Row) => (bucket === null ? 0 : Math.floor(msOf(row) / binMs) * binMs);
    const groups = Map.groupBy(rows, (row) => `${row.get('monitor')} ${startOf(row)}`);
    const values = [
      ...(match.at(-6) ?? '').matchAll(/, ([a-z_]+)\("((?:[^"]|"")*)"(?:, 0\.95)?\) AS ([a-z]\d+)/g),
    ];
    const known = new Set([...this.#rows.values()].flatMap(({ row }) => [...row.keys()]));
    return [...groups.values()].map((group) => {
      const answer: Row = new Map([['monitor', group[0]?.get('monitor') ?? '']]);
      for (const [, name = '', quoted = '', alias = ''] of values) {
        const column = quoted.replaceAll('""', '"');
        if (!known.has(column)) throw invalid(`Column '${column}' does not exist`);
        const value = aggregateOf(name, column, group);
        if (value !== undefined) answer.set(alias, String(value));
      }
      if (count !== null) return answer;
      const ranks = group.map((row) =>
        ['ok', 'unknown', 'warning', 'critical'].indexOf(row.get('severity') ?? ''),
      );
      const newest = group.filter((row) => row.has('check')).toSorted((a, b) => msOf(b) - msOf(a))[0];
      answer.set('kind', bucket === null ? 'whole' : 'bucket');
      answer.set(
        'start',
        timeOf(bucket === null ? Math.min(...group.map(msOf)) : startOf(group[0] ?? new Map())),
      );
      answer.set('worst', String(Math.max(...ranks)));
      answer.set('newest', newest?.get('check') ?? '');
      return answer;
    });
  }

  #select(query: string): Row[] {
    if (Buffer.byteLength(query) > maxQueryBytes) throw invalid('the query is too long');
    const all = [...this.#rows.values()].map(({ row }) => row);
    const read = readForm.exec(query);
    if (read !== null) {
      const [account, server, monitor] = read.slice(1, 4).map((value) => value.replaceAll("''", "'"));
      return all
        .filter(
          (row) =>
            row.get('account') === account && row.get('server') === server && row.get('monitor') === monitor,
        )
        .filter((row) => msOf(row) >= Number(read[4]) && msOf(row) < Number(read[5]))
        .sort((a, b) => msOf(a) - msOf(b));
    }
    const latest = latestForm.exec(query);
    if (latest === null) return query.split(' UNION ALL ').flatMap((member) => this.#aggregate(member));
    const [account, server] = latest.slice(1, 3).map((value) => value.replaceAll("''", "'"));
    const rows = all.filter(
      (row) =>
        row.get('account') === account && row.get('server') === server && msOf(row) >= Number(latest[3]),
    );
    return rows.filter((row) =>
      rows.every((other) => other.get('monitor') !== row.get('monitor') || msOf(other) <= msOf(row)),
    );
  }
}

const msOf = (row: Row) => Date.parse(`${row.get('time')?.slice(0, 23).replace(' ', 'T')}Z`);
const timeOf = (ms: number) => new Date(ms).toISOString().replace('T', ' ').replace('Z', '000000');
const unquoted = (text: string | undefined) => text?.replaceAll("''", "'");

/** min, max, avg, count and the nearest rank, of what is not null: null for nothing, but for the count. */
function aggregateOf(name: string, column: string, rows: readonly Row[]): number | undefined {
  const values = rows
    .flatMap((row) => (row.has(column) ? [Number(row.get(column))] : []))
    .sort((a, b) => a - b);
  if (name === 'count') return values.length;
  if (values.length === 0) return undefined;
  switch (name) {
    case 'min':
      return values[0];
    case 'max':
      return values.at(-1);
    case 'avg':
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    case 'approx_percentile':
      return values[Math.ceil(values.length * 0.95) - 1];
    default:
      throw invalid(`unknown function ${name}`);
  }
}

/** Joins a record with the common attributes, and holds it to the service's limits. */
function mergeRecord(common: WireRecord, record: WireRecord) {
  const merged = { Version: 1, TimeUnit: 'MILLISECONDS', ...common, ...record };
  const dimensions = [...(common.Dimensions ?? []), ...(record.Dimensions ?? [])].toSorted((a, b) =>
    a.Name.localeCompare(b.Name),
  );
  const { MeasureName, MeasureValueType, MeasureValues, Time, TimeUnit, Version } = merged;
  if (new Set(dimensions.map(({ Name }) => Name)).size !== dimensions.length)
    throw invalid('dimensions overlap');
  if (dimensions.some(({ Name, Value }) => reserved.test(Name) || Value === '')) throw invalid('dimension');
  if (MeasureName === undefined || MeasureValueType !== 'MULTI' || MeasureValues === undefined)
    throw invalid('measure');
  if (Time === undefined || !/^\d+$/.test(Time) || TimeUnit !== 'MILLISECONDS') throw invalid('time');
  if (!Number.isInteger(Version) || Version < 1) throw invalid('version');
  if (MeasureValues.length < 1 || MeasureValues.length > 256)
    throw invalid(`${MeasureValues.length} measures`);
  const names = MeasureValues.map(({ Name }) => Name);
  if (new Set([...names, ...dimensions.map(({ Name }) => Name)]).size !== names.length + dimensions.length)
    throw invalid('names overlap');
  for (const { Name, Value, Type } of MeasureValues) {
    if (reserved.test(Name) || Buffer.byteLength(Name) > 256) throw invalid(`measure name ${Name}`);
    if (Type !== 'VARCHAR' && !Number.isFinite(Number(Value))) throw invalid(`value ${Value}`);
  }
  const bytes =
    8 +
    Buffer.byteLength(MeasureName) +
    dimensions.reduce((sum, { Name, Value }) => sum + Buffer.byteLength(Name + Value), 0) +
    MeasureValues.reduce(
      (sum, { Name, Value, Type }) =>
        sum + Buffer.byteLength(Name) + (Type === 'VARCHAR' ? Buffer.byteLength(Value) : 8),
      0,
    );
  if (bytes > 2048) throw invalid(`a record of ${bytes} bytes`);
  return { Dimensions: dimensions, MeasureName, MeasureValues, Time, Version };
}

const invalid = (message: string): Fault => ({ status: 400, type: 'ValidationException', message });
const isFault = (thrown: unknown): thrown is Fault =>
  typeof thrown === 'object' && thrown !== null && 'status' in thrown && 'type' in thrown;
