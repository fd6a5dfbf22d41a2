import type { Instant } from '../instant.ts';
import type { Incident } from './incident.ts';

/**
 * Notes that the incident's own workflow was ended from outside. It counts as closed: nobody works on it, and the next
 * failure of the server opens an incident of its own in place of joining one that nobody would tell of.
 *
 * @returns the incident to write, or undefined when it is closed already
 */
export function noteStopped(incident: Incident, at: Instant): Incident | undefined {
  if (incident.state === 'closed') return undefined;
  return {
    ...incident,
    state: 'closed',
    closedAt: at,
    stoppedAt: at,
    news: incident.news + 1,
    version: incident.version + 1,
  };
}

/**
 * Takes a stopped incident up again: its workflow was redriven.
 *
 * @returns the incident to write, or undefined when it was not stopped
 */
export function noteResumed(incident: Incident): Incident | undefined {
  if (incident.stoppedAt === undefined) return undefined;
  const { stoppedAt: _stopped, closedAt: _closed, ...open } = incident;
  return { ...open, state: 'open', news: incident.news + 1, version: incident.version + 1 };
}
