import { z } from 'zod';
import { toInstant } from '../../core/instant.ts';
import type { SeenCall } from '../../platform/calls/call-port.ts';
import { onFirstEvent, stores, workflows } from '../../platform/environment.ts';
import { changeIncident } from '../incident/change-incident.ts';
import { wakeIncident } from '../incident/record-recovery.ts';
import type { EscalationPorts } from './call-ports.ts';
import { noteSeen } from './note-seen.ts';

const time = z.iso.datetime({ offset: true });

/**
 * Amazon Connect Contact Event, by EventBridge. It has more fields, and takes on more with time.
 * @see https://docs.aws.amazon.com/connect/latest/adminguide/contact-events.html
 */
const contactEvent = z.object({
  time,
  detail: z.object({
    eventType: z.string(),
    contactId: z.string(),
    connectedToSystemTimestamp: time.optional(),
    disconnectTimestamp: time.optional(),
    disconnectReason: z.string().optional(),
  }),
});
type ContactEvent = z.output<typeof contactEvent>;

/**
 * Notes that a call was picked up or ended, and wakes the workflow that waits for it. Events are sent once at best: the
 * workflow does not rely on them, they only make it quicker. Contacts that are none of our calls are passed over.
 */
export function createContactEvent(
  ports: Pick<EscalationPorts, 'incidents' | 'calls' | 'workflows'>,
): (event: unknown) => Promise<Record<string, never>> {
  return async (event) => {
    const parsed = contactEvent.parse(event);
    const seen = seenOf(parsed);
    if (seen === undefined) return {};
    const key = await ports.calls.callOfContact(parsed.detail.contactId);
    if (key === undefined) return {};
    await noteSeen(ports.calls, key, seen);
    const { incident } = await changeIncident(ports.incidents, key.incident, (now) => ({
      ...now,
      news: now.news + 1,
      version: now.version + 1,
    }));
    await wakeIncident(ports.workflows, incident);
    return {};
  };
}

function seenOf({ time: sentAt, detail }: ContactEvent): SeenCall | undefined {
  const { eventType, connectedToSystemTimestamp, disconnectTimestamp, disconnectReason } = detail;
  if (eventType === 'CONNECTED_TO_SYSTEM')
    return { connectedAt: toInstant(connectedToSystemTimestamp ?? sentAt) };
  if (eventType !== 'DISCONNECTED') return undefined;
  return {
    ...(connectedToSystemTimestamp !== undefined && { connectedAt: toInstant(connectedToSystemTimestamp) }),
    disconnectedAt: toInstant(disconnectTimestamp ?? sentAt),
    ...(disconnectReason !== undefined && { disconnectReason }),
  };
}

export const handler = onFirstEvent(() => createContactEvent({ ...stores(), workflows: workflows() }));
