import { z } from 'zod';
import { reportText } from '../../core/cause-report/cause-report.ts';
import type { Incident } from '../../core/incident/incident.ts';
import { addMessages } from '../../core/incident/respond.ts';
import type { ResponseMessage } from '../../core/incident/response.ts';
import { type Instant, instant } from '../../core/instant.ts';
import { causeReportKey, isFailing } from '../../core/on-call/next-deed.ts';
import type { SecondResponse } from '../../core/on-call/second-response.ts';
import { onFirstEvent, stores, workflows } from '../../platform/environment.ts';
import { changeIncident } from '../incident/change-incident.ts';
import { wakeIncident } from '../incident/record-recovery.ts';
import { changeSecondResponse } from './change-second-response.ts';
import type { OnCallPorts } from './on-call-ports.ts';

const tellEvent = z.strictObject({
  incident: z.string(),
  about: z.enum(['engaged', 'update', 'report']),
  /** Counts what the customer was told of the engineers. */
  number: z.int().positive(),
  at: instant,
});

/**
 * Lays down what the customer is to be told, each by its number once. The incident's own workflow mails it in the thread;
 * of an incident that is closed the engineers' workflow does.
 */
export function createTellCustomer({
  incidents,
  onCall,
  workflows: told,
}: Omit<OnCallPorts, 'monitors'>): (event: unknown) => Promise<Record<string, never>> {
  return async (event) => {
    const { incident: id, about, number, at } = tellEvent.parse(event);
    const second = await onCall.secondResponse(id);
    if (second === undefined) throw new Error(`the engineers' response to ${id} is not in the table`);
    const { incident } = await changeIncident(incidents, id, (now) => {
      const message = messageOf(now, second, about, number, at);
      const after = message === undefined ? now : addMessages(now, [message]);
      return after === now ? undefined : { ...after, news: now.news + 1, version: now.version + 1 };
    });
    if (about !== 'report') {
      await changeSecondResponse(onCall, id, (now) =>
        (now.told?.count ?? 0) >= number ? undefined : { ...now, told: { count: number, at } },
      );
    }
    await wakeIncident(told, incident);
    return {};
  };
}

/** @returns undefined when it is no longer so: the recovery was told meanwhile, or an engineer has written */
function messageOf(
  incident: Incident,
  { acknowledged, report, told }: SecondResponse,
  about: 'engaged' | 'update' | 'report',
  number: number,
  at: Instant,
): ResponseMessage | undefined {
  if (about === 'report') {
    if (report === undefined) return undefined;
    return { key: causeReportKey, at, kind: 'cause-report', person: report.author, body: reportText(report) };
  }
  if (!isFailing(incident) || (told?.count ?? 0) >= number) return undefined;
  const person = acknowledged === undefined ? {} : { person: acknowledged.by };
  return about === 'engaged'
    ? { key: 'engineers-engaged', at, kind: 'engineers-engaged', ...person }
    : { key: `engineers-update-${number}`, at, kind: 'engineers-update', ...person };
}

export const handler = onFirstEvent(() => createTellCustomer({ ...stores(), workflows: workflows() }));
