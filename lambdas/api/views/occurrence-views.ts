import type { OccurrenceView } from '../../../core/api/maintenances.ts';
import { addSeconds, type Instant } from '../../../core/instant.ts';
import type { Maintenance } from '../../../core/maintenance/maintenance.ts';
import { occurrencesOf } from '../../../core/maintenance/occurrences.ts';
import type { AccountView } from '../account-view.ts';

const monthSeconds = 30 * 86_400;
const keptSeconds = 400 * 86_400;

/** The periods of maintenances that reach into [from, to), in order of their begin. */
export const occurrenceViews = (
  maintenances: readonly Maintenance[],
  from: Instant,
  to: Instant,
  most: number,
): OccurrenceView[] =>
  maintenances
    .flatMap((maintenance) =>
      occurrencesOf(maintenance, from, to, most).map((period) => ({
        id: maintenance.id,
        ...period,
        reason: maintenance.reason,
        scope: maintenance.scope,
      })),
    )
    .sort((a, b) => (a.from < b.from ? -1 : Number(a.from > b.from)))
    .slice(0, most);

/** All maintenances of an account that may reach into a range, however long ago it is. */
export async function maintenancesIn(
  view: AccountView,
  from: Instant,
  to: Instant,
  at: Instant,
): Promise<Maintenance[]> {
  const earliest = addSeconds(at, -monthSeconds);
  const [present, past] = await Promise.all([
    view.maintenances(from < earliest ? earliest : from),
    from < earliest ? view.pastMaintenances({ from: addSeconds(from, -keptSeconds), to }) : [],
  ]);
  return [...new Map([...past, ...present].map((one) => [one.id, one])).values()];
}

/** Those that concern a server, or some monitor of it. */
export const ofServer = (maintenances: readonly Maintenance[], server: string): Maintenance[] =>
  maintenances.filter(({ scope }) => scope === 'account' || scope.some((part) => part.server === server));
