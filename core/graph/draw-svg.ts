import type { BoundView } from '../api/servers.ts';
import type { Instant } from '../instant.ts';
import { oneLine } from '../mail/neutralise.ts';
import type { Language } from '../text.ts';
import { graphTitle, graphWords, valueLabel } from './graph-words.ts';
import { quantityText } from './measured-values.ts';
import type { MonitorSeries, Row, ValueSeries } from './series.ts';
import { labelledTicks, wallTime, zoneOffset } from './time-axis.ts';
import { type ValueAxis, valueAxis } from './value-axis.ts';

export interface GraphPicture {
  readonly series: MonitorSeries;
  /** End of the range; the graph ends here, also in the middle of a bucket. */
  readonly to: Instant;
  /** What is in the range beside what is drawn, of the same monitor: the time in which it was failing. */
  readonly failing: readonly { readonly from: Instant; readonly to?: Instant }[];
  readonly bounds: readonly BoundView[];
  /** `web-1 (Web)` */
  readonly server: string;
  readonly timeZone: string;
  readonly language: Language;
}

export interface DrawnGraph {
  /** SVG 1.1; text asks for Noto Sans JP. */
  readonly svg: string;
  readonly width: number;
  readonly height: number;
  /** What the picture shows, for those who do not see it. */
  readonly alt: string;
}

/** Lines that can be told apart; of more values those with the highest peaks are drawn. */
const mostLines = 6;
/** Readable on white, apart for colour-blind readers by lightness too, and none of them the red and amber of bounds. */
const colours = ['#1558b0', '#0b8a72', '#8440b8', '#3c4043', '#4a9bd9', '#7a5230'];
const levels = { warning: '#a86400', critical: '#c5221f' } as const;
const ink = { title: '#202124', text: '#5f6368', grid: '#e6e8eb', edge: '#dadce0', gap: '#f1f3f4' };

const width = 640;
const plot = { left: 58, right: 622, top: 84, bottom: 252 };
const legendTop = 298;
const legendRow = 21;

/**
 * Draws one monitor's values as a picture of light colours, as mails and documents want it: the band from the least to the
 * greatest of each bucket, the average as a line, gaps as gaps, bounds dashed, and the time in which it failed shaded.
 *
 * The same input gives the same text. Names are hostile and become harmless.
 */
export function drawGraph(picture: GraphPicture): DrawnGraph {
  const { series, bounds, language } = picture;
  const words = graphWords[language];
  const { chosen, left } = chooseValues(series);
  const shownBounds = bounds.filter(({ value }) => chosen.some(({ name }) => isOf(name, value)));
  const axis = axisOf(chosen, shownBounds);
  const fromMs = Date.parse(series.from);
  const toMs = Math.max(Date.parse(picture.to), fromMs + series.bucketSeconds * 1000);
  const x = (ms: number) =>
    plot.left + ((clamp(ms, fromMs, toMs) - fromMs) / (toMs - fromMs)) * (plot.right - plot.left);
  const y = (value: number) =>
    plot.bottom -
    ((clamp(value, axis.from, axis.to) - axis.from) / (axis.to - axis.from)) * (plot.bottom - plot.top);
  const place: Place = { x, y, axis, fromMs, bucketMs: series.bucketSeconds * 1000, toMs };
  const height = legendTop + Math.max(1, chosen.length + (left > 0 ? 1 : 0)) * legendRow + 6;

  const title = graphTitle(series.check || series.monitor, language);
  const server = oneLine(picture.server, 60);
  const range = rangeText(picture, fromMs, toMs);
  const parts = [
    `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" fill="#ffffff" stroke="${ink.edge}"/>`,
    text(20, 31, title, { size: 17, fill: ink.title, bold: true }),
    text(plot.right, 31, server, { size: 13, fill: ink.title, anchor: 'end' }),
    text(20, 51, range, { size: 12, fill: ink.text }),
    ...grid(place, picture.timeZone),
    ...gaps(place, series, words.noData),
    ...failures(place, picture),
    ...shownBounds.flatMap((bound) => drawnBound(place, bound, language)),
    ...chosen.map((value, n) => band(place, value, colourOf(n))),
    ...chosen.map((value, n) => line(place, value, colourOf(n))),
    ...(chosen.length === 0
      ? [
          text((plot.left + plot.right) / 2, 165, words.nothing, {
            size: 14,
            fill: ink.text,
            anchor: 'middle',
          }),
        ]
      : legend(chosen, left, language)),
  ];
  return {
    svg: `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Noto Sans JP">${parts.join('')}</svg>`,
    width,
    height,
    alt: altOf(chosen, { title, server, range, language }),
  };
}

