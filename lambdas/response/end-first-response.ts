import { z } from 'zod';
import type { Incident } from '../../core/incident/incident.ts';
import { noteBegun, noteEnded } from '../../core/incident/respond.ts';
import type { Unrepaired } from '../../core/incident/response.ts';
import { type Instant, instant } from '../../core/instant.ts';
import { alertsToRepair } from '../../core/response/note-repair.ts';
import type { RepairEnd } from '../../core/response/repair.ts';
import { onFirstEvent, stores, workflows } from '../../platform/environment.ts';
import { changeIncident } from '../incident/change-incident.ts';
import { wakeIncident } from '../incident/record-recovery.ts';
import { endRepair, leaveAlerts } from './end-repair.ts';
import type { ResponsePorts } from './response-ports.ts';

const endEvent = z.strictObject({
  incident: z.string(),
  round: z.int().positive(),
  holder: z.string().min(1),
  at: instant,
  /** Set when it could not go on for a reason of ours. */
  fault: z.string().max(1_000).optional(),
  /** The repair that was under way then; 0 for none. */
  number: z.int().nonnegative().default(0),
});

export type EndPorts = Pick<ResponsePorts, 'incidents' | 'responses' | 'workflows'>;

/**
 * Ends a first response: gives the server's lock back and lets the incident decide anew. After a fault the alert that was
 * worked on is left to people, so that they are called at once.
 */
export function createEndFirstResponse(ports: EndPorts): (event: unknown) => Promise<Record<string, never>> {
  return async (event) => {
    const { incident: id, round, holder, at, fault, number } = endEvent.parse(event);
    if (fault !== undefined) await giveUpRepair(ports, id, number, at);
    await endRound(ports, id, round, holder, at);
    return {};
  };
}

async function giveUpRepair(ports: EndPorts, id: string, number: number, at: Instant): Promise<void> {
  const repair = number === 0 ? undefined : await ports.responses.repair(id, number);
  // Where it is not known what failed, none of the alerts may wait for a next try that would fail alike.
  const keysOf = (incident: Incident) => (repair === undefined ? alertsToRepair(incident) : [repair.alert]);
  await leaveAlerts(ports, id, keysOf, 'fault', at);
  if (repair !== undefined) await endRepair(ports, repair, 'fault', at);
}

/** What an execution was doing when it ended from outside is left to people. Repeating it changes nothing. */
export async function endInterrupted(
  ports: EndPorts,
  id: string,
  { round, holder, at }: { readonly round: number; readonly holder: string; readonly at: Instant },
  reason: Extract<Unrepaired['reason'], 'stopped' | 'fault'>,
): Promise<void> {
  const end: RepairEnd = reason;
  await leaveAlerts(ports, id, alertsToRepair, reason, at);
  const repair = await ports.responses.latestRepair(id);
  if (repair?.holder === holder) await endRepair(ports, repair, end, at);
  await endRound(ports, id, round, holder, at);
}

async function endRound(
  ports: EndPorts,
  id: string,
  round: number,
  holder: string,
  at: Instant,
): Promise<void> {
  // Stopped before the incident had noted that it began.
  await changeIncident(ports.incidents, id, (now) => noteBegun(now, 'first-response', round, at));
  const incident = await ports.incidents.incident(id);
  if (incident !== undefined) await ports.responses.releaseLock(incident, holder);
  const { incident: ended } = await changeIncident(ports.incidents, id, (now) => noteEnded(now, round));
  await wakeIncident(ports.workflows, ended);
}

export const handler = onFirstEvent(() => createEndFirstResponse({ ...stores(), workflows: workflows() }));
