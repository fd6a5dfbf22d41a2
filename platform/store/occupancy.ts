import type { Monitor } from '../../core/monitor.ts';
import { dueSlot, type Occupancy } from '../../core/schedule/due.ts';

/** Which buckets hold monitors of which interval. */
export function occupancyOf(monitors: Iterable<Monitor>): Occupancy {
  const occupied = new Map<number, Set<number>>();
  for (const { account, server, timing } of monitors) {
    const { bucket, intervalMinutes } = dueSlot({ account, server }, timing.intervalMinutes);
    const buckets = occupied.get(intervalMinutes);
    if (buckets === undefined) occupied.set(intervalMinutes, new Set([bucket]));
    else buckets.add(bucket);
  }
  return Object.fromEntries([...occupied].map(([interval, buckets]) => [interval, ascending(buckets)]));
}

/** What either holds: while an inventory is being made so, monitors stand in their old slots and in their new ones. */
export function joinOccupancy(one: Occupancy, other: Occupancy): Occupancy {
  const intervals = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries(
    [...intervals].map((interval) => [
      interval,
      ascending(new Set([...(one[interval] ?? []), ...(other[interval] ?? [])])),
    ]),
  );
}

const ascending = (buckets: ReadonlySet<number>): number[] => [...buckets].sort((a, b) => a - b);
