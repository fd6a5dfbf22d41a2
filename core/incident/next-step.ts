import { addSeconds, type Instant } from '../instant.ts';
import { type Holds, isHeld, noHolds, secondsToWait } from '../maintenance/hold.ts';
import { type Alert, alertKey, byPriority, type Incident, openAlerts } from './incident.ts';
import { responseName, secondResponseName } from './response.ts';

/**
 * One mail to every contact, frozen when it was decided: sending it again says the same.
 * The lists are alert keys in the order of priority.
 */
export interface MailDraft {
  readonly number: number;
  readonly kind: 'problem' | 'update' | 'recovery' | 'partial-recovery' | 'response';
  readonly failing: readonly string[];
  readonly recovered: readonly string[];
  /** Told before and not well yet. */
  readonly stillFailing: readonly string[];
  /** Keys of what the response has to tell. */
  readonly messages: readonly string[];
}

/** What a response begins with. */
export type Stage = 'first-response' | 'escalation' | 'second-response';

/** What the incident's workflow does next. Its loop asks after every step. */
export type NextStep =
  | { readonly step: 'gather'; readonly until: Instant }
  | { readonly step: 'collect'; readonly limitSeconds: number; readonly number: number }
  | { readonly step: 'mail'; readonly mail: MailDraft }
  | { readonly step: 'respond'; readonly stage: Stage; readonly round: number; readonly name: string }
  /** For news, or until the seconds are over: then a maintenance ends, or it is time for a second look. */
  | { readonly step: 'wait'; readonly news: number; readonly seconds: number }
  | { readonly step: 'close' };

/** How long recoveries of the same server are gathered, while others still fail, before a mail says so. */
export const recoveryGatherSeconds = 30;

/**
 * Decides what an open incident needs now. Pure, so that a lost or repeated step changes nothing. What fails in maintenance
 * is neither told nor responded to; what was told before and is well again is told in maintenance, too.
 *
 * @param collected this round has logged in already: the mail is due whatever joined meanwhile, so it is never late
 */
export function nextStep(
  incident: Incident,
  at: Instant,
  collected: boolean,
  holds: Holds = noHolds,
): NextStep {
  const alerts = Object.values(incident.alerts);
  const problems = alerts.filter(
    (one) => one.problemMail === undefined && one.recoveryMail === undefined && !isHeld(one, holds),
  );
  const recoveries = alerts.filter(
    (one) => one.wellAt !== undefined && one.problemMail !== undefined && one.recoveryMail === undefined,
  );
  const messages = (incident.messages ?? []).filter((one) => one.mail === undefined);
  const open = openAlerts(incident);

  if (problems.length === 0 && recoveries.length === 0 && messages.length === 0) {
    const stage = responseDue(incident, holds);
    if (stage !== undefined) return begin(incident, stage);
    const isEnded = open.length === 0 && incident.response?.running === undefined;
    if (isEnded) return { step: 'close' };
    return { step: 'wait', news: incident.news, seconds: secondsToWait(open, holds, at) };
  }
  if (problems.length > 0 && !collected) {
    const until = earliest(problems.map((one) => addSeconds(one.joinedAt, one.dedupSeconds)));
    if (at < until) return { step: 'gather', until };
    const limitSeconds = Math.max(...problems.map((one) => one.collectSeconds));
    if (limitSeconds > 0) return { step: 'collect', limitSeconds, number: incident.mails + 1 };
  }
  if (problems.length === 0 && messages.length === 0 && open.length > 0) {
    const until = earliest(recoveries.map((one) => addSeconds(one.wellAt ?? at, recoveryGatherSeconds)));
    if (at < until) return { step: 'gather', until };
  }
  const known = open.filter((one) => problems.includes(one) || one.problemMail !== undefined);
  return { step: 'mail', mail: draftMail(incident, problems, recoveries, known) };
}

/**
 * The stage of the response that is to begin, when none is under way. A first response comes first for every alert,
 * then the customer is called, then engineers come (managed).
 */
