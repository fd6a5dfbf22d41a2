import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MetricRecord, MetricStore } from '../../../platform/metrics/metric-store.ts';

export interface StoreUnderTest {
  readonly store: MetricStore;
  dispose(): Promise<void>;
}

export const t = (time: string): string => `2026-11-21T${time}.000Z`;

export const point = (change: Partial<MetricRecord> = {}): MetricRecord => ({
  account: 'acme',
  server: 'web-1',
  monitor: 'https',
  check: 'http',
  at: t('10:00:00'),
  severity: 'ok',
  values: { responseMs: 12.5 },
  ...change,
});

const https = { account: 'acme', server: 'web-1', monitor: 'https' };
const day = { from: t('00:00:00'), to: '2026-11-22T00:00:00.000Z' };

interface Case {
  given: string;
  when: string;
  then: string;
  written: MetricRecord[][];
  ask: (store: MetricStore) => Promise<MetricRecord[]>;
  answer: MetricRecord[];
}

const readDay = (store: MetricStore) => store.read({ ...https, ...day });
const many = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`volume${i}UsedPercent`, i / 3]));
const oneIn1000 = (i: number) =>
  point({ at: new Date(Date.parse(t('10:00:00')) + i * 1000).toISOString(), values: { responseMs: i } });
const oddNames = {
  time: 1,
  'measure_value::double': 2,
  ts_x: 3,
  server: 4,
  '"; DROP': 5,
  使用率: 6,
  severity: 7,
};
const quoted = { account: "a' OR '1'='1", server: 'web"1', monitor: "it's" };

const cases: Case[] = [
  {
    given: 'points written out of order',
    when: 'they are read',
    then: 'all comes back, oldest first',
    written: [
      [
        point({ at: t('11:30:00'), severity: 'critical', values: {} }),
        point({ at: t('10:00:00'), severity: 'warning' }),
        point({ at: t('10:00:30'), check: 'tcp', severity: 'unknown', values: { a: -1e-9, b: 1.7e308 } }),
      ],
    ],
    ask: readDay,
    answer: [
      point({ at: t('10:00:00'), severity: 'warning' }),
      point({ at: t('10:00:30'), check: 'tcp', severity: 'unknown', values: { a: -1e-9, b: 1.7e308 } }),
      point({ at: t('11:30:00'), severity: 'critical', values: {} }),
    ],
  },
  {
    given: 'points on both ends of a range',
    when: 'it is read',
    then: 'the first is in it and the last is not',
    written: [[point({ at: t('10:00:00') }), point({ at: t('10:59:59') }), point({ at: t('11:00:00') })]],
    ask: (store) => store.read({ ...https, from: t('10:00:00'), to: t('11:00:00') }),
    answer: [point({ at: t('10:00:00') }), point({ at: t('10:59:59') })],
  },
  {
    given: 'a point that was written before',
    when: 'its monitor and time are written again with other values',
    then: 'the new one stands alone',
    written: [
      [point({ values: { responseMs: 1, bytes: 2 } })],
      [point({ check: 'tcp', severity: 'critical', values: { responseMs: 9 } })],
      [point({ check: 'tcp', severity: 'critical', values: { responseMs: 9 } })],
    ],
    ask: readDay,
    answer: [point({ check: 'tcp', severity: 'critical', values: { responseMs: 9 } })],
  },
  {
    given: 'a wide point',
    when: 'it is written again with one value',
    then: 'nothing of the wide one is left',
    written: [[point({ values: many })], [point({ values: { responseMs: 3 } })]],
    ask: readDay,
    answer: [point({ values: { responseMs: 3 } })],
  },
  {
    given: 'one monitor and time twice in one write',
    when: 'it is read',
    then: 'the later one is there',
    written: [[point({ values: { responseMs: 1 } }), point({ values: { responseMs: 2 } })]],
    ask: readDay,
    answer: [point({ values: { responseMs: 2 } })],
  },
  {
    given: 'a record of 300 values',
    when: 'it is read',
    then: 'it comes back whole',
    written: [[point({ values: many })]],
    ask: readDay,
    answer: [point({ values: many })],
  },
  {
    given: 'a thousand records in one write',
    when: 'they are read',
    then: 'all are there',
    written: [Array.from({ length: 1000 }, (_, i) => oneIn1000(i))],
    ask: readDay,
    answer: Array.from({ length: 1000 }, (_, i) => oneIn1000(i)),
  },
  {
    given: 'value names that a store uses itself',
    when: 'they are read',
    then: 'they come back as they were',
    written: [[point({ values: oddNames })]],
    ask: readDay,
    answer: [point({ values: oddNames })],
  },
  {
    given: 'quotes in every name',
    when: 'they are read',
    then: 'only that monitor answers',
    written: [[point(), point({ ...quoted })]],
    ask: (store) => store.read({ ...quoted, ...day }),
    answer: [point({ ...quoted })],
  },
  {
    given: 'quotes in the name of a server',
    when: 'its newest are asked for',
    then: 'only that server answers',
    written: [[point(), point({ ...quoted })]],
    ask: (store) => store.latest({ account: quoted.account, server: quoted.server, since: day.from }),
    answer: [point({ ...quoted })],
  },
  {
    given: 'several monitors of several servers',
    when: 'the newest of one server are asked for',
    then: 'each of its monitors answers once, none older than asked',
    written: [
      [
        point({ at: t('10:00:00') }),
        point({ at: t('10:03:00'), severity: 'critical' }),
        point({ at: t('10:00:00'), monitor: 'disk', values: many }),
        point({ at: t('09:59:59'), monitor: 'old' }),
        point({ server: 'web-10', monitor: 'https' }),
        point({ account: 'other', monitor: 'ssh' }),
      ],
    ],
    ask: (store) => store.latest({ account: 'acme', server: 'web-1', since: t('10:00:00') }),
    answer: [
      point({ at: t('10:00:00'), monitor: 'disk', values: many }),
      point({ at: t('10:03:00'), severity: 'critical' }),
    ],
  },
  {
    given: 'a monitor that last answered days ago',
    when: 'the newest since the month began are asked for',
    then: 'it answers',
    written: [[point({ at: '2026-11-03T00:30:00.000Z' }), point({ monitor: 'ssh' })]],
    ask: (store) => store.latest({ account: 'acme', server: 'web-1', since: '2026-11-01T00:00:00.000Z' }),
    answer: [point({ at: '2026-11-03T00:30:00.000Z' }), point({ monitor: 'ssh' })],
  },
  {
    given: 'an empty store',
    when: 'it is read',
    then: 'it answers with nothing',
    written: [[]],
    ask: readDay,
    answer: [],
  },
  {
    given: 'an empty store',
    when: 'the newest are asked for',
    then: 'it answers with nothing',
    written: [],
    ask: (store) => store.latest({ account: 'acme', server: 'web-1', since: day.from }),
    answer: [],
  },
  {
    given: 'a range that ends before it begins',
    when: 'it is read',
    then: 'it answers with nothing',
    written: [[point()]],
    ask: (store) => store.read({ ...https, from: day.to, to: day.from }),
    answer: [],
  },
];

