import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSqliteMetricStore } from '../../../platform/metrics/sqlite.ts';
import { itKeepsTheMetricContract, point } from './contract.ts';
import { itKeepsTheSeriesContract } from './series-contract.ts';

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

  it('given a directory that is not there, when the store is opened, then the message names the file and the mend', () => {
    const file = join(directory, 'nowhere', 'metrics.sqlite');
    expect(() => openSqliteMetricStore({ file })).toThrow(
      `the metric store ${file} cannot be opened; check that its directory is there and can be written`,
    );
  });
});
