import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Severity } from '../../../core/check-outcome.ts';
import type { MonitorSeries, ValueSeries } from '../../../core/graph/series.ts';
import { worst } from '../../../core/threshold.ts';
import type {
  MetricRecord,
  MetricStore,
  SeriesRange,
  SeriesStore,
} from '../../../platform/metrics/metric-store.ts';
import { point, t } from './contract.ts';

export interface SeriesStoreUnderTest {
  readonly store: MetricStore & SeriesStore;
  dispose(): Promise<void>;
}

const server = { account: 'acme', server: 'web-1' };
const five = (monitor = 'https') => [{ monitor, bucketSeconds: 300 }];
const disk = (time: string, values: Record<string, number>, severity: Severity = 'ok') =>
  point({ monitor: 'disk', check: 'disk', at: t(time), values, severity });
const empty = { monitor: 'https', check: '', bucketSeconds: 300, values: [], percentileOf: 'measurements' };
const flat = (name: string, row: (number | null)[], summary: ValueSeries['summary']): object => ({
  name,
  min: row,
  avg: row,
  max: row,
  summary,
});

interface Case {
  given: string;
  when: string;
  then: string;
  written: MetricRecord[];
  range: Pick<SeriesRange, 'from' | 'to' | 'monitors'>;
  answer: object[];
}

