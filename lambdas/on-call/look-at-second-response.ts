import { z } from 'zod';
import type { Call } from '../../core/call/call.ts';
import { instant } from '../../core/instant.ts';
import { deeds, type NextDeed, nextDeed } from '../../core/on-call/next-deed.ts';
import { pageCallId } from '../../core/on-call/page-call.ts';
import { beginSecondResponse, type SecondResponse } from '../../core/on-call/second-response.ts';
import { onFirstEvent, stores, workflows } from '../../platform/environment.ts';
import type { CallStore } from '../../platform/store/call-store.ts';
import type { OnCallStore } from '../../platform/store/on-call-store.ts';
import { readSettings } from '../mail/deliver.ts';
import { noteHolds, readHolds } from '../maintenance/holds.ts';
import { acknowledgePage } from './acknowledge.ts';
import { dutyAt } from './duty.ts';
import type { OnCallPorts } from './on-call-ports.ts';

const lookEvent = z.strictObject({
  incident: z.string(),
  /** Deeds that have failed since the workflow last waited. */
  failed: z.array(z.enum(deeds)).max(20),
  at: instant,
});

/** Answers what the engineers' response to an incident needs now; the first look begins it. */
export function createLookAtSecondResponse(
  ports: OnCallPorts & { readonly calls: CallStore },
): (event: unknown) => Promise<NextDeed> {
  const { incidents, onCall, monitors } = ports;
  return async (event) => {
    const { incident: id, failed, at } = lookEvent.parse(event);
    const before = await begun(onCall, beginSecondResponse(id, at));
    const calls = await newestCalls(ports.calls, before);
    // The telephone notes the key and tells no time, so that it is here that it acknowledges.
    const taker = calls.find(({ purpose, accepted }) => purpose === 'page' && accepted === true);
    if (taker !== undefined && before.acknowledged === undefined)
      await acknowledgePage(ports, { incident: id, by: taker.to.name, at });

    const second = await begun(onCall, before);
    const incident = await incidents.incident(id);
    if (incident === undefined) throw new Error(`incident ${id} is not in the table`);
    const holds = await readHolds(ports, incident, at);
    await noteHolds(ports, incident, holds, at);
    const { engineers, calendar } = dutyAt(await readSettings(monitors), at);
    return nextDeed({ incident, second, calls, onCall: engineers, calendar, failed, holds, at });
  };
}

/** A call is over within minutes; all those of an incident that nobody takes for weeks would be thousands. */
const callsLookedAt = 8;

async function newestCalls(calls: CallStore, { incident, pages }: SecondResponse): Promise<Call[]> {
  const found = await Promise.all(
    pages
      .slice(-callsLookedAt)
      .map(({ number }) => calls.call({ incident, id: pageCallId(incident, number) })),
  );
  return found.filter((one) => one !== undefined);
}

async function begun(onCall: OnCallStore, first: SecondResponse): Promise<SecondResponse> {
  const { incident } = first;
  const stored = await onCall.secondResponse(incident);
  if (stored !== undefined) return stored;
  if (await onCall.replaceSecondResponse(first)) return first;
  return (await onCall.secondResponse(incident)) ?? first;
}

export const handler = onFirstEvent(() =>
  createLookAtSecondResponse({ ...stores(), workflows: workflows() }),
);
