import { type Instant, secondsBetween } from '../instant.ts';
import type { MonitorResponse } from '../monitor.ts';
import type { MonitorRepair } from './repair.ts';

/**
 * Whether a failure is left to people at once: it came soon after a repair, which then did not hold, or the monitor was
 * repaired as often in the period as it may be.
 *
 * @param failingSince the first failed check of the failure
 */
export function isGuarded(
  { repairs, periodHours, holdMinutes }: MonitorResponse['guard'],
  earlier: readonly MonitorRepair[],
  failingSince: Instant,
): boolean {
  const ages = earlier.map(({ at }) => secondsBetween(at, failingSince));
  // A repair within this very failure did not end it; it is no earlier one.
  const before = ages.filter((seconds) => seconds >= 0);
  const didNotHold = before.some((seconds) => seconds < holdMinutes * 60);
  return didNotHold || before.filter((seconds) => seconds < periodHours * 3600).length >= repairs;
}
