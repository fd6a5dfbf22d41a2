import type { Incident } from '../../core/incident/incident.ts';
import { noteEnded } from '../../core/incident/respond.ts';
import { responseName } from '../../core/incident/response.ts';
import { type Instant, secondsBetween } from '../../core/instant.ts';
import type { Text } from '../../core/text.ts';
import { type EndPorts, endInterrupted } from '../response/end-first-response.ts';
import { changeIncident } from './change-incident.ts';

/** Only what has been under way for longer is asked after: most stages end before, and say so. */
const doubtAfterSeconds = 30 * 60;

const lostText: Text = {
  en: 'A step of the response had ended without a word; the incident goes on without it.',
  ja: '対応の処理の一つが、終了の通知のないまま終わっていました。障害対応を続けます。',
};

/**
 * Ends a first response, or a round of calls, whose execution ended from outside and nobody was told: the service sends
 * events of ended executions at its best effort. Repeating it changes nothing.
 *
 * @returns whether there was one
 */
export async function endLostRound(ports: EndPorts, incident: Incident, at: Instant): Promise<boolean> {
  const running = incident.response?.running;
  if (running === undefined || secondsBetween(running.since, at) < doubtAfterSeconds) return false;
  const { stage, round } = running;
  const holder = responseName(incident.id, stage, round);
  if (await ports.workflows.isRunning(stage, holder)) return false;
  await ports.incidents.addTimeline([
    { incident: incident.id, at, key: `lost-${holder}`, kind: 'response', summary: lostText },
  ]);
  if (stage === 'first-response') await endInterrupted(ports, incident.id, { round, holder, at }, 'fault');
  else await changeIncident(ports.incidents, incident.id, (now) => noteEnded(now, round));
  return true;
}
