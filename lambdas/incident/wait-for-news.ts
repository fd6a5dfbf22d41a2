import { z } from 'zod';
import { onFirstEvent, stores, workflows } from '../../platform/environment.ts';
import { changeIncident } from './change-incident.ts';
import type { IncidentPorts } from './incident-ports.ts';

const waitEvent = z.strictObject({
  incident: z.string(),
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
    const { incident: id, news, token } = waitEvent.parse(event);
    const { incident } = await changeIncident(incidents, id, (now) => {
      if (now.state === 'closed' || now.news > news || now.waitingToken === token) return undefined;
      return { ...now, waitingToken: token, version: now.version + 1 };
    });
    if (incident.state === 'closed' || incident.news > news) await told.succeed(token, {});
    return {};
  };
}

export const handler = onFirstEvent(() => createWaitForNews({ ...stores(), workflows: workflows() }));