interface Place {
  readonly x: (ms: number) => number;
  readonly y: (value: number) => number;
  readonly axis: ValueAxis;
  readonly fromMs: number;
  readonly toMs: number;
  readonly bucketMs: number;
}

/** Values that are drawn by check type, the others of them say little; each is one quantity, as there is one axis. */
const quantityOf: Readonly<Record<string, RegExp>> = {
  cpu: /^usedPercent$/,
  memory: /^usedPercent$/,
  load: /^loadPerCore$/,
  disk: /^usedPercent:/,
  traffic: /^(in|out)BitsPerSecond:/,
};

/** What is drawn, and how many were left off. */
function chooseValues({ check, values }: MonitorSeries): { chosen: ValueSeries[]; left: number } {
  const known = Object.hasOwn(quantityOf, check) ? quantityOf[check] : undefined;
  const [first] = values;
  const all =
    known === undefined
      ? values.filter(({ name }) => first !== undefined && unitOf(name) === unitOf(first.name))
      : values.filter(({ name }) => known.test(name));
  const measured = all.filter(({ summary }) => summary !== undefined);
  const highest = measured
    .toSorted((a, b) => (b.summary?.max ?? 0) - (a.summary?.max ?? 0))
    .slice(0, mostLines);
  // What belongs together stands together, both directions of an interface; and the colours of two pictures of one monitor
  // are the same.
  const chosen = highest.toSorted((a, b) => (sortKey(a.name) < sortKey(b.name) ? -1 : 1));
  return { chosen, left: measured.length - highest.length };
}

const sortKey = (name: string): string => `${name.slice(name.indexOf(':') + 1)} ${name}`;

const unitOf = (name: string): string =>
  /(Percent|BitsPerSecond|Bytes|Ms|Minutes|Seconds)?$/.exec(name.split(':', 1)[0] ?? '')?.[1] ?? '';

const isOf = (name: string, value: string): boolean => name === value || name.startsWith(`${value}:`);

const colourOf = (n: number): string => colours[n % colours.length] ?? ink.title;

/** Bounds are in the picture when they are not so far away that the values would be a flat line. */
function axisOf(values: readonly ValueSeries[], bounds: readonly BoundView[]): ValueAxis {
  const least = Math.min(...values.map(({ summary }) => summary?.min ?? 0));
  const most = Math.max(...values.map(({ summary }) => summary?.max ?? 0));
  const near = bounds.flatMap(({ from, to }) =>
    [from, to].filter((end) => end !== undefined && end <= most * 3),
  );
  const ends = near as number[];
  const [name = ''] = values.map((value) => value.name);
  if (values.length === 0) return valueAxis('', 0, 1);
  return valueAxis(name, least, Math.max(most, ...ends.map((end) => end * 1.05)));
}

function grid({ x, y, axis, fromMs, toMs }: Place, timeZone: string): string[] {
  const rows = axis.ticks.flatMap(({ value, label }) => [
    rule(plot.left, y(value), plot.right, y(value), value === axis.from ? ink.edge : ink.grid),
    text(plot.left - 8, y(value) + 4, label, { size: 11.5, fill: ink.text, anchor: 'end' }),
  ]);
  const columns = labelledTicks(fromMs, toMs, timeZone, 9).flatMap(({ ms, label, isDay }) => [
    rule(x(ms), plot.top, x(ms), plot.bottom + 5, isDay ? '#bdc1c6' : ink.grid),
    text(x(ms), plot.bottom + 19, label, {
      size: 11.5,
      fill: isDay ? ink.title : ink.text,
      anchor: 'middle',
      bold: isDay,
    }),
  ]);
  const unit =
    axis.unit === ''
      ? []
      : [text(plot.left - 8, plot.top - 13, axis.unit, { size: 11.5, fill: ink.text, anchor: 'end' })];
  return [...rows, ...columns, ...unit];
}

