import { z } from 'zod';
import { nextStep } from '../../core/incident/next-step.ts';
import { instant } from '../../core/instant.ts';
import type { Text } from '../../core/text.ts';
import { onFirstEvent, stores } from '../../platform/environment.ts';
import { changeIncident } from './change-incident.ts';
import type { IncidentPorts } from './incident-ports.ts';

const closeEvent = z.strictObject({ incident: z.string(), at: instant });

const closedText: Text = {
  en: 'Everything is well; the incident is closed.',
  ja: 'すべて復旧し、障害対応を終了しました。',
};

/** Closes an incident that needs nothing more. `closed` is false when an alert joined in the meantime. */
export function createCloseIncident({
  incidents,
}: Pick<IncidentPorts, 'incidents'>): (event: unknown) => Promise<{ closed: boolean }> {
  return async (event) => {
    const { incident: id, at } = closeEvent.parse(event);
    const { incident } = await changeIncident(incidents, id, (now) => {
      if (now.state === 'closed' || nextStep(now, at, false).step !== 'close') return undefined;
      const { incident: _spent, ...waiting } = now.waiting ?? {};
      return { ...now, waiting, state: 'closed', closedAt: at, version: now.version + 1 };
    });
    const { state, closedAt } = incident;
    if (state !== 'closed') return { closed: false };
    await incidents.addTimeline([
      { incident: id, at: closedAt ?? at, key: 'closed', kind: 'closed', summary: closedText },
    ]);
    return { closed: true };
  };
}

export const handler = onFirstEvent(() => createCloseIncident(stores()));
