import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import type { Job } from './job-queue.ts';
import type { Journal } from './journal.ts';

export interface RetentionOptions {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly addJob: (job: Job) => void;
  /** How long ended executions are kept. */
  readonly keepEndedMs: number;
  /** The longest ended executions go while the file holds more than this. */
  readonly keepBytes: number;
}

/** What one job frees at most: between two of them, others get their turn. */
const rowsPerJob = 1_000;
const bytesPerJob = 4 * 1024 * 1024;
/** Free pages that stay in the file for what comes next; giving them back and taking them again would cost twice. */
const reserveBytes = 16 * 1024 * 1024;

/**
 * Keeps the journal's file bounded: removes ended executions past their time, and the longest ended ones while the file is
 * over its bound, a little at a time. What runs is never touched. A removed execution's name is free again.
 */
export class Retention {
  readonly #options: RetentionOptions;
  #isRemoving = false;
  #isClosed = false;

  constructor(options: RetentionOptions) {
    this.#options = options;
  }

  /** Begins to remove what is over the bounds. To be called when executions have ended. */
  look(): void {
    if (this.#isRemoving || this.#isClosed) return;
    if (this.#removable() === undefined && this.#spareBytes() <= 0) return;
    this.#isRemoving = true;
    this.#options.addJob({
      what: 'the removal of ended executions',
      work: async (change) => {
        // Jobs by themselves run on without a look at sockets and timers.
        await nextTurn();
        const id = this.#removable();
        if (id !== undefined) change.removePart(id, { rows: rowsPerJob, bytes: bytesPerJob });
        else change.giveBack(Math.min(this.#spareBytes(), bytesPerJob));
      },
      done: () => {
        this.#isRemoving = false;
        this.look();
      },
    });
  }

  close(): void {
    this.#isClosed = true;
  }

  #removable(): number | undefined {
    const { journal, clock, keepEndedMs, keepBytes } = this.#options;
    const longest = journal.longestEnded();
    if (longest === undefined) return undefined;
    const isOld = longest.stoppedMs <= clock.now() - keepEndedMs;
    return isOld || journal.usedBytes() > keepBytes ? longest.id : undefined;
  }

  #spareBytes(): number {
    return this.#options.journal.freeBytes() - reserveBytes;
  }
}