function responseDue({ plan, alerts, response }: Incident, holds: Holds): Stage | undefined {
  if (plan === 'notify' || response?.running !== undefined) return undefined;
  const failing = byPriority(Object.values(alerts)).filter(
    (one) => needsResponse(one) && !isHeld(one, holds),
  );
  if (failing.some((one) => one.unrepaired === undefined) || requestIsOpen(alerts, response))
    return 'first-response';
  if (failing.length === 0) return undefined;
  if (callsAreDue(failing, response)) return 'escalation';
  return plan === 'managed' && response?.secondResponse === undefined ? 'second-response' : undefined;
}

/** A warning is mailed only. */
const needsResponse = ({ wellAt, severity, problemMail }: Alert): boolean =>
  wellAt === undefined && severity === 'critical' && problemMail !== undefined;

const requestIsOpen = (alerts: Incident['alerts'], response: Incident['response']): boolean =>
  response?.requested !== undefined && alerts[response.requested.alert]?.wellAt === undefined;

/** Who has accepted a call is at work already; where nobody was reached, a failure that came later is one more try. */
function callsAreDue(failing: readonly Alert[], response: Incident['response']): boolean {
  if (response?.skipCalls === true) return false;
  const calls = response?.calls;
  if (calls === undefined || calls.end === 'recovered' || calls.end === 'held') return true;
  if (calls.end === 'accepted' || calls.end === 'skipped') return false;
  return failing.some((one) => one.unrepaired !== undefined && one.unrepaired.at > calls.at);
}

function begin({ id, response }: Incident, stage: Stage): NextStep {
  const round = (response?.rounds ?? 0) + 1;
  const name = stage === 'second-response' ? secondResponseName(id) : responseName(id, stage, round);
  return { step: 'respond', stage, round, name };
}

/** @param open those that fail and were told or are to be told; what began to fail in maintenance is not */
function draftMail(incident: Incident, problems: Alert[], recoveries: Alert[], open: Alert[]): MailDraft {
  const told = new Set(problems.map(alertKey));
  const messages = (incident.messages ?? []).filter((one) => one.mail === undefined);
  return {
    number: incident.mails + 1,
    kind: mailKind(incident, problems, recoveries, open),
    failing: keys(problems),
    recovered: keys(recoveries),
    stillFailing: keys(open.filter((one) => !told.has(alertKey(one)))),
    messages: messages.map(({ key }) => key),
  };
}

function mailKind(
  incident: Incident,
  problems: Alert[],
  recoveries: Alert[],
  open: Alert[],
): MailDraft['kind'] {
  if (problems.length > 0) return incident.mails === 0 ? 'problem' : 'update';
  if (recoveries.length === 0) return 'response';
  return open.length === 0 ? 'recovery' : 'partial-recovery';
}

/** The incident after a mail was put into the outbox; undefined when it was recorded before. */
export function recordMail(incident: Incident, mail: MailDraft): Incident | undefined {
  if (incident.mails >= mail.number) return undefined;
  const alerts = Object.fromEntries(
    Object.entries(incident.alerts).map(([key, one]) => {
      if (mail.failing.includes(key)) return [key, { ...one, problemMail: mail.number }];
      if (mail.recovered.includes(key)) return [key, { ...one, recoveryMail: mail.number }];
      return [key, one];
    }),
  );
  const messages = incident.messages?.map((one) =>
    mail.messages.includes(one.key) && one.mail === undefined ? { ...one, mail: mail.number } : one,
  );
  return {
    ...incident,
    alerts,
    ...(messages !== undefined && { messages }),
    mails: mail.number,
    version: incident.version + 1,
  };
}

const keys = (alerts: readonly Alert[]): string[] => byPriority(alerts).map(alertKey);

/** ISO instants in UTC sort as text. @throws when there is none */
function earliest(instants: readonly Instant[]): Instant {
  const [first] = [...instants].sort();
  if (first === undefined) throw new Error('the earliest of no instants was asked for');
  return first;
}
