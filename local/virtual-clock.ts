import type { Alarm, Clock } from './clock.ts';

interface PendingWake {
  readonly atMs: number;
  readonly order: number;
  readonly wake: () => void;
}

/** A clock that stands still until a test moves it: months pass in milliseconds, in the order of their alarms. */
export class VirtualClock implements Clock {
  #nowMs: number;
  #order = 0;
  readonly #pending = new Map<Alarm, PendingWake>();

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  createAlarm(): Alarm {
    const alarm: Alarm = {
      set: (atMs, wake) => {
        this.#pending.set(alarm, { atMs, order: this.#order++, wake });
      },
      clear: () => {
        this.#pending.delete(alarm);
      },
    };
    return alarm;
  }

  /** When the next alarm is due, epoch ms; `undefined` when none is set. */
  nextDueMs(): number | undefined {
    return this.#earliest()?.[1].atMs;
  }

  /**
   * Moves on to `untilMs`, one alarm at a time: now becomes the alarm's instant, it wakes its user, and `settle` is
   * awaited before the next look, so that whatever the user sets meanwhile takes its turn.
   *
   * @param settle resolves when everybody on this clock is idle
   * @throws RangeError when `untilMs` lies in the past
   */
  async advanceTo(untilMs: number, settle: () => Promise<void>): Promise<void> {
    if (untilMs < this.#nowMs) {
      throw new RangeError(`cannot go back from ${this.#nowMs} to ${untilMs}; a clock only moves on`);
    }
    await settle();
    for (let next = this.#earliest(); next !== undefined; next = this.#earliest()) {
      const [alarm, { atMs, wake }] = next;
      if (atMs > untilMs) break;
      this.#pending.delete(alarm);
      this.#nowMs = Math.max(this.#nowMs, atMs);
      wake();
      await settle();
    }
    this.#nowMs = untilMs;
  }

  #earliest(): [Alarm, PendingWake] | undefined {
    let earliest: [Alarm, PendingWake] | undefined;
    for (const entry of this.#pending) {
      const [, wake] = entry;
      const best = earliest?.[1];
      if (
        best === undefined ||
        wake.atMs < best.atMs ||
        (wake.atMs === best.atMs && wake.order < best.order)
      ) {
        earliest = entry;
      }
    }
    return earliest;
  }
}
