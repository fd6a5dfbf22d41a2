import { TimestreamQueryClient } from '@aws-sdk/client-timestream-query';
import { TimestreamWriteClient } from '@aws-sdk/client-timestream-write';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MetricRecord, MetricStore, SeriesStore } from '../../../platform/metrics/metric-store.ts';
import { createTimestreamMetricStore } from '../../../platform/metrics/timestream.ts';
import { itKeepsTheMetricContract, point, t } from './contract.ts';
import { itKeepsTheSeriesContract } from './series-contract.ts';
import { TimestreamServer } from './timestream-server.ts';

const throttled = { status: 400, type: 'ThrottlingException', message: 'Rate exceeded' };
const denied = { status: 400, type: 'AccessDeniedException', message: 'Only existing customers' };
const day = { from: t('00:00:00'), to: '2026-11-22T00:00:00.000Z' };
const https = { account: 'acme', server: 'web-1', monitor: 'https' };

let server: TimestreamServer;
let store: MetricStore & SeriesStore;

async function open(): Promise<void> {
  server = new TimestreamServer();
  const settings = {
    endpoint: await server.listen(),
    region: 'ap-northeast-1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
  };
  store = createTimestreamMetricStore({
    database: 'mimamori',
    table: 'checks',
    writeClient: new TimestreamWriteClient({ ...settings, maxAttempts: 3 }),
    queryClient: new TimestreamQueryClient(settings),
  });
}

async function dispose(): Promise<void> {
  await store.close();
  await server.close();
}

