import { describe, expect, it } from 'vitest';
import { latestFigures } from '../../../web/graph/latest-figures.ts';
import {
  type MonitorSeriesView,
  mostShown,
  planMonitorGraphs,
  planServerGraphs,
} from '../../../web/graph/plan.ts';
import { boundLines, valueLabel } from '../../../web/graph/value-label.ts';
import { graphWords } from '../../../web/words/graph-words.ts';

const monitor = (
  id: string,
  check: string,
  names: readonly string[],
  bounds: MonitorSeriesView['bounds'] = [],
): MonitorSeriesView => ({
  monitor: id,
  check,
  from: '2026-11-21T00:00:00.000Z',
  bucketSeconds: 300,
  worst: ['ok', 'critical', null],
  values: names.map((name) => ({ name, min: [1, 2, null], avg: [1, 2, null], max: [1, 2, null] })),
  percentileOf: 'measurements',
  bounds,
});

describe('graphs of a server', () => {
  const plans = planServerGraphs([
    monitor('www', 'http', ['responseMs', 'connectMs', 'tlsMs']),
    monitor('traffic', 'traffic', [
      'inBitsPerSecond:eth0',
      'outBitsPerSecond:eth0',
      'inBitsPerSecond:eth1',
      'outBitsPerSecond:eth1',
    ]),
    monitor('ssh', 'ssh', ['responseMs']),
    monitor('cpu', 'cpu', ['usedPercent', 'waitPercent']),
    monitor('load', 'load', ['loadPerCore', 'load1', 'load5', 'cores']),
    monitor('memory', 'memory', ['usedPercent', 'totalBytes']),
    monitor('backup', 'file-age', ['ageMinutes']),
    monitor('agent', 'agent', ['responseMs', 'upSeconds']),
  ]);

  it('given monitors of many kinds, then each subject has one graph, in the order that people look for', () => {
    expect(plans.map(({ id, unit, values }) => [id, unit, values.length])).toEqual([
      ['cpu', 'percent', 2],
      ['load', 'load', 2],
      ['load-per-core', 'load', 1],
      ['memory', 'percent', 1],
      ['traffic', 'bits-per-second', 4],
      ['response', 'ms', 3],
      ['backup-minutes', 'minutes', 1],
    ]);
  });

  it('given traffic both ways, then an interface has one look, and what goes out is drawn below', () => {
    const traffic = plans.find(({ id }) => id === 'traffic');
    expect(traffic?.values.map(({ look, isMirrored }) => [look, isMirrored])).toEqual([
      [0, false],
      [0, true],
      [1, false],
      [1, true],
    ]);
  });

  it('given values, when they are named, then by the part that tells them apart, in the language of the reader', () => {
    const labels = (id: string, language: 'ja' | 'en') => {
      const plan = plans.find((one) => one.id === id);
      return plan?.values.map((value) => valueLabel(value, plan, graphWords[language]));
    };
    expect(labels('traffic', 'en')).toEqual(['eth0 in', 'eth0 out', 'eth1 in', 'eth1 out']);
    expect(labels('traffic', 'ja')).toEqual(['eth0 受信', 'eth0 送信', 'eth1 受信', 'eth1 送信']);
    expect(labels('response', 'en')).toEqual(['www', 'ssh', 'agent']);
    expect(labels('cpu', 'ja')).toEqual(['使用率', 'I/O 待ち']);
  });

  it('given values in any order, then the whole comes before its parts, and numbers in their order', () => {
    const [cpu, load, disk] = planServerGraphs([
      monitor('cpu', 'cpu', ['stealPercent', 'systemPercent', 'usedPercent']),
      monitor('load', 'load', ['load1', 'load15', 'load5']),
      monitor('disk', 'disk', ['usedPercent:/disk10', 'usedPercent:/disk9', 'usedPercent:/']),
    ]);
    const names = [cpu, load, disk].map((plan) => plan?.values.map(({ name }) => name));
    expect(names).toEqual([
      ['usedPercent', 'systemPercent', 'stealPercent'],
      ['load1', 'load5', 'load15'],
      ['usedPercent:/', 'usedPercent:/disk9', 'usedPercent:/disk10'],
    ]);
  });

  it('given checks that were not well, then their time is marked in the graphs they belong to', () => {
    expect(plans[0]?.troubles).toEqual([
      {
        severity: 'critical',
        fromMs: Date.parse('2026-11-21T00:05:00.000Z'),
        toMs: Date.parse('2026-11-21T00:10:00.000Z'),
      },
    ]);
  });

  it('given more values than can be told apart, then the first are shown and the others can be', () => {
    const names = Array.from({ length: 15 }, (_, i) => `usedPercent:/disk-${i}`);
    const [disk] = planServerGraphs([monitor('disk', 'disk', names)]);
    expect(disk?.values.filter(({ isShownAtFirst }) => isShownAtFirst)).toHaveLength(mostShown);
    expect(disk?.values).toHaveLength(15);
  });
});

