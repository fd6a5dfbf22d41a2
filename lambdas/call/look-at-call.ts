import { z } from 'zod';
import type { CallEnd } from '../../core/call/call.ts';
import { judgeCall } from '../../core/call/judge-call.ts';
import { instant } from '../../core/instant.ts';
import { callPort, onFirstEvent, stores } from '../../platform/environment.ts';
import { readHolds } from '../maintenance/holds.ts';
import type { EscalationPorts } from './call-ports.ts';
import { changeCall } from './change-call.ts';
import { noteSeen } from './note-seen.ts';

const lookEvent = z.strictObject({ incident: z.string(), call: z.string(), at: instant });

export type LookAtCallResult =
  | {
      readonly step: 'wait';
      readonly for: 'pick-up' | 'key';
      readonly seconds: number;
      /** The incident's news as it was before the look, so that none falls in between. */
      readonly news: number;
    }
  | { readonly step: 'end'; readonly end: CallEnd };

/** Looks at a placed call and decides whether it rings on. Asks the telephone service, whose events may be late or lost. */
export function createLookAtCall(
  ports: Pick<EscalationPorts, 'incidents' | 'calls' | 'telephone' | 'maintenance'>,
): (event: unknown) => Promise<LookAtCallResult> {
  return async (event) => {
    const { incident: incidentId, call: id, at } = lookEvent.parse(event);
    const incident = await ports.incidents.incident(incidentId);
    if (incident === undefined) throw new Error(`incident ${incidentId} is not in the table`);
    const key = { incident: incidentId, id };
    const stored = await ports.calls.call(key);
    if (stored === undefined) throw new Error(`call ${id} is not in the table`);
    if (stored.end !== undefined) return { step: 'end', end: stored.end };
    const seen = stored.contact === undefined ? {} : await ports.telephone.look(stored.contact);
    await changeCall(ports.calls, key, (now) =>
      now.ringsSince === undefined ? { ringsSince: at } : undefined,
    );
    const call = await noteSeen(ports.calls, key, seen);
    const others = await ports.calls.calls(incidentId);
    const ofRound = others.filter(({ round, purpose }) => round === call.round && purpose === call.purpose);
    const verdict = judgeCall(call, ofRound, incident, at, await readHolds(ports, incident, at));
    return verdict.step === 'wait' ? { ...verdict, news: incident.news } : verdict;
  };
}

export const handler = onFirstEvent(() => createLookAtCall({ ...stores(), telephone: callPort() }));
