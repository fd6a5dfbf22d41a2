import { addSeconds, type Instant, secondsBetween } from '../instant.ts';
import type { Maintenance, MaintenanceRequest } from './maintenance.ts';
import { lastUntil, longestRuleDays, startsOf } from './occurrences.ts';
import { readRule } from './recurrence-rule.ts';

/** What is wrong with a request: `field` as a path of the request, `scope[0].server`; the message holds the mend. */
export interface MaintenanceProblem {
  readonly field: string;
  readonly message: string;
}

export interface MaintenanceSurroundings {
  readonly at: Instant;
  /** The account's servers with the ids of their monitors. */
  readonly servers: readonly { readonly id: string; readonly monitors: readonly string[] }[];
  /** The account's maintenances that hold or come still, without the one that is changed. */
  readonly unfinished: number;
  /** The one that is changed; absent when a new one is announced. */
  readonly before?: Maintenance;
}

export const mostUnfinished = 500;
const daySeconds = 86_400;
const longestDays = 31;
const farthestDays = 400;
/** A form takes its time to be filled in: what begins "now" may have begun so long ago. */
const graceSeconds = 300;

/**
 * Judges what somebody announces: times in order and within bounds, a rule that we take and that names its own first
 * period, servers and monitors that exist. What has begun keeps its scope, begin and rule, as it was acted upon.
 *
 * @returns all problems at once; none when it may be stored
 */
export function judgeMaintenance(
  request: MaintenanceRequest,
  surroundings: MaintenanceSurroundings,
): MaintenanceProblem[] {
  const { at, unfinished, before } = surroundings;
  const times = judgeTimes(request, at, before);
  return [
    ...times,
    ...judgeRule(request, times.length === 0),
    ...judgeScope(request, surroundings.servers, before),
    ...(before === undefined ? [] : judgeChange(request, at, before)),
    ...(before === undefined && unfinished >= mostUnfinished
      ? [
          {
            field: '',
            message: `the account has ${unfinished} maintenances that hold or come still, and ${mostUnfinished} is the most; end some, or announce one that recurs`,
          },
        ]
      : []),
  ];
}

function judgeTimes(
  { from, until }: MaintenanceRequest,
  at: Instant,
  before: Maintenance | undefined,
): MaintenanceProblem[] {
  const problems: MaintenanceProblem[] = [];
  const lasts = secondsBetween(from, until);
  if (lasts <= 0)
    problems.push({ field: 'until', message: `the end ${until} is not after the begin ${from}` });
  if (lasts > longestDays * daySeconds)
    problems.push({
      field: 'until',
      message: `a period lasts ${longestDays} days at most; for more, announce another, or pause the monitors`,
    });
  const isKept = before !== undefined && before.from === from;
  if (!isKept && from < addSeconds(at, -graceSeconds))
    problems.push({
      field: 'from',
      message: `the begin ${from} has passed; maintenance is announced before it begins, now ${at} at the earliest`,
    });
  if (from > addSeconds(at, farthestDays * daySeconds))
    problems.push({
      field: 'from',
      message: `the begin ${from} is more than ${farthestDays} days away; announce it nearer to the time`,
    });
  return problems;
}

/** @param isTimely false where the times are out of bounds: a rule is expanded from times within them only */
function judgeRule({ from, until, recurrence }: MaintenanceRequest, isTimely: boolean): MaintenanceProblem[] {
  if (recurrence === undefined) return [];
  const field = 'recurrence.rule';
  const read = readRule(recurrence.rule);
  if ('problems' in read) return read.problems.map((message) => ({ field, message }));
  if (!isTimely) return [];
  const times = { from, until, recurrence };
  const far = addSeconds(from, longestRuleDays * daySeconds);
  const starts = [...(startsOf(times, from, far) ?? [])];
  const [first] = starts;
  if (first !== from) {
    const named = first === undefined ? 'names none after it' : `names ${first} first`;
    return [
      {
        field,
        message: `the rule does not name its own begin ${from}, it ${named}; let "from" be the first period that the rule names`,
      },
    ];
  }
  const problems: MaintenanceProblem[] = [];
  const gaps = starts.slice(1).map((start, index) => secondsBetween(starts[index] ?? start, start));
  const shortest = Math.min(...gaps);
  // Clocks that go forward bring two begins an hour closer: a period of 24 hours may recur every day.
  if (secondsBetween(from, until) > shortest + 2 * 3600)
    problems.push({
      field: 'until',
      message: `a period lasts ${hours(secondsBetween(from, until))}, but the rule begins the next one ${hours(shortest)} after it; shorten it, or let the rule recur less often`,
    });
  const { count, until: end } = read.parts;
  if (count !== undefined && starts.length < count)
    problems.push({
      field,
      message: `COUNT=${count} takes more than ten years; give fewer, or leave COUNT out`,
    });
  if (end !== undefined && ('date' in end ? end.date : end.instant) > far)
    problems.push({
      field,
      message: 'UNTIL is more than ten years after the begin; give an earlier one, or leave UNTIL out',
    });
  return problems;
}

const hours = (seconds: number): string => {
  const count = seconds / 3600;
  return `${Number.isInteger(count) ? count : count.toFixed(1)} hours`;
};

function judgeScope(
  { scope }: MaintenanceRequest,
  servers: MaintenanceSurroundings['servers'],
  before: Maintenance | undefined,
): MaintenanceProblem[] {
  if (scope === 'account') return [];
  const problems: MaintenanceProblem[] = [];
  const seen = new Set<string>();
  const known = new Map(servers.map(({ id, monitors }) => [id, new Set(monitors)]));
  // A server that went since must not keep the rest from being changed.
  const kept = new Set(
    before === undefined || before.scope === 'account' ? [] : before.scope.map((each) => each.server),
  );
  for (const [index, { server, monitors = [] }] of scope.entries()) {
    const field = `scope[${index}].server`;
    if (seen.has(server))
      problems.push({
        field,
        message: `server "${server}" is given twice; give it once, with all its monitors`,
      });
    seen.add(server);
    const its = known.get(server);
    if (its === undefined) {
      if (!kept.has(server))
        problems.push({ field, message: `there is no server "${server}"; give one of the account's` });
      continue;
    }
    for (const [at, monitor] of monitors.entries())
      if (!its.has(monitor))
        problems.push({
          field: `scope[${index}].monitors[${at}]`,
          message: `server "${server}" has no monitor "${monitor}"; its monitors are ${[...its].slice(0, 20).join(', ')}`,
        });
  }
  return problems;
}

function judgeChange(request: MaintenanceRequest, at: Instant, before: Maintenance): MaintenanceProblem[] {
  const { endedAt } = before;
  const last = lastUntil(before);
  if (endedAt !== undefined || (last !== undefined && last <= at))
    return [{ field: '', message: 'this maintenance is over and stays as it was; announce another' }];
  if (before.from > at) return [];
  const problems: MaintenanceProblem[] = [];
  const same = (field: string, was: unknown, is: unknown): void => {
    if (JSON.stringify(was) !== JSON.stringify(is))
      problems.push({ field, message: 'it has begun, and keeps this; end it now and announce another' });
  };
  same('from', before.from, request.from);
  same('scope', before.scope, request.scope);
  same('recurrence', before.recurrence ?? null, request.recurrence ?? null);
  if (before.recurrence !== undefined) same('until', before.until, request.until);
  else if (request.until !== before.until && request.until <= at)
    problems.push({
      field: 'until',
      message: `the end ${request.until} has passed; to end it at once, call it off`,
    });
  return problems;
}
