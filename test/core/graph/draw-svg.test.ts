import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DownSampler } from '../../../core/graph/down-sample.ts';
import { drawGraph, type GraphPicture } from '../../../core/graph/draw-svg.ts';

const from = '2026-11-20T05:05:00.000Z';
const to = '2026-11-21T05:05:00.000Z';

/** A day of checks every five minutes. */
function seriesOf(check: string, measured: (minute: number) => Record<string, number> | undefined) {
  const sampler = new DownSampler({ monitor: check, from, to, bucketSeconds: 300 });
  for (let minute = 0; minute < 1_440; minute += 5) {
    const values = measured(minute);
    if (values === undefined) continue;
    const ms = Date.parse(from) + minute * 60_000;
    sampler.addCheck(ms, check, 'ok');
    for (const [name, value] of Object.entries(values)) sampler.addValue(ms, name, value);
  }
  return sampler.finish('measurements');
}

const cpu = seriesOf('cpu', (minute) => ({ usedPercent: minute < 1_380 ? 20 : 95, userPercent: 10 }));
const picture = (change: Partial<GraphPicture> = {}): GraphPicture => ({
  series: cpu,
  to,
  failing: [],
  bounds: [{ value: 'usedPercent', level: 'critical', from: 90 }],
  server: 'web-1 (Web)',
  timeZone: 'Asia/Tokyo',
  language: 'en',
  ...change,
});
const textsOf = (svg: string) =>
  [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, content]) => content);
const linesOf = (svg: string) => [...svg.matchAll(/<path d="([^"]*)" fill="none"/g)].map(([, d = '']) => d);

