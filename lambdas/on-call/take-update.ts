import { engineerUpdate } from '../../core/cause-report/cause-report.ts';
import { addMessages } from '../../core/incident/respond.ts';
import type { ResponseMessage } from '../../core/incident/response.ts';
import { type Instant, secondsBetween } from '../../core/instant.ts';
import { oneLine } from '../../core/mail/neutralise.ts';
import { isFailing } from '../../core/on-call/next-deed.ts';
import { changeIncident } from '../incident/change-incident.ts';
import { wakeIncident } from '../incident/record-recovery.ts';
import { changeSecondResponse } from './change-second-response.ts';
import type { OnCallPorts } from './on-call-ports.ts';

/** `crowded`: earlier ones have not been mailed yet; `over`: it is well again, and a cause report is wanted instead. */
export type UpdateTaken =
  | { readonly outcome: 'taken' | 'crowded' | 'over' | 'unknown' }
  | { readonly outcome: 'refused'; readonly problems: readonly string[] };

/** More than these wait for mail only when the incident's workflow does not run. */
const untoldAtMost = 5;
/** The same words of the same person within this time are a form that was sent twice. */
const repeatSeconds = 600;

/** Tells the customer what an engineer writes while the failure goes on; the next update of the workflow is an hour later. */
export async function addEngineerUpdate(
  { incidents, onCall, workflows }: Pick<OnCallPorts, 'incidents' | 'onCall' | 'workflows'>,
  given: { readonly incident: string; readonly by: string; readonly body: unknown; readonly at: Instant },
): Promise<UpdateTaken> {
  const { incident: id, at } = given;
  const by = oneLine(given.by, 80);
  const parsed = engineerUpdate.safeParse(given.body);
  if (!parsed.success)
    return { outcome: 'refused', problems: parsed.error.issues.map(({ message }) => message) };
  const body = parsed.data;

  const before = await incidents.incident(id);
  if (before === undefined || (await onCall.secondResponse(id)) === undefined) return { outcome: 'unknown' };
  let outcome: 'taken' | 'crowded' | 'over' = 'taken';
  const { incident } = await changeIncident(incidents, id, (now) => {
    const messages = now.messages ?? [];
    outcome = 'taken';
    if (!isFailing(now)) outcome = 'over';
    else if (messages.some((one) => isRepeat(one, by, body, at))) return undefined;
    else if (messages.filter(({ mail }) => mail === undefined).length >= untoldAtMost) outcome = 'crowded';
    if (outcome !== 'taken') return undefined;
    const message = {
      key: `engineers-update-by-${at}`,
      at,
      kind: 'engineers-update',
      person: by,
      body,
    } as const;
    return { ...addMessages(now, [message]), news: now.news + 1, version: now.version + 1 };
  });
  if (outcome !== 'taken') return { outcome };

  await changeSecondResponse(onCall, id, (now) =>
    now.told !== undefined && now.told.at >= at
      ? undefined
      : { ...now, told: { count: (now.told?.count ?? 0) + 1, at } },
  );
  await incidents.addTimeline([
    {
      incident: id,
      at,
      key: `engineers-update-by-${at}`,
      kind: 'response',
      by,
      summary: {
        ja: `お客様への続報: ${oneLine(body, 300)}`,
        en: `Update for the customer: ${oneLine(body, 300)}`,
      },
    },
  ]);
  await wakeIncident(workflows, incident);
  return { outcome: 'taken' };
}

const isRepeat = (one: ResponseMessage, by: string, body: string, at: Instant): boolean =>
  one.kind === 'engineers-update' &&
  one.person === by &&
  one.body === body &&
  secondsBetween(one.at, at) < repeatSeconds;
