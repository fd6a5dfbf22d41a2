import type { BusinessCalendar } from '../calendar/business-calendar.ts';
import type { Call } from '../call/call.ts';
import { reminderDue } from '../cause-report/reminders.ts';
import { type Alert, byPriority, type Incident } from '../incident/incident.ts';
import type { MailDraft } from '../incident/next-step.ts';
import { addSeconds, type Instant, secondsBetween } from '../instant.ts';
import { firstEnd, type Holds, isHeld } from '../maintenance/hold.ts';
import { nextPage } from './next-page.ts';
import { type CallDeed, pageCallDeeds } from './page-call.ts';
import type { Engineer } from './rota.ts';
import type { SecondResponse } from './second-response.ts';

export const deeds = ['ring', 'hang-up', 'page', 'tell', 'remind', 'mail', 'wait', 'end'] as const;

/** What the engineers' workflow does next. Its loop asks after every step. */
export type NextDeed =
  | CallDeed
  | { readonly deed: 'page'; readonly number: number }
  | { readonly deed: 'tell'; readonly about: 'engaged' | 'update' | 'report'; readonly number: number }
  | { readonly deed: 'remind'; readonly recoveredAt: Instant; readonly number: number; readonly due: Instant }
  | { readonly deed: 'mail'; readonly mail: MailDraft }
  | {
      readonly deed: 'wait';
      readonly for: 'acknowledgement' | 'recovery' | 'report' | 'mail';
      readonly news: number;
      readonly seconds: number;
    }
  | { readonly deed: 'end' };

export interface DeedInput {
  readonly incident: Incident;
  readonly second: SecondResponse;
  /** Telephone calls of the newest pages. */
  readonly calls: readonly Call[];
  /** Who is on call at this moment, in the order of the rota. */
  readonly onCall: readonly Engineer[];
  /** Business days, by which the cause report is due. */
  readonly calendar: BusinessCalendar;
  /** Deeds that have just failed: another goes on meanwhile, and none waits for a fault of ours. */
  readonly failed: readonly (typeof deeds)[number][];
  /** While all that fails is in maintenance, nobody is paged and nothing is told. */
  readonly holds: Holds;
  readonly at: Instant;
}

/** The customer hears every hour how it stands; a failure that goes on for days would fill the mailbox. */
const updateSeconds = 3600;
const laterUpdateSeconds = 6 * 3600;
const updatesGrowRareAfterSeconds = 24 * 3600;

/** A second look at least so often, should an answer have been lost. */
const longestWaitSeconds = 6 * 3600;
/** After a fault of ours. */
const retrySeconds = 120;
/** How soon to look whether the incident's own workflow has mailed the report. */
const mailSeconds = 60;

/** A stopped incident that nobody has redriven by then stays so. */
const stoppedForGoodSeconds = 7 * 24 * 3600;

export const causeReportKey = 'cause-report';

/** Decides what the second response needs now. Pure, so that a lost or repeated step changes nothing. */
export function nextDeed(input: DeedInput): NextDeed {
  const { second, incident, failed } = input;
  if (second.endedAt !== undefined) return { deed: 'end' };
  const due = isFailing(incident) ? whileFailing(input) : afterFailure(input);
  const next = due.find(({ deed }) => !failed.includes(deed)) ?? { deed: 'end' };
  if (next.deed !== 'wait' || failed.length === 0) return next;
  return { ...next, seconds: Math.min(next.seconds, retrySeconds) };
}

/** A warning alone is mailed; engineers work on failures. */
export const isFailing = ({ state, alerts }: Incident): boolean =>
  state === 'open' && Object.values(alerts).some((one) => isFailure(one) && one.wellAt === undefined);

const isFailure = ({ severity }: Alert): boolean => severity !== 'warning';

/** Its own workflow was ended by an operator while something failed: nobody is paged, but nothing has recovered either. */
const isStopped = ({ stoppedAt, alerts }: Incident): boolean =>
  stoppedAt !== undefined && Object.values(alerts).some((one) => isFailure(one) && one.wellAt === undefined);

/** When the last failure ended; only of use when none goes on. */
export function recoveredAt({ alerts, closedAt, openedAt }: Incident): Instant {
  const ends = byPriority(Object.values(alerts))
    .filter(isFailure)
    .flatMap(({ wellAt }) => wellAt ?? []);
  return ends.sort().at(-1) ?? closedAt ?? openedAt;
}

