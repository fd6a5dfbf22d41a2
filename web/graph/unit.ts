/** What a value is counted in. `seconds`, `minutes` and `days` are ages and lengths of time, as `ms` is. */
export type Unit =
  | 'percent'
  | 'ms'
  | 'seconds'
  | 'minutes'
  | 'days'
  | 'bits-per-second'
  | 'bytes'
  | 'load'
  | 'count';

/** Units of performance data, as plugins write them. */
const ofPlugins: Record<string, Unit> = {
  '%': 'percent',
  s: 'seconds',
  ms: 'ms',
  B: 'bytes',
};

/**
 * The unit of a value by its name: `usedPercent:/var` is a percentage, `performance:time s` are seconds.
 *
 * @see CheckOutcome.values: names end in their unit
 */
export function unitOf(name: string): Unit {
  const [kind = '', ...rest] = name.split(':');
  if (kind === 'performance') return ofPlugins[rest.join(':').split(' ').at(-1) ?? ''] ?? 'count';
  if (kind.endsWith('BitsPerSecond')) return 'bits-per-second';
  if (kind.endsWith('Percent')) return 'percent';
  if (kind.endsWith('Ms')) return 'ms';
  if (kind.endsWith('Seconds')) return 'seconds';
  if (kind.endsWith('Minutes')) return 'minutes';
  if (/^days|Days$/.test(kind)) return 'days';
  if (kind.endsWith('Bytes')) return 'bytes';
  if (kind.startsWith('load')) return 'load';
  return 'count';
}

/** A size of a unit: how many of it make one, and how that is written. */
export interface Size {
  readonly divisor: number;
  readonly symbol: string;
}

const thousands = (symbol: string): Size[] =>
  ['', 'k', 'M', 'G', 'T', 'P'].map((prefix, i) => ({ divisor: 1000 ** i, symbol: `${prefix}${symbol}` }));
const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;
/** Lengths of time in seconds. A size is taken from two of it on: 90 min reads better than 1.5 h. */
const times: Size[] = [
  { divisor: 1, symbol: 's' },
  { divisor: minute, symbol: 'min' },
  { divisor: hour, symbol: 'h' },
  { divisor: day, symbol: 'd' },
];
const timesIn = (seconds: number): Size[] =>
  times.map(({ divisor, symbol }) => ({ divisor: divisor / seconds, symbol }));

const sizes: Record<Unit, readonly Size[]> = {
  percent: [{ divisor: 1, symbol: '%' }],
  ms: [{ divisor: 1, symbol: 'ms' }, ...timesIn(0.001)],
  seconds: times,
  minutes: timesIn(minute).slice(1),
  days: [{ divisor: 1, symbol: 'd' }],
  'bits-per-second': thousands('bit/s'),
  bytes: ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'].map((symbol, i) => ({ divisor: 1024 ** i, symbol })),
  load: [{ divisor: 1, symbol: '' }],
  count: thousands(''),
};

/** The size in which a number is written with few digits. */
export function sizeFor(largest: number, unit: Unit): Size {
  const isTime = unit === 'seconds' || unit === 'minutes' || unit === 'ms';
  const all = sizes[unit];
  const magnitude = Math.abs(largest);
  // Counts keep their digits up to 10,000: processes and records are counted, not estimated.
  const begin = ({ divisor, symbol }: Size) =>
    unit === 'count' ? divisor * 10 : isTime && !/^m?s$/.test(symbol) ? divisor * 2 : divisor;
  return (
    all.findLast((size, i) => i === 0 || magnitude >= begin(size)) ?? all[0] ?? { divisor: 1, symbol: '' }
  );
}

/** Lengths of time are written in words of the language; everything else has one symbol everywhere. */
const inJapanese: Record<string, string> = { min: '分', h: '時間', d: '日' };
const symbolIn = (symbol: string, language: string): string =>
  language === 'ja' ? (inJapanese[symbol] ?? symbol) : symbol;

/** A value with its unit: `12.3 %`, `1.25 s`, `34.5 Mbit/s`, `1.2 GiB`. */
export function valueText(value: number, unit: Unit, language: string): string {
  const { divisor, symbol } = sizeFor(value, unit);
  const text = numberText(value / divisor, language, unit === 'load' ? 2 : undefined);
  return symbol === '' ? text : `${text} ${symbolIn(symbol, language)}`;
}

