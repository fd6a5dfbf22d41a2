import type { Instant } from '../instant.ts';

const frequencies = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'] as const;
export type Frequency = (typeof frequencies)[number];
const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;

/** The parts of a rule that we take, each within its bounds. */
export interface RuleParts {
  readonly freq: Frequency;
  readonly interval: number;
  readonly count?: number;
  /** The last moment at which a period may begin: an instant, or a date of the maintenance's time zone. */
  readonly until?: { readonly instant: Instant } | { readonly date: string };
  /** `SU`, or `-1SU` for the last Sunday of the month or year. */
  readonly byDay?: readonly string[];
  readonly byMonthDay?: readonly number[];
  readonly byMonth?: readonly number[];
  readonly bySetPos?: readonly number[];
  readonly wkst?: (typeof weekdays)[number];
}

/** About four years at most from one period to the next: what is rarer is announced by itself. */
const longestInterval: Readonly<Record<Frequency, number>> = {
  DAILY: 366,
  WEEKLY: 104,
  MONTHLY: 24,
  YEARLY: 4,
};
const mostTimes = 1000;
const mostValues = 31;
const known = [
  'FREQ',
  'INTERVAL',
  'COUNT',
  'UNTIL',
  'BYDAY',
  'BYMONTHDAY',
  'BYMONTH',
  'BYSETPOS',
  'WKST',
] as const;

/**
 * Reads the value of an RRULE strictly: parts of days and longer, each once and within bounds, so that no rule takes
 * long to expand.
 *
 * @returns the parts, or what is wrong with them, in words for the person who wrote the rule
 * @see RFC 5545 §3.3.10
 */
export function readRule(text: string): { parts: RuleParts } | { problems: string[] } {
  const problems: string[] = [];
  const given = new Map<string, string>();
  for (const part of text.trim().toUpperCase().split(';')) {
    const [name = '', value] = part.split('=', 2);
    if (value === undefined || value === '' || part.split('=').length !== 2)
      problems.push(`"${shown(part)}" is no part of a rule; write NAME=VALUE, for example FREQ=WEEKLY`);
    else if (!known.some((each) => each === name))
      problems.push(`${shown(name)} is not taken; known parts are ${known.join(', ')}`);
    else if (given.has(name)) problems.push(`${name} is given twice; give it once`);
    else given.set(name, value);
  }
  const freq = frequencies.find((each) => each === given.get('FREQ'));
  if (freq === undefined) {
    const value = given.get('FREQ');
    const mend = `give FREQ=${frequencies.join(', FREQ=')}`;
    problems.push(value === undefined ? `FREQ is missing; ${mend}` : `FREQ is ${shown(value)}; ${mend}`);
    return { problems };
  }
  const numbers = (name: string, least: number, most: number, isSigned: boolean): number[] | undefined => {
    const value = given.get(name);
    if (value === undefined) return undefined;
    const items = value.split(',');
    const read = items.map((item) => (/^[+-]?\d{1,4}$/.test(item) ? Number(item) : Number.NaN));
    const fits = (each: number): boolean =>
      isSigned ? Math.abs(each) >= least && Math.abs(each) <= most : each >= least && each <= most;
    const wrong = items.find((_, index) => !fits(read[index] ?? Number.NaN));
    if (wrong !== undefined)
      problems.push(
        `${name} has ${shown(wrong)}; give whole numbers from ${least} to ${most}${isSigned ? `, or from -${most} to -${least}, counted from the end` : ''}`,
      );
    if (items.length > mostValues)
      problems.push(`${name} has ${items.length} values; give at most ${mostValues}`);
    return [...new Set(read)];
  };
  const single = (name: string, most: number): number | undefined => {
    const values = numbers(name, 1, most, false);
    if (values !== undefined && values.length > 1) problems.push(`${name} has several values; give one`);
    return values?.[0];
  };
  const interval = single('INTERVAL', longestInterval[freq]);
  const count = single('COUNT', mostTimes);
  const until = readUntil(given.get('UNTIL'), problems);
  const byDay = readDays(given.get('BYDAY'), freq, problems);
  const byMonthDay = numbers('BYMONTHDAY', 1, 31, true);
  const byMonth = numbers('BYMONTH', 1, 12, false);
  const bySetPos = numbers('BYSETPOS', 1, 366, true);
  const wkst = weekdays.find((each) => each === given.get('WKST'));
  if (given.has('WKST') && wkst === undefined)
    problems.push(`WKST is ${shown(given.get('WKST') ?? '')}; give one of ${weekdays.join(', ')}`);
  if (count !== undefined && until !== undefined)
    problems.push('COUNT and UNTIL are both given; give one of them');
  if (byMonthDay !== undefined && freq === 'WEEKLY')
    problems.push('BYMONTHDAY goes with FREQ=DAILY, MONTHLY or YEARLY only');
  if (bySetPos !== undefined && byDay === undefined && byMonthDay === undefined && byMonth === undefined)
    problems.push('BYSETPOS picks from what BYDAY, BYMONTHDAY or BYMONTH names; give one of these');
  if (problems.length > 0) return { problems };
  return {
    parts: {
      freq,
      interval: interval ?? 1,
      ...(count === undefined ? {} : { count }),
      ...(until === undefined ? {} : { until }),
      ...(byDay === undefined ? {} : { byDay }),
      ...(byMonthDay === undefined ? {} : { byMonthDay }),
      ...(byMonth === undefined ? {} : { byMonth }),
      ...(bySetPos === undefined ? {} : { bySetPos }),
      ...(wkst === undefined ? {} : { wkst }),
    },
  };
}

