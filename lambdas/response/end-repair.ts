import { alertKey, type Incident } from '../../core/incident/incident.ts';
import type { Unrepaired } from '../../core/incident/response.ts';
import type { Instant } from '../../core/instant.ts';
import { leaveToPeople, noteRepair } from '../../core/response/note-repair.ts';
import type { Repair, RepairEnd } from '../../core/response/repair.ts';
import type { Text } from '../../core/text.ts';
import { changeIncident } from '../incident/change-incident.ts';
import { changeRepair } from './change-repair.ts';
import type { ResponsePorts } from './response-ports.ts';
import { attemptText, endedText, leftText, withMonitor } from './response-texts.ts';

type EndPorts = Pick<ResponsePorts, 'incidents' | 'responses'>;

/** Writes how a repair ended, at the alert, on the timeline and at the repair itself. A repeat writes nothing new. */
export async function endRepair(
  { incidents, responses }: EndPorts,
  repair: Repair,
  end: RepairEnd,
  at: Instant,
  detail?: Text,
): Promise<void> {
  if (repair.end !== undefined) return;
  const { incident, number, runbook, version = 'unknown' } = repair;
  const attempt =
    end === 'not-needed' || end === 'held'
      ? undefined
      : { number, runbook, version, at, outcome: end, summary: attemptText(end, detail) };
  await changeIncident(incidents, incident, (now) => noteRepair(now, repair, attempt));
  await incidents.addTimeline([
    {
      incident,
      at,
      key: `repair-${number}-ended`,
      kind: 'response',
      summary: endedText(repair, end, detail),
    },
  ]);
  // Last: until then whoever comes again does all of it again.
  await changeRepair(responses, repair, (now) => (now.end === undefined ? { ...now, end } : undefined));
}

/** Leaves alerts to people, and says why on the timeline. Those that are well or left already stay as they are. */
export async function leaveAlerts(
  { incidents }: Pick<EndPorts, 'incidents'>,
  id: string,
  keysOf: (incident: Incident) => readonly string[],
  reason: Unrepaired['reason'],
  at: Instant,
): Promise<void> {
  const { incident } = await changeIncident(incidents, id, (now) =>
    leaveToPeople(now, keysOf(now), reason, at),
  );
  const left = Object.values(incident.alerts).filter(({ unrepaired }) => unrepaired?.reason === reason);
  await incidents.addTimeline(
    left.map((alert) => ({
      incident: id,
      at: alert.unrepaired?.at ?? at,
      key: `${alertKey(alert)}-left`,
      kind: 'response',
      summary: withMonitor(alert.monitor, leftText[reason]),
    })),
  );
}
