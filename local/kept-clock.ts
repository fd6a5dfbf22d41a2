import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Alarm, Clock } from './clock.ts';

export interface KeptClockOptions {
  /** Where the time is kept between runs. */
  readonly file: string;
  /** How many times faster than the real one it runs. @default 1 */
  readonly speed?: number;
}

/**
 * How much real time one note covers. After a kill the clock goes on up to this much (times the speed) later, and what
 * was running then has that much less of its time.
 */
const coveredMs = 250;
/** Far below the 2^31-1 ms after which a timer of Node fires at once, and short enough for a stepped system clock. */
const longestSleepMs = 60_000;

interface PendingWake {
  atMs: number;
  wake: () => void;
  timer: NodeJS.Timeout;
}

/**
 * The runtime's clock. It never goes back, over any number of runs and with any speed: a run begins at the real now, or
 * where the last one stood if that is later, as it is after a sped-up run. What is stored with instants of the last run
 * then never lies in the future.
 *
 * A sped-up clock keeps the real pace as long as something real is under way. A server that does not answer costs real
 * seconds; were they counted thirty times, every limit of a workflow would pass before its check could end.
 */
export class KeptClock implements Clock {
  readonly speed: number;
  readonly #file: string;
  readonly #pending = new Map<Alarm, PendingWake>();
  /** Real and shown instant since which the pace has been what it is. */
  #realMs: number;
  #shownMs: number;
  #underWay = 0;
  #notedMs = 0;

  /** @throws when the file holds no instant */
  constructor({ file, speed = 1 }: KeptClockOptions) {
    this.speed = speed;
    this.#file = file;
    this.#realMs = Date.now();
    this.#shownMs = Math.max(this.#realMs, readNote(file));
  }

  now(): number {
    const now = Math.trunc(this.#shownMs + (Date.now() - this.#realMs) * this.#pace);
    // The file always holds an instant that has not been shown yet, so it need not be written on every look.
    if (now >= this.#notedMs) this.#note(now + coveredMs * this.speed);
    return now;
  }

  /**
   * Keeps the real pace until the answer is called, or as long as others keep it.
   */
  keepRealPace(): () => void {
    this.#changePace(() => this.#underWay++);
    let isOver = false;
    return () => {
      if (!isOver) this.#changePace(() => this.#underWay--);
      isOver = true;
    };
  }

  createAlarm(): Alarm {
    const alarm: Alarm = {
      set: (atMs, wake) => {
        alarm.clear();
        this.#pending.set(alarm, { atMs, wake, timer: this.#sleep(alarm, atMs) });
      },
      clear: () => {
        clearTimeout(this.#pending.get(alarm)?.timer);
        this.#pending.delete(alarm);
      },
    };
    return alarm;
  }

  /** Notes where the clock stands, so that the next run goes on from just there. */
  close(): void {
    for (const { timer } of this.#pending.values()) clearTimeout(timer);
    this.#pending.clear();
    this.#note(this.now());
  }

  get #pace(): number {
    return this.#underWay === 0 ? this.speed : 1;
  }

  #changePace(change: () => void): void {
    const before = this.#pace;
    const now = this.now();
    change();
    if (this.#pace === before) return;
    this.#realMs = Date.now();
    this.#shownMs = now;
    for (const [alarm, pending] of this.#pending) {
      clearTimeout(pending.timer);
      pending.timer = this.#sleep(alarm, pending.atMs);
    }
  }

  #sleep(alarm: Alarm, atMs: number): NodeJS.Timeout {
    const sleepMs = Math.ceil(Math.max(0, atMs - this.now()) / this.#pace);
    return setTimeout(() => this.#look(alarm), Math.min(sleepMs, longestSleepMs));
  }

  #look(alarm: Alarm): void {
    const pending = this.#pending.get(alarm);
    if (pending === undefined) return;
    if (this.now() < pending.atMs) {
      pending.timer = this.#sleep(alarm, pending.atMs);
      return;
    }
    this.#pending.delete(alarm);
    pending.wake();
  }

  #note(ms: number): void {
    this.#notedMs = ms;
    const text = JSON.stringify({ notYetShown: new Date(ms).toISOString() });
    writeFileSync(`${this.#file}.new`, text, { mode: 0o600 });
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
  const [, instant] = /"notYetShown":"([^"]+)"/.exec(text) ?? [];
  const ms = Date.parse(instant ?? '');
  if (!Number.isFinite(ms)) {
    throw new Error(`${file} holds no instant; delete it, the clock then begins at the real now`);
  }
  return ms;
}
