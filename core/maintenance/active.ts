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
    const until = endAt(maintenance, at);
    if (until !== undefined && (active === undefined || until > active.until))
      active = { maintenance, until };
  }
  return active;
}

/** True while somebody works on a server, or on a part of it. */
export const isWorkedOn = (maintenances: readonly Maintenance[], server: string, at: Instant): boolean =>
  maintenances.some(
    (one) =>
      (one.scope === 'account' || one.scope.some((part) => part.server === server)) &&
      endAt(one, at) !== undefined,
  );

/** Many monitors are asked about at the same instant, and a rule takes a tenth of a millisecond. */
const known = new WeakMap<Maintenance, Map<Instant, Instant | undefined>>();
const instantsKept = 64;

/** The end of the period that holds at an instant. What was read is not changed, so that an answer stays right. */
function endAt(maintenance: Maintenance, at: Instant): Instant | undefined {
  if (at < maintenance.from) return undefined;
  const answers = known.get(maintenance) ?? new Map<Instant, Instant | undefined>();
  if (answers.has(at)) return answers.get(at);
  if (answers.size >= instantsKept) answers.clear();
  const until = currentOccurrence(maintenance, at)?.until;
  known.set(maintenance, answers.set(at, until));
  return until;
}

/** True when a scope names a monitor: by its account, its server, or itself. */
export const covers = (scope: MaintenanceScope, ref: Pick<MonitorRef, 'server' | 'monitor'>): boolean =>
  scope === 'account' ||
  scope.some(
    ({ server, monitors }) =>
      server === ref.server && (monitors === undefined || monitors.includes(ref.monitor)),
  );