const cases: Case[] = [
  {
    given: 'checks of ten minutes, one with a peak',
    when: 'they are drawn in buckets of five',
    then: 'the peak stays beside the average',
    written: [12, 10, 90, 20, 30, 10].map((responseMs, i) =>
      point({ at: t(`10:0${Math.floor(i / 3) * 5 + (i % 3)}:00`), values: { responseMs } }),
    ),
    range: { from: t('10:00:00'), to: t('10:10:00'), monitors: five() },
    answer: [
      {
        ...empty,
        check: 'http',
        from: t('10:00:00'),
        worst: ['ok', 'ok'],
        values: [
          {
            name: 'responseMs',
            min: [10, 10],
            avg: [112 / 3, 20],
            max: [90, 30],
            summary: { min: 10, avg: 172 / 6, max: 90, p95: 90 },
          },
        ],
      },
    ],
  },
  {
    given: 'nothing between two checks',
    when: 'they are drawn',
    then: 'the gap is null, in values and severities',
    written: [point({ at: t('10:01:00') }), point({ at: t('10:17:00') })],
    range: { from: t('10:00:00'), to: t('10:20:00'), monitors: five() },
    answer: [
      {
        ...empty,
        check: 'http',
        from: t('10:00:00'),
        worst: ['ok', null, null, 'ok'],
        values: [
          flat('responseMs', [12.5, null, null, 12.5], { min: 12.5, avg: 12.5, max: 12.5, p95: 12.5 }),
        ],
      },
    ],
  },
  {
    given: 'checks that failed and measured nothing',
    when: 'they are drawn',
    then: 'they have a severity and no values',
    written: [
      point({ at: t('10:00:00'), severity: 'critical', values: {} }),
      point({ at: t('10:03:00'), severity: 'unknown', values: {} }),
      point({ at: t('10:06:00') }),
    ],
    range: { from: t('10:00:00'), to: t('10:10:00'), monitors: five() },
    answer: [
      {
        ...empty,
        check: 'http',
        from: t('10:00:00'),
        worst: ['critical', 'ok'],
        values: [flat('responseMs', [null, 12.5], { min: 12.5, avg: 12.5, max: 12.5, p95: 12.5 })],
      },
    ],
  },
  {
    given: 'a file system that appears and one that goes',
    when: 'they are drawn',
    then: 'each has null where it was not there, in the order of their names',
    written: [
      disk('10:00:00', { 'usedPercent:/var': 20, 'usedPercent:/': 10 }),
      disk('10:05:00', { 'usedPercent:/': 11 }, 'warning'),
      disk('10:10:00', { 'usedPercent:/': 12, 'usedPercent:/mnt/データ': 90 }, 'critical'),
    ],
    range: { from: t('10:00:00'), to: t('10:15:00'), monitors: five('disk') },
    answer: [
      {
        ...empty,
        monitor: 'disk',
        check: 'disk',
        from: t('10:00:00'),
        worst: ['ok', 'warning', 'critical'],
        values: [
          flat('usedPercent:/', [10, 11, 12], { min: 10, avg: 11, max: 12, p95: 12 }),
          flat('usedPercent:/mnt/データ', [null, null, 90], { min: 90, avg: 90, max: 90, p95: 90 }),
          flat('usedPercent:/var', [20, null, null], { min: 20, avg: 20, max: 20, p95: 20 }),
        ],
      },
    ],
  },
  {
    given: 'checks around the ends of a range that is no whole bucket',
    when: 'it is drawn',
    then: 'the first and last bucket are whole, and nothing beyond them is in it',
    written: ['09:59:59', '10:00:00', '10:09:59', '10:10:00'].map((time, i) =>
      point({ at: t(time), values: { responseMs: i } }),
    ),
    range: { from: t('10:02:31'), to: t('10:05:01'), monitors: five() },
    answer: [
      {
        ...empty,
        check: 'http',
        from: t('10:00:00'),
        worst: ['ok', 'ok'],
        values: [flat('responseMs', [1, 2], { min: 1, avg: 1.5, max: 2, p95: 2 })],
      },
    ],
  },
  {
    given: 'several monitors, of several servers and accounts',
    when: 'some of one server are drawn',
    then: 'they come in the order asked for, each in its own buckets, one that is not there too',
    written: [
      point({ at: t('10:00:00') }),
      point({
        at: t('10:00:00'),
        monitor: 'ssh',
        check: 'ssh',
        severity: 'warning',
        values: { responseMs: 3 },
      }),
      point({ at: t('10:00:00'), account: 'other', severity: 'critical', values: { responseMs: 77 } }),
      point({ at: t('10:00:00'), server: 'web-2', severity: 'critical', values: { responseMs: 78 } }),
    ],
    range: {
      from: t('10:00:00'),
      to: t('10:02:00'),
      monitors: [
        { monitor: 'ssh', bucketSeconds: 60 },
        { monitor: 'nothing', bucketSeconds: 120 },
        { monitor: 'https', bucketSeconds: 3600 },
      ],
    },
    answer: [
      {
        ...empty,
        monitor: 'ssh',
        check: 'ssh',
        from: t('10:00:00'),
        bucketSeconds: 60,
        worst: ['warning', null],
        values: [flat('responseMs', [3, null], { min: 3, avg: 3, max: 3, p95: 3 })],
      },
      { ...empty, monitor: 'nothing', from: t('10:00:00'), bucketSeconds: 120, worst: [null] },
      {
        ...empty,
        check: 'http',
        from: t('10:00:00'),
        bucketSeconds: 3600,
        worst: ['ok'],
        values: [flat('responseMs', [12.5], { min: 12.5, avg: 12.5, max: 12.5, p95: 12.5 })],
      },
    ],
  },
  {
    given: 'a check that was written again with another severity and value',
    when: 'it is drawn',
    then: 'only the later one is',
    written: [
      point({ severity: 'critical', values: { responseMs: 9, bytes: 4 } }),
      point({ severity: 'ok', values: { responseMs: 2 } }),
    ],
    range: { from: t('10:00:00'), to: t('10:05:00'), monitors: five() },
    answer: [
      {
        ...empty,
        check: 'http',
        from: t('10:00:00'),
        worst: ['ok'],
        values: [flat('responseMs', [2], { min: 2, avg: 2, max: 2, p95: 2 })],
      },
    ],
  },
  {
    given: 'a monitor whose check type changed',
    when: 'it is drawn',
    then: 'it has the values of both and the newer type',
    written: [
      point({ at: t('10:05:00'), check: 'tcp', values: { a: 1 } }),
      point({ at: t('10:00:00'), values: { b: 2 } }),
    ],
    range: { from: t('10:00:00'), to: t('10:10:00'), monitors: five() },
    answer: [
      {
        ...empty,
        check: 'tcp',
        from: t('10:00:00'),
        worst: ['ok', 'ok'],
        values: [
          flat('a', [null, 1], { min: 1, avg: 1, max: 1, p95: 1 }),
          flat('b', [2, null], { min: 2, avg: 2, max: 2, p95: 2 }),
        ],
      },
    ],
  },
  {
    given: 'quotes in every name',
    when: 'they are drawn',
    then: 'they come back as they were',
    written: [point({ monitor: "it's", values: { "'; DROP": 1, 'v_"x"': 2, time: 3, severity: 4 } })],
    range: { from: t('10:00:00'), to: t('10:05:00'), monitors: five("it's") },
    answer: [
      {
        ...empty,
        monitor: "it's",
        check: 'http',
        from: t('10:00:00'),
        worst: ['ok'],
        values: [
          flat("'; DROP", [1], { min: 1, avg: 1, max: 1, p95: 1 }),
          flat('severity', [4], { min: 4, avg: 4, max: 4, p95: 4 }),
          flat('time', [3], { min: 3, avg: 3, max: 3, p95: 3 }),
          flat('v_"x"', [2], { min: 2, avg: 2, max: 2, p95: 2 }),
        ],
      },
    ],
  },
  {
    given: 'values so large that their sum has no number',
    when: 'they are drawn',
    then: 'the average is a number still',
    written: ['10:00:00', '10:01:00', '10:02:00'].map((time) =>
      point({ at: t(time), values: { a: 1.7e308 } }),
    ),
    range: { from: t('10:00:00'), to: t('10:05:00'), monitors: five() },
    answer: [
      {
        ...empty,
        check: 'http',
        from: t('10:00:00'),
        worst: ['ok'],
        values: [flat('a', [1.7e308], { min: 1.7e308, avg: 1.7e308, max: 1.7e308, p95: 1.7e308 })],
      },
    ],
  },
  {
    given: 'a range that ends before it begins',
    when: 'it is drawn',
    then: 'there are no buckets',
    written: [point()],
    range: { from: t('11:00:00'), to: t('09:00:00'), monitors: five() },
    answer: [{ ...empty, from: t('11:00:00'), worst: [] }],
  },
];

