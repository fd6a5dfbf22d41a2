import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Severity } from '../../../core/check-outcome.ts';
import type { MetricRecord } from '../../../platform/metrics/metric-store.ts';
import { openSqliteMetricStore, type SqliteMetricStore } from '../../../platform/metrics/sqlite.ts';
import { itKeepsTheMetricContract, point } from './contract.ts';
import { expectToTell, itKeepsTheSeriesContract } from './series-contract.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'metrics-'));
});
afterEach(() => rm(directory, { recursive: true }));

describe('metrics in SQLite', () => {
  const openStore = async () => {
    const store = openSqliteMetricStore({ file: join(directory, 'metrics.sqlite') });
    return { store, dispose: () => store.close() };
  };
  itKeepsTheMetricContract(openStore);
  itKeepsTheSeriesContract(openStore);

  const https = { account: 'acme', server: 'web-1', monitor: 'https' };
  const hourly = (count: number) =>
    Array.from({ length: count }, (_, i) =>
      point({ at: new Date(Date.UTC(2026, 0, 1, i)).toISOString(), values: { responseMs: i } }),
    );
  const all = { ...https, from: '2026-01-01T00:00:00.000Z', to: '2027-01-01T00:00:00.000Z' };

  it('given a store that was closed, when it is opened again, then it has what was written', async () => {
    const file = join(directory, 'metrics.sqlite');
    const first = openSqliteMetricStore({ file });
    await first.write(hourly(3));
    await first.close();
    await first.close();
    const second = openSqliteMetricStore({ file });
    expect(await second.read(all)).toEqual(hourly(3));
    await second.close();
  });

  it('given two stores on one file, when both write new monitors in turn, then both read all of it', async () => {
    const file = join(directory, 'metrics.sqlite');
    const [one, two] = [openSqliteMetricStore({ file }), openSqliteMetricStore({ file })];
    await one.write([point({ monitor: 'a', values: { x: 1 } })]);
    await two.write([
      point({ monitor: 'b', values: { y: 2 } }),
      point({ monitor: 'a', at: '2026-11-21T10:01:00.000Z' }),
    ]);
    await one.write([point({ monitor: 'b', at: '2026-11-21T10:01:00.000Z', values: { y: 3 } })]);
    for (const store of [one, two]) {
      const latest = await store.latest({ account: 'acme', server: 'web-1', since: all.from });
      expect(latest.map(({ monitor, values }) => [monitor, values])).toEqual([
        ['a', { responseMs: 12.5 }],
        ['b', { y: 3 }],
      ]);
      await store.close();
    }
  });

  it('given four threads that write at once, when all are done, then nothing is lost', async () => {
    const file = join(directory, 'metrics.sqlite');
    const module = new URL('../../../platform/metrics/sqlite.ts', import.meta.url).href;
    const script = `
      const { workerData } = require('node:worker_threads');
      import(${JSON.stringify(module)}).then(async ({ openSqliteMetricStore }) => {
        const store = openSqliteMetricStore({ file: ${JSON.stringify(file)} });
        for (let batch = 0; batch < 20; batch++)
          await store.write(Array.from({ length: 100 }, (_, i) => ({
            account: 'acme', server: 'web-' + workerData, monitor: 'm' + i, check: 'tcp', severity: 'ok',
            at: new Date(Date.UTC(2026, 0, 1, 0, batch)).toISOString(), values: { responseMs: i },
          })));
        await store.close();
      });`;
    const done = [1, 2, 3, 4].map(
      (number) =>
        new Promise<number>((resolve, reject) => {
          const worker = new Worker(script, { eval: true, workerData: number, execArgv: [] });
          worker.once('error', reject);
          worker.once('exit', resolve);
        }),
    );
    expect(await Promise.all(done)).toEqual([0, 0, 0, 0]);
    const store = openSqliteMetricStore({ file });
    for (const number of [1, 2, 3, 4])
      for (const monitor of ['m0', 'm99'])
        expect(await store.read({ ...all, server: `web-${number}`, monitor })).toHaveLength(20);
    await store.close();
  });

  const prunings = [
    {
      when: 'it is pruned before the 10th hour',
      before: '2026-01-01T10:00:00.000Z',
      steps: [4, 4, 2],
      left: 90,
    },
    { when: 'the bound lies within an hour', before: '2026-01-01T02:59:59.000Z', steps: [2], left: 98 },
    { when: 'nothing is that old', before: '2025-12-01T00:00:00.000Z', steps: [0], left: 100 },
  ];
  for (const { when, before, steps, left } of prunings) {
    it(`given a hundred hours, when ${when}, then whole old hours go in small steps and ${left} points stay`, async () => {
      const store = openSqliteMetricStore({ file: ':memory:' });
      await store.write(hourly(100));
      const done: number[] = [];
      do done.push(await store.prune(before, 4));
      while (done.at(-1) === 4);
      expect(done).toEqual(steps);
      expect(await store.read(all)).toEqual(hourly(100).slice(-left));
      await store.close();
    });
  }

  const month = { from: '2026-01-01T00:00:00.000Z', to: '2026-01-31T00:00:00.000Z' };
  const ofMonth = { account: 'acme', server: 'web-1', ...month };
  const inTwoHours = [{ monitor: 'https', bucketSeconds: 7_200 }];
  const rollUpAll = async (store: SqliteMetricStore, before: string) => {
    while (await store.rollUp(before));
  };

  it('given a month that was rolled up, when its points are gone, then its hours are still drawn', async () => {
    const store = openSqliteMetricStore({ file: ':memory:' });
    const points = hourly(24 * 30);
    await store.write(points);
    await rollUpAll(store, '2026-02-01T00:00:00.000Z');
    const [before] = await store.series({ ...ofMonth, monitors: inTwoHours });
    expectToTell(before, points, { ...month, bucketSeconds: 7_200 });
    // The bound lies in the last hour of a day: all of its other points go, and none of its hours.
    await store.prune('2026-01-10T23:30:00.000Z', 1_000_000);
    expect(await store.read({ ...https, from: month.from, to: '2026-01-10T23:00:00.000Z' })).toEqual([]);
    const [after] = await store.series({ ...ofMonth, monitors: inTwoHours });
    expect(after?.values[0]?.max.slice(0, 9 * 12)).toEqual(Array.from({ length: 9 * 12 }, () => null));
    expect(after?.values[0]?.max.slice(9 * 12)).toEqual(before?.values[0]?.max.slice(9 * 12));
    expect(before?.percentileOf).toBe('hours');
    await store.close();
  });

  it('given a file of an earlier release, when it is opened, then it is drawn at once and rolled up bit by bit', async () => {
    const file = join(directory, 'metrics.sqlite');
    const points = hourly(24 * 40);
    const first = openSqliteMetricStore({ file });
    await first.write(points);
    await first.close();
    const raw = new DatabaseSync(file);
    raw.exec('DROP TABLE day_of_series; DROP TABLE rolled_up;');
    raw.close();

    const store = openSqliteMetricStore({ file });
    const [before] = await store.series({ ...ofMonth, monitors: inTwoHours });
    expectToTell(before, points, { ...month, bucketSeconds: 7_200 });
    await rollUpAll(store, '2026-03-01T00:00:00.000Z');
    expect(await store.series({ ...ofMonth, monitors: inTwoHours })).toEqual([before]);
    await store.close();
    const rolledUp = new DatabaseSync(file);
    expect(rolledUp.prepare('SELECT count(*) AS days FROM day_of_series').get()).toEqual({ days: 40 });
    rolledUp.close();
  });

  it('given days that are not over, when they are rolled up, then they are left to their points', async () => {
    const store = openSqliteMetricStore({ file: ':memory:' });
    await store.write(hourly(30));
    await rollUpAll(store, '2026-01-01T23:59:59.999Z');
    await store.write([point({ at: '2026-01-01T12:30:00.000Z', values: { responseMs: 1e6 } })]);
    const [series] = await store.series({ ...ofMonth, monitors: inTwoHours });
    expect(series?.values[0]?.max.slice(5, 8)).toEqual([11, 1e6, 15]);
    await store.close();
  });

  // What happens to a file over time, in any order: points that come late, come again, or come from another process.
  const deed = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('write' as const),
        by: fc.integer({ min: 0, max: 1 }),
        points: fc.array(
          fc.record({
            monitor: fc.constantFrom('https', 'disk'),
            hour: fc.integer({ min: 0, max: 24 * 12 }),
            minute: fc.constantFrom(0, 30, 59),
            severity: fc.constantFrom<Severity>('ok', 'critical', 'unknown'),
            values: fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: -50, max: 1_000 })),
          }),
          { maxLength: 25 },
        ),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('rollUp' as const),
        by: fc.integer({ min: 0, max: 1 }),
        hours: fc.integer({ min: 0, max: 24 * 14 }),
      }),
    },
  );

  it('given any order of writing and rolling up by two processes, when hours are drawn, then they tell of the points as they are', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { maxLength: 12 }), async (deeds) => {
        const file = join(directory, `metrics-${run++}.sqlite`);
        const stores = [openSqliteMetricStore({ file }), openSqliteMetricStore({ file })] as const;
        const points = new Map<string, MetricRecord>();
        for (const done of deeds) {
          const store = stores[done.by === 0 ? 0 : 1];
          if (done.kind === 'rollUp') {
            await rollUpAll(store, new Date(Date.UTC(2026, 0, 1, done.hours)).toISOString());
            continue;
          }
          const records = done.points.map(({ monitor, hour, minute, severity, values }) =>
            point({
              monitor,
              severity,
              values: { ...values },
              at: new Date(Date.UTC(2026, 0, 1, hour, minute)).toISOString(),
            }),
          );
          await store.write(records);
          for (const record of records) points.set(`${record.monitor} ${record.at}`, record);
        }
        const range = {
          from: '2025-12-31T12:00:00.000Z',
          to: '2026-01-14T00:00:00.000Z',
          bucketSeconds: 10_800,
        };
        for (const store of stores) {
          const drawn = await store.series({
            account: 'acme',
            server: 'web-1',
            ...range,
            monitors: ['https', 'disk'].map((monitor) => ({ monitor, bucketSeconds: range.bucketSeconds })),
          });
          for (const series of drawn) {
            const its = [...points.values()].filter(({ monitor }) => monitor === series.monitor);
            expect(series.percentileOf).toBe('hours');
            expectToTell(series, its, range);
            for (const { name, summary } of series.values)
              expect(summary?.p95).toBeCloseTo(percentileOfHours(its, name), 9);
          }
          await store.close();
        }
      }),
      { numRuns: 40 },
    );
  });

  it('given a directory that is not there, when the store is opened, then the message names the file and the mend', () => {
    const file = join(directory, 'nowhere', 'metrics.sqlite');
    expect(() => openSqliteMetricStore({ file })).toThrow(
      `the metric store ${file} cannot be opened; check that its directory is there and can be written`,
    );
  });
});

/** The 95th percentile of the averages of hours, by nearest rank. */
function percentileOfHours(records: readonly MetricRecord[], name: string): number {
  const hours = Map.groupBy(
    records.filter(({ values }) => name in values),
    ({ at }) => at.slice(0, 13),
  );
  const means = [...hours.values()].map(
    (its) => its.reduce((sum, { values }) => sum + (values[name] ?? Number.NaN), 0) / its.length,
  );
  means.sort((a, b) => a - b);
  return means[Math.ceil(means.length * 0.95) - 1] ?? Number.NaN;
}
