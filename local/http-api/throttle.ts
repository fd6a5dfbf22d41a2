/** The pace of a stage. */
export interface Pace {
  /** Requests in a second, in the long run. */
  readonly rate: number;
  /** As many may come at once. */
  readonly burst: number;
}

/** A bucket of tokens, as the service's: it is full at the beginning, and each request takes one. */
export class Throttle {
  readonly #pace: Pace;
  readonly #nowMs: () => number;
  #tokens: number;
  #filledAt: number;

  /** @param nowMs milliseconds from any beginning, of real time */
  constructor(pace: Pace, nowMs: () => number) {
    this.#pace = pace;
    this.#nowMs = nowMs;
    this.#tokens = pace.burst;
    this.#filledAt = nowMs();
  }

  /** @returns false when the request comes too soon */
  take(): boolean {
    const { rate, burst } = this.#pace;
    const now = this.#nowMs();
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#filledAt) / 1000) * rate);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
