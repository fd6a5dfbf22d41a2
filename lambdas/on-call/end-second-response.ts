import { z } from 'zod';
import { instant } from '../../core/instant.ts';
import type { Text } from '../../core/text.ts';
import { onFirstEvent, stores } from '../../platform/environment.ts';
import { changeIncident } from '../incident/change-incident.ts';
import { changeSecondResponse } from './change-second-response.ts';
import type { OnCallPorts } from './on-call-ports.ts';

const endEvent = z.strictObject({ incident: z.string(), at: instant });

const endedWithReport: Text = {
  ja: '原因報告をお客様に送信し、エンジニアの対応を終了しました。',
  en: 'The cause report went to the customer; the engineers’ response has ended.',
};
const endedWithout: Text = {
  ja: '停止された障害のため、原因報告のないままエンジニアの対応を終了しました。',
  en: 'The incident was stopped for good; the engineers’ response has ended without a cause report.',
};

/** Notes that the engineers owe nothing more. */
export function createEndSecondResponse({
  incidents,
  onCall,
}: Pick<OnCallPorts, 'incidents' | 'onCall'>): (event: unknown) => Promise<Record<string, never>> {
  return async (event) => {
    const { incident: id, at } = endEvent.parse(event);
    const ended = await changeSecondResponse(onCall, id, (now) =>
      now.endedAt === undefined ? { ...now, endedAt: at } : undefined,
    );
    const endedAt = ended?.second.endedAt ?? at;
    await changeIncident(incidents, id, (now) => {
      const { response = { rounds: 0 }, waiting = {}, version } = now;
      if (response.secondResponse?.endedAt !== undefined) return undefined;
      const { 'second-response': _spent, ...others } = waiting;
      const secondResponse = { since: at, ...response.secondResponse, endedAt };
      return { ...now, waiting: others, response: { ...response, secondResponse }, version: version + 1 };
    });
    await incidents.addTimeline([
      {
        incident: id,
        at: endedAt,
        key: 'engineers-ended',
        kind: 'response',
        summary: ended?.second.report === undefined ? endedWithout : endedWithReport,
      },
    ]);
    return {};
  };
}

export const handler = onFirstEvent(() => createEndSecondResponse(stores()));
