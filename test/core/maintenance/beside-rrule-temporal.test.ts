import fc from 'fast-check';
import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { namedDays } from '../../../core/maintenance/named-days.ts';
import type { RuleParts } from '../../../core/maintenance/recurrence-rule.ts';
import { anyRule } from './any-rule.ts';

const first = '2026-12-01';
const firstDay = Date.parse(first) / 86_400_000;

function daysOfLibrary(rule: RuleParts): string[] {
  const { freq, interval, wkst, byDay, byMonth, byMonthDay, bySetPos } = rule;
  const dtstart = Temporal.PlainDate.from(first).toZonedDateTime('UTC');
  const library = new RRuleTemporal({
    freq,
    interval,
    dtstart,
    temporal: Temporal,
    ...(wkst !== undefined && { wkst }),
    ...(byDay !== undefined && { byDay: [...byDay] }),
    ...(byMonth !== undefined && { byMonth: [...byMonth] }),
    ...(byMonthDay !== undefined && { byMonthDay: [...byMonthDay] }),
    ...(bySetPos !== undefined && { bySetPos: [...bySetPos] }),
  });
  return library
    .between(dtstart, dtstart.add({ days: 1_000 }), true)
    .map((at) => at.toPlainDate().toString());
}

/**
 * Where rrule-temporal 2.2.7 does not follow the RFC: days of a year by the number of their week, beside days without one
 * (those it leaves out) or days of the month (these it forgets). It is why the rules are expanded here.
 */
const isBeyondLibrary = ({ freq, byDay = [], byMonth, byMonthDay }: RuleParts): boolean => {
  const numbered = byDay.filter((token) => token.length > 2).length;
  const isOfYear = freq === 'YEARLY' && byMonth === undefined;
  return isOfYear && numbered > 0 && (numbered < byDay.length || byMonthDay !== undefined);
};

describe('beside another implementation', () => {
  it('given any rule, when rrule-temporal expands it, then it names the same days', () =>
    fc.assert(
      fc.property(
        anyRule.filter((rule) => !isBeyondLibrary(rule)),
        (rule) => {
          const days = [...namedDays(rule, firstDay, firstDay, firstDay + 1_001)].map((day) =>
            new Date(day * 86_400_000).toISOString().slice(0, 10),
          );
          expect(days).toEqual(daysOfLibrary(rule));
        },
      ),
      { numRuns: 120 },
    ));
});
