import type { Alarm, Clock } from '../clock.ts';
import { type Change, HistoryFull } from './change.ts';
import type { Journal } from './journal.ts';
import { limits } from './state-data.ts';

/** One trigger with all that it leads to: written whole or not at all. */
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
  readonly journal: Journal;
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

/** Jobs done in one go, and written with one wait for the disk, before timers, sockets and other work get their turn. */
const jobsPerTurn = 32;
const tryAgainMs = 1_000;

/** Runs jobs one after the other. A job that was added is run, whatever happens to those before it. */
export class JobQueue {
  readonly #options: JobQueueOptions;
  readonly #alarm: Alarm;
  readonly #jobs: Job[] = [];
  /** Jobs whose changes are written and wait for the commit they share. */
  readonly #written: { readonly job: Job; readonly change: Change }[] = [];
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

  /** Commits what is written so far. Whoever reads the journal for somebody outside calls this first. */
  flush(): void {
    const group = this.#written.splice(0);
    if (group.length === 0) return;
    try {
      this.#options.journal.commitGroup();
    } catch (error) {
      // Nothing of the group stays, so each of its jobs begins anew, the first one first.
      for (const { job } of group.reverse()) this.#failed(job, error);
      return;
    }
    for (const { job, change } of group) {
      this.#options.afterCommit(change);
      job.done?.();
    }
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
      if (job === undefined) {
        this.flush();
        if (this.#jobs.length === 0) break;
        continue;
      }
      await this.#run(job);
      if (++done % jobsPerTurn !== 0) continue;
      this.flush();
      // Awaiting alone would keep timers and sockets waiting for as long as there are jobs.
      await nextTurn();
    }
    this.flush();
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
      this.#options.journal.openGroup();
      change.commit();
    } catch (error) {
      this.flush();
      this.#failed(job, error);
      return;
    }
    this.#written.push({ job, change });
  }

  #failed(job: Job, error: unknown): void {
    if (job.refuse === undefined) this.#hold(job, error);
    else job.refuse(error);
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
