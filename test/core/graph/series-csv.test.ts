import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MonitorSeries } from '../../../core/graph/series.ts';
import { seriesCsv } from '../../../core/graph/series-csv.ts';

const row = (...values: (number | null)[]) => ({ min: values, avg: values, max: values });
const disk: MonitorSeries = {
  monitor: 'disk',
  check: 'disk',
  from: '2026-11-21T10:00:00.000Z',
  bucketSeconds: 300,
  worst: ['ok', null, 'unknown', 'critical'],
  values: [
    {
      name: 'usedPercent:/',
      min: [1, null, null, 3],
      avg: [1.5, null, null, 1 / 3],
      max: [2, null, null, 4],
    },
    { name: 'usedPercent:/var', ...row(null, null, null, 1e21) },
  ],
  percentileOf: 'measurements',
};
const ssh: MonitorSeries = {
  ...disk,
  monitor: 'ssh',
  check: 'ssh',
  worst: [null, null, null, 'ok'],
  values: [],
};

describe('series as CSV', () => {
  it('given a gap, a check without values and a value that appears, when they are written, then a field is empty where nothing was measured', () => {
    expect(seriesCsv([disk, ssh])).toBe(
      [
        'time,disk worst,disk usedPercent:/ min,disk usedPercent:/ avg,disk usedPercent:/ max,disk usedPercent:/var min,disk usedPercent:/var avg,disk usedPercent:/var max,ssh worst',
        '2026-11-21T10:00:00.000Z,ok,1,1.5,2,,,,',
        '2026-11-21T10:05:00.000Z,,,,,,,,',
        '2026-11-21T10:10:00.000Z,unknown,,,,,,,',
        '2026-11-21T10:15:00.000Z,critical,3,0.3333333333,4,1e+21,1e+21,1e+21,ok',
        '',
      ].join('\r\n'),
    );
  });

  it('given no monitors, when they are written, then only the head is there', () => {
    expect(seriesCsv([])).toBe('time\r\n');
  });

  // A monitor's name stands first in a cell. It is a slug; whoever makes one that is not must not write formulas.
  const names = [
    { given: '=HYPERLINK("http://x","y")', cell: `"'=HYPERLINK(""http://x"",""y"") worst"` },
    { given: '+1', cell: "'+1 worst" },
    { given: '-1+1', cell: "'-1+1 worst" },
    { given: '@SUM(1)', cell: "'@SUM(1) worst" },
    { given: '  =1', cell: "'  =1 worst" },
    { given: '\t1', cell: "'\t1 worst" },
    { given: '＝1', cell: "'＝1 worst" },
    { given: 'a,b', cell: '"a,b worst"' },
    { given: 'two\r\nlines', cell: '"two\r\nlines worst"' },
    { given: 'データ', cell: 'データ worst' },
  ];
  for (const { given, cell } of names) {
    it(`given a name ${JSON.stringify(given)}, when it is written, then its cell is ${JSON.stringify(cell)}`, () => {
      expect(seriesCsv([{ ...ssh, monitor: given, worst: [] }])).toBe(`time,${cell}\r\n`);
    });
  }

  it('given any names, when they are written and read back, then no cell begins a formula and all names are there', () => {
    const some = fc.array(fc.string({ unit: 'binary' }), { maxLength: 4 });
    fc.assert(
      fc.property(some, some, (monitors, values) => {
        const series = monitors.map((monitor) => ({
          ...disk,
          monitor,
          values: values.map((name) => ({ name, ...row(-1, 2, null, 3) })),
        }));
        const [head = [], ...lines] = readCsv(seriesCsv(series));
        const wanted = monitors.flatMap((monitor) => [
          `${monitor} worst`,
          ...values.flatMap((name) => ['min', 'avg', 'max'].map((kind) => `${monitor} ${name} ${kind}`)),
        ]);
        expect(head.slice(1).map((cell) => cell.replace(/^'/, ''))).toEqual(
          wanted.map((cell) => cell.replace(/^'/, '')),
        );
        for (const cell of head) expect(cell).not.toMatch(/^\s*[=+\-@]/);
        for (const line of lines) expect(line).toHaveLength(head.length);
        expect(lines).toHaveLength(monitors.length === 0 ? 0 : disk.worst.length);
      }),
    );
  });
});

/** Reads CSV by the grammar of RFC 4180. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/gy;
  while (cell.lastIndex < text.length) {
    const match = cell.exec(text);
    if (match === null) throw new Error(`no CSV from ${text.slice(0, 100)}`);
    rows.at(-1)?.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === '\r\n') rows.push([]);
  }
  return rows.slice(0, -1);
}
