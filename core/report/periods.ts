import type { Alert } from '../incident/incident.ts';
import { type Instant, secondsBetween } from '../instant.ts';

/** From an instant, included, to another, excluded. */
export interface Period {
  readonly from: Instant;
  readonly until: Instant;
}

/** Cuts periods to a range and joins those that overlap or touch; in order. */
export function merge(periods: readonly Period[], from: Instant, to: Instant): Period[] {
  const cut = periods
    .map((one) => ({
      from: one.from < from ? from : one.from,
      until: one.until > to ? to : one.until,
    }))
    .filter((one) => one.from < one.until)
    .sort((a, b) => (a.from < b.from ? -1 : Number(a.from > b.from)));
  const merged: Period[] = [];
  for (const one of cut) {
    const last = merged.at(-1);
    if (last === undefined || last.until < one.from) merged.push(one);
    else if (last.until < one.until) merged[merged.length - 1] = { from: last.from, until: one.until };
  }
  return merged;
}

/** What two ordered lists of separate periods have in common. */
export const meet = (some: readonly Period[], others: readonly Period[]): Period[] =>
  some.flatMap((one) => merge(others, one.from, one.until));

export const secondsOf = (periods: readonly Period[]): number =>
  periods.reduce((sum, one) => sum + secondsBetween(one.from, one.until), 0);

/** When a monitor was down, by its alerts: from the first failed check until it was seen well. */
export const downPeriods = (alerts: readonly Alert[], from: Instant, to: Instant): Period[] =>
  merge(
    alerts.map(({ failingSince, wellAt }) => ({ from: failingSince, until: wellAt ?? to })),
    from,
    to,
  );
