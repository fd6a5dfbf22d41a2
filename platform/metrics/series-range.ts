import { keptSeconds } from '../../core/graph/bucket.ts';
import { bucketsOf } from '../../core/graph/down-sample.ts';
import { secondsBetween } from '../../core/instant.ts';
import type { SeriesRange } from './metric-store.ts';

const mostMonitors = 60;

/** @throws RangeError for what is beyond the bounds of `SeriesRange`; whoever asks keeps them */
export function judgeSeriesRange(range: SeriesRange): void {
  const { from, to, monitors } = range;
  if (monitors.length > mostMonitors)
    throw new RangeError(
      `series of ${monitors.length} monitors were asked for; ask for ${mostMonitors} at most`,
    );
  for (const { bucketSeconds } of monitors) bucketsOf({ from, to, bucketSeconds });
  const seconds = secondsBetween(from, to);
  if (seconds > keptSeconds)
    throw new RangeError(`${from} to ${to} is ${Math.ceil(seconds / 86_400)} days; ask for 400 at most`);
}
