import type { Alarm, Clock } from '../clock.ts';
import { type Change, HistoryFull } from './change.ts';
import { limits } from './state-data.ts';

/** One trigger with all that it leads to: one transaction. */
export interface Job {
  /** What it does, for the operator: “… could not be written”. */
  readonly what: string;
  readonly work: (change: Change) => void | Promise<void>;
  /** Called when the change is on disk, and the world outside may learn of it. */
  readonly done?: () => void;
  /** Takes a request's error. A job of the engine's own has none: it must come to an end in some other way. */
  readonly refuse?: (error: unknown) => void;
}

export interface JobQueueOptions {
  readonly openChange: () => Change;
  /** Does in the outside world what a change has asked for; called when it is on disk. */
  readonly afterCommit: (change: Change) => void;
  /** Ends an execution that cannot go on. */
  readonly failExecution: (change: Change, executionId: number, cause: string) => void;
  /** For trying a failed job again. */
  readonly clock: Clock;
  readonly onFault: (message: string, error: unknown) => void;
  /** Told whenever nothing is left to do. */
  readonly onQuiet: () => void;
}

/** Jobs done in one go before timers, sockets and other work get their turn. */
const jobsPerTurn = 8;
const tryAgainMs = 1_000;

/** Runs jobs one after the other. A job that was added is run, whatever happens to those before it. */
export class JobQueue {
  readonly #options: JobQueueOptions;
  readonly #alarm: Alarm;
  readonly #jobs: Job[] = [];
  #isLooping = false;
  /** Set while a job that could not be written waits to be tried again; the others wait behind it. */
  #isHeld = false;
  #isClosing = false;

  constructor(options: JobQueueOptions) {
    this.#options = options;
    this.#alarm = options.clock.createAlarm();
  }

  get isQuiet(): boolean {
    return !this.#isLooping && (this.#jobs.length === 0 || this.#isHeld);
  }

  add(job: Job): void {
    this.#jobs.push(job);
    this.#wake();
  }

  /** Resolves when the jobs that are queued are done. A job that fails now is not tried again. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#alarm.clear();
    this.#isHeld = false;
    this.#wake();
    while (this.#isLooping) await nextTurn();
  }

  #wake(): void {
    if (this.#isLooping || this.#isHeld || this.#jobs.length === 0) return;
    this.#isLooping = true;
    setImmediate(() => void this.#loop());
  }

  async #loop(): Promise<void> {
    let done = 0;
    while (!this.#isHeld) {
      const job = this.#jobs.shift();
      if (job === undefined) break;
      await this.#run(job);
      // Awaiting alone would keep timers and sockets waiting for as long as there are jobs.
      if (++done % jobsPerTurn === 0) await nextTurn();
    }
    this.#isLooping = false;
    // A job added between the last look and the flag would otherwise lie until the next one comes.
    this.#wake();
    if (this.isQuiet) this.#options.onQuiet();
  }

  async #run(job: Job): Promise<void> {
    const change = this.#options.openChange();
    try {
      await job.work(change);
    } catch (error) {
      if (error instanceof HistoryFull) {
        const cause = `The execution reached the maximum number of history events (${limits.historyEvents}).`;
        this.#endExecution(job, error.execution, cause);
      } else if (job.refuse !== undefined) job.refuse(error);
      else this.#giveUp(job, change, error);
      return;
    }
    this.#write(job, change);
  }

  #write(job: Job, change: Change): void {
    try {
      change.commit();
    } catch (error) {
      if (job.refuse === undefined) this.#hold(job, error);
      else job.refuse(error);
      return;
    }
    this.#options.afterCommit(change);
    job.done?.();
  }

  /** What the job had decided is dropped, and what triggered it ends with the execution. */
  #endExecution(job: Job, executionId: number, cause: string): void {
    const change = this.#options.openChange();
    this.#options.failExecution(change, executionId, cause);
    this.#write(job, change);
  }

  /** A fault of ours in one execution must not keep all the others waiting: that one fails. */
  #giveUp(job: Job, change: Change, error: unknown): void {
    const [executionId] = change.executionIds();
    if (executionId === undefined || isJournalFault(error)) {
      this.#hold(job, error);
      return;
    }
    this.#options.onFault(`workflows: ${job.what} failed, and its execution with it`, error);
    this.#endExecution(job, executionId, error instanceof Error ? error.message : String(error));
  }

  /** Goes back to the head, and all wait: what keeps one job from being written (a full disk) keeps the others too. */
  #hold(job: Job, error: unknown): void {
    if (this.#isClosing) {
      this.#options.onFault(
        `workflows: ${job.what} could not be written; it is done at the next start`,
        error,
      );
      return;
    }
    this.#options.onFault(
      `workflows: ${job.what} could not be written; it is tried again in ${tryAgainMs} ms`,
      error,
    );
    this.#jobs.unshift(job);
    this.#isHeld = true;
    this.#alarm.set(this.#options.clock.now() + tryAgainMs, () => {
      this.#isHeld = false;
      this.#wake();
    });
  }
}

function isJournalFault(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR';
}

/** Lets everything else that is due have its turn. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
