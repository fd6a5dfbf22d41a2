import fc from 'fast-check';
import type { Frequency, RuleParts } from '../../../core/maintenance/recurrence-rule.ts';

const weekdays = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'] as const;
const frequencies: readonly Frequency[] = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'];

const some = <T>(item: fc.Arbitrary<T>, maxLength: number) =>
  fc.option(fc.uniqueArray(item, { minLength: 1, maxLength }), { nil: undefined });
const signed = (max: number) => fc.integer({ min: -max, max }).filter((value) => value !== 0);

/** Any rule that `readRule` takes, without its end. */
export const anyRule: fc.Arbitrary<RuleParts> = fc
  .record({
    freq: fc.constantFrom(...frequencies),
    interval: fc.integer({ min: 1, max: 4 }),
    days: some(fc.tuple(fc.option(signed(5), { nil: undefined }), fc.constantFrom(...weekdays)), 4),
    byMonthDay: some(signed(31), 4),
    byMonth: some(fc.integer({ min: 1, max: 12 }), 4),
    bySetPos: some(signed(6), 2),
    wkst: fc.option(fc.constantFrom(...weekdays), { nil: undefined }),
  })
  .map(({ freq, interval, days, byMonthDay, byMonth, bySetPos, wkst }): RuleParts => {
    const hasOrdinals = freq === 'MONTHLY' || freq === 'YEARLY';
    const byDay =
      days === undefined
        ? undefined
        : [...new Set(days.map(([week, day]) => `${hasOrdinals && week !== undefined ? week : ''}${day}`))];
    const hasMonthDay = freq !== 'WEEKLY' && byMonthDay !== undefined;
    const hasParts = byDay !== undefined || hasMonthDay || byMonth !== undefined;
    return {
      freq,
      interval,
      ...(byDay !== undefined && { byDay }),
      ...(hasMonthDay && { byMonthDay }),
      ...(byMonth !== undefined && { byMonth }),
      ...(hasParts && bySetPos !== undefined && { bySetPos }),
      ...(wkst !== undefined && { wkst }),
    };
  });

export const textOf = ({ freq, interval, count, byDay, byMonthDay, byMonth, bySetPos, wkst }: RuleParts) =>
  [
    `FREQ=${freq}`,
    `INTERVAL=${interval}`,
    ...(count === undefined ? [] : [`COUNT=${count}`]),
    ...(byDay === undefined ? [] : [`BYDAY=${byDay.join(',')}`]),
    ...(byMonthDay === undefined ? [] : [`BYMONTHDAY=${byMonthDay.join(',')}`]),
    ...(byMonth === undefined ? [] : [`BYMONTH=${byMonth.join(',')}`]),
    ...(bySetPos === undefined ? [] : [`BYSETPOS=${bySetPos.join(',')}`]),
    ...(wkst === undefined ? [] : [`WKST=${wkst}`]),
  ].join(';');

const dayMs = 86_400_000;

/**
 * The days that a rule names, found by looking at every day there is: the words of RFC 5545 §3.3.10, and slow.
 *
 * @param first and `to` as days since 1970; `to` is excluded
 */
export function daysOf(rule: RuleParts, first: number, to: number): number[] {
  const found: number[] = [];
  const set = new Map<number, number[]>();
  // A period may begin before the first day, and its days count for BYSETPOS.
  for (let day = first - 370; day < to + 370; day += 1) {
    const period = periodOf(rule, first, day);
    if (period % rule.interval !== 0 || !isNamed(rule, first, day)) continue;
    set.set(period, [...(set.get(period) ?? []), day]);
  }
  for (const days of set.values()) {
    const picked =
      rule.bySetPos === undefined
        ? days
        : days.filter((_, index) =>
            rule.bySetPos?.some((at) => (at > 0 ? at - 1 === index : days.length + at === index)),
          );
    found.push(...picked.filter((day) => day >= first));
  }
  return found.sort((a, b) => a - b).filter((day, index) => day < to && index < (rule.count ?? Infinity));
}

const dateOf = (day: number) => new Date(day * dayMs);
const weekdayOf = (day: number) => dateOf(day).getUTCDay();

/** Which period a day lies in, counted from the first day's. */
function periodOf({ freq, wkst = 'MO' }: RuleParts, first: number, day: number): number {
  const [from, at] = [dateOf(first), dateOf(day)];
  if (freq === 'DAILY') return day - first;
  const years = at.getUTCFullYear() - from.getUTCFullYear();
  if (freq === 'YEARLY') return years;
  if (freq === 'MONTHLY') return years * 12 + at.getUTCMonth() - from.getUTCMonth();
  const begin = weekdays.indexOf(wkst);
  const weekOf = (of: number) => of - ((weekdayOf(of) - begin + 7) % 7);
  return (weekOf(day) - weekOf(first)) / 7;
}

function isNamed({ freq, byDay, byMonthDay, byMonth }: RuleParts, first: number, day: number): boolean {
  const [from, at] = [dateOf(first), dateOf(day)];
  const [year, month, date] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()];
  if (byMonth !== undefined && !byMonth.includes(month + 1)) return false;
  const length = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  if (byMonthDay !== undefined && !byMonthDay.some((one) => one === date || length + one + 1 === date))
    return false;
  if (byDay !== undefined) {
    const scope = freq === 'YEARLY' && byMonth === undefined ? 'year' : 'month';
    return byDay.some((token) => {
      const week = Number(token.slice(0, -2));
      if (token.slice(-2) !== weekdays[weekdayOf(day)]) return false;
      if (week === 0) return true;
      const begin = scope === 'year' ? Date.UTC(year, 0, 1) / dayMs : Date.UTC(year, month, 1) / dayMs;
      const end = scope === 'year' ? Date.UTC(year + 1, 0, 1) / dayMs : Date.UTC(year, month + 1, 1) / dayMs;
      return week > 0
        ? Math.floor((day - begin) / 7) + 1 === week
        : Math.floor((end - 1 - day) / 7) + 1 === -week;
    });
  }
  if (byMonthDay !== undefined || freq === 'DAILY') return true;
  if (freq === 'WEEKLY') return weekdayOf(day) === weekdayOf(first);
  if (date !== from.getUTCDate()) return false;
  return freq === 'MONTHLY' || byMonth !== undefined || month === from.getUTCMonth();
}
