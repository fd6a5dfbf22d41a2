/**
 * The one source of time in the one-machine runtime. Nothing else in `local/` may ask what time it is.
 * Times are epoch milliseconds.
 */
export interface Clock {
  now(): number;
  /** Gives one user of the clock an alarm of its own, so that two users cannot overwrite each other. */
  createAlarm(): Alarm;
}

/** One pending wake-up. */
export interface Alarm {
  /** Calls `wake` once, when `now()` has reached `atMs`. Replaces what was set before. */
  set(atMs: number, wake: () => void): void;
  clear(): void;
}
