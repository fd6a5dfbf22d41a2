import type { Monitor } from '../../core/monitor.ts';
import { dueSlot, type Occupancy } from '../../core/schedule/due.ts';

/** How many monitors of which interval stand in which bucket. */
export function occupancyOf(monitors: Iterable<Monitor>): Occupancy {
  const occupied: Record<string, Record<string, number>> = {};
  for (const { account, server, timing } of monitors) {
    const { bucket, intervalMinutes } = dueSlot({ account, server }, timing.intervalMinutes);
    occupied[intervalMinutes] ??= {};
    const counts = occupied[intervalMinutes];
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  }
  return occupied;
}

/**
 * What either holds: while an inventory is being made so, monitors stand in their old slots and in their new ones. Of
 * two counts the higher one is right enough.
 */
export function joinOccupancy(one: Occupancy, other: Occupancy): Occupancy {
  const intervals = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries(
    [...intervals].map((interval) => [interval, higher(one[interval], other[interval])]),
  );
}

/** A table that an earlier build wrote lists the buckets; each counts for one monitor until the next apply. */
export const asCounts = (stored: Readonly<Record<string, Counts | readonly number[]>>): Occupancy =>
  Object.fromEntries(
    Object.entries(stored).map(([interval, held]) => [
      interval,
      Array.isArray(held) ? Object.fromEntries(held.map((bucket: number) => [bucket, 1])) : (held as Counts),
    ]),
  );

type Counts = Occupancy[string];

function higher(one: Counts = {}, other: Counts = {}): Counts {
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries([...keys].map((key) => [key, Math.max(one[key] ?? 0, other[key] ?? 0)]));
}
