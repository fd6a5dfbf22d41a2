import type { GraphWords } from '../words/graph-words.ts';
import type { GraphBound, GraphPlan, GraphValue } from './plan.ts';
import { type Unit, valueText } from './unit.ts';

/** What a value is called within its graph: `/var`, `eth0 in`, `www`, `Used`. */
export function valueLabel(
  { name, monitor, needsMonitor }: Pick<GraphValue, 'name' | 'monitor' | 'needsMonitor'>,
  { subject }: Pick<GraphPlan, 'subject'>,
  words: GraphWords,
): string {
  const colon = name.indexOf(':');
  const kind = colon < 0 ? name : name.slice(0, colon);
  const part = colon < 0 ? '' : name.slice(colon + 1);
  const own =
    kind === 'inBitsPerSecond'
      ? words.incoming(part)
      : kind === 'outBitsPerSecond'
        ? words.outgoing(part)
        : part === ''
          ? (words.values[kind] ?? kind)
          : part;
  if (!needsMonitor) return own;
  // A line for each service: the monitor says it all.
  return subject === 'response' && kind === 'responseMs' ? monitor : `${monitor} ${own}`;
}

/** The values at which a bound is drawn, and what stands there. */
export function boundLines(
  { level, from, to, isMirrored, of }: GraphBound,
  { unit, values, subject }: Pick<GraphPlan, 'unit' | 'values' | 'subject'>,
  words: GraphWords,
  language: string,
): { level: 'warning' | 'critical'; at: number; text: string }[] {
  const owner = values.find(({ key }) => key === of);
  const say = (text: string) =>
    owner === undefined ? text : words.bound.of(valueLabel(owner, { subject }, words), text);
  const sign = isMirrored ? -1 : 1;
  const name = words.bound[level];
  const write = (value: number, unitOfValue: Unit) => valueText(value, unitOfValue, language);
  if (from !== undefined && to !== undefined && from <= to) {
    const inside = say(words.bound.inside(name, write(from, unit), write(to, unit)));
    // One text for both ends.
    return [
      { level, at: sign * from, text: '' },
      { level, at: sign * to, text: inside },
    ];
  }
  return [
    ...(from === undefined
      ? []
      : [{ level, at: sign * from, text: say(words.bound.above(name, write(from, unit))) }]),
    ...(to === undefined
      ? []
      : [{ level, at: sign * to, text: say(words.bound.below(name, write(to, unit))) }]),
  ];
}
