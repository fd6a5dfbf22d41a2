import { type Instant, secondsBetween } from '../instant.ts';

const minute = 60;
const hour = 3600;
const day = 86_400;

/** Lengths of a bucket. Those of an hour and more can be put together from hours that were rolled up. */
const lengths = [
  minute,
  2 * minute,
  3 * minute,
  5 * minute,
  10 * minute,
  15 * minute,
  30 * minute,
  hour,
  2 * hour,
  3 * hour,
  6 * hour,
  12 * hour,
  day,
  2 * day,
];

/** As long as measurements are kept: thirteen months. */
export const keptSeconds = 400 * day;

/**
 * How long a bucket is, so that a range has `most` of them at most.
 *
 * @param intervalSeconds of the monitor; a bucket is never shorter
 */
export function bucketSeconds(from: Instant, to: Instant, most: number, intervalSeconds: number): number {
  const wanted = Math.max(intervalSeconds, secondsBetween(from, to) / most);
  return lengths.find((length) => length >= wanted) ?? Math.ceil(wanted / day) * day;
}
