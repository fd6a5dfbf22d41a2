import { callbackSuffix, type Integrations, type TaskOutcome } from './integrations.ts';
import type { TaskRow } from './journal.ts';
import type { Json } from './state-data.ts';

export interface HandlerCallsOptions {
  readonly integrations: Integrations;
  /** How many run at once; the others wait for their turn. */
  readonly maxConcurrent: number;
  /** Whether the task still waits for an answer: it may have timed out while it waited for its turn. */
  readonly isWanted: (token: string) => boolean;
  readonly onAnswer: (task: TaskRow, outcome: TaskOutcome) => void;
  /** A job of a task (`.sync`) has begun. */
  readonly onSubmitted: (task: TaskRow, output: Json) => void;
  /** Told whenever a call has ended or parked. */
  readonly onQuiet: () => void;
}

interface RunningCall {
  readonly abort: AbortController;
  isParked: boolean;
}

/** The handlers that run now, and the tasks that wait for one. All of it can be found again in the journal. */
export class HandlerCalls {
  readonly #options: HandlerCallsOptions;
  readonly #waiting: TaskRow[] = [];
  readonly #running = new Map<string, RunningCall>();

  constructor(options: HandlerCallsOptions) {
    this.#options = options;
  }

  /** Whether no call runs, or each of them waits for the clock. */
  get isQuiet(): boolean {
    for (const { isParked } of this.#running.values()) if (!isParked) return false;
    return true;
  }

  add(tasks: readonly TaskRow[]): void {
    for (const task of tasks) this.#waiting.push(task);
    this.#callWaiting();
  }

  /** Gives a call up. A handler that does not heed the signal is left to itself: nothing waits for it any longer. */
  abort(token: string, reason: string): void {
    const call = this.#running.get(token);
    if (call === undefined) return;
    this.#running.delete(token);
    call.abort.abort(new Error(reason));
    this.#callWaiting();
  }

  abortAll(reason: string): void {
    this.#waiting.length = 0;
    for (const token of [...this.#running.keys()]) this.abort(token, reason);
  }

  #callWaiting(): void {
    while (this.#running.size < this.#options.maxConcurrent) {
      const task = this.#waiting.shift();
      if (task === undefined) return;
      if (this.#options.isWanted(task.token)) void this.#call(task);
    }
  }

  async #call(task: TaskRow): Promise<void> {
    const call: RunningCall = { abort: new AbortController(), isParked: false };
    this.#running.set(task.token, call);
    let outcome: TaskOutcome;
    try {
      // Never from within what added the task: whoever opens the engine does not hold it yet.
      await Promise.resolve();
      outcome = await this.#run(task, call);
    } catch (error) {
      outcome = { error: 'Lambda.Unknown', cause: error instanceof Error ? error.message : String(error) };
    }
    if (call.abort.signal.aborted) return;
    this.#running.delete(task.token);
    this.#options.onAnswer(task, outcome);
    this.#callWaiting();
    this.#options.onQuiet();
  }

  async #run(task: TaskRow, call: RunningCall): Promise<TaskOutcome> {
    const integration = this.#options.integrations.find(task.resource);
    if (integration === undefined) {
      const cause = `The resource ${task.resource} is not supported any longer; register the machine anew without it`;
      return { error: 'States.Runtime', cause };
    }
    return await integration.run({
      arguments: JSON.parse(task.arguments) as Json,
      idempotencyKey: task.idempotencyKey,
      signal: call.abort.signal,
      parked: (promise) => this.#park(call, promise),
      submitted: (output) => this.#options.onSubmitted(task, output),
      ...(task.resource.endsWith(callbackSuffix) ? { token: task.token } : {}),
    });
  }

  async #park<Value>(call: RunningCall, promise: Promise<Value>): Promise<Value> {
    call.isParked = true;
    this.#options.onQuiet();
    try {
      return await promise;
    } finally {
      call.isParked = false;
    }
  }
}
