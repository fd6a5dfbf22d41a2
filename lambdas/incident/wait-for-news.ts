import { z } from 'zod';
import type { Incident } from '../../core/incident/incident.ts';
import { waiter } from '../../core/incident/response.ts';
import { onFirstEvent, stores, workflows } from '../../platform/environment.ts';
import { changeIncident } from './change-incident.ts';
import type { IncidentPorts } from './incident-ports.ts';

const waitEvent = z.strictObject({
  incident: z.string(),
  /** Which of the incident's workflows waits. */
  waiter: waiter.default('incident'),
  /** The news that the workflow has seen. */
  news: z.int().nonnegative(),
  token: z.string().min(1),
});

/**
 * Leaves the workflow's token where whoever has news finds it. News that came before the token lay there
 * is answered at once, so none falls between the look and the wait.
 */
export function createWaitForNews({
  incidents,
  workflows: told,
}: Pick<IncidentPorts, 'incidents' | 'workflows'>): (event: unknown) => Promise<Record<string, never>> {
  return async (event) => {
    const { incident: id, waiter: who, news, token } = waitEvent.parse(event);
    // A closed incident still has news for engineers: the cause report.
    const isOver = (now: Incident) => (now.state === 'closed' && who === 'incident') || now.news > news;
    const { incident } = await changeIncident(incidents, id, (now) => {
      if (isOver(now) || now.waiting?.[who] === token) return undefined;
      return { ...now, waiting: { ...now.waiting, [who]: token }, version: now.version + 1 };
    });
    if (isOver(incident)) await told.succeed(token, {});
    return {};
  };
}

export const handler = onFirstEvent(() => createWaitForNews({ ...stores(), workflows: workflows() }));
