import { Logger } from '@aws-lambda-powertools/logger';
import { z } from 'zod';
import { type Call, type CallEnd, callEnd } from '../../core/call/call.ts';
import { endedText } from '../../core/call/escalation-end.ts';
import { reasonNotToCall } from '../../core/call/next-call.ts';
import type { Incident } from '../../core/incident/incident.ts';
import { instant } from '../../core/instant.ts';
import type { Holds } from '../../core/maintenance/hold.ts';
import type { SeenCall } from '../../platform/calls/call-port.ts';
import { callPort, onFirstEvent, stores } from '../../platform/environment.ts';
import { readHolds } from '../maintenance/holds.ts';
import type { EscalationPorts } from './call-ports.ts';
import { changeCall } from './change-call.ts';
import { noteSeen } from './note-seen.ts';

const endEvent = z.strictObject({
  incident: z.string(),
  call: z.string(),
  /** Absent when the call was not placed: then its state tells why. */
  end: callEnd.optional(),
  /** An error of ours that ends it. */
  fault: z.string().optional(),
  at: instant,
});

/** `ended` is false when the call was picked up in the last moment: it is looked at again. */
export interface EndCallResult {
  readonly ended: boolean;
}

export interface EndCallPorts
  extends Pick<EscalationPorts, 'incidents' | 'calls' | 'telephone' | 'maintenance'> {
  readonly log: Pick<Logger, 'warn'>;
}

/** Hangs up, writes down how the call ended, and says so on the timeline. */
export function createEndCall(ports: EndCallPorts): (event: unknown) => Promise<EndCallResult> {
  return async (event) => {
    const { incident: incidentId, call: id, end, fault, at } = endEvent.parse(event);
    const key = { incident: incidentId, id };
    const incident = await ports.incidents.incident(incidentId);
    if (incident === undefined) throw new Error(`incident ${incidentId} is not in the table`);
    const before = await ports.calls.call(key);
    if (before === undefined) throw new Error(`call ${id} is not in the table`);

    if (before.state !== 'ended' && before.accepted !== true && before.contact !== undefined) {
      // Somebody may pick up in the very moment in which the time is over.
      const seen = await lookOnce(ports, before.contact);
      const isPickedUp = seen.connectedAt !== undefined && seen.disconnectedAt === undefined;
      if (isPickedUp && before.connectedAt === undefined && fault === undefined) {
        await noteSeen(ports.calls, key, seen);
        return { ended: false };
      }
      await hangUp(ports, before.contact);
    }
    const holds = await readHolds(ports, incident, at);
    const call = await changeCall(ports.calls, key, (now) =>
      now.state === 'ended'
        ? undefined
        : {
            state: 'ended',
            endedAt: at,
            end: endOf(now, incident, end, holds),
            ...(fault !== undefined && now.fault === undefined && { fault: fault.slice(0, 300) }),
          },
    );
    await ports.incidents.addTimeline([
      {
        incident: incidentId,
        at: call.endedAt ?? at,
        key: `call-${id}-ended`,
        kind: 'call',
        summary: endedText(call, call.end ?? 'failed'),
      },
    ]);
    return { ended: true };
  };
}

function endOf(call: Call, incident: Incident, end: CallEnd | undefined, holds: Holds): CallEnd {
  if (call.accepted) return 'accepted';
  if (end !== undefined) return end;
  if (call.fault !== undefined || call.purpose === 'page') return 'failed';
  if (incident.response?.running?.round !== call.round) return 'stopped';
  return reasonNotToCall(incident, holds) ?? 'failed';
}

/** Without an answer of the service the call is hung up: it has had its time. */
async function lookOnce({ telephone: port, log }: EndCallPorts, contact: string): Promise<SeenCall> {
  try {
    return await port.look(contact);
  } catch (error) {
    log.warn('the telephone service could not be asked about a call', { contact, error: String(error) });
    return {};
  }
}

/** It stops ringing by itself within a minute, so a failure must not keep the next contact waiting. */
async function hangUp({ telephone: port, log }: EndCallPorts, contact: string): Promise<void> {
  try {
    await port.hangUp(contact);
  } catch (error) {
    log.warn('a call could not be hung up; it stops by itself', { contact, error: String(error) });
  }
}

export const handler = onFirstEvent(() =>
  createEndCall({ ...stores(), telephone: callPort(), log: new Logger({ serviceName: 'end-call' }) }),
);
