import { z } from 'zod';
import { confirmingKey } from '../../core/call/call.ts';
import { endedText, withLateAcceptance } from '../../core/call/escalation-end.ts';
import { onFirstEvent, stores, workflows } from '../../platform/environment.ts';
import { changeIncident } from '../incident/change-incident.ts';
import { wakeIncident } from '../incident/record-recovery.ts';
import type { EscalationPorts } from './call-ports.ts';
import { changeCall } from './change-call.ts';

/**
 * What a contact flow sends. It has more, and takes on more with time.
 * @see https://docs.aws.amazon.com/connect/latest/adminguide/connect-lambda-functions.html
 */
const flowEvent = z.object({
  Details: z.object({
    ContactData: z.object({
      ContactId: z.string(),
      Attributes: z.object({ call: z.string().max(100), incident: z.string().max(100) }),
    }),
    Parameters: z.object({ digit: z.string().max(20) }),
  }),
});

/** Contact flows know texts only. */
export interface TakeKeyResult {
  readonly accepted: 'true' | 'false';
}

type Ports = Pick<EscalationPorts, 'incidents' | 'calls' | 'workflows'>;

/**
 * Takes the key that somebody pressed in a call, from the contact flow. It counts at any time, also when the call had been
 * given up in the same moment: nobody who has confirmed is called again.
 *
 * @throws when it could not be written: the flow then says so
 */
export function createTakeKey(ports: Ports): (event: unknown) => Promise<TakeKeyResult> {
  return async (event) => {
    const { ContactData, Parameters } = flowEvent.parse(event).Details;
    const { call: id, incident: incidentId } = ContactData.Attributes;
    const key = { incident: incidentId, id };
    const known = await ports.calls.call(key);
    if (known === undefined || Parameters.digit !== confirmingKey) return { accepted: 'false' };
    // The flow tells no time. The workflow, woken by this, writes when the call ended.
    const call = await changeCall(ports.calls, key, (now) =>
      now.accepted === true ? undefined : { accepted: true },
    );
    const { incident } = await changeIncident(ports.incidents, incidentId, (now) => ({
      ...withLateAcceptance(now, call),
      news: now.news + 1,
      version: now.version + 1,
    }));
    if (call.endedAt !== undefined && call.end !== 'accepted') {
      await ports.incidents.addTimeline([
        {
          incident: incidentId,
          at: call.endedAt,
          key: `call-${id}-accepted`,
          kind: 'call',
          summary: endedText(call, 'accepted'),
        },
      ]);
    }
    await wakeIncident(ports.workflows, incident);
    return { accepted: 'true' };
  };
}

export const handler = onFirstEvent(() => createTakeKey({ ...stores(), workflows: workflows() }));
