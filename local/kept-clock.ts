import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Alarm, Clock } from './clock.ts';
import { RealClock } from './real-clock.ts';

export interface KeptClockOptions {
  /** Where the time is kept between runs. */
  readonly file: string;
  /** How many times faster than the real one it runs. @default 1 */
  readonly speed?: number;
}

/** How much real time one note covers. After a kill the clock goes on up to this much (times the speed) later. */
const coveredMs = 2_000;

/**
 * A clock that never goes back, over any number of runs and with any speed: a run begins at the real now, or where
 * the last one stood if that is later, as it is after a sped-up run. What is stored with instants of the last run
 * then never lies in the future.
 *
 * The file always holds an instant that has not been shown yet, so it need not be written on every look.
 */
export class KeptClock implements Clock {
  readonly #base: RealClock;
  readonly #file: string;
  readonly #aheadMs: number;
  #notedMs = 0;

  constructor({ file, speed = 1 }: KeptClockOptions) {
    this.#base = new RealClock({ speed });
    this.#file = file;
    this.#aheadMs = Math.max(0, readNote(file) - this.#base.now());
  }

  now(): number {
    const now = this.#base.now() + this.#aheadMs;
    if (now >= this.#notedMs) this.#note(Math.ceil(now + coveredMs * this.#base.speed));
    return now;
  }

  createAlarm(): Alarm {
    const alarm = this.#base.createAlarm();
    return {
      set: (atMs, wake) => alarm.set(atMs - this.#aheadMs, wake),
      clear: () => alarm.clear(),
    };
  }

  /** Notes where the clock stands, so that the next run goes on from just there. */
  close(): void {
    this.#note(this.#base.now() + this.#aheadMs);
  }

  #note(ms: number): void {
    this.#notedMs = ms;
    writeFileSync(`${this.#file}.new`, JSON.stringify({ notYetShown: new Date(ms).toISOString() }), {
      mode: 0o600,
    });
    renameSync(`${this.#file}.new`, this.#file);
  }
}

/** @returns 0 when there is no note: the clock then begins at the real now */
function readNote(file: string): number {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return 0;
  }
  const note: unknown = JSON.parse(text);
  const ms = Date.parse(String((note as { notYetShown?: unknown }).notYetShown));
  if (!Number.isFinite(ms))
    throw new Error(`${file} holds no instant; delete it, the clock then begins at the real now`);
  return ms;
}
