import { type Call, type CallEnd, ringSeconds } from '../call/call.ts';
import { judgeCall } from '../call/judge-call.ts';
import type { Incident } from '../incident/incident.ts';
import { addSeconds, type Instant } from '../instant.ts';

export type CallDeed =
  | { readonly deed: 'ring'; readonly call: string }
  | { readonly deed: 'hang-up'; readonly call: string; readonly end: CallEnd };

export const pageCallId = (incident: string, page: number): string => `${incident}-page-${page}`;

/**
 * What becomes of the calls that go with pages: each rings for its time while somebody is wanted, and nobody waits for it.
 *
 * @param isOver why nobody is wanted any more
 * @param calls of the incident; those of the escalation are passed over
 * @returns what is due, and when to look at them again
 */
export function pageCallDeeds(
  incident: Incident,
  calls: readonly Call[],
  isOver: 'recovered' | 'held' | 'stopped' | undefined,
  at: Instant,
): { readonly due: CallDeed[]; readonly lookAt: Instant[] } {
  const due: CallDeed[] = [];
  const lookAt: Instant[] = [];
  for (const call of calls.filter(({ purpose, state }) => purpose === 'page' && state !== 'ended')) {
    const { id } = call;
    const verdict = judge(call, incident, isOver, at);
    if (verdict === 'ring') due.push({ deed: 'ring', call: id });
    else if (typeof verdict === 'number') lookAt.push(addSeconds(at, verdict));
    else due.push({ deed: 'hang-up', call: id, end: verdict.end });
  }
  return { due, lookAt };
}

function judge(
  call: Call,
  incident: Incident,
  isOver: 'recovered' | 'held' | 'stopped' | undefined,
  at: Instant,
): 'ring' | number | { readonly end: CallEnd } {
  const { accepted, connectedAt, disconnectedAt, fault, placedAt = at } = call;
  // A key, a pick-up and a line that was cut count as they do in an escalation.
  if (accepted || connectedAt !== undefined || disconnectedAt !== undefined) {
    const verdict = judgeCall(call, [], incident, at);
    return verdict.step === 'wait' ? verdict.seconds : { end: verdict.end };
  }
  if (fault !== undefined) return { end: 'failed' };
  if (isOver !== undefined) return { end: isOver };
  const end = addSeconds(placedAt, ringSeconds);
  // One that may ring since long ago is not placed again: the stop of an execution lay in between.
  if (call.state !== 'placed')
    return call.placedAt === undefined || at < end ? 'ring' : { end: 'unanswered' };
  return at < end ? Math.ceil((Date.parse(end) - Date.parse(at)) / 1000) : { end: 'unanswered' };
}
