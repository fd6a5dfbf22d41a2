import type { MonitorRef } from '../../core/ids.ts';
import { alertKey, type Incident } from '../../core/incident/incident.ts';
import { recoverAlert } from '../../core/incident/recover-alert.ts';
import type { TimelineEntry } from '../../core/incident/timeline.ts';
import type { Instant } from '../../core/instant.ts';
import type { Text } from '../../core/text.ts';
import type { Workflows } from '../../platform/workflows/workflows.ts';
import { changeIncident } from './change-incident.ts';
import type { IncidentPorts } from './incident-ports.ts';

/**
 * Closes a monitor's alert in its server's incident and wakes the incident's workflow. Repeating it does no harm,
 * and mends a first try that was cut off between the write and the waking.
 */
export async function recordRecovery(
  { incidents, workflows }: Pick<IncidentPorts, 'incidents' | 'workflows'>,
  monitor: MonitorRef,
  at: Instant,
  summary: Text,
  kind: 'recovered' | 'withdrawn' = 'recovered',
): Promise<void> {
  const latest = await incidents.latestIncident(monitor);
  if (latest === undefined || latest.state === 'closed') return;
  const { incident } = await changeIncident(incidents, latest.id, (now) =>
    recoverAlert(now, monitor.monitor, at, summary),
  );
  await incidents.addTimeline(recoveriesOf(incident, monitor.monitor, kind));
  await wakeIncident(workflows, incident);
}

/** Answers the tokens of the incident's workflows that wait for news: its own, and those of its response. */
export async function wakeIncident(workflows: Workflows, { waiting = {} }: Incident): Promise<void> {
  for (const token of Object.values(waiting)) await workflows.succeed(token, {});
}

function recoveriesOf(incident: Incident, monitor: string, kind: 'recovered' | 'withdrawn'): TimelineEntry[] {
  return Object.values(incident.alerts).flatMap((alert) => {
    const { wellAt, wellSummary } = alert;
    if (alert.monitor !== monitor || wellAt === undefined || wellSummary === undefined) return [];
    return [
      { incident: incident.id, at: wellAt, key: `${alertKey(alert)}-${kind}`, kind, summary: wellSummary },
    ];
  });
}