it('given a monitor, when its own page is drawn, then everything it measures is there, one graph for each unit', () => {
  const plans = planMonitorGraphs(monitor('www', 'http', ['responseMs', 'connectMs', 'tlsMs', 'jsonValue']));
  expect(plans.map(({ id, values }) => [id, values.map(({ name }) => name)])).toEqual([
    ['response-ms', ['responseMs', 'connectMs', 'tlsMs']],
    ['other-count', ['jsonValue']],
  ]);
});

describe('bounds', () => {
  const disk = (bounds: MonitorSeriesView['bounds'], names = ['usedPercent:/', 'usedPercent:/var']) =>
    planMonitorGraphs(monitor('disk', 'disk', names, bounds))[0];
  const lines = (plan: ReturnType<typeof disk>, language: 'ja' | 'en' = 'en') =>
    plan?.bounds.flatMap((bound) => boundLines(bound, plan, graphWords[language], language));

  it('given a bound of all file systems, then it is drawn once and names none', () => {
    expect(lines(disk([{ value: 'usedPercent', level: 'critical', from: 90 }]))).toEqual([
      { level: 'critical', at: 90, text: 'Critical ≥ 90 %' },
    ]);
  });

  it('given a bound of one file system, then it says of which', () => {
    expect(lines(disk([{ value: 'usedPercent:/var', level: 'warning', from: 80 }]), 'ja')).toEqual([
      { level: 'warning', at: 80, text: '/var: 警告 80 %以上' },
    ]);
  });

  it('given a bound below, then it says so', () => {
    const plan = planMonitorGraphs(
      monitor('tls', 'tls', ['daysLeft'], [{ value: 'daysLeft', level: 'critical', to: 7 }]),
    )[0];
    expect(lines(plan)).toEqual([{ level: 'critical', at: 7, text: 'Critical < 7 d' }]);
  });

  it('given a bound with two ends, then both are drawn and one of them says which values it means', () => {
    expect(lines(disk([{ value: 'usedPercent', level: 'warning', from: 10, to: 20 }]))).toEqual([
      { level: 'warning', at: 10, text: '' },
      { level: 'warning', at: 20, text: 'Warning from 10 % to 20 %' },
    ]);
  });

  it('given a bound of what goes out, then it is drawn below zero', () => {
    const [plan] = planServerGraphs([
      monitor(
        'traffic',
        'traffic',
        ['inBitsPerSecond:eth0', 'outBitsPerSecond:eth0'],
        [{ value: 'outBitsPerSecond', level: 'warning', from: 1e8 }],
      ),
    ]);
    expect(lines(plan)?.map(({ at }) => at)).toEqual([-1e8]);
  });

  it('given a bound of a value that is not there, then it is not drawn', () => {
    expect(lines(disk([{ value: 'usedPercent:/gone', level: 'critical', from: 90 }]))).toEqual([]);
  });
});

describe('latest figures in a line', () => {
  const cases = [
    {
      given: 'several file systems',
      values: { 'usedPercent:/': 20, 'usedPercent:/var': 91.24, 'usedPercent:/srv': 40 },
      then: ['91.2 %', '40 %'],
    },
    {
      given: 'traffic',
      values: {
        'inBitsPerSecond:lo': 10,
        'outBitsPerSecond:lo': 10,
        'inBitsPerSecond:eth0': 2e6,
        'outBitsPerSecond:eth0': 3e6,
      },
      then: ['2 Mbit/s', '3 Mbit/s'],
    },
    { given: 'a web answer', values: { responseMs: 142.4, connectMs: 9, tlsMs: 20 }, then: ['142 ms'] },
    {
      given: 'a plugin',
      values: { 'performance:users': 4, 'performance:size B': 2048 },
      then: ['2 KiB', '4'],
    },
    { given: 'nothing', values: {}, then: [] },
  ];
  for (const { given, values, then } of cases) {
    it(`given ${given}, then ${then.join(' and ') || 'nothing'}`, () =>
      expect(latestFigures(values, 'en').map(({ text }) => text)).toEqual(then));
  }
});