describe('metrics in Timestream', () => {
  itKeepsTheMetricContract(async () => {
    await open();
    return { store, dispose };
  });
  itKeepsTheSeriesContract(
    async () => {
      await open();
      return { store, dispose };
    },
    { runs: 25 },
  );

  describe('on the wire', () => {
    beforeEach(open);
    afterEach(dispose);

    it('given a sweep over two servers, when it is written, then what all share is sent once', async () => {
      await store.write([
        point({ monitor: 'ssh', check: 'tcp', values: { responseMs: 3 } }),
        point({
          server: 'db-1',
          monitor: 'disk',
          check: 'disk',
          severity: 'warning',
          values: { usedPercent: 91.5 },
        }),
        point(),
      ]);
      expect(server.writes).toEqual([
        {
          DatabaseName: 'mimamori',
          TableName: 'checks',
          CommonAttributes: {
            Dimensions: [{ Name: 'account', Value: 'acme' }],
            MeasureName: 'check',
            MeasureValueType: 'MULTI',
            Time: String(Date.parse(t('10:00:00'))),
            TimeUnit: 'MILLISECONDS',
            Version: 1,
          },
          Records: [
            {
              Dimensions: [
                { Name: 'server', Value: 'db-1' },
                { Name: 'monitor', Value: 'disk' },
              ],
              MeasureValues: [
                { Name: 'severity', Value: 'warning', Type: 'VARCHAR' },
                { Name: 'check', Value: 'disk', Type: 'VARCHAR' },
                { Name: 'v_usedPercent', Value: '91.5', Type: 'DOUBLE' },
              ],
            },
            ...[
              { monitor: 'ssh', check: 'tcp', responseMs: '3' },
              { monitor: 'https', check: 'http', responseMs: '12.5' },
            ].map(({ monitor, check, responseMs }) => ({
              Dimensions: [
                { Name: 'server', Value: 'web-1' },
                { Name: 'monitor', Value: monitor },
              ],
              MeasureValues: [
                { Name: 'severity', Value: 'ok', Type: 'VARCHAR' },
                { Name: 'check', Value: check, Type: 'VARCHAR' },
                { Name: 'v_responseMs', Value: responseMs, Type: 'DOUBLE' },
              ],
            })),
          ],
        },
      ]);
    });

    it('given points of one monitor, when they are written, then only time and values stand in each record', async () => {
      await store.write([point(), point({ at: t('10:03:00') })]);
      const [request] = server.writes;
      expect(request?.CommonAttributes.Dimensions).toEqual([
        { Name: 'account', Value: 'acme' },
        { Name: 'server', Value: 'web-1' },
        { Name: 'monitor', Value: 'https' },
      ]);
      expect(request?.Records.map((record) => Object.keys(record))).toEqual([
        ['Time', 'MeasureValues'],
        ['Time', 'MeasureValues'],
      ]);
    });

    const fills = [
      { count: 100, requests: [100] },
      { count: 101, requests: [100, 1] },
      { count: 950, requests: [100, 100, 100, 100, 100, 100, 100, 100, 100, 50] },
    ];
    for (const { count, requests } of fills) {
      it(`given ${count} records, when they are written, then requests are full: ${requests.join(', ')}`, async () => {
        await store.write(monitors(count));
        expect(server.writes.map(({ Records }) => Records.length).toSorted((a, b) => b - a)).toEqual(
          requests,
        );
      });
    }

    it('given a record of 300 values, when it is written, then it travels in parts that keep the limits', async () => {
      const values = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`v${i}`, i]));
      expect(await store.write([point({ values })])).toEqual([]);
      const parts = server.writes[0]?.Records ?? [];
      expect(parts.map(({ MeasureName }) => MeasureName)).toEqual(['check', 'check-2', 'check-3']);
      expect(parts[0]?.MeasureValues?.slice(0, 3)).toEqual([
        { Name: 'severity', Value: 'ok', Type: 'VARCHAR' },
        { Name: 'check', Value: 'http', Type: 'VARCHAR' },
        { Name: 'parts', Value: '3', Type: 'BIGINT' },
      ]);
      expect(parts.flatMap(({ MeasureValues }) => MeasureValues ?? [])).toHaveLength(303);
    });

    it('given refused records among 150, when they are written, then each is told with its reason and the others are stored', async () => {
      server.refusedMonitors.add('m3').add('m120');
      const records = monitors(150);
      const reason = 'The record timestamp is outside the time range of the data ingestion window.';
      const rejected = await store.write(records);
      expect(rejected.toSorted((a, b) => a.record.monitor.localeCompare(b.record.monitor))).toEqual([
        { record: records[120], reason },
        { record: records[3], reason },
      ]);
      expect(await store.latest({ account: 'acme', server: 'web-1', since: day.from })).toHaveLength(148);
    });

    it('given a wide record that is refused, when it is written, then it is told once', async () => {
      server.refusedMonitors.add('https');
      const values = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`v${i}`, i]));
      expect(await store.write([point({ values })])).toHaveLength(1);
    });

    it('given a point that is there, when it is written anew with one that is not, then only the old one is sent again, above its version', async () => {
      await store.write([point({ values: { responseMs: 1 } })]);
      await store.write([point({ values: { responseMs: 2 } }), point({ monitor: 'ssh' })]);
      await store.write([point({ values: { responseMs: 3 } })]);
      expect(
        server.writes.map(({ CommonAttributes, Records }) => [CommonAttributes.Version, Records.length]),
      ).toEqual([
        [1, 1],
        [1, 2],
        [2, 1],
        [1, 1],
        [3, 1],
      ]);
      expect(await store.read({ ...https, ...day })).toEqual([point({ values: { responseMs: 3 } })]);
    });

    it('given a service that throttles twice, when a record is written, then it is sent until it is taken', async () => {
      server.nextFaults.push(throttled, throttled);
      expect(await store.write([point()])).toEqual([]);
      expect(server.faults).toEqual(['ThrottlingException', 'ThrottlingException']);
      expect(await store.read({ ...https, ...day })).toEqual([point()]);
    });

    it('given a service that fails one of two requests, when they are written, then its records alone are told', async () => {
      server.nextFaults.push({ ...throttled, type: 'ServiceQuotaExceededException' });
      const rejected = await store.write(monitors(200));
      expect(rejected).toHaveLength(100);
      expect(new Set(rejected.map(({ reason }) => reason))).toEqual(
        new Set([
          'Timestream table mimamori.checks was not written (ServiceQuotaExceededException: Rate exceeded); if it goes on, look at the quotas of Timestream',
        ]),
      );
      expect(await store.latest({ account: 'acme', server: 'web-1', since: day.from })).toHaveLength(100);
    });

    it('given a service that throttles without end, when a record is written, then the attempts are bounded and it throws', async () => {
      server.nextFaults.push(throttled, throttled, throttled, throttled);
      await expect(store.write([point()])).rejects.toThrow(
        'Timestream table mimamori.checks was not written (ThrottlingException: Rate exceeded); if it goes on, look at the quotas of Timestream',
      );
      expect(server.faults).toHaveLength(3);
    });

    it('given an account that may not use Timestream, when a record is written, then the message names the mend', async () => {
      server.nextFaults.push(denied);
      await expect(store.write([point()])).rejects.toThrow(
        'Timestream table mimamori.checks was not written (AccessDeniedException: Only existing customers); if this AWS account is no customer of Timestream, deploy with another metricStore',
      );
    });

    it('given an answer of many pages, when it is read, then all pages are', async () => {
      server.rowsPerPage = 7;
      await store.write(monitors(30));
      const latest = await store.latest({ account: 'acme', server: 'web-1', since: day.from });
      expect(latest.map(({ monitor }) => monitor)).toEqual(monitors(30).map(({ monitor }) => monitor));
    });

    it('given ids with quotes, when they are asked for, then they stand in the query as literals', async () => {
      await store.read({ account: "o'neil", server: "' OR 1=1 --", monitor: 'm', ...day });
      expect(server.queries).toEqual([
        `SELECT * FROM "mimamori"."checks" WHERE account = 'o''neil' AND server = ''' OR 1=1 --' AND monitor = 'm' AND time >= from_milliseconds(${Date.parse(day.from)}) AND time < from_milliseconds(${Date.parse(day.to)}) ORDER BY time`,
      ]);
    });

    it('given a range, when it is drawn, then the service puts what was measured into buckets, in few questions', async () => {
      await store.write([
        point(),
        point({ monitor: "o'neil", values: { 'used"%"': 3 } }),
        point({ server: 'web-2', values: { other: 1 } }),
      ]);
      const monitors = ['https', "o'neil"].map((monitor) => ({ monitor, bucketSeconds: 300 }));
      await store.series({
        account: 'acme',
        server: 'web-1',
        from: t('10:01:00'),
        to: t('10:07:00'),
        monitors,
      });
      const reach = `FROM "mimamori"."checks" WHERE account = 'acme' AND server = 'web-1' AND monitor IN ('https', 'o''neil') AND time >= from_milliseconds(${Date.parse(t('10:00:00'))}) AND time < from_milliseconds(${Date.parse(t('10:10:00'))})`;
      const checks =
        "max(CASE severity WHEN 'ok' THEN 0 WHEN 'unknown' THEN 1 WHEN 'warning' THEN 2 WHEN 'critical' THEN 3 END) AS worst, max_by(\"check\", CASE WHEN \"check\" IS NOT NULL THEN time END) AS newest";
      const values = (p: (column: string) => string) =>
        ['"v_responseMs"', `"v_used${'""'}%${'""'}"`]
          .map(
            (column, n) =>
              `min(${column}) AS n${n}, avg(${column}) AS a${n}, max(${column}) AS x${n}, ${p(column)} AS p${n}`,
          )
          .join(', ');
      expect(server.queries).toEqual([
        `SELECT * ${reach} LIMIT 1`,
        `SELECT monitor, count("v_responseMs") AS c0, count("v_used${'""'}%${'""'}") AS c1, count("v_other") AS c2 ${reach} GROUP BY monitor`,
        `SELECT 'bucket' AS kind, monitor, bin(time, 300s) AS start, ${checks}, ${values(() => 'CAST(NULL AS DOUBLE)')} ${reach} GROUP BY monitor, bin(time, 300s) UNION ALL ` +
          `SELECT 'whole' AS kind, monitor, min(time) AS start, ${checks}, ${values((column) => `approx_percentile(${column}, 0.95)`)} ${reach} GROUP BY monitor`,
      ]);
    });

    it('given a table of a thousand columns with the longest names, when a range is drawn, then each query is short enough and all values come', async () => {
      const long = (n: number) => `${n}:/${'d'.repeat(190)}`;
      const values = Object.fromEntries(Array.from({ length: 120 }, (_, n) => [long(n), n]));
      const others = Array.from({ length: 9 }, (_, n) =>
        point({
          server: `web-${n + 2}`,
          values: Object.fromEntries(Array.from({ length: 100 }, (_, k) => [long(1_000 + n * 100 + k), k])),
        }),
      );
      expect(await store.write([point({ values }), ...others])).toEqual([]);
      const [series] = await store.series({
        account: 'acme',
        server: 'web-1',
        from: t('10:00:00'),
        to: t('11:00:00'),
        monitors: [{ monitor: 'https', bucketSeconds: 300 }],
      });
      expect(series?.values.map(({ name, max }) => [name, max[0]])).toEqual(
        Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1)),
      );
      expect(Math.max(...server.queries.map((text) => Buffer.byteLength(text)))).toBeLessThan(256 * 1024);
    });

    it('given an answer of many pages, when a range is drawn, then all pages are in it', async () => {
      server.rowsPerPage = 7;
      await store.write(
        Array.from({ length: 60 }, (_, minute) =>
          point({
            at: new Date(Date.parse(t('10:00:00')) + minute * 60_000).toISOString(),
            values: { responseMs: minute },
          }),
        ),
      );
      const [series] = await store.series({
        account: 'acme',
        server: 'web-1',
        from: t('10:00:00'),
        to: t('11:00:00'),
        monitors: [{ monitor: 'https', bucketSeconds: 60 }],
      });
      expect(series?.values[0]?.avg).toEqual(Array.from({ length: 60 }, (_, minute) => minute));
    });
  });
});

const monitors = (count: number): MetricRecord[] =>
  Array.from({ length: count }, (_, i) => point({ monitor: `m${i}`, values: { responseMs: i } }));