function failures({ x, toMs }: Place, { failing, language }: GraphPicture): string[] {
  return failing.slice(0, 20).flatMap(({ from, to }) => {
    const start = x(Date.parse(from));
    const end = Math.max(start + 1.5, x(to === undefined ? toMs : Date.parse(to)));
    const label = graphWords[language].failing;
    const isRight = start > plot.right - 60;
    return [
      `<rect x="${at(start)}" y="${plot.top}" width="${at(end - start)}" height="${plot.bottom - plot.top}" fill="${levels.critical}" fill-opacity="0.1"/>`,
      rule(start, plot.top - 5, start, plot.bottom, levels.critical),
      text(isRight ? start - 5 : start + 5, plot.top - 7, label, {
        size: 11.5,
        fill: levels.critical,
        bold: true,
        ...(isRight && { anchor: 'end' }),
      }),
    ];
  });
}

/** Where there was no check at all. A check that failed without a value leaves the line broken and nothing else. */
function gaps({ x, fromMs, bucketMs, toMs }: Place, { worst }: MonitorSeries, label: string): string[] {
  const parts: string[] = [];
  for (let start = 0; start < worst.length; start++) {
    if (worst[start] !== null) continue;
    let end = start;
    while (end < worst.length && worst[end] === null) end++;
    const [left, right] = [x(fromMs + start * bucketMs), x(Math.min(toMs, fromMs + end * bucketMs))];
    if (right > left) {
      parts.push(
        `<rect x="${at(left)}" y="${plot.top}" width="${at(right - left)}" height="${plot.bottom - plot.top}" fill="${ink.gap}"/>`,
      );
      if (right - left > 64 && right - left < plot.right - plot.left)
        parts.push(
          text((left + right) / 2, (plot.top + plot.bottom) / 2 + 4, label, {
            size: 11.5,
            fill: ink.text,
            anchor: 'middle',
          }),
        );
    }
    start = end;
  }
  return parts;
}

function drawnBound({ y, axis }: Place, { value, level, from, to }: BoundView, language: Language): string[] {
  const colour = levels[level];
  return [from, to]
    .filter((end) => end !== undefined && end > axis.from && end < axis.to)
    .flatMap((end) => {
      const height = y(end as number);
      return [
        `<line x1="${plot.left}" y1="${at(height)}" x2="${plot.right}" y2="${at(height)}" stroke="${colour}" stroke-width="1.25" stroke-dasharray="5 4"/>`,
        text(plot.left + 5, height - 4, `${graphWords[language][level]} ${boundText(value, end as number)}`, {
          size: 11,
          fill: colour,
          bold: true,
          halo: true,
        }),
      ];
    });
}

/** `90 %`: a bound is a number that somebody wrote. */
const boundText = (value: string, end: number): string => quantityText(value, end).replace(/\.0+(?= |$)/, '');

/** Runs of neighbouring buckets that have a value: what lies between two of them is a gap. */
function runsOf(row: Row): { start: number; values: number[] }[] {
  const runs: { start: number; values: number[] }[] = [];
  row.forEach((value, n) => {
    if (value === null) return;
    const last = runs.at(-1);
    if (last !== undefined && last.start + last.values.length === n) last.values.push(value);
    else runs.push({ start: n, values: [value] });
  });
  return runs;
}

/** The middle of a bucket, and of the last one what of it has passed. */
const middle = ({ x, fromMs, bucketMs, toMs }: Place, n: number): number =>
  x((fromMs + n * bucketMs + Math.min(toMs, fromMs + (n + 1) * bucketMs)) / 2);

function band(place: Place, { min, max }: ValueSeries, colour: string): string {
  const shapes = runsOf(max).flatMap(({ start, values }) => {
    const upper = values.map((value, n) => point(middle(place, start + n), place.y(value)));
    const lower = values.map((_, n) => point(middle(place, start + n), place.y(min[start + n] ?? 0)));
    return upper.every((one, n) => one === lower[n]) ? [] : [`M${[...upper, ...lower.reverse()].join('L')}Z`];
  });
  return shapes.length === 0 ? '' : `<path d="${shapes.join('')}" fill="${colour}" fill-opacity="0.18"/>`;
}

function line(place: Place, { avg }: ValueSeries, colour: string): string {
  const runs = runsOf(avg).map(({ start, values }) =>
    values.map((value, n) => point(middle(place, start + n), place.y(value))),
  );
  const paths = runs.filter((points) => points.length > 1).map((points) => `M${points.join('L')}`);
  const dots = runs
    .filter((points) => points.length === 1)
    .map(([only = '']) => {
      const [cx, cy] = only.split(' ');
      return `<circle cx="${cx}" cy="${cy}" r="2" fill="${colour}"/>`;
    });
  const drawn =
    paths.length === 0
      ? ''
      : `<path d="${paths.join('')}" fill="none" stroke="${colour}" stroke-width="1.75" stroke-linejoin="round" stroke-linecap="round"/>`;
  return drawn + dots.join('');
}

