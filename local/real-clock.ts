import type { Alarm, Clock } from './clock.ts';

/**
 * The longest single sleep. Far below the 2^31-1 ms after which a timer of Node fires at once, and short enough
 * that a stepped system clock or a resumed machine delays nothing by more than a minute.
 */
const longestSleepMs = 60_000;

export interface RealClockOptions {
  /** How many times faster than the real one this clock runs. @default 1 */
  readonly speed?: number;
  /**
   * Real instant (epoch ms) at which both clocks showed the same. Keep it with the data: a restart with the same value
   * goes on where the clock would be, one with another value may go back behind instants already stored. @default now
   */
  readonly startMs?: number;
}

/**
 * Runs with the system's clock, or `speed` times faster: now = start + (real - start) × speed.
 *
 * @throws RangeError when `speed` is not a positive number
 */
export class RealClock implements Clock {
  readonly speed: number;
  readonly startMs: number;

  constructor({ speed = 1, startMs = Date.now() }: RealClockOptions = {}) {
    if (!Number.isFinite(speed) || speed <= 0) {
      throw new RangeError(`the clock's speed is ${speed}; give a positive number, 1 for real time`);
    }
    this.speed = speed;
    this.startMs = startMs;
  }

  now(): number {
    const realMs = Date.now();
    // Truncated: every instant must fit an integer column and an ISO string.
    return this.speed === 1 ? realMs : Math.trunc(this.startMs + (realMs - this.startMs) * this.speed);
  }

  createAlarm(): Alarm {
    let timer: NodeJS.Timeout | undefined;
    const clear = (): void => clearTimeout(timer);
    const set = (atMs: number, wake: () => void): void => {
      clear();
      const sleepMs = Math.ceil(Math.max(0, atMs - this.now()) / this.speed);
      timer = setTimeout(
        () => (this.now() >= atMs ? wake() : set(atMs, wake)),
        Math.min(sleepMs, longestSleepMs),
      );
    };
    return { set, clear };
  }
}