describe('a graph as a picture', () => {
  const languages = [
    {
      language: 'en' as const,
      texts: ['CPU used', '11-20 14:05 – 11-21 14:05 (UTC+9)', 'critical 90 %', 'latest', 'used'],
      alt: 'Graph: CPU used of web-1 (Web), 11-20 14:05 – 11-21 14:05 (UTC+9). used: latest 95.0 %, highest 95.0 %.',
    },
    {
      language: 'ja' as const,
      texts: ['CPU 使用率', '11-20 14:05 – 11-21 14:05 (UTC+9)', '異常 90 %', '最新', '使用率'],
      alt: 'web-1 (Web) のCPU 使用率のグラフ（11-20 14:05 – 11-21 14:05 (UTC+9)）。使用率: 最新 95.0 %、最大 95.0 %。',
    },
  ];
  for (const { language, texts, alt } of languages) {
    it(`given a contact who reads ${language}, when it is drawn, then its words and its alternative text are in that language`, () => {
      const drawn = drawGraph(picture({ language }));
      expect(textsOf(drawn.svg)).toEqual(expect.arrayContaining(texts));
      expect(drawn.alt).toBe(alt);
    });
  }

  it('given what a check measures besides, when it is drawn, then only what it judges is a line', () => {
    expect(linesOf(drawGraph(picture()).svg)).toHaveLength(1);
    expect(textsOf(drawGraph(picture()).svg)).not.toContain('user');
  });

  it('given a gap of two hours, when it is drawn, then the line is broken there and the gap says so', () => {
    const series = seriesOf('cpu', (minute) =>
      minute >= 600 && minute < 720 ? undefined : { usedPercent: 50 },
    );
    const { svg } = drawGraph(picture({ series }));
    expect(linesOf(svg)[0]?.match(/M/g)).toHaveLength(2);
    expect(textsOf(svg)).not.toContain('no data');
    const longer = seriesOf('cpu', (minute) =>
      minute >= 600 && minute < 900 ? undefined : { usedPercent: 50 },
    );
    expect(textsOf(drawGraph(picture({ series: longer })).svg)).toContain('no data');
  });

  it('given a single measurement between two gaps, when it is drawn, then it is a dot', () => {
    const series = seriesOf('cpu', (minute) => (minute === 600 ? { usedPercent: 50 } : undefined));
    const { svg } = drawGraph(picture({ series }));
    expect(linesOf(svg)).toEqual([]);
    expect(svg.match(/<circle /g)).toHaveLength(1);
  });

  it('given a peak within a bucket, when it is drawn, then the band reaches it', () => {
    const sampler = new DownSampler({ monitor: 'https', from, to, bucketSeconds: 1_800 });
    for (let minute = 0; minute < 1_440; minute += 3)
      sampler.addValue(Date.parse(from) + minute * 60_000, 'responseMs', minute === 300 ? 1_000 : 100);
    const { svg } = drawGraph(picture({ series: sampler.finish('measurements'), bounds: [] }));
    const [, band = ''] = /<path d="([^"]*)" fill="#1558b0" fill-opacity/.exec(svg) ?? [];
    const heights = [...band.matchAll(/[\d.]+ ([\d.]+)/g)].map(([, y]) => Number(y));
    // 1,000 ms is the upper edge of the axis.
    expect(Math.min(...heights)).toBe(84);
  });

  it('given four file systems, of which one appears, when they are drawn, then each has a line, a row in the legend and its figures', () => {
    const series = seriesOf('disk', (minute) => ({
      'usedPercent:/': 40,
      'usedPercent:/var': 91.26,
      'usedPercent:/home': 62,
      ...(minute > 700 && { 'usedPercent:/mnt/バックアップ': 10 }),
    }));
    const { svg, height } = drawGraph(picture({ series }));
    expect(linesOf(svg)).toHaveLength(4);
    expect(textsOf(svg)).toEqual(
      expect.arrayContaining(['/', '/home', '/mnt/バックアップ', '/var', '91.3 %']),
    );
    expect(height).toBe(388);
  });

  it('given more values than can be told apart, when they are drawn, then those with the highest peaks are, and the number of the others is said', () => {
    const series = seriesOf('disk', () =>
      Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`usedPercent:/d${n}`, n])),
    );
    const { svg } = drawGraph(picture({ series }));
    expect(linesOf(svg)).toHaveLength(6);
    expect(textsOf(svg)).toEqual(expect.arrayContaining(['/d49', '/d44', 'and 44 more']));
    expect(textsOf(svg)).not.toContain('/d43');
  });

  it('given the time of a failure, when it is drawn, then it is shaded from its begin on, and bounds that are far away are not in it', () => {
    const bounds = [{ value: 'usedPercent', level: 'warning' as const, from: 80 }];
    const series = seriesOf('load', () => ({ loadPerCore: 0.2 }));
    const failing = [{ from: '2026-11-20T17:05:00.000Z' }];
    const { svg } = drawGraph(
      picture({ series, failing, bounds: [...bounds, { value: 'loadPerCore', level: 'critical', from: 2 }] }),
    );
    expect(svg).toContain(
      '<rect x="340" y="84" width="282" height="168" fill="#c5221f" fill-opacity="0.1"/>',
    );
    expect(textsOf(svg)).toContain('failing');
    expect(svg).not.toContain('stroke-dasharray');
  });

  it('given nothing measured, when it is drawn, then it says so', () => {
    const series = { ...seriesOf('cpu', () => undefined), check: 'cpu' };
    const { svg, alt } = drawGraph(picture({ series, failing: [{ from }] }));
    expect(textsOf(svg)).toContain('nothing was measured in this time');
    expect(alt).toContain('nothing was measured');
  });

  it('given any names and values, when they are drawn, then the picture is well-formed, says nothing beyond its texts, and is the same each time', () => {
    const name = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.constantFrom('valueOf', '__proto__', 'constructor', 'usedPercent:/', 'cpu', 'disk'),
    );
    const values = fc.dictionary(name, fc.double({ min: -1e12, max: 1e12, noNaN: true }), { maxKeys: 8 });
    fc.assert(
      fc.property(fc.array(values, { maxLength: 4 }), name, name, (measured, server, check) => {
        const series = seriesOf(check, (minute) => measured[minute / 5]);
        const drawn = drawGraph(picture({ series, server }));
        expect(drawGraph(picture({ series, server }))).toEqual(drawn);
        expect(elementsOf(drawn.svg)).toEqual(expect.arrayContaining(['svg', 'rect', 'text']));
        expect(
          elementsOf(drawn.svg).every((one) =>
            ['svg', 'rect', 'text', 'line', 'path', 'circle'].includes(one),
          ),
        ).toBe(true);
        expect(drawn.svg.replace(/>[^<]*</g, '><')).not.toMatch(/NaN|Infinity|undefined/);
        expect(drawn.svg.length).toBeLessThan(80_000);
      }),
    );
  });
});

/** Names of the elements of a document in which texts are escaped. Throws when tags and quotes do not match. */
function elementsOf(svg: string): string[] {
  const open: string[] = [];
  const names = new Set<string>();
  const rest = svg.replace(
    /<(\/?)([a-z]+)((?: [a-zA-Z0-9-]+="[^"<&]*")*)(\/?)>/g,
    (_, end, name, _attributes, single) => {
      names.add(name);
      if (end !== '' && open.pop() !== name) throw new Error(`</${name}> closes nothing`);
      if (end === '' && single === '') open.push(name);
      return '';
    },
  );
  if (open.length > 0 || /[<>]|&(?!(?:amp|lt|gt|quot);)/.test(rest)) throw new Error(`no XML: ${rest}`);
  return [...names];
}
