import { type DueSlot, type Occupancy, slotKey } from './due.ts';

/** Slots whose checks begin together, `second` seconds into their minute. */
export interface PacedSlots {
  readonly second: number;
  readonly slots: readonly DueSlot[];
}

/** A sweep of no more checks than this begins them all at once. More would crowd our own way out for a moment. */
const checksPerSecond = 400;
/** The last checks begin by then: what they find is to be done before the next minute begins. */
const latestSecond = 40;

/**
 * Spreads the slots of one sweep over their minute, as wide as their number asks for. A bucket keeps its second as
 * long as the inventory stays: the monitors of a server are seen together, in intervals that do not waver.
 *
 * @param slots of one sweep
 * @returns in the order of time
 */
export function pace(slots: readonly DueSlot[], occupancy: Occupancy): PacedSlots[] {
  const loads = new Map<number, number>();
  const counted = new Set<string>();
  for (const slot of slots) {
    // Sweeps that make up for lost minutes have several phases of one interval.
    if (counted.has(slotKey(slot))) continue;
    counted.add(slotKey(slot));
    const monitors = occupancy[slot.intervalMinutes]?.[slot.bucket] ?? 0;
    loads.set(slot.bucket, (loads.get(slot.bucket) ?? 0) + monitors / slot.intervalMinutes);
  }
  const total = [...loads.values()].reduce((sum, load) => sum + load, 0);
  const spreadSeconds = Math.min(latestSecond, Math.floor(total / checksPerSecond));

  const seconds = new Map<number, number>();
  let before = 0;
  for (const bucket of [...loads.keys()].sort((a, b) => a - b)) {
    seconds.set(bucket, total === 0 ? 0 : Math.floor((before / total) * (spreadSeconds + 1)));
    before += loads.get(bucket) ?? 0;
  }
  const bySecond = Map.groupBy(slots, ({ bucket }) => seconds.get(bucket) ?? 0);
  return [...bySecond].sort(([a], [b]) => a - b).map(([second, paced]) => ({ second, slots: paced }));
}