const legendColumns = { latest: 438, average: 530, greatest: 622 } as const;

function legend(values: readonly ValueSeries[], left: number, language: Language): string[] {
  const words = graphWords[language];
  const heads = (['latest', 'average', 'greatest'] as const).map((key) =>
    text(legendColumns[key], legendTop - 3, words[key], { size: 11.5, fill: ink.text, anchor: 'end' }),
  );
  const rows = values.flatMap((value, n) => {
    const base = legendTop + (n + 1) * legendRow - 4;
    const figures = { latest: latestOf(value), average: value.summary?.avg, greatest: value.summary?.max };
    return [
      rule(plot.left - 38, base - legendRow + 6, plot.right, base - legendRow + 6, ink.grid),
      `<rect x="20" y="${base - 6}" width="16" height="4" rx="2" fill="${colourOf(n)}"/>`,
      text(44, base, oneLine(valueLabel(value.name, language), 38), { size: 12.5, fill: ink.title }),
      ...(['latest', 'average', 'greatest'] as const).map((key) =>
        text(legendColumns[key], base, figureText(value.name, figures[key]), {
          size: 12.5,
          fill: ink.title,
          anchor: 'end',
          bold: key === 'latest',
        }),
      ),
    ];
  });
  const more =
    left === 0
      ? []
      : [
          text(44, legendTop + (values.length + 1) * legendRow - 4, words.more(left), {
            size: 12.5,
            fill: ink.text,
          }),
        ];
  return [...heads, ...rows, ...more];
}

const latestOf = ({ avg }: ValueSeries): number | undefined =>
  avg.findLast((value) => value !== null) ?? undefined;

const figureText = (name: string, value: number | undefined): string =>
  value === undefined ? '–' : quantityText(name, value);

/** `11-20 15:00 – 11-21 15:00 (UTC+9)` */
const rangeText = ({ timeZone }: GraphPicture, fromMs: number, toMs: number): string =>
  `${wallTime(fromMs, timeZone)} – ${wallTime(toMs, timeZone)} (${zoneOffset(toMs, timeZone)})`;

function altOf(
  values: readonly ValueSeries[],
  { title, server, range, language }: { title: string; server: string; range: string; language: Language },
): string {
  const words = graphWords[language];
  const said = values.map((value) =>
    words.altValue(
      oneLine(valueLabel(value.name, language), 38),
      figureText(value.name, latestOf(value)),
      figureText(value.name, value.summary?.max),
    ),
  );
  const end = said.length === 0 ? words.nothing : said.join(language === 'ja' ? '；' : '; ');
  return words.alt(title, server, range, `${end}${words.altEnd}`);
}

interface TextStyle {
  readonly size: number;
  readonly fill: string;
  readonly anchor?: 'middle' | 'end';
  /** Drawn thicker: one font file is enough then. */
  readonly bold?: boolean;
  /** A white edge, where it stands on lines. */
  readonly halo?: boolean;
}

function text(x: number, y: number, content: string, { size, fill, anchor, bold, halo }: TextStyle): string {
  const style = `x="${at(x)}" y="${at(y)}" font-size="${size}"${anchor === undefined ? '' : ` text-anchor="${anchor}"`}`;
  const behind =
    halo === true
      ? `<text ${style} stroke="#ffffff" stroke-width="3" stroke-linejoin="round" fill="#ffffff">${escapeXml(content)}</text>`
      : '';
  const thick = bold === true ? ` stroke="${fill}" stroke-width="0.35"` : '';
  return `${behind}<text ${style} fill="${fill}"${thick}>${escapeXml(content)}</text>`;
}

const rule = (x1: number, y1: number, x2: number, y2: number, colour: string): string =>
  `<line x1="${at(x1)}" y1="${at(y1)}" x2="${at(x2)}" y2="${at(y2)}" stroke="${colour}"/>`;

const point = (x: number, y: number): string => `${at(x)} ${at(y)}`;

/** A tenth of a pixel is enough, and keeps the text short. */
const at = (value: number): string => String(Math.round(value * 10) / 10);

const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
/** What XML 1.0 does not allow at all is left out. */
const escapeXml = (content: string): string =>
  content
    .toWellFormed()
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replace(/[&<>"]/g, (character) => entities[character] ?? '');