/** As `valueText`, for where the unit stands above: `34.5 M`, `1.2 Gi`. */
export const shortText = (value: number, unit: Unit, language: string): string =>
  valueText(value, unit, language)
    .replace(/bit\/s$|B$/, '')
    .trimEnd();

const digits = new Map<string, Intl.NumberFormat>();

/** Three digits that count; whole numbers are written whole. */
function numberText(value: number, language: string, fractionDigits?: number): string {
  const magnitude = Math.abs(value);
  const fraction =
    fractionDigits ??
    (Number.isInteger(value) || magnitude >= 100 ? 0 : magnitude >= 10 ? 1 : magnitude >= 0.1 ? 2 : 3);
  const key = `${language} ${fraction} ${fractionDigits === undefined}`;
  let writer = digits.get(key);
  if (writer === undefined) {
    writer = new Intl.NumberFormat(language, {
      maximumFractionDigits: fraction,
      minimumFractionDigits: fractionDigits ?? 0,
    });
    digits.set(key, writer);
  }
  // The sum makes -0 the 0 that people write.
  return writer.format(value + 0);
}

/** Values of an axis: all in one size, so that they compare at a glance. */
export function axisTexts(ticks: readonly number[], unit: Unit, language: string): string[] {
  const { divisor, symbol } = sizeFor(Math.max(0, ...ticks.map(Math.abs)), unit);
  const short = symbolIn(symbol.replace(/bit\/s$|B$/, ''), language);
  const step = ticks.length < 2 ? 1 : Math.abs((ticks[1] ?? 0) - (ticks[0] ?? 0)) / divisor;
  const fraction = Math.min(6, Math.max(0, -Math.floor(Math.log10(step) + 1e-9)));
  return ticks.map((tick) => {
    if (tick === 0) return '0';
    const text = numberText(Math.abs(tick) / divisor, language, fraction);
    return short === '' ? text : `${text} ${short}`;
  });
}

/**
 * Round numbers from `min` to `max`: 1, 2 or 5 of a power of ten, in the size that the axis is written in.
 *
 * @param most how many there is room for
 */
export function valueTicks(min: number, max: number, unit: Unit, most: number): number[] {
  const { divisor } = sizeFor(Math.max(Math.abs(min), Math.abs(max)), unit);
  const step = roundUp((max - min) / divisor / Math.max(1, most)) * divisor;
  const ticks: number[] = [];
  for (let i = Math.ceil(min / step - 1e-9); i * step <= max + step * 1e-9; i++) ticks.push(i * step);
  return ticks;
}

/** The least 1, 2 or 5 of a power of ten that is not below. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5].find((factor) => factor * power >= value * (1 - 1e-9)) ?? 10) * power;
}

/** Values that differ by less are one: no label could tell them apart, and a step between them would be nothing. */
const leastRange = 1e-9;

/**
 * How far the axis of values reaches. Percentages are shown against 0 to 100, everything else from 0 on: a line that
 * fills the graph looks like trouble.
 *
 * @param bounds thresholds; one that is far above the values stays out, as it would press them flat
 */
export function valueRange(
  { min, max }: { readonly min: number; readonly max: number },
  bounds: readonly number[],
  unit: Unit,
): { min: number; max: number } {
  const most = Math.max(0, max);
  const least = Math.min(0, min);
  if (unit === 'percent' && most <= 100 && least >= 0) return { min: 0, max: 100 };
  const near = bounds.filter((bound) => bound <= most * 2.5 && bound >= least * 2.5);
  const top = Math.max(most, ...near);
  const bottom = Math.min(least, ...near);
  if (top - bottom < leastRange) return { min: 0, max: unit === 'count' ? 4 : 1 };
  const { divisor } = sizeFor(Math.max(top, -bottom), unit);
  // A little room above the highest point, up to a round number.
  const step = roundUp(((top - bottom) * 1.04) / divisor / 5) * divisor;
  return {
    min: bottom === 0 ? 0 : Math.floor((bottom * 1.02) / step) * step,
    max: top === 0 ? 0 : Math.ceil((top * 1.02) / step) * step,
  };
}
