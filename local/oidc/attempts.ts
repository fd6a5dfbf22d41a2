export interface AttemptsOptions {
  /** Milliseconds of any steady clock. */
  readonly now: () => number;
}

/** Wrong passwords that nobody is made to wait for. */
const freeFailures = 5;
const longestWaitMs = 15 * 60_000;
/** Names that are remembered: nobody fills the memory by making them up. */
const mostNames = 10_000;

interface Failures {
  readonly count: number;
  readonly waitUntil: number;
}

/**
 * Slows the guessing of passwords as the user pool of the cloud does: after five wrong ones in a row a name waits a
 * second, and twice as long after each further one, up to a quarter of an hour. Names that do not exist wait as well.
 */
export class Attempts {
  readonly #now: () => number;
  readonly #failures = new Map<string, Failures>();

  constructor({ now }: AttemptsOptions) {
    this.#now = now;
  }

  /** How long a name has to wait, in milliseconds; 0 when it may try. */
  waitMs(name: string): number {
    return Math.max(0, (this.#failures.get(keyOf(name))?.waitUntil ?? 0) - this.#now());
  }

  failed(name: string): void {
    const key = keyOf(name);
    const count = (this.#failures.get(key)?.count ?? 0) + 1;
    const waitMs =
      count < freeFailures ? 0 : Math.min(longestWaitMs, 1000 * 2 ** Math.min(count - freeFailures, 20));
    this.#failures.delete(key);
    this.#failures.set(key, { count, waitUntil: this.#now() + waitMs });
    const [oldest] = this.#failures.keys();
    if (this.#failures.size > mostNames && oldest !== undefined) this.#failures.delete(oldest);
  }

  succeeded(name: string): void {
    this.#failures.delete(keyOf(name));
  }
}

const keyOf = (name: string): string => name.trim().toLowerCase().slice(0, 254);
