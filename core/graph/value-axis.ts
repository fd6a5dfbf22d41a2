/**
 * How the values of a graph's left edge are written: numbers of one scale, the unit once.
 * The portal's axis (`web/graph/unit.ts`) has the unit at each number, room for thresholds, and the reader's separators.
 */
export interface ValueAxis {
  /** Lowest and highest value that is drawn. */
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly { readonly value: number; readonly label: string }[];
  /** `%`, `Mbit/s`; '' for a plain number. */
  readonly unit: string;
}

interface Scale {
  readonly unit: string;
  /** So much of the value is one of the unit. */
  readonly size: number;
}

const decimal = ['', 'k', 'M', 'G', 'T', 'P'];
const binary = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi'];

/** The unit that a value's name ends in, in a size in which `most` is easy to read. */
function scaleOf(name: string, most: number): Scale {
  const [quantity = ''] = name.split(':', 1);
  const sized = (base: number, prefixes: readonly string[], unit: string): Scale => {
    const place = Math.min(prefixes.length - 1, Math.max(0, Math.floor(Math.log(most) / Math.log(base))));
    return { unit: `${prefixes[place]}${unit}`, size: base ** place };
  };
  if (quantity.endsWith('Percent')) return { unit: '%', size: 1 };
  if (quantity.endsWith('BitsPerSecond')) return sized(1000, decimal, 'bit/s');
  if (quantity.endsWith('Bytes')) return sized(1024, binary, 'B');
  if (quantity.endsWith('Ms')) return most >= 5_000 ? { unit: 's', size: 1000 } : { unit: 'ms', size: 1 };
  if (quantity.endsWith('Minutes')) return most >= 300 ? { unit: 'h', size: 60 } : { unit: 'min', size: 1 };
  if (quantity.endsWith('Seconds'))
    return most >= 36_000 ? { unit: 'h', size: 3600 } : { unit: 's', size: 1 };
  return { unit: '', size: 1 };
}

/** The least of 1, 2, 2.5 and 5 times a power of ten that is not below. */
function niceStep(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(atLeast));
  return ([1, 2, 2.5, 5].find((step) => step * power >= atLeast * (1 - 1e-9)) ?? 10) * power;
}

/** Digits behind the point that a step needs. */
function digitsOf(step: number): number {
  const digits = [0, 1, 2, 3, 4, 5].find(
    (one) => Math.abs(step * 10 ** one - Math.round(step * 10 ** one)) < 1e-6,
  );
  return digits ?? 6;
}

/** Values that differ by less are one: no label could tell them apart, and a step between them would be nothing. */
const leastRange = 1e-9;

/**
 * An axis for values from `least` to `most`. It begins at 0 unless there is something below, and shares end at 100 %: a
 * disk that went from 91 to 92 % has not doubled.
 *
 * @param name of a value, with the unit in it
 */
export function valueAxis(name: string, least: number, most: number): ValueAxis {
  const isShare = (name.split(':', 1)[0] ?? '').endsWith('Percent') && least >= 0 && most <= 100;
  const low = Math.min(0, least);
  const ends = Math.max(0, most);
  const high = isShare ? 100 : ends - low > leastRange ? ends : low + 1;
  const { unit, size } = scaleOf(name, Math.max(Math.abs(low), Math.abs(high), Number.MIN_VALUE));
  const step = isShare ? 25 : niceStep((high - low) / size / 4);
  const first = Math.floor(low / size / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(high / size / step - 1e-9));
  const digits = digitsOf(step);
  const ticks = Array.from({ length: last - first + 1 }, (_, n) => {
    const inUnit = (first + n) * step;
    return { value: inUnit * size, label: inUnit.toFixed(digits) };
  });
  return { from: first * step * size, to: last * step * size, ticks, unit };
}
