import { addSeconds } from '../core/instant.ts';
import type { SqliteMetricStore } from '../platform/metrics/sqlite.ts';
import type { Alarm, Clock } from './clock.ts';

export interface MetricRetentionOptions {
  readonly metrics: Pick<SqliteMetricStore, 'prune' | 'rollUp'>;
  readonly clock: Clock;
  readonly warn: (message: string) => void;
}

/** Graphs go back 13 months. */
const keptSeconds = 396 * 24 * 3_600;
const everyMs = 3_600_000;
/** In small steps: a sweep that writes must not wait long. */
const pointsAtOnce = 10_000;

/** A point that comes later than so long after its day makes the roll-up of the day be made twice. */
const lateSeconds = 3_600;
/** Soon after a start, so that a file of an earlier release is rolled up before somebody looks at its year. */
const firstRollUpMs = 60_000;
/** Between two steps: a day of 100,000 monitors is a minute of work, and is spread over ten. */
const pauseMs = 100;

/**
 * Keeps the measurements of one machine in order: removes those that no graph shows any more, a little every hour, as
 * Timestream does by itself, and rolls up the days that are over.
 */
export class MetricRetention {
  readonly #options: MetricRetentionOptions;
  readonly #alarm: Alarm;
  readonly #rollUpAlarm: Alarm;
  #isClosed = false;

  constructor(options: MetricRetentionOptions) {
    this.#options = options;
    this.#alarm = options.clock.createAlarm();
    this.#rollUpAlarm = options.clock.createAlarm();
  }

  start(): void {
    this.#removeInAnHour();
    this.#rollUpIn(firstRollUpMs);
  }

  #removeInAnHour(): void {
    if (this.#isClosed) return;
    const { clock, warn } = this.#options;
    this.#alarm.set(clock.now() + everyMs, () => {
      this.removeOld()
        .catch((error: unknown) => warn(`old measurements could not be removed: ${String(error)}`))
        .finally(() => this.#removeInAnHour());
    });
  }

  #rollUpIn(ms: number): void {
    if (this.#isClosed) return;
    const { metrics, clock, warn } = this.#options;
    this.#rollUpAlarm.set(clock.now() + ms, () => {
      metrics
        .rollUp(addSeconds(new Date(clock.now()).toISOString(), -lateSeconds))
        .catch((error: unknown) => warn(`measurements could not be rolled up: ${String(error)}`))
        // After a fault as after the end: in an hour.
        .then((isMore) => this.#rollUpIn(isMore === true ? pauseMs : everyMs));
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#alarm.clear();
    this.#rollUpAlarm.clear();
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
