/** What is worth a glance, in this order; of keyed values (`usedPercent:/var`) the worst. */
const telling = [
  'usedPercent',
  'loadPerCore',
  'inBitsPerSecond',
  'outBitsPerSecond',
  'processes',
  'ageMinutes',
  'responseMs',
];

/** The one or two figures of a measurement that a reader looks for; none when nothing was measured. */
export function glance(values: Readonly<Record<string, number>>): string[] {
  const [first, second] = telling.flatMap((quantity) => {
    const found = Object.entries(values).filter(
      ([name]) => name === quantity || name.startsWith(`${quantity}:`),
    );
    const [worst] = found.toSorted(([, a], [, b]) => b - a);
    return worst === undefined ? [] : [{ quantity, text: quantityText(worst[0], worst[1]) }];
  });
  if (first === undefined) return [];
  // The two directions of traffic belong together; a response time beside a share tells nothing.
  const isPair = first.quantity === 'inBitsPerSecond' && second?.quantity === 'outBitsPerSecond';
  return isPair ? [`↓ ${first.text}`, `↑ ${second.text}`] : [first.text];
}

/** Every value of a measurement, `name` and text, 60 at most. */
export const allValues = (values: Readonly<Record<string, number>>): (readonly [string, string])[] =>
  Object.entries(values)
    .slice(0, 60)
    .map(([name, value]) => [name, quantityText(name, value)] as const);

/**
 * A value as a reader sees it: `93.4 %`, `12 ms`. The unit is the end of the name. Digits are those of no language, where the
 * portal's (`web/graph/unit.ts`) are the reader's.
 */
export function quantityText(name: string, value: number): string {
  const [quantity = ''] = name.split(':', 1);
  if (quantity.endsWith('Percent')) return `${value.toFixed(1)} %`;
  if (quantity.endsWith('Ms')) return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`;
  if (quantity.endsWith('BitsPerSecond')) return `${scaled(value, 1000)}bit/s`;
  if (quantity.endsWith('Bytes')) return `${scaled(value, 1024)}B`;
  if (quantity.endsWith('Minutes'))
    return value < 120 ? `${Math.round(value)} min` : `${(value / 60).toFixed(1)} h`;
  if (quantity.endsWith('Seconds')) return `${Math.round(value)} s`;
  return Number.isInteger(value) ? String(value) : value.toFixed(2);
}

function scaled(value: number, base: 1000 | 1024): string {
  const units = base === 1000 ? ['', 'k', 'M', 'G', 'T'] : ['', 'Ki', 'Mi', 'Gi', 'Ti'];
  let rest = value;
  let place = 0;
  while (Math.abs(rest) >= base && place < units.length - 1) {
    rest /= base;
    place += 1;
  }
  return `${place === 0 ? Math.round(rest) : rest.toFixed(1)} ${units[place]}`;
}
