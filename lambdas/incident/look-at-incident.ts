import { z } from 'zod';
import { type Incident, openAlerts } from '../../core/incident/incident.ts';
import { type NextStep, nextStep } from '../../core/incident/next-step.ts';
import { noteResumed } from '../../core/incident/stop-incident.ts';
import { type Instant, instant } from '../../core/instant.ts';
import type { Plan } from '../../core/server.ts';
import type { Text } from '../../core/text.ts';
import { onFirstEvent, stores, workflows } from '../../platform/environment.ts';
import { noteHolds, readHolds } from '../maintenance/holds.ts';
import type { EndPorts } from '../response/end-first-response.ts';
import { changeIncident } from './change-incident.ts';
import { endLostRound } from './end-lost-round.ts';
import type { IncidentPorts } from './incident-ports.ts';
import { recordRecovery, wakeIncident } from './record-recovery.ts';

const lookEvent = z.strictObject({ incident: z.string(), collected: z.boolean(), at: instant });

const noLongerWatched: Text = {
  en: 'This monitor was taken out of the inventory.',
  ja: 'この監視項目は監視対象から外されました。',
};

const goesOn: Text = {
  en: 'The workflow of this incident was redriven: it goes on.',
  ja: 'この障害のワークフローが再開され、対応を続行します。',
};

const wellMeanwhile: Text = {
  en: 'It became well while the incident was stopped.',
  ja: '対応が停止されている間に復旧しました。',
};

/**
 * Answers what an incident needs now. Reads only, but for what is in maintenance, for alerts whose monitor is gone, and for
 * executions that ended unseen: nothing else would note or end them.
 */
export function createLookAtIncident(
  ports: IncidentPorts & EndPorts,
): (event: unknown) => Promise<NextStep & { plan: Plan }> {
  return async (event) => {
    const { incident: id, collected, at } = lookEvent.parse(event);
    const incident = await takeUp(ports, await load(ports, id), at);
    if (incident.state === 'closed') return { step: 'close', plan: incident.plan };
    const holds = await readHolds(ports, incident, at);
    const step = nextStep(await noteHolds(ports, incident, holds, at), at, collected, holds);
    if (step.step !== 'wait' && step.step !== 'respond') return { ...step, plan: incident.plan };
    await withdrawRemoved(ports, incident, at);
    await endLostRound(ports, incident, at);
    return { ...nextStep(await load(ports, id), at, collected, holds), plan: incident.plan };
  };
}

async function load({ incidents }: IncidentPorts, id: string): Promise<Incident> {
  const incident = await incidents.incident(id);
  if (incident === undefined) throw new Error(`incident ${id} is not in the table`);
  return incident;
}

/**
 * Whoever looks runs: an incident that was stopped goes on, unless the server has a newer one. What became well meanwhile
 * was told to nobody, so the monitors' states say it.
 */
async function takeUp(ports: IncidentPorts, incident: Incident, at: Instant): Promise<Incident> {
  if (incident.stoppedAt === undefined) return incident;
  const latest = await ports.incidents.latestIncident(incident);
  if (latest !== undefined && latest.number > incident.number) return incident;
  const { incident: resumed } = await changeIncident(ports.incidents, incident.id, noteResumed);
  await wakeIncident(ports.workflows, resumed);
  await ports.incidents.addTimeline([
    {
      incident: incident.id,
      at,
      key: `resumed-${incident.stoppedAt}`,
      kind: 'operator',
      summary: goesOn,
    },
  ]);
  const { account, server } = incident;
  for (const { monitor, episode } of openAlerts(resumed)) {
    const watched = await ports.monitors.monitor({ account, server, monitor });
    if (watched === undefined) continue;
    const { phase, summary, ...state } = watched.state;
    if (phase !== 'well' && state.episode === episode) continue;
    await recordRecovery(ports, { account, server, monitor }, at, summary ?? wellMeanwhile);
  }
  return load(ports, incident.id);
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
