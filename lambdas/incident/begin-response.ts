import { z } from 'zod';
import { noteBegun } from '../../core/incident/respond.ts';
import { instant } from '../../core/instant.ts';
import { onFirstEvent, stores } from '../../platform/environment.ts';
import { changeIncident } from './change-incident.ts';
import type { IncidentPorts } from './incident-ports.ts';

const beginEvent = z.strictObject({
  incident: z.string(),
  stage: z.enum(['first-response', 'escalation', 'second-response']),
  round: z.int().positive(),
  at: instant,
});

/**
 * Notes on the incident that a stage of its response was started. It comes after the start, whose name makes a second one
 * harmless: a crash in between starts nothing twice and forgets nothing.
 */
export function createBeginResponse({
  incidents,
}: Pick<IncidentPorts, 'incidents'>): (event: unknown) => Promise<Record<string, never>> {
  return async (event) => {
    const { incident: id, stage, round, at } = beginEvent.parse(event);
    await changeIncident(incidents, id, (now) => noteBegun(now, stage, round, at));
    return {};
  };
}

export const handler = onFirstEvent(() => createBeginResponse(stores()));
