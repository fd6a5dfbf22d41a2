import type { Incident } from '../../core/incident/incident.ts';
import type { Instant } from '../../core/instant.ts';
import { oneLine } from '../../core/mail/neutralise.ts';
import { isFailing } from '../../core/on-call/next-deed.ts';
import { changeIncident } from '../incident/change-incident.ts';
import { wakeIncident } from '../incident/record-recovery.ts';
import { changeSecondResponse } from './change-second-response.ts';
import type { OnCallPorts } from './on-call-ports.ts';

/** `already`: somebody else has it; `over`: the failure ended before anybody took it; `unknown`: no engineer was paged for it. */
export type Acknowledgement =
  | { readonly outcome: 'acknowledged' | 'already'; readonly by: string; readonly at: Instant }
  | { readonly outcome: 'over' | 'unknown' };

/**
 * Takes an incident over: nobody is paged any more. The first one wins, also when the next one has been paged meanwhile.
 * Repeating it does no harm, and mends a first try that was cut off between the write and the waking.
 *
 * @param by name of who takes it
 */
export async function acknowledgePage(
  { incidents, onCall, workflows }: Pick<OnCallPorts, 'incidents' | 'onCall' | 'workflows'>,
  { incident: id, by: name, at }: { readonly incident: string; readonly by: string; readonly at: Instant },
): Promise<Acknowledgement> {
  const by = oneLine(name, 80);
  const incident = await incidents.incident(id);
  if (incident === undefined) return { outcome: 'unknown' };
  const canTake = isFailing(incident);
  const taken = await changeSecondResponse(onCall, id, (now) =>
    now.acknowledged === undefined && canTake ? { ...now, acknowledged: { by, at } } : undefined,
  );
  if (taken === undefined) return { outcome: 'unknown' };
  const { acknowledged } = taken.second;
  if (acknowledged === undefined) return { outcome: 'over' };

  await incidents.addTimeline([
    {
      incident: id,
      at: acknowledged.at,
      key: 'engineers-acknowledged',
      kind: 'page',
      by: acknowledged.by,
      summary: {
        ja: `${acknowledged.by} が対応を受け付けました。`,
        en: `${acknowledged.by} has taken the incident.`,
      },
    },
  ]);
  const { incident: after } = await changeIncident(incidents, id, (now) =>
    noteTaken(now, acknowledged.by, acknowledged.at),
  );
  await wakeIncident(workflows, after);
  return { outcome: acknowledged.by === by ? 'acknowledged' : 'already', ...acknowledged };
}

function noteTaken(incident: Incident, by: string, at: Instant): Incident | undefined {
  const { response = { rounds: 0 }, news, version } = incident;
  if (response.secondResponse?.acknowledgedBy !== undefined) return undefined;
  const secondResponse = { since: at, ...response.secondResponse, acknowledgedBy: by };
  return { ...incident, response: { ...response, secondResponse }, news: news + 1, version: version + 1 };
}