const unfit = [
  {
    what: 'a value that is no number',
    record: point({ values: { load: Number.NaN } }),
    reason: 'its value load is NaN; leave out what was not measured',
  },
  {
    what: 'a value without end',
    record: point({ values: { load: Number.POSITIVE_INFINITY } }),
    reason: 'its value load is Infinity; leave out what was not measured',
  },
  { what: 'a value without a name', record: point({ values: { '': 1 } }), reason: 'a value has no name' },
  {
    what: 'a name of 201 bytes',
    record: point({ values: { [`${'名'.repeat(67)}`]: 1 } }),
    reason: `the value name "${'名'.repeat(40)}…" has 201 bytes; use 200 at most`,
  },
  {
    what: 'a time that is none',
    record: point({ at: 'yesterday' }),
    reason: 'its time "yesterday" is no instant; write ISO 8601 in UTC',
  },
  {
    what: '1,001 values',
    record: point({ values: Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`v${i}`, i])) }),
    reason: 'it has 1001 values; send 1000 at most, or use a monitor for each part',
  },
];

/** What every metric store does alike. `open` gives an empty store. */
export function itKeepsTheMetricContract(open: () => Promise<StoreUnderTest>): void {
  describe('as every metric store', () => {
    let tested: StoreUnderTest;
    beforeEach(async () => {
      tested = await open();
    });
    afterEach(() => tested.dispose());

    for (const { given, when, then, written, ask, answer } of cases) {
      it(`given ${given}, when ${when}, then ${then}`, async () => {
        for (const records of written) expect(await tested.store.write(records)).toEqual([]);
        const answered = await ask(tested.store);
        expect(answered.toSorted((a, b) => a.at.localeCompare(b.at))).toEqual(answer);
      });
    }

    for (const { what, record, reason } of unfit) {
      it(`given ${what} among good records, when they are written, then it alone is refused with the reason`, async () => {
        const [before, after] = [point({ monitor: 'before' }), point({ monitor: 'after' })];
        expect(await tested.store.write([before, record, after])).toEqual([{ record, reason }]);
        const kept = await tested.store.latest({ account: 'acme', server: 'web-1', since: day.from });
        expect(kept.toSorted((a, b) => b.monitor.localeCompare(a.monitor))).toEqual([before, after]);
      });
    }
  });
}