const unfit = [
  {
    what: 'sixty-one monitors',
    range: {
      from: t('10:00:00'),
      to: t('11:00:00'),
      monitors: Array.from({ length: 61 }, (_, n) => ({ monitor: `m${n}`, bucketSeconds: 300 })),
    },
    message: 'series of 61 monitors were asked for; ask for 60 at most',
  },
  {
    what: '401 days',
    range: { from: '2025-01-01T00:00:00.000Z', to: '2026-02-06T00:00:00.000Z', monitors: [] },
    message: '2025-01-01T00:00:00.000Z to 2026-02-06T00:00:00.000Z is 401 days; ask for 400 at most',
  },
  {
    what: 'more buckets than a graph shows',
    range: { from: t('00:00:00'), to: t('10:00:00'), monitors: [{ monitor: 'https', bucketSeconds: 1 }] },
    message: `${t('00:00:00')} to ${t('10:00:00')} has 36000 buckets of 1 s; ask for 10000 at most, with longer ones`,
  },
  {
    what: 'more buckets than an answer has',
    range: {
      from: t('00:00:00'),
      to: t('20:00:00'),
      monitors: Array.from({ length: 20 }, (_, n) => ({ monitor: `m${n}`, bucketSeconds: 8 })),
    },
    message: '180000 buckets were asked for; ask for 150000 at most, with longer ones',
  },
  {
    what: 'one monitor twice',
    range: { from: t('00:00:00'), to: t('10:00:00'), monitors: [...five(), ...five()] },
    message: 'a monitor was asked for twice; ask for each once',
  },
  {
    what: 'a bucket of no length',
    range: { from: t('00:00:00'), to: t('10:00:00'), monitors: [{ monitor: 'https', bucketSeconds: 0 }] },
    message: 'bucketSeconds is 0; give whole seconds, 1 or more',
  },
  {
    what: 'an end that is no instant',
    range: { from: 'yesterday', to: t('10:00:00'), monitors: five() },
    message: `the range yesterday to ${t('10:00:00')} has an end that is no instant`,
  },
];

/** What every store that graphs are drawn from does alike. `open` gives an empty store. */
export function itKeepsTheSeriesContract(
  open: () => Promise<SeriesStoreUnderTest>,
  { runs }: { runs: number } = { runs: 60 },
): void {
  describe('as every store of series', () => {
    let tested: SeriesStoreUnderTest;
    beforeEach(async () => {
      tested = await open();
    });
    afterEach(() => tested.dispose());

    for (const { given, when, then, written, range, answer } of cases) {
      it(`given ${given}, when ${when}, then ${then}`, async () => {
        for (const record of written) expect(await tested.store.write([record])).toEqual([]);
        expect(await tested.store.series({ ...server, ...range })).toEqual(answer);
      });
    }

    for (const { what, range, message } of unfit) {
      it(`given a range of ${what}, when it is drawn, then it is refused with the reason`, async () => {
        await expect(tested.store.series({ ...server, ...range } as SeriesRange)).rejects.toThrow(message);
      });
    }

    it('given any checks, when any range is drawn, then each bucket says of its checks what they say themselves', async () => {
      let run = 0;
      await fc.assert(
        fc.asyncProperty(checks, rangeOf, async (written, { startMinute, minutes, bucketSeconds, cutMs }) => {
          // One store for all runs: each has a monitor of its own.
          const monitor = `m${run++}`;
          const records = written.map((record) => ({ ...record, monitor }));
          expect(await tested.store.write(records)).toEqual([]);
          const fromMs = epoch + startMinute * 60_000 + cutMs;
          const asked = {
            from: new Date(fromMs).toISOString(),
            to: new Date(fromMs + minutes * 60_000).toISOString(),
            bucketSeconds,
          };
          const [series] = await tested.store.series({
            ...server,
            ...asked,
            monitors: [{ monitor, bucketSeconds }],
          });
          expectToTell(series, records, asked);
        }),
        { numRuns: runs },
      );
    });
  });
}

