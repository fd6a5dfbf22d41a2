import { instantOfWallTime, offsetMs } from './wall-time.ts';

/** When something recurs; epoch milliseconds. */
export interface Occurrences {
  /** The first one after an instant; undefined when there is none any more. */
  nextAfter(ms: number): number | undefined;
}

interface Field {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly names?: readonly string[];
}

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const days = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const fields: readonly Field[] = [
  { name: 'minutes', from: 0, to: 59 },
  { name: 'hours', from: 0, to: 23 },
  { name: 'day of month', from: 1, to: 31 },
  { name: 'month', from: 1, to: 12, names: months },
  { name: 'day of week', from: 1, to: 7, names: days },
  { name: 'year', from: 1970, to: 2199 },
];

const dayMs = 86_400_000;
/** A leap day that falls on a given weekday comes at least every 40 years. */
const furthestDays = 41 * 366;

/**
 * The six fields of EventBridge's `cron(…)`: minutes, hours, day of month, month, day of week (1 is Sunday), year.
 * `L`, `W` and `#` are refused.
 *
 * @param timeZone IANA name. A wall time that a clock change skips does not occur; one that it repeats occurs once.
 * @throws RangeError that names the field
 */
export function parseCron(text: string, timeZone: string): Occurrences {
  const parts = text.trim().split(/\s+/);
  if (parts.length !== fields.length) {
    throw new RangeError(
      `cron(${text}) has ${parts.length} fields; give six: ${fields.map((f) => f.name).join(', ')}`,
    );
  }
  const sets = fields.map((field, index) => parseField(parts[index] ?? '', field, text));
  const has = (index: number, value: number): boolean => sets[index]?.has(value) ?? false;
  const minutes = [...(sets[0] ?? [])].sort((a, b) => a - b);
  const hours = [...(sets[1] ?? [])].sort((a, b) => a - b);

  const nextAfter = (ms: number): number | undefined => {
    const wall = ms + offsetMs(ms, timeZone);
    for (let day = Math.floor(wall / dayMs), count = 0; count < furthestDays; day++, count++) {
      const date = new Date(day * dayMs);
      if (!has(2, date.getUTCDate()) || !has(3, date.getUTCMonth() + 1)) continue;
      if (!has(4, date.getUTCDay() + 1) || !has(5, date.getUTCFullYear())) continue;
      for (const hour of hours) {
        for (const minute of minutes) {
          const at = instantOfWallTime(day * dayMs + hour * 3_600_000 + minute * 60_000, timeZone);
          if (at !== undefined && at > ms) return at;
        }
      }
    }
    return undefined;
  };
  return { nextAfter };
}

function parseField(part: string, field: Field, text: string): Set<number> {
  const refuse = (): RangeError =>
    new RangeError(
      `cron(${text}): ${field.name} is "${part}"; give ${field.from} to ${field.to}, *, a-b, a/b or a,b`,
    );
  const number = (word: string): number => {
    const named = field.names?.indexOf(word.toUpperCase()) ?? -1;
    const value = named >= 0 ? named + field.from : /^[0-9]+$/.test(word) ? Number(word) : Number.NaN;
    if (!(value >= field.from && value <= field.to)) throw refuse();
    return value;
  };
  const values = new Set<number>();
  for (const item of part.split(',')) {
    const [range = '', stepText] = item.split('/');
    const step = stepText === undefined ? 1 : Number(stepText);
    if (!Number.isInteger(step) || step < 1) throw refuse();
    let [from, to] = [field.from, field.to];
    if (range !== '*' && range !== '?') {
      const [first = '', last] = range.split('-');
      from = number(first);
      if (last !== undefined) to = number(last);
      else if (stepText === undefined) to = from;
    }
    for (let value = from; value <= to; value += step) values.add(value);
  }
  return values;
}
