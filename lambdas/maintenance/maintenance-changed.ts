import { changeIncident } from '../incident/change-incident.ts';
import type { IncidentPorts } from '../incident/incident-ports.ts';
import { wakeIncident } from '../incident/record-recovery.ts';

/**
 * Lets the account's open incidents look at its maintenances anew, after one was announced, changed or ended: what is under
 * way ends in order, or goes on. To be called after the write; repeating it does no harm.
 */
export async function maintenanceChanged(
  { incidents, workflows }: Pick<IncidentPorts, 'incidents' | 'workflows'>,
  account: string,
): Promise<void> {
  const open = await incidents.openIncidents();
  for (const { id } of open.filter((one) => one.account === account)) {
    const { incident } = await changeIncident(incidents, id, (now) =>
      now.state === 'closed' ? undefined : { ...now, news: now.news + 1, version: now.version + 1 },
    );
    await wakeIncident(workflows, incident);
  }
}
