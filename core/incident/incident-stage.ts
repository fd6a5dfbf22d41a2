import type { IncidentStage } from '../api/incidents.ts';
import type { Incident } from './incident.ts';

/** What is being done about an incident now. */
export function stageOf({ state, mails, response }: Incident): IncidentStage {
  if (state === 'closed') return 'closed';
  if (response?.running?.stage === 'first-response') return 'first-response';
  if (response?.running?.stage === 'escalation') return 'calling';
  if (response?.secondResponse !== undefined && response.secondResponse.endedAt === undefined)
    return 'engineers';
  // Before its first mail the alerts are gathered and the server is looked at.
  return mails === 0 ? 'gathering' : 'waiting';
}

/** The operator or engineer who is on it, the engineer before the operator. */
export const acknowledgedBy = ({ response, deeds = [] }: Incident): string | undefined =>
  response?.secondResponse?.acknowledgedBy ?? deeds.findLast(({ action }) => action === 'acknowledge')?.by;
