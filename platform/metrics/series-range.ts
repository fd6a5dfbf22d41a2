import { keptSeconds } from '../../core/graph/bucket.ts';
import { bucketsOf } from '../../core/graph/down-sample.ts';
import { secondsBetween } from '../../core/instant.ts';
import type { SeriesRange } from './metric-store.ts';

const mostMonitors = 60;
/** Of all monitors together: sixty graphs of 2,000 points fit. */
const mostBucketsInAll = 150_000;

/** @throws RangeError for what is beyond the bounds of `SeriesRange`; whoever asks keeps them */
export function judgeSeriesRange(range: SeriesRange): void {
  const { from, to, monitors } = range;
  if (monitors.length > mostMonitors)
    throw new RangeError(
      `series of ${monitors.length} monitors were asked for; ask for ${mostMonitors} at most`,
    );
  if (new Set(monitors.map(({ monitor }) => monitor)).size < monitors.length)
    throw new RangeError('a monitor was asked for twice; ask for each once');
  const counts = monitors.map(({ bucketSeconds }) => bucketsOf({ from, to, bucketSeconds }).count);
  const all = counts.reduce((sum, count) => sum + count, 0);
  if (all > mostBucketsInAll)
    throw new RangeError(
      `${all} buckets were asked for; ask for ${mostBucketsInAll} at most, with longer ones`,
    );
  const seconds = secondsBetween(from, to);
  if (seconds > keptSeconds)
    throw new RangeError(`${from} to ${to} is ${Math.ceil(seconds / 86_400)} days; ask for 400 at most`);
}
