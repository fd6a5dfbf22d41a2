import type { MonitorRef } from '../ids.ts';
import type { Instant } from '../instant.ts';
import type { Maintenance, MaintenanceScope } from './maintenance.ts';
import { currentOccurrence } from './occurrences.ts';

/** A monitor that holds still, and until when; of several maintenances, the one that ends last. */
export interface ActiveMaintenance {
  readonly maintenance: Maintenance;
  readonly until: Instant;
}

/**
 * The maintenance that a monitor of their account is in at an instant, begin included and end excluded.
 *
 * @param maintenances of one account; what is over or yet to come does no harm
 */
export const activeAt = (
  maintenances: readonly Maintenance[],
  ref: Pick<MonitorRef, 'server' | 'monitor'>,
  at: Instant,
): Maintenance | undefined => activeUntil(maintenances, ref, at)?.maintenance;

/** As `activeAt`, with the end of the period that holds. Another may begin as it ends: look again then. */
export function activeUntil(
  maintenances: readonly Maintenance[],
  ref: Pick<MonitorRef, 'server' | 'monitor'>,
  at: Instant,
): ActiveMaintenance | undefined {
  let active: ActiveMaintenance | undefined;
  for (const maintenance of maintenances) {
    if (!covers(maintenance.scope, ref)) continue;
    const until = currentOccurrence(maintenance, at)?.until;
    if (until !== undefined && (active === undefined || until > active.until))
      active = { maintenance, until };
  }
  return active;
}

/** True when a scope names a monitor: by its account, its server, or itself. */
export const covers = (scope: MaintenanceScope, ref: Pick<MonitorRef, 'server' | 'monitor'>): boolean =>
  scope === 'account' ||
  scope.some(
    ({ server, monitors }) =>
      server === ref.server && (monitors === undefined || monitors.includes(ref.monitor)),
  );
