import type { Incident } from '../../core/incident/incident.ts';
import type { TimelineEntry } from '../../core/incident/timeline.ts';
import type { Instant } from '../../core/instant.ts';
import {
  type Holds,
  heldSince,
  holdsOf,
  noHolds,
  releasedFrom,
  withHolds,
} from '../../core/maintenance/hold.ts';
import type { Text } from '../../core/text.ts';
import { changeIncident } from '../incident/change-incident.ts';
import type { IncidentPorts } from '../incident/incident-ports.ts';

/** Which of an incident's monitors are in maintenance now: one query, and none when nothing of it could be acted upon. */
export async function readHolds(
  { maintenance }: Pick<IncidentPorts, 'maintenance'>,
  incident: Incident,
  at: Instant,
): Promise<Holds> {
  const isAnyOpen = Object.values(incident.alerts).some(
    ({ wellAt, recoveryMail }) => wellAt === undefined || recoveryMail === undefined,
  );
  if (incident.state === 'closed' || !isAnyOpen) return noHolds;
  return holdsOf(incident, await maintenance.maintenances(incident.account, at), at);
}

/**
 * Notes on an incident which of its alerts are in maintenance, and says on its timeline when the response is held back and
 * when it goes on. Repeating it changes nothing.
 *
 * @returns the incident as it stands afterwards
 */
export async function noteHolds(
  { incidents }: Pick<IncidentPorts, 'incidents'>,
  incident: Incident,
  holds: Holds,
  at: Instant,
): Promise<Incident> {
  if (holds.size === 0 && incident.held === undefined) return incident;
  // Before the note that knows of them is gone: a crash in between says it again, under the same key.
  await incidents.addTimeline(
    [...releasedFrom(incident, holds)].map(([since, monitors]) =>
      line(incident.id, at, `goes-on-${since}-${monitors[0]}`, goesOn(monitors)),
    ),
  );
  const { incident: noted } = await changeIncident(incidents, incident.id, (now) =>
    withHolds(now, holds, at),
  );
  await incidents.addTimeline(
    [...heldSince(noted)].map(([since, monitors]) =>
      line(incident.id, since, `waits-${since}-${monitors[0]}`, heldBack(monitors, noted)),
    ),
  );
  return noted;
}

const line = (incident: string, at: Instant, key: string, summary: Text): TimelineEntry => ({
  incident,
  at,
  key,
  kind: 'response',
  summary,
});

function heldBack(monitors: readonly string[], { held = {} }: Incident): Text {
  const until = monitors
    .map((monitor) => held[monitor]?.until ?? '')
    .sort()
    .at(-1);
  const names = namesOf(monitors);
  return {
    en: `${names}: in announced maintenance, until ${until} as announced. Nothing more is told or done for it before.`,
    ja: `${names}: 予定のメンテナンス中です(予定終了 ${until})。終了まで、以後の通知と対応を行いません。`,
  };
}

function goesOn(monitors: readonly string[]): Text {
  const names = namesOf(monitors);
  return {
    en: `${names}: the maintenance is over and it still fails. The response goes on.`,
    ja: `${names}: メンテナンスの終了後も異常が続いているため、対応を再開します。`,
  };
}

const namesShown = 10;

const namesOf = (monitors: readonly string[]): string =>
  monitors.length <= namesShown
    ? monitors.join(', ')
    : `${monitors.slice(0, namesShown).join(', ')} (+${monitors.length - namesShown})`;
