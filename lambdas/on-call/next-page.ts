import { z } from 'zod';
import { instant } from '../../core/instant.ts';
import { isFailing } from '../../core/on-call/next-deed.ts';
import { nextPage } from '../../core/on-call/next-page.ts';
import { withPage } from '../../core/on-call/second-response.ts';
import { onFirstEvent, stores } from '../../platform/environment.ts';
import { readSettings } from '../mail/deliver.ts';
import { changeSecondResponse } from './change-second-response.ts';
import { dutyAt } from './duty.ts';
import type { OnCallPorts } from './on-call-ports.ts';

const nextPageEvent = z.strictObject({ incident: z.string(), number: z.int().positive(), at: instant });

/** Writes down who gets the page of this number. A repeat changes nothing; nor is anybody chosen who is needed no more. */
export function createNextPage({
  incidents,
  onCall,
  monitors,
}: Omit<OnCallPorts, 'workflows'>): (event: unknown) => Promise<Record<string, never>> {
  return async (event) => {
    const { incident: id, number, at } = nextPageEvent.parse(event);
    const incident = await incidents.incident(id);
    if (incident === undefined || !isFailing(incident)) return {};
    const { engineers } = dutyAt(await readSettings(monitors), at);
    await changeSecondResponse(onCall, id, (second) => {
      const next = nextPage(second.pages, engineers, at);
      if (second.acknowledged !== undefined || next.number !== number) return undefined;
      return withPage(second, { number, lap: next.lap, at, to: next.to, isOut: false });
    });
    return {};
  };
}

export const handler = onFirstEvent(() => createNextPage(stores()));
