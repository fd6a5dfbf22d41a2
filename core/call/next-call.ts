import type { Contact } from '../account.ts';
import { type Alert, byPriority, type Incident } from '../incident/incident.ts';
import type { CallsEnd } from '../incident/response.ts';
import type { Instant } from '../instant.ts';
import { type Holds, noHolds, withoutHeld } from '../maintenance/hold.ts';
import { type Call, type Callee, callId, isSameCallee } from './call.ts';

/** What the escalation does next. */
export type NextCall =
  /** A call that was begun and has not ended: a crash came in between. */
  | { readonly step: 'resume'; readonly call: Call }
  | { readonly step: 'call'; readonly id: string; readonly number: number; readonly to: Callee }
  | { readonly step: 'end'; readonly end: CallsEnd['end'] }
  /** This round has ended already. */
  | { readonly step: 'over' };

/** Alerts that nobody is left for but people; they are what a call tells of. */
export const alertsToTell = (incident: Incident): Alert[] =>
  byPriority(Object.values(incident.alerts)).filter(
    ({ wellAt, severity, unrepaired }) =>
      wellAt === undefined && severity === 'critical' && unrepaired !== undefined,
  );

/** Why nobody needs to be called (any more); undefined while somebody does. */
export function reasonNotToCall(
  incident: Incident,
  holds: Holds = noHolds,
): 'recovered' | 'held' | 'skipped' | undefined {
  if (incident.response?.skipCalls === true) return 'skipped';
  if (alertsToTell(withoutHeld(incident, holds)).length > 0) return undefined;
  return alertsToTell(incident).length > 0 ? 'held' : 'recovered';
}

/**
 * Who is called next: the contacts in their order, each once in a round. It looks at the contacts as they are now, so that
 * one who was changed meanwhile is called by the new number.
 *
 * @param contacts of the account, in calling order; none when there is no telephone service
 * @param calls of the incident, in any order
 */
export function nextCall(
  incident: Incident,
  round: number,
  contacts: readonly Contact[],
  calls: readonly Call[],
  holds: Holds = noHolds,
): NextCall {
  const ofRound = calls
    .filter((one) => one.purpose === 'escalation' && one.round === round)
    .sort((a, b) => a.number - b.number);
  const open = ofRound.find(({ state }) => state !== 'ended');
  if (incident.response?.running?.round !== round) {
    return open === undefined ? { step: 'over' } : { step: 'resume', call: open };
  }
  if (open !== undefined) return { step: 'resume', call: open };
  if (ofRound.some(({ accepted }) => accepted)) return { step: 'end', end: 'accepted' };
  const reason = reasonNotToCall(incident, holds);
  if (reason !== undefined) return { step: 'end', end: reason };

  const callees = contacts.flatMap(({ name, phone, language }) =>
    phone === undefined ? [] : [{ name, phone, language }],
  );
  const to = callees.find((one) => !ofRound.some((earlier) => isSameCallee(earlier.to, one)));
  if (to !== undefined) {
    const number = ofRound.length + 1;
    return { step: 'call', id: callId(incident.id, round, number), number, to };
  }
  return { step: 'end', end: ofRound.length === 0 ? 'nobody-to-call' : 'exhausted' };
}

/**
 * Takes up a round again that an operator's stop has ended, when its execution is redriven.
 *
 * @returns the incident to write, or undefined when there is nothing to take up
 */
export function resumeRound(incident: Incident, round: number, at: Instant): Incident | undefined {
  const { response, state } = incident;
  const isStopped =
    state === 'open' &&
    response?.rounds === round &&
    response.running === undefined &&
    response.calls?.end === 'skipped' &&
    response.skipCalls !== true;
  if (response === undefined || !isStopped) return undefined;
  const { calls: _stopped, ...kept } = response;
  return {
    ...incident,
    response: { ...kept, running: { stage: 'escalation', round, since: at } },
    version: incident.version + 1,
  };
}
