import { fromField, toField } from '../../core/calendar/wall-clock.ts';
import type { Instant } from '../../core/instant.ts';
import type { Maintenance, MaintenanceRequest } from '../../core/maintenance/maintenance.ts';
import { readRule } from '../../core/maintenance/recurrence-rule.ts';
import { beginsOf, firstBegin } from './periods.ts';
import { formOf, noRule, type RuleForm, ruleOf } from './rule-form.ts';

export interface ChosenServer {
  readonly id: string;
  /** Undefined: the whole server. */
  readonly monitors: readonly string[] | undefined;
}

/** A maintenance as it is typed. */
export interface MaintenanceForm {
  readonly isWholeAccount: boolean;
  readonly servers: readonly ChosenServer[];
  /** It begins when it is sent. */
  readonly beginsNow: boolean;
  /** As `datetime-local` fields have them, by the clock of `zone`. */
  readonly from: string;
  readonly until: string;
  readonly reason: string;
  readonly rule: RuleForm;
  /** IANA name. */
  readonly zone: string;
}

/** Where a fault stands. `form` is for what concerns no field. */
export type FaultField = 'servers' | 'from' | 'until' | 'repeat' | 'reason' | 'form';

/** What is wrong, by the name of its words. */
export type FaultName =
  | 'noServer'
  | 'tooManyServers'
  | 'noMonitor'
  | 'noTime'
  | 'passed'
  | 'tooFar'
  | 'notAfter'
  | 'tooLong'
  | 'endPassed'
  | 'overlaps'
  | 'noReason'
  | 'noDay'
  | 'badInterval'
  | 'noLastDay'
  | 'badCount'
  | 'noRule'
  | 'badRule'
  | 'namesNone'
  | 'tooManyTimes';

export interface FormFault {
  readonly field: FaultField;
  readonly name: FaultName;
  /** In English, of those who know more. */
  readonly detail?: string;
}

export interface PeriodMs {
  readonly fromMs: number;
  readonly untilMs: number;
}

export interface Drafted {
  /** Undefined while something is wrong. */
  readonly request: MaintenanceRequest | undefined;
  readonly faults: readonly FormFault[];
  /** The first periods that are not over, as far as they can be told. */
  readonly periods: readonly PeriodMs[];
  /** True where the rule begins on a later day than was typed. */
  readonly isMoved: boolean;
  readonly recurs: boolean;
}

export const mostServers = 500;
const previewed = 5;
const minuteMs = 60_000;
const dayMs = 86_400_000;
const longestDays = 31;
const farthestDays = 400;
/** As the server has it: a form takes its time. */
const graceMs = 5 * minuteMs;
const mostIntervals: Readonly<Record<string, number>> = {
  daily: 366,
  weekly: 104,
  'month-day': 24,
  'month-weekday': 24,
};

/** A form for something new: in the next full hour, for two hours. */
export function newForm(nowMs: number, zone: string, servers: readonly string[]): MaintenanceForm {
  const fromMs = Math.ceil(nowMs / (60 * minuteMs)) * 60 * minuteMs;
  return {
    isWholeAccount: false,
    servers: servers.map((id) => ({ id, monitors: undefined })),
    beginsNow: false,
    from: toField(fromMs, zone),
    until: toField(fromMs + 120 * minuteMs, zone),
    reason: '',
    rule: noRule,
    zone,
  };
}

/** A form that holds what was announced, by the clock that its rule goes by. */
export function formOfMaintenance(
  { scope, from, until, reason, recurrence }: Maintenance,
  readersZone: string,
): MaintenanceForm {
  const zone = recurrence?.timeZone ?? readersZone;
  return {
    isWholeAccount: scope === 'account',
    servers: scope === 'account' ? [] : scope.map(({ server: id, monitors }) => ({ id, monitors })),
    beginsNow: false,
    from: toField(Date.parse(from), zone),
    until: toField(Date.parse(until), zone),
    reason,
    rule: formOf(recurrence?.rule),
    zone,
  };
}

/**
 * Makes the request of a form, or tells all that is wrong with it, as far as a page can know.
 *
 * @param before what is changed; what it has begun with may stay
 */