function readUntil(value: string | undefined, problems: string[]): RuleParts['until'] {
  if (value === undefined) return undefined;
  const match = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})Z)?$/.exec(value);
  const [, year, month, day, hour, minute, second] = match ?? [];
  const date = `${year}-${month}-${day}`;
  const isTimed = hour !== undefined;
  const instant = `${date}T${isTimed ? `${hour}:${minute}:${second}` : '00:00:00'}.000Z`;
  // Date.parse takes February 30 for March 1 or 2; written back, it tells.
  const time = match === null ? Number.NaN : Date.parse(instant);
  if (Number.isNaN(time) || new Date(time).toISOString() !== instant) {
    problems.push(
      `UNTIL is ${shown(value)}; write an instant in UTC as 20271231T235959Z, or a date as 20271231`,
    );
    return undefined;
  }
  return isTimed ? { instant } : { date };
}

function readDays(value: string | undefined, freq: Frequency, problems: string[]): string[] | undefined {
  if (value === undefined) return undefined;
  const items = value.split(',');
  const mostWeeks = freq === 'YEARLY' ? 53 : 5;
  for (const item of items) {
    const [, weeks, day] = /^([+-]?\d{1,2})?([A-Z]{2})$/.exec(item) ?? [];
    if (!weekdays.some((each) => each === day))
      problems.push(`BYDAY has ${shown(item)}; give ${weekdays.join(', ')}, or -1SU for the last Sunday`);
    else if (weeks !== undefined && freq !== 'MONTHLY' && freq !== 'YEARLY')
      problems.push(
        `BYDAY has ${item}; a week's number goes with FREQ=MONTHLY or YEARLY only, so write ${day}`,
      );
    else if (weeks !== undefined && (Number(weeks) === 0 || Math.abs(Number(weeks)) > mostWeeks))
      problems.push(
        `BYDAY has ${item}; give a week's number from 1 to ${mostWeeks}, or from -${mostWeeks} to -1`,
      );
  }
  if (items.length > mostValues)
    problems.push(`BYDAY has ${items.length} values; give at most ${mostValues}`);
  return [...new Set(items.map((item) => item.replace(/^\+/, '').replace(/^(-?)0/, '$1')))];
}

/** What somebody typed, short enough for a message. */
const shown = (text: string): string => (text.length > 30 ? `${text.slice(0, 30)}…` : text);
