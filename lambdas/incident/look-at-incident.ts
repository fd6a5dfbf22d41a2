import { z } from 'zod';
import { type Incident, openAlerts } from '../../core/incident/incident.ts';
import { type NextStep, nextStep } from '../../core/incident/next-step.ts';
import { type Instant, instant } from '../../core/instant.ts';
import type { Plan } from '../../core/server.ts';
import type { Text } from '../../core/text.ts';
import { onFirstEvent, stores, workflows } from '../../platform/environment.ts';
import type { IncidentPorts } from './incident-ports.ts';
import { recordRecovery } from './record-recovery.ts';

const lookEvent = z.strictObject({ incident: z.string(), collected: z.boolean(), at: instant });

const noLongerWatched: Text = {
  en: 'This monitor was taken out of the inventory.',
  ja: 'この監視項目は監視対象から外されました。',
};

/** Answers what an incident needs now. Reads only, but for alerts whose monitor is gone: nothing else would end them. */
export function createLookAtIncident(
  ports: IncidentPorts,
): (event: unknown) => Promise<NextStep & { plan: Plan }> {
  return async (event) => {
    const { incident: id, collected, at } = lookEvent.parse(event);
    const incident = await load(ports, id);
    const step = nextStep(incident, at, collected);
    if (step.step !== 'wait' && step.step !== 'respond') return { ...step, plan: incident.plan };
    await withdrawRemoved(ports, incident, at);
    return { ...nextStep(await load(ports, id), at, collected), plan: incident.plan };
  };
}

async function load({ incidents }: IncidentPorts, id: string): Promise<Incident> {
  const incident = await incidents.incident(id);
  if (incident === undefined) throw new Error(`incident ${id} is not in the table`);
  return incident;
}

async function withdrawRemoved(ports: IncidentPorts, incident: Incident, at: Instant): Promise<void> {
  const { account, server } = incident;
  const watched = new Set((await ports.monitors.monitorsOf(incident)).map(({ monitor }) => monitor.id));
  for (const { monitor } of openAlerts(incident)) {
    if (!watched.has(monitor)) {
      await recordRecovery(ports, { account, server, monitor }, at, noLongerWatched, 'withdrawn');
    }
  }
}

export const handler = onFirstEvent(() => createLookAtIncident({ ...stores(), workflows: workflows() }));
