import type { RuleParts } from '../../core/maintenance/recurrence-rule.ts';
import { readRule } from '../../core/maintenance/recurrence-rule.ts';

/** Monday first, as rules name them. */
export const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;
export type Weekday = (typeof weekdays)[number];

export const ruleKinds = ['none', 'daily', 'weekly', 'month-day', 'month-weekday', 'own'] as const;
export type RuleKind = (typeof ruleKinds)[number];

/** Which week of a month; -1 is the last. */
export const weekPlaces = [1, 2, 3, 4, -1] as const;
export type WeekPlace = (typeof weekPlaces)[number];

export const ruleEnds = ['never', 'until', 'count'] as const;

/** A rule as a form has it. What is `undefined` goes by the day on which the maintenance begins. */
export interface RuleForm {
  readonly kind: RuleKind;
  /** Every so many days, weeks or months, as typed. */
  readonly interval: string;
  readonly days: readonly Weekday[] | undefined;
  /** Date of the month; -1 is its last day. */
  readonly monthDay: number | undefined;
  readonly weekPlace: WeekPlace | undefined;
  readonly weekday: Weekday | undefined;
  /** A rule in its own words. */
  readonly own: string;
  readonly end: (typeof ruleEnds)[number];
  /** `2027-03-31` */
  readonly lastDay: string;
  readonly count: string;
}

export const noRule: RuleForm = {
  kind: 'none',
  interval: '1',
  days: undefined,
  monthDay: undefined,
  weekPlace: undefined,
  weekday: undefined,
  own: '',
  end: 'never',
  lastDay: '',
  count: '',
};

/** Fills in what goes by the day of the begin: `2026-11-22`, a Sunday, the fourth of its month. */
export function filledIn(form: RuleForm, beginDate: string) {
  const begin = new Date(`${beginDate}T00:00:00Z`);
  const isDate = !Number.isNaN(begin.getTime());
  const weekday = weekdays[(begin.getUTCDay() + 6) % 7] ?? 'MO';
  const date = isDate ? begin.getUTCDate() : 1;
  return {
    ...form,
    days: form.days ?? [weekday],
    monthDay: form.monthDay ?? date,
    weekPlace: form.weekPlace ?? weekPlaces[Math.ceil(date / 7) - 1] ?? -1,
    weekday: form.weekday ?? weekday,
  };
}

/**
 * Writes the rule of a form.
 *
 * @param beginDate the day on which the maintenance begins in its zone
 * @returns undefined for what does not recur; it may be a rule that `readRule` refuses, as the form may hold anything
 */
export function ruleOf(form: RuleForm, beginDate: string): string | undefined {
  const { kind, interval, days, monthDay, weekPlace, weekday, own } = filledIn(form, beginDate);
  const every = interval.trim() === '1' ? [] : [`INTERVAL=${interval.trim()}`];
  const end = endOf(form);
  switch (kind) {
    case 'none':
      return undefined;
    case 'own':
      return own.trim().replace(/^RRULE:/i, '');
    case 'daily':
      return ['FREQ=DAILY', ...every, ...end].join(';');
    case 'weekly':
      return [
        'FREQ=WEEKLY',
        ...every,
        `BYDAY=${weekdays.filter((day) => days.includes(day)).join(',')}`,
        ...end,
      ].join(';');
    case 'month-day':
      return ['FREQ=MONTHLY', ...every, `BYMONTHDAY=${monthDay}`, ...end].join(';');
    case 'month-weekday':
      return ['FREQ=MONTHLY', ...every, `BYDAY=${weekPlace}${weekday}`, ...end].join(';');
  }
}

const endOf = ({ end, lastDay, count }: RuleForm): string[] =>
  end === 'until'
    ? [`UNTIL=${lastDay.replaceAll('-', '')}`]
    : end === 'count'
      ? [`COUNT=${count.trim()}`]
      : [];

/** Reads a rule into the form; what the form has no fields for stays as it was written. */
export function formOf(rule: string | undefined): RuleForm {
  if (rule === undefined) return noRule;
  const read = readRule(rule);
  const own: RuleForm = { ...noRule, kind: 'own', own: rule };
  if ('problems' in read) return own;
  const { parts } = read;
  const { until } = parts;
  // An end at an instant, and weeks that begin on another day, are for who writes rules.
  if ((until !== undefined && 'instant' in until) || (parts.wkst ?? 'MO') !== 'MO') return own;
  return { ...own, ...kindOf(parts), ...(kindOf(parts) === undefined ? {} : { own: '', ...ended(parts) }) };
}

function ended({ until, count, interval }: RuleParts): Partial<RuleForm> {
  return {
    interval: String(interval),
    ...(until !== undefined && 'date' in until && { end: 'until', lastDay: until.date }),
    ...(count !== undefined && { end: 'count', count: String(count) }),
  };
}

function kindOf(parts: RuleParts): Partial<RuleForm> | undefined {
  const { freq, byDay, byMonthDay, byMonth, bySetPos } = parts;
  if (byMonth !== undefined) return undefined;
  if (bySetPos !== undefined) {
    // BYDAY=TU;BYSETPOS=2 is another way to write BYDAY=2TU.
    const [place, ...others] = bySetPos;
    const weekday = weekdays.find((one) => byDay?.length === 1 && one === byDay[0]);
    const weekPlace = weekPlaces.find((one) => one === place);
    const isPlain = freq === 'MONTHLY' && byMonthDay === undefined && others.length === 0;
    return isPlain && weekday !== undefined && weekPlace !== undefined
      ? { kind: 'month-weekday', weekPlace, weekday }
      : undefined;
  }
  if (freq === 'DAILY')
    return byDay === undefined && byMonthDay === undefined ? { kind: 'daily' } : undefined;
  if (freq === 'WEEKLY')
    return {
      kind: 'weekly',
      ...(byDay !== undefined && { days: weekdays.filter((day) => byDay.includes(day)) }),
    };
  if (freq !== 'MONTHLY') return undefined;
  if (byMonthDay !== undefined) {
    const [monthDay, ...others] = byMonthDay;
    const isKnown = monthDay !== undefined && (monthDay === -1 || monthDay > 0);
    return byDay === undefined && others.length === 0 && isKnown
      ? { kind: 'month-day', monthDay }
      : undefined;
  }
  if (byDay === undefined) return { kind: 'month-day' };
  const [, place, name] = /^(-1|[1-4])([A-Z]{2})$/.exec(byDay[0] ?? '') ?? [];
  const weekPlace = weekPlaces.find((one) => String(one) === place);
  const weekday = weekdays.find((one) => one === name);
  return byDay.length === 1 && weekPlace !== undefined && weekday !== undefined
    ? { kind: 'month-weekday', weekPlace, weekday }
    : undefined;
}