/** What is due, most urgent first; the last one is a wait. */
function whileFailing({ incident, second, calls, onCall, holds, at }: DeedInput): NextDeed[] {
  const { acknowledged, told, pages } = second;
  const failures = Object.values(incident.alerts).filter((one) => isFailure(one) && one.wellAt === undefined);
  if (failures.every((one) => isHeld(one, holds))) {
    const ringing = pageCallDeeds(incident, calls, 'held', at);
    const until = [...ringing.lookAt, firstEnd(failures, holds) ?? at];
    return [...ringing.due, waitUntil('recovery', incident, at, until)];
  }
  const isTaken = acknowledged === undefined ? undefined : 'stopped';
  const ringing = pageCallDeeds(incident, calls, isTaken, at);
  const deeds: NextDeed[] = [...ringing.due];
  const wakeAt: Instant[] = [...ringing.lookAt];
  if (acknowledged === undefined) {
    const last = pages.at(-1);
    const next = nextPage(pages, onCall, at);
    if (next.due <= at) deeds.push({ deed: 'page', number: next.number });
    else if (last?.isOut === false) deeds.push({ deed: 'page', number: last.number });
    wakeAt.push(next.due);
  }
  if (told === undefined) deeds.push({ deed: 'tell', about: 'engaged', number: 1 });
  else {
    const isNew = secondsBetween(second.begunAt, told.at) < updatesGrowRareAfterSeconds;
    const updateAt = addSeconds(told.at, isNew ? updateSeconds : laterUpdateSeconds);
    // An incident whose own workflow was stopped mails nothing: what it has to tell must not pile up.
    const isUnread = (incident.messages ?? []).some((one) => one.mail === undefined);
    if (updateAt <= at && !isUnread) deeds.push({ deed: 'tell', about: 'update', number: told.count + 1 });
    wakeAt.push(isUnread && updateAt <= at ? addSeconds(at, updateSeconds) : updateAt);
  }
  const waitsFor = acknowledged === undefined ? 'acknowledgement' : 'recovery';
  return [...deeds, waitUntil(waitsFor, incident, at, wakeAt)];
}

/** Calls that still ring come first, whatever else is to be done. */
function afterFailure(input: DeedInput): NextDeed[] {
  const { incident, calls, at } = input;
  const ringing = pageCallDeeds(incident, calls, 'recovered', at);
  const deeds = isStopped(incident) ? whileStopped(input) : afterRecovery(input, recoveredAt(incident));
  const [soonest] = [...ringing.lookAt].sort();
  return [...ringing.due, ...deeds].map((one) =>
    one.deed === 'wait' && soonest !== undefined
      ? { ...one, seconds: Math.min(one.seconds, secondsUntil(at, soonest)) }
      : one,
  );
}

/** A redrive takes the incident up again, and the engineers' response with it. */
function whileStopped({ incident, at }: DeedInput): NextDeed[] {
  const { stoppedAt = at } = incident;
  const wait = waitUntil('recovery', incident, at, []);
  return secondsBetween(stoppedAt, at) >= stoppedForGoodSeconds ? [{ deed: 'end' }, wait] : [wait];
}

function afterRecovery(input: DeedInput, since: Instant): NextDeed[] {
  const { incident, second, calendar, at } = input;
  if (second.report === undefined) {
    const before = second.reminders?.recoveredAt === since ? second.reminders.count : 0;
    const { number, due, next } = reminderDue(since, calendar, at);
    const wait = waitUntil('report', incident, at, [next]);
    return number > before ? [{ deed: 'remind', recoveredAt: since, number, due }, wait] : [wait];
  }
  const message = incident.messages?.find(({ key }) => key === causeReportKey);
  const wait = waitUntil('mail', incident, at, [addSeconds(at, mailSeconds)]);
  if (message === undefined) return [{ deed: 'tell', about: 'report', number: 1 }, wait];
  if (message.mail !== undefined) return [{ deed: 'end' }, wait];
  // While the incident is open its own workflow mails what there is to tell: two who number the mails would be in each other's way.
  return incident.state === 'open' ? [wait] : [{ deed: 'mail', mail: draftOf(incident) }, wait];
}

/** A mail of a closed incident, which has no workflow of its own any more. */
function draftOf({ mails, messages = [] }: Incident): MailDraft {
  const untold = messages.filter((one) => one.mail === undefined).map(({ key }) => key);
  return {
    number: mails + 1,
    kind: 'response',
    failing: [],
    recovered: [],
    stillFailing: [],
    messages: untold,
  };
}

function waitUntil(
  waitsFor: Extract<NextDeed, { deed: 'wait' }>['for'],
  { news }: Incident,
  at: Instant,
  instants: readonly Instant[],
): NextDeed {
  const [first = addSeconds(at, longestWaitSeconds)] = [...instants].sort();
  return { deed: 'wait', for: waitsFor, news, seconds: secondsUntil(at, first) };
}

const secondsUntil = (at: Instant, until: Instant): number =>
  Math.ceil(Math.min(Math.max(secondsBetween(at, until), 1), longestWaitSeconds));
