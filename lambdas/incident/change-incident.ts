import type { Incident } from '../../core/incident/incident.ts';
import type { IncidentStore } from '../../platform/store/incident-store.ts';

/** More writers than this at one incident in the same moment means that something is wrong. */
const maxAttempts = 25;

/**
 * Reads an incident, changes it and writes it, again from the start when another writer was first.
 *
 * @param change answers the incident to write, or undefined to leave it as it is
 * @returns the incident as it stands afterwards, and whether this call changed it
 * @throws when the incident does not exist, or other writers never let this one through
 */
export async function changeIncident(
  incidents: IncidentStore,
  id: string,
  change: (incident: Incident) => Incident | undefined,
): Promise<{ incident: Incident; changed: boolean }> {
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const incident = await incidents.incident(id);
    if (incident === undefined) throw new Error(`incident ${id} is not in the table`);
    const after = change(incident);
    if (after === undefined) return { incident, changed: false };
    if (await incidents.replaceIncident(after)) return { incident: after, changed: true };
  }
  throw new Error(`incident ${id} was changed by others ${maxAttempts} times in a row; try again`);
}
