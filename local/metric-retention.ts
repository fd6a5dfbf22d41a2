import { addSeconds } from '../core/instant.ts';
import type { SqliteMetricStore } from '../platform/metrics/sqlite.ts';
import type { Alarm, Clock } from './clock.ts';

export interface MetricRetentionOptions {
  readonly metrics: Pick<SqliteMetricStore, 'prune'>;
  readonly clock: Clock;
  readonly warn: (message: string) => void;
}

/** Graphs go back 13 months. */
const keptSeconds = 396 * 24 * 3_600;
const everyMs = 3_600_000;
/** In small steps: a sweep that writes must not wait long. */
const pointsAtOnce = 10_000;

/** Removes measurements that no graph shows any more, a little every hour, as Timestream does by itself. */
export class MetricRetention {
  readonly #options: MetricRetentionOptions;
  readonly #alarm: Alarm;
  #isClosed = false;

  constructor(options: MetricRetentionOptions) {
    this.#options = options;
    this.#alarm = options.clock.createAlarm();
  }

  start(): void {
    if (this.#isClosed) return;
    const { clock, warn } = this.#options;
    this.#alarm.set(clock.now() + everyMs, () => {
      this.removeOld()
        .catch((error: unknown) => warn(`old measurements could not be removed: ${String(error)}`))
        .finally(() => this.start());
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#alarm.clear();
  }

  /** @returns how many points were removed */
  async removeOld(): Promise<number> {
    const { metrics, clock } = this.#options;
    const before = addSeconds(new Date(clock.now()).toISOString(), -keptSeconds);
    let removed = 0;
    for (;;) {
      const count = await metrics.prune(before, pointsAtOnce);
      removed += count;
      if (count < pointsAtOnce || this.#isClosed) return removed;
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }
}
