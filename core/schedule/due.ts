import type { ServerRef } from '../ids.ts';
import { serverKey } from '../ids.ts';
import { addSeconds, type Instant } from '../instant.ts';

/**
 * Virtual buckets that servers are spread over. A shard covers `bucket mod shards`, so more shards rehash nothing.
 * The number stands in keys and cannot change later; it is the most shards there can be (docs/decisions.md).
 */
export const buckets = 64;

/** FNV-1a (Fowler, Noll, Vo), 32 bits: spreads short keys evenly, and will never change. */
function fnv1a(key: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(key)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** One partition of the schedule: the monitors of one bucket that are due together. */
export interface DueSlot {
  readonly bucket: number;
  readonly intervalMinutes: number;
  readonly phase: number;
}

/**
 * The slot of a server's monitors with one interval. The phase goes by server, not by monitor: what dies together
 * is then seen in the same minute and joins one mail.
 */
export function dueSlot(ref: ServerRef, intervalMinutes: number): DueSlot {
  const hash = fnv1a(serverKey(ref));
  return { bucket: hash % buckets, intervalMinutes, phase: Math.floor(hash / buckets) % intervalMinutes };
}

/** `17.3.2`: the key of a slot's partition. */
export const slotKey = ({ bucket, intervalMinutes, phase }: DueSlot): string =>
  `${String(bucket).padStart(2, '0')}.${intervalMinutes}.${phase}`;

/** How many monitors each bucket holds, by interval: what is empty a sweep does not ask for. */
export type Occupancy = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** The slots that a shard reads in the minute of `at`. */
export function slotsDue(at: Instant, shard: number, shards: number, occupancy: Occupancy): DueSlot[] {
  const minute = Math.floor(Date.parse(at) / 60_000);
  return Object.entries(occupancy).flatMap(([interval, occupied]) => {
    const intervalMinutes = Number(interval);
    const phase = minute % intervalMinutes;
    return Object.keys(occupied)
      .map(Number)
      .filter((bucket) => bucket % shards === shard)
      .map((bucket) => ({ bucket, intervalMinutes, phase }));
  });
}

/**
 * The slots of the last minutes up to that of `at`: what the first sweep after a standstill makes up for.
 *
 * @param minutes how many of them, that of `at` included
 */
export function slotsDueWithin(
  at: Instant,
  minutes: number,
  shard: number,
  shards: number,
  occupancy: Occupancy,
): DueSlot[] {
  const slots = Array.from({ length: minutes }, (_, ago) =>
    slotsDue(addSeconds(at, -60 * ago), shard, shards, occupancy),
  ).flat();
  return [...new Map(slots.map((slot) => [slotKey(slot), slot])).values()];
}
