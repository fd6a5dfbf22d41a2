import { instantOfWall, wallTimeAt } from '../../core/calendar/wall-clock.ts';
import { dayOf, namedDays } from '../../core/maintenance/named-days.ts';
import type { RuleParts } from '../../core/maintenance/recurrence-rule.ts';

/** As far as the server looks. */
const farthestDays = 3660;

/**
 * The begins that a rule names, by the same rules as the server's: the wall clock is kept over summer time, what clocks
 * leap over begins later, and of an hour that comes twice the first counts.
 *
 * @param firstMs the first period, which the rule must name; milliseconds since the epoch
 * @param rule `until` is obeyed, be it a day or an instant
 */
export function* beginsOf(rule: RuleParts, firstMs: number, zone: string): Generator<number> {
  const { year, month, day, hour, minute } = wallTimeAt(firstMs, zone);
  const first = dayOf(year, month, day);
  let last: number | undefined;
  for (const named of namedDays(rule, first, first, first + farthestDays)) {
    const beginMs =
      named === first ? firstMs : instantOfWall({ year: 1970, month: 1, day: 1 + named, hour, minute }, zone);
    if (isBeyond(rule.until, named, beginMs)) return;
    if (last !== undefined && beginMs <= last) continue;
    last = beginMs;
    yield beginMs;
  }
}

const dayMs = 86_400_000;

function isBeyond(until: RuleParts['until'], day: number, beginMs: number): boolean {
  if (until === undefined) return false;
  return 'instant' in until ? beginMs > Date.parse(until.instant) : day * dayMs > Date.parse(until.date);
}

/**
 * The first begin that a rule names from a time on. People say "from Friday on, every Sunday"; the server wants the
 * Sunday.
 *
 * @returns undefined where it names none within ten years
 */
export function firstBegin(
  { count: _count, ...rule }: RuleParts,
  fromMs: number,
  zone: string,
): number | undefined {
  // Of "every second Sunday" the first one that comes is the first.
  for (const beginMs of beginsOf({ ...rule, interval: 1 }, fromMs, zone)) return beginMs;
  return undefined;
}
