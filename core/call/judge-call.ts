import type { Incident } from '../incident/incident.ts';
import { addSeconds, type Instant, secondsBetween } from '../instant.ts';
import { type Holds, noHolds } from '../maintenance/hold.ts';
import { type Call, type CallEnd, keySeconds, ringSeconds } from './call.ts';
import { reasonNotToCall } from './next-call.ts';

export type CallVerdict =
  | { readonly step: 'wait'; readonly for: 'pick-up' | 'key'; readonly seconds: number }
  | { readonly step: 'end'; readonly end: CallEnd };

/** Reasons with which the telephone network tells that it gave a call up, in Amazon Connect's words. */
const networkFaults = new Set(['TELECOM_NUMBER_INVALID', 'TELECOM_POTENTIAL_BLOCKING', 'TELECOM_PROBLEM']);
const unanswered = new Set(['TELECOM_UNANSWERED', 'TELECOM_TIMEOUT', 'TELECOM_ORIGINATOR_CANCEL']);

/**
 * Judges a placed call: ring on, let them listen, or end it. Who has picked up is not cut off before the time is up, even
 * if the service has recovered meanwhile.
 *
 * @param call with all that is known of it
 * @param others calls of the same round
 */
export function judgeCall(
  call: Call,
  others: readonly Call[],
  incident: Incident,
  at: Instant,
  holds: Holds = noHolds,
): CallVerdict {
  const { accepted, connectedAt, disconnectedAt, ringsSince = at } = call;
  if (accepted) return { step: 'end', end: 'accepted' };
  if (disconnectedAt !== undefined) return { step: 'end', end: endOfLine(call, ringsSince, disconnectedAt) };
  if (connectedAt !== undefined) {
    const seconds = secondsBetween(at, addSeconds(connectedAt, keySeconds));
    return seconds > 0
      ? { step: 'wait', for: 'key', seconds: Math.ceil(seconds) }
      : { step: 'end', end: 'no-key' };
  }
  if (others.some((one) => one.id !== call.id && one.accepted)) return { step: 'end', end: 'stopped' };
  if (incident.response?.running?.round !== call.round) return { step: 'end', end: 'stopped' };
  const reason = reasonNotToCall(incident, holds);
  if (reason !== undefined) return { step: 'end', end: reason };
  const seconds = secondsBetween(at, addSeconds(ringsSince, ringSeconds));
  return seconds > 0
    ? { step: 'wait', for: 'pick-up', seconds: Math.ceil(seconds) }
    : { step: 'end', end: 'unanswered' };
}

function endOfLine(
  { connectedAt, disconnectReason = '' }: Call,
  ringsSince: Instant,
  disconnectedAt: Instant,
): CallEnd {
  if (connectedAt !== undefined) return 'no-key';
  if (networkFaults.has(disconnectReason)) return 'failed';
  if (unanswered.has(disconnectReason)) return 'unanswered';
  // Without a reason the time tells: who lets it ring to the end does not decline.
  return secondsBetween(ringsSince, disconnectedAt) >= ringSeconds - 2 ? 'unanswered' : 'declined';
}
