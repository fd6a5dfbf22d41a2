/**
 * The one source of time in the one-machine runtime. Nothing else in `local/` may ask what time it is.
 * Times are epoch milliseconds.
 */
export interface Clock {
  now(): number;
  /** Calls `wake` once when `now()` reaches `at`; a later call replaces the earlier, `null` cancels it. */
  alarm(at: number | null, wake: () => void): void;
}
