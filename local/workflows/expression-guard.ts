import { Worker } from 'node:worker_threads';
import type { Evaluated, ExpressionScope } from './expression.ts';
import type { ExpressionRequest } from './expression-worker.ts';

/** Enough for everything a workflow should compute, and short enough for all others to wait. */
export const longestEvaluationMs = 1_000;
/** Past its time a single step may still run; then its thread is ended. */
const hardLimitMs = longestEvaluationMs + 500;
const startLimitMs = 30_000;
const memoryLimits = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 };

/**
 * Evaluates expressions in a thread of their own, one at a time, that is ended when one takes too long or too much memory.
 * The thread starts with the first of them.
 */
export class ExpressionGuard {
  #worker: Promise<Worker> | undefined;
  #last: Promise<unknown> = Promise.resolve();

  evaluate(source: string, scope: ExpressionScope): Promise<Evaluated> {
    const turn = this.#last.then(() => this.#evaluate(source, scope));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #evaluate(source: string, { random, ...scope }: ExpressionScope): Promise<Evaluated> {
    this.#worker ??= startWorker(() => {
      this.#worker = undefined;
    });
    const worker = await this.#worker;
    const request: ExpressionRequest = { source, ...scope, timeoutMs: longestEvaluationMs, seed: random() };
    // A thread that nobody waits for must not keep the process.
    worker.ref();
    const answer = await answerOf(worker, request);
    worker.unref();
    if (answer !== undefined) return answer;
    await worker.terminate();
    return { isOverdue: true };
  }
}

/** @param ended told when the thread has ended, for whatever reason */
function startWorker(ended: () => void): Promise<Worker> {
  const worker = new Worker(new URL('./expression-worker.ts', import.meta.url), {
    resourceLimits: memoryLimits,
  });
  worker.once('exit', ended);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => void worker.terminate(), startLimitMs);
    worker.once('message', () => {
      clearTimeout(timer);
      worker.unref();
      resolve(worker);
    });
    // Stays, as an error that nobody listens for would end the process.
    worker.on('error', reject);
    worker.once('exit', () => {
      clearTimeout(timer);
      reject(new Error('the thread for expressions did not start; start the program again'));
    });
  });
}

/** `undefined` when the thread gave none in time, or died of what it evaluated. */
function answerOf(worker: Worker, request: ExpressionRequest): Promise<Evaluated | undefined> {
  return new Promise((resolve) => {
    const end = (answer: Evaluated | undefined): void => {
      clearTimeout(timer);
      worker.off('message', end);
      worker.off('error', died);
      resolve(answer);
    };
    const died = (): void => end(undefined);
    const timer = setTimeout(died, hardLimitMs);
    worker.on('message', end);
    worker.on('error', died);
    worker.postMessage(request);
  });
}
