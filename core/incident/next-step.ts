import { addSeconds, type Instant } from '../instant.ts';
import { type Alert, alertKey, byPriority, type Incident, openAlerts } from './incident.ts';

/**
 * One mail to every contact, frozen when it was decided: sending it again says the same.
 * The lists are alert keys in the order of priority.
 */
export interface MailDraft {
  readonly number: number;
  readonly kind: 'problem' | 'update' | 'recovery' | 'partial-recovery';
  readonly failing: readonly string[];
  readonly recovered: readonly string[];
  /** Told before and not well yet. */
  readonly stillFailing: readonly string[];
}

/** What the incident's workflow does next. Its loop asks after every step. */
export type NextStep =
  | { readonly step: 'gather'; readonly until: Instant }
  | { readonly step: 'collect'; readonly limitSeconds: number; readonly number: number }
  | { readonly step: 'mail'; readonly mail: MailDraft }
  | { readonly step: 'wait'; readonly news: number }
  | { readonly step: 'close' };

/** How long recoveries of the same server are gathered, while others still fail, before a mail says so. */
export const recoveryGatherSeconds = 30;

/**
 * Decides what an open incident needs now. Pure, so that a lost or repeated step changes nothing.
 *
 * @param collected this round has logged in already: the mail is due whatever joined meanwhile, so it is never late
 */
export function nextStep(incident: Incident, at: Instant, collected: boolean): NextStep {
  const alerts = Object.values(incident.alerts);
  const problems = alerts.filter((one) => one.problemMail === undefined && one.recoveryMail === undefined);
  const recoveries = alerts.filter(
    (one) => one.wellAt !== undefined && one.problemMail !== undefined && one.recoveryMail === undefined,
  );
  const open = openAlerts(incident);

  if (problems.length === 0 && recoveries.length === 0) {
    return open.length === 0 ? { step: 'close' } : { step: 'wait', news: incident.news };
  }
  if (problems.length > 0 && !collected) {
    const until = earliest(problems.map((one) => addSeconds(one.joinedAt, one.dedupSeconds)));
    if (at < until) return { step: 'gather', until };
    const limitSeconds = Math.max(...problems.map((one) => one.collectSeconds));
    if (limitSeconds > 0) return { step: 'collect', limitSeconds, number: incident.mails + 1 };
  }
  if (problems.length === 0 && open.length > 0) {
    const until = earliest(recoveries.map((one) => addSeconds(one.wellAt ?? at, recoveryGatherSeconds)));
    if (at < until) return { step: 'gather', until };
  }
  return { step: 'mail', mail: draftMail(incident, problems, recoveries, open) };
}

function draftMail(incident: Incident, problems: Alert[], recoveries: Alert[], open: Alert[]): MailDraft {
  const told = new Set(problems.map(alertKey));
  return {
    number: incident.mails + 1,
    kind: mailKind(incident, problems, open),
    failing: keys(problems),
    recovered: keys(recoveries),
    stillFailing: keys(open.filter((one) => !told.has(alertKey(one)))),
  };
}

function mailKind(incident: Incident, problems: Alert[], open: Alert[]): MailDraft['kind'] {
  if (problems.length > 0) return incident.mails === 0 ? 'problem' : 'update';
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
  return { ...incident, alerts, mails: mail.number, version: incident.version + 1 };
}

const keys = (alerts: readonly Alert[]): string[] => byPriority(alerts).map(alertKey);

/** ISO instants in UTC sort as text. @throws when there is none */
function earliest(instants: readonly Instant[]): Instant {
  const [first] = [...instants].sort();
  if (first === undefined) throw new Error('the earliest of no instants was asked for');
  return first;
}
