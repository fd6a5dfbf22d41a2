// How quickly the graphs of a server are drawn on one machine, from the file to buckets: cpu, load, memory, a disk check of four file
// systems, traffic of two interfaces, and three liveness monitors, in 400 buckets. The server has 400 days of measurements, and so have
// a few neighbours; the others of 1,000 servers have those of the last day, so that what was measured last lies as scattered
// as it does in use. Run: npx node bench/series.ts [neighbours with 400 days] [servers]
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bucketSeconds } from '../core/graph/bucket.ts';
import { addSeconds } from '../core/instant.ts';
import type { MetricRecord } from '../platform/metrics/metric-store.ts';
import { openSqliteMetricStore } from '../platform/metrics/sqlite.ts';

const neighbours = Number(process.argv[2] ?? 3);
const servers = Number(process.argv[3] ?? 1_000);
const days = 400;
const minutesOfDay = 1_440;
const end = Date.UTC(2026, 10, 21, 12);
const now = new Date(end).toISOString();

const monitors = [
  {
    monitor: 'cpu',
    minutes: 5,
    names: ['usedPercent', 'userPercent', 'systemPercent', 'ioWaitPercent', 'stealPercent'],
  },
  { monitor: 'load', minutes: 5, names: ['load1', 'load5', 'load15', 'load5PerCore'] },
  { monitor: 'memory', minutes: 5, names: ['usedPercent', 'swapUsedPercent'] },
  { monitor: 'disk', minutes: 5, names: ['/', '/var', '/home', '/srv'].map((path) => `usedPercent:${path}`) },
  {
    monitor: 'traffic',
    minutes: 5,
    names: ['eth0', 'eth1'].flatMap((name) => [`inBitsPerSecond:${name}`, `outBitsPerSecond:${name}`]),
  },
  { monitor: 'https', minutes: 3, names: ['responseMs'] },
  { monitor: 'ssh', minutes: 3, names: ['responseMs'] },
  { monitor: 'mysql', minutes: 3, names: ['responseMs'] },
];

const directory = await mkdtemp(join(tmpdir(), 'series-'));
const file = join(directory, 'metrics.sqlite');
const store = openSqliteMetricStore({ file });

let points = 0;
const fillStartedAt = performance.now();
for (let minute = -days * minutesOfDay; minute < 0; minute += 15) {
  const all = minute >= -minutesOfDay ? servers : neighbours + 1;
  const batch = [...recordsOf(minute, 15, all)];
  await store.write(batch);
  points += batch.length;
}
const fillSeconds = (performance.now() - fillStartedAt) / 1000;
const bytesOfPoints = (await stat(file)).size;

const rollUpStartedAt = performance.now();
const stepsMs: number[] = [];
for (let isMore = true; isMore; ) {
  const startedAt = performance.now();
  isMore = await store.rollUp(now);
  stepsMs.push(performance.now() - startedAt);
}
const rollUpSeconds = (performance.now() - rollUpStartedAt) / 1000;
const bytesOfAll = (await stat(file)).size;

const ranges = { '6 h': 6, '24 h': 24, '7 d': 168, '30 d': 720, '13 months': 396 * 24 };
const drawn = [];
for (const [range, hours] of Object.entries(ranges)) {
  const from = addSeconds(now, -hours * 3_600);
  const asked = {
    account: 'acme',
    server: 'server-0',
    from,
    to: now,
    monitors: monitors.map(({ monitor, minutes }) => ({
      monitor,
      bucketSeconds: bucketSeconds(from, now, 400, minutes * 60),
    })),
  };
  const takenMs: number[] = [];
  let answerBytes = 0;
  for (let round = 0; round < 100; round++) {
    const startedAt = performance.now();
    const series = await store.series(asked);
    takenMs.push(performance.now() - startedAt);
    answerBytes = JSON.stringify(series).length;
  }
  drawn.push({
    range,
    firstMs: round(takenMs[0] ?? Number.NaN),
    p50Ms: quantile(takenMs, 0.5),
    p95Ms: quantile(takenMs, 0.95),
    buckets: asked.monitors[0]?.bucketSeconds,
    answerKb: Math.round(answerBytes / 1024),
  });
}
await store.close();
await rm(directory, { recursive: true });

console.table(drawn);
console.log({
  points,
  insertsPerSecond: Math.round(points / fillSeconds),
  bytesPerPoint: round(bytesOfPoints / points),
  rollUpSeconds: round(rollUpSeconds),
  rollUpMicrosecondsPerPoint: round((rollUpSeconds * 1e6) / points),
  rollUpStepMs: { p50: quantile(stepsMs, 0.5), max: quantile(stepsMs, 1) },
  rollUpsOfPoints: `${round(((bytesOfAll - bytesOfPoints) / bytesOfPoints) * 100)} %`,
});

function* recordsOf(minute: number, count: number, of: number): Generator<MetricRecord> {
  for (let at = minute; at < minute + count; at++) {
    for (const { monitor, minutes, names } of monitors) {
      if ((at + days * minutesOfDay) % minutes !== 0) continue;
      for (let server = 0; server < of; server++)
        yield {
          account: 'acme',
          server: `server-${server}`,
          monitor,
          check: monitor,
          at: new Date(end + at * 60_000).toISOString(),
          severity: 'ok',
          values: Object.fromEntries(
            names.map((name, n) => [name, 50 + 40 * Math.sin(at / 300 + n + server)]),
          ),
        };
    }
  }
}

function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return round(sorted[Math.ceil(q * sorted.length) - 1] ?? sorted[0] ?? Number.NaN);
}

function round(value: number): number {
  return Number(value.toFixed(1));
}
