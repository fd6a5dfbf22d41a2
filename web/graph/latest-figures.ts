import { unitOf, valueText } from './unit.ts';

export interface Figure {
  /** Name of the value, as graphs have it. */
  readonly name: string;
  readonly text: string;
}

const kindOf = (name: string): string => name.split(':', 1)[0] ?? name;

/** The values that say how a monitor of a check type is, the most telling first; others only where it has none of these. */
const telling = [
  'usedPercent',
  'loadPerCore',
  'load5',
  'inBitsPerSecond',
  'outBitsPerSecond',
  'responseMs',
  'daysLeft',
  'ageMinutes',
  'processes',
  'jsonValue',
];

/**
 * What of a measurement fits into a line: a kind of value or two, of several file systems or interfaces the highest.
 *
 * @param most figures at most
 */
export function latestFigures(
  values: Readonly<Record<string, number>>,
  language: string,
  most = 2,
): Figure[] {
  const all = Object.entries(values);
  const kinds = telling.filter((kind) => all.some(([name]) => kindOf(name) === kind));
  const named = all
    .filter(([name]) => kinds.length === 0 || kinds.includes(kindOf(name)))
    .sort(([one, a], [other, b]) => kinds.indexOf(kindOf(one)) - kinds.indexOf(kindOf(other)) || b - a);
  // Traffic has two kinds that belong together: the busiest interface, both ways.
  const [busiest] = named;
  const chosen =
    busiest !== undefined && kindOf(busiest[0]) === 'inBitsPerSecond'
      ? named.filter(([name]) => name.endsWith(busiest[0].slice('inBitsPerSecond'.length)))
      : named;
  return chosen
    .slice(0, most)
    .map(([name, value]) => ({ name, text: valueText(value, unitOf(name), language) }));
}
