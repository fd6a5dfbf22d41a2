// How many checks' measurements a second one machine stores: a minute's batch of 10,000 monitors for each write, as a
// sweep does it, over six hours (1.2 million points), in a file on disk. Run: npx node bench/metric-writes.ts
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteMetricStore } from '../platform/metrics/sqlite.ts';

const monitors = 10_000;
const intervalMinutes = 3;
const minutes = 360;
const start = Date.UTC(2026, 10, 21);

const directory = await mkdtemp(join(tmpdir(), 'metric-writes-'));
const file = join(directory, 'metrics.sqlite');
const store = openSqliteMetricStore({ file });
const refs = Array.from({ length: monitors }, (_, i) => ({
  account: `account-${i % 100}`,
  server: `server-${Math.floor(i / 10)}`,
  monitor: `monitor-${i % 10}`,
}));

const batchMs: number[] = [];
let points = 0;
const cpuBefore = process.cpuUsage();
for (let minute = 0; minute < minutes; minute++) {
  const at = new Date(start + minute * 60_000).toISOString();
  const batch = refs
    .filter((_, i) => i % intervalMinutes === minute % intervalMinutes)
    .map((ref, i) => ({ ...ref, check: 'tcp', at, severity: 'ok' as const, values: { responseMs: i / 7 } }));
  const startedAt = performance.now();
  await store.write(batch);
  batchMs.push(performance.now() - startedAt);
  points += batch.length;
}
const cpu = process.cpuUsage(cpuBefore);
const seconds = batchMs.reduce((sum, ms) => sum + ms, 0) / 1000;

const readStartedAt = performance.now();
const reads = 200;
for (const ref of refs.slice(0, reads))
  await store.read({
    ...ref,
    from: new Date(start).toISOString(),
    to: new Date(start + 86_400_000).toISOString(),
  });
const readMs = (performance.now() - readStartedAt) / reads;
const latestStartedAt = performance.now();
for (const { account, server } of refs.slice(0, reads))
  await store.latest({ account, server, since: new Date(start).toISOString() });
const latestMs = (performance.now() - latestStartedAt) / reads;
await store.close();

console.log({
  points,
  insertsPerSecond: Math.round(points / seconds),
  batchMs: {
    median: quantile(batchMs, 0.5),
    p99: quantile(batchMs, 0.99),
    records: Math.round(points / minutes),
  },
  cpuMicrosecondsPerPoint: Number(((cpu.user + cpu.system) / points).toFixed(1)),
  bytesPerPoint: Number(((await stat(file)).size / points).toFixed(1)),
  readSixHoursMs: Number(readMs.toFixed(2)),
  latestOfServerMs: Number(latestMs.toFixed(2)),
});
await rm(directory, { recursive: true });

function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Number((sorted[Math.floor(q * (sorted.length - 1))] ?? Number.NaN).toFixed(1));
}