const epoch = Date.parse(t('00:00:00'));
const names = ['usedPercent:/', 'usedPercent:/var', 'inBitsPerSecond:eth0'];
const number = fc.oneof(
  // The sum leaves out -0, which no store keeps apart from 0.
  fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((value) => value + 0),
  fc.integer({ min: 0, max: 100 }),
  fc.constantFrom(0, 1e12, 5e-7),
);
const checks = fc
  .uniqueArray(
    fc.record({
      second: fc.integer({ min: -7_200, max: 3 * 86_400 }),
      severity: fc.constantFrom<Severity>('ok', 'warning', 'critical', 'unknown'),
      values: fc.dictionary(fc.constantFrom(...names), number),
    }),
    { selector: ({ second }) => second, maxLength: 60 },
  )
  .map((all) =>
    all.map(({ second, severity, values }) =>
      point({ at: new Date(epoch + second * 1000).toISOString(), severity, values: { ...values } }),
    ),
  );
const rangeOf = fc.record({
  startMinute: fc.integer({ min: -120, max: 4_000 }),
  minutes: fc.integer({ min: 1, max: 4_500 }),
  bucketSeconds: fc.constantFrom(60, 300, 420, 1_800, 3_600, 7_200, 86_400),
  cutMs: fc.constantFrom(0, 1, 17_003, 59_999),
});

/** Says the same in the plainest way: by looking at every record for every bucket. */
export function expectToTell(
  series: MonitorSeries | undefined,
  records: readonly MetricRecord[],
  { from, to, bucketSeconds }: { from: string; to: string; bucketSeconds: number },
): void {
  if (series === undefined) throw new Error('no series came');
  const bucketMs = bucketSeconds * 1000;
  const firstMs = Math.floor(Date.parse(from) / bucketMs) * bucketMs;
  const count = (Math.ceil(Date.parse(to) / bucketMs) * bucketMs - firstMs) / bucketMs;
  expect(series.from).toBe(new Date(firstMs).toISOString());
  expect(series.worst).toHaveLength(count);
  const inside = (startMs: number, endMs: number) =>
    records.filter(({ at }) => Date.parse(at) >= startMs && Date.parse(at) < endMs);
  const buckets = Array.from({ length: count }, (_, n) =>
    inside(firstMs + n * bucketMs, firstMs + (n + 1) * bucketMs),
  );
  expect(series.worst).toEqual(
    buckets.map((its) => (its.length === 0 ? null : worst(its.map(({ severity }) => severity)))),
  );
  const whole = buckets.flat();
  const measured = [...new Set(whole.flatMap(({ values }) => Object.keys(values)))].sort();
  expect(series.values.map(({ name }) => name)).toEqual(measured);
  for (const { name, min, avg, max, summary } of series.values) {
    const numbers = (its: MetricRecord[]) => its.flatMap(({ values }) => values[name] ?? []);
    const rows = buckets.map(numbers);
    expect(min).toEqual(rows.map((row) => (row.length === 0 ? null : Math.min(...row))));
    expect(max).toEqual(rows.map((row) => (row.length === 0 ? null : Math.max(...row))));
    for (const [n, row] of rows.entries()) expectMean(avg[n], row);
    const all = numbers(whole).toSorted((a, b) => a - b);
    expect([summary?.min, summary?.max]).toEqual([all[0], all.at(-1)]);
    expectMean(summary?.avg, all);
    if (series.percentileOf === 'measurements')
      expect(summary?.p95).toBe(all[Math.ceil(all.length * 0.95) - 1]);
  }
}

/** Sums may be taken in any order, which changes their last digits. */
function expectMean(mean: number | null | undefined, row: readonly number[]): void {
  if (row.length === 0) {
    expect(mean).toBeNull();
    return;
  }
  const largest = Math.max(...row.map(Math.abs));
  const wanted = row.reduce((sum, value) => sum + value, 0) / row.length;
  expect(Math.abs((mean ?? Number.NaN) - wanted)).toBeLessThanOrEqual(largest * 1e-12);
}
