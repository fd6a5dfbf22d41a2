import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { addSeconds } from '../../core/instant.ts';
import { MetricRetention } from '../../local/metric-retention.ts';
import { VirtualClock } from '../../local/virtual-clock.ts';
import { openSqliteMetricStore } from '../../platform/metrics/sqlite.ts';

const now = '2026-11-21T00:00:00.000Z';
const day = 24 * 3_600;
const ref = { account: 'acme', server: 'web-1', monitor: 'http' };
const pointAt = (at: string) => ({
  ...ref,
  check: 'http',
  at,
  severity: 'ok' as const,
  values: { responseMs: 1 },
});

describe('how long measurements are kept on one machine', () => {
  it('given points of 14 months, when an hour has passed, then those of the last 13 months are left', async () => {
    const metrics = openSqliteMetricStore({ file: ':memory:' });
    await metrics.write(Array.from({ length: 425 }, (_, days) => pointAt(addSeconds(now, -days * day))));
    const clock = new VirtualClock(Date.parse(now));
    const retention = new MetricRetention({ metrics, clock, warn: expect.unreachable });
    retention.start();
    await clock.advanceTo(Date.parse(now) + 3_600_000, () => new Promise((resolve) => setImmediate(resolve)));
    const left = await metrics.read({ ...ref, from: addSeconds(now, -430 * day), to: addSeconds(now, day) });
    expect(left).toHaveLength(396);
    retention.close();
    expect(clock.nextDueMs()).toBeUndefined();
    await metrics.close();
  });

  it('given points of a month, when it has run for a few minutes, then the days that are over are rolled up', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'metric-retention-'));
    const file = join(directory, 'metrics.sqlite');
    const metrics = openSqliteMetricStore({ file });
    await metrics.write(Array.from({ length: 30 }, (_, days) => pointAt(addSeconds(now, -days * day))));
    const clock = new VirtualClock(Date.parse(now));
    const retention = new MetricRetention({ metrics, clock, warn: expect.unreachable });
    retention.start();
    await clock.advanceTo(Date.parse(now) + 300_000, () => new Promise((resolve) => setImmediate(resolve)));
    retention.close();
    await metrics.close();
    const db = new DatabaseSync(file, { readOnly: true });
    // Not the day that has just begun, and not the one before, whose points may still come.
    expect(db.prepare('SELECT count(*) AS days FROM day_of_series').get()).toEqual({ days: 28 });
    db.close();
    await rm(directory, { recursive: true });
  });
});
