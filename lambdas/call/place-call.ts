import { z } from 'zod';
import type { Call } from '../../core/call/call.ts';
import { callPhrases } from '../../core/call/call-report.ts';
import { placedText } from '../../core/call/escalation-end.ts';
import { reasonNotToCall } from '../../core/call/next-call.ts';
import type { Incident } from '../../core/incident/incident.ts';
import { instant } from '../../core/instant.ts';
import type { Holds } from '../../core/maintenance/hold.ts';
import { callPort, onFirstEvent, stores } from '../../platform/environment.ts';
import { readHolds } from '../maintenance/holds.ts';
import type { EscalationPorts } from './call-ports.ts';
import { changeCall } from './change-call.ts';

const placeEvent = z.strictObject({ incident: z.string(), call: z.string(), at: instant });

/** No line is free; the workflow asks for one again and again before it passes over to the next contact. */
export class TelephoneBusy extends Error {
  override readonly name = 'TelephoneBusy';
}

/** `end` when there is nothing to wait for: no more need, or the number cannot be called. */
export interface PlaceCallResult {
  readonly step: 'look' | 'end';
}

/**
 * Places a call that was prepared. A repeat goes on where the first try was cut off: the telephone service knows the
 * call by its id and places none twice.
 *
 * @throws TelephoneBusy
 * @throws when the telephone service cannot say whether it has placed the call: try again
 */
export function createPlaceCall(
  ports: Pick<EscalationPorts, 'incidents' | 'calls' | 'telephone' | 'maintenance'>,
): (event: unknown) => Promise<PlaceCallResult> {
  const { incidents, calls, telephone: port } = ports;
  return async (event) => {
    const { incident: incidentId, call: id, at } = placeEvent.parse(event);
    const key = { incident: incidentId, id };
    const incident = await incidents.incident(incidentId);
    if (incident === undefined) throw new Error(`incident ${incidentId} is not in the table`);

    // From here on it may ring: who finds `placing` places it again, and the service answers the same call.
    const holds = await readHolds(ports, incident, at);
    const call = await changeCall(calls, key, (now) =>
      now.state === 'prepared' && isNeeded(incident, now, holds)
        ? { state: 'placing', placedAt: at }
        : undefined,
    );
    if (call.state === 'placed') return { step: 'look' };
    if (call.state !== 'placing') return { step: 'end' };

    const placed = await port.place({
      id,
      incident: incidentId,
      to: call.to.phone,
      language: call.to.language,
      report: call.report,
      phrases: callPhrases[call.to.language],
    });
    if (placed.kind === 'busy') {
      // Asked again in a while, and only if there still is need.
      await changeCall(calls, key, (now) => (now.state === 'placing' ? { state: 'prepared' } : undefined));
      throw new TelephoneBusy(`all lines are taken: ${placed.reason}`);
    }
    if (placed.kind === 'refused') {
      await changeCall(calls, key, (now) => (now.fault === undefined ? { fault: placed.reason } : undefined));
      return { step: 'end' };
    }
    // The contact first: an event of the service may come at any moment.
    await calls.saveContact(placed.contact, key);
    await changeCall(calls, key, (now) =>
      now.state === 'placing' ? { state: 'placed', contact: placed.contact } : undefined,
    );
    await incidents.addTimeline([
      {
        incident: incidentId,
        at: call.placedAt ?? at,
        key: `call-${id}-placed`,
        kind: 'call',
        summary: placedText(call),
      },
    ]);
    return { step: 'look' };
  };
}

const isNeeded = (incident: Incident, { purpose, round }: Call, holds: Holds): boolean =>
  purpose === 'page' ||
  (incident.response?.running?.round === round && reasonNotToCall(incident, holds) === undefined);

export const handler = onFirstEvent(() => createPlaceCall({ ...stores(), telephone: callPort() }));
