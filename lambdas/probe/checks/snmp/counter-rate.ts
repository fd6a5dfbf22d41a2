/** Counters between two samples. A counter that cannot be trusted gives nothing rather than a lie. */

const twoTo64 = 2n ** 64n;

/**
 * How far a 64-bit counter went between two readings. One that wrapped is followed; one that fell back, as after
 * a reset, seems to have gone nearly all the way round.
 */
export const step64 = (before: bigint, after: bigint): bigint => (after - before + twoTo64) % twoTo64;

/** How far a 32-bit counter went; small steps back, which the kernel's idle counters make, are negative. */
export const step32 = (before: number, after: number): number => (after - before) | 0;

/**
 * Seconds between two readings of sysUpTime, the agent's own clock, so that our lateness does not count.
 *
 * @returns undefined when the agent was started anew (the 32-bit clock wraps after 497 days, which looks the same)
 */
export function elapsedSeconds(before: number, after: number): number | undefined {
  return after > before ? (after - before) / 100 : undefined;
}

/**
 * The rate of a 64-bit octet counter.
 *
 * @param maxBitsPerSecond what the interface can carry; more is a reset or a broken counter
 * @returns bits per second; undefined when no link could have carried it
 */
export function bitsPerSecond(
  before: bigint,
  after: bigint,
  seconds: number,
  maxBitsPerSecond: number,
): number | undefined {
  const rate = (Number(step64(before, after)) * 8) / seconds;
  return rate <= maxBitsPerSecond ? rate : undefined;
}