export function drafted(form: MaintenanceForm, nowMs: number, before?: Maintenance): Drafted {
  const faults: FormFault[] = [];
  const fault = (field: FaultField, name: FaultName, detail?: string): void => {
    faults.push({ field, name, ...(detail !== undefined && { detail }) });
  };
  judgeServers(form, fault);
  if (form.reason.trim() === '') fault('reason', 'noReason');
  const typed = typedTimes(form, nowMs, before);
  if (typed.fromMs === undefined) fault('from', 'noTime');
  if (typed.untilMs === undefined) fault('until', 'noTime');
  const beginDate = form.beginsNow ? toField(nowMs, form.zone).slice(0, 10) : form.from.slice(0, 10);
  const rule = keptRule(form, before) ?? ruleOf(form.rule, beginDate);
  const parts = rule === undefined ? undefined : judgeRule(form.rule, rule, fault);
  const unknown = { request: undefined, periods: [], isMoved: false, recurs: rule !== undefined };
  if (typed.fromMs === undefined || typed.untilMs === undefined) return { ...unknown, faults };

  const lastsMs = typed.untilMs - typed.fromMs;
  const isKept = before !== undefined && Date.parse(before.from) === typed.fromMs;
  if (lastsMs <= 0) fault('until', 'notAfter');
  if (lastsMs > longestDays * dayMs) fault('until', 'tooLong');
  if (!isKept && typed.fromMs < nowMs - graceMs) fault('from', 'passed');
  if (isKept && lastsMs > 0 && typed.untilMs !== Date.parse(before.until) && typed.untilMs <= nowMs)
    fault('until', 'endPassed');
  if (rule !== undefined && parts === undefined) return { ...unknown, faults };

  const fromMs = parts === undefined ? typed.fromMs : firstBegin(parts, typed.fromMs, form.zone);
  if (fromMs === undefined || fromMs > nowMs + farthestDays * dayMs) {
    if (typed.fromMs > nowMs + farthestDays * dayMs) fault('from', 'tooFar');
    else fault('repeat', 'namesNone');
    return { ...unknown, faults };
  }
  const begins: number[] = [];
  if (parts === undefined) begins.push(fromMs);
  else {
    let shortest = Number.POSITIVE_INFINITY;
    let last: number | undefined;
    let count = 0;
    for (const beginMs of beginsOf(parts, fromMs, form.zone)) {
      count += 1;
      if (last !== undefined) shortest = Math.min(shortest, beginMs - last);
      last = beginMs;
      if (begins.length < previewed && beginMs + lastsMs > nowMs) begins.push(beginMs);
      if (count >= sampledBegins && begins.length >= previewed && parts.count === undefined) break;
    }
    // Clocks that go forward bring two begins an hour closer.
    if (lastsMs > shortest + 120 * minuteMs) fault('until', 'overlaps');
    if (parts.count !== undefined && count < parts.count) fault('repeat', 'tooManyTimes');
  }
  const periods =
    lastsMs <= 0 ? [] : begins.map((beginMs) => ({ fromMs: beginMs, untilMs: beginMs + lastsMs }));
  const request: MaintenanceRequest = {
    scope: form.isWholeAccount
      ? 'account'
      : form.servers.map(({ id, monitors }) => ({
          server: id,
          ...(monitors !== undefined && { monitors: [...monitors] }),
        })),
    from: instantOf(fromMs),
    until: instantOf(fromMs + lastsMs),
    ...(rule !== undefined && { recurrence: { rule, timeZone: form.zone } }),
    reason: form.reason.trim(),
  };
  return {
    request: faults.length === 0 ? request : undefined,
    faults,
    periods,
    isMoved: fromMs !== typed.fromMs,
    recurs: rule !== undefined,
  };
}

/** The rule as it was written, where nobody touched it: what has begun must keep it to the letter. */
function keptRule({ rule, zone }: MaintenanceForm, before: Maintenance | undefined): string | undefined {
  const was = before?.recurrence;
  if (was === undefined || was.timeZone !== zone) return undefined;
  return JSON.stringify(formOf(was.rule)) === JSON.stringify(rule) ? was.rule : undefined;
}

/** Gaps between begins come again after some years at most; a daily rule need not be followed for ten. */
const sampledBegins = 800;

const instantOf = (atMs: number): Instant => new Date(atMs).toISOString();

/** Fields know minutes; what was announced to the millisecond keeps it where nobody touched it. */
function typedTimes(
  { from, until, zone, beginsNow }: MaintenanceForm,
  nowMs: number,
  before: Maintenance | undefined,
) {
  const read = (field: string, was: Instant | undefined): number | undefined => {
    if (was !== undefined && toField(Date.parse(was), zone) === field) return Date.parse(was);
    return fromField(field, zone);
  };
  return {
    fromMs: beginsNow ? Math.floor(nowMs / minuteMs) * minuteMs : read(from, before?.from),
    untilMs: read(until, before?.until),
  };
}

type Fault = (field: FaultField, name: FaultName, detail?: string) => void;

function judgeServers({ isWholeAccount, servers }: MaintenanceForm, fault: Fault): void {
  if (isWholeAccount) return;
  if (servers.length === 0) fault('servers', 'noServer');
  if (servers.length > mostServers) fault('servers', 'tooManyServers');
  if (servers.some(({ monitors }) => monitors?.length === 0)) fault('servers', 'noMonitor');
}

function judgeRule(form: RuleForm, rule: string, fault: Fault) {
  const isIn = (typed: string, most: number): boolean =>
    /^\d{1,4}$/.test(typed.trim()) && Number(typed) >= 1 && Number(typed) <= most;
  if (form.kind === 'own') {
    if (rule === '') {
      fault('repeat', 'noRule');
      return undefined;
    }
  } else {
    const mostInterval = mostIntervals[form.kind] ?? 1;
    const isWell = {
      interval: isIn(form.interval, mostInterval),
      days: form.kind !== 'weekly' || form.days === undefined || form.days.length > 0,
      end: form.end !== 'until' || form.lastDay !== '',
      count: form.end !== 'count' || isIn(form.count, 1000),
    };
    if (!isWell.interval) fault('repeat', 'badInterval');
    if (!isWell.days) fault('repeat', 'noDay');
    if (!isWell.end) fault('repeat', 'noLastDay');
    if (!isWell.count) fault('repeat', 'badCount');
    if (!Object.values(isWell).every(Boolean)) return undefined;
  }
  const read = readRule(rule);
  if ('parts' in read) return read.parts;
  fault('repeat', 'badRule', read.problems.join(' · '));
  return undefined;
}

/** The field of the form that a path of the request stands for, and which of the servers it is about. */
export function placeOf(path: string): { field: FaultField; server?: number } {
  const [first = '', index] = path.split('.');
  if (first === 'scope') {
    const server = Number(index);
    return index === undefined || Number.isNaN(server) ? { field: 'servers' } : { field: 'servers', server };
  }
  if (first === 'recurrence') return { field: 'repeat' };
  const known = (['from', 'until', 'reason'] as const).find((one) => one === first);
  return { field: known ?? 'form' };
}
