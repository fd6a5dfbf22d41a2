// Runs in a worker thread: evaluates expressions that could keep the thread they run in for long.
import { parentPort } from 'node:worker_threads';
import { compileExpression, type ExpressionScope, evaluateExpression } from './expression.ts';

/** One expression with what it reads, sent to the worker. */
export interface ExpressionRequest extends Omit<ExpressionScope, 'random'> {
  readonly source: string;
  readonly timeoutMs: number;
  /** From 0 up to, not including, 1; begins the sequence that `$random()` answers. */
  readonly seed: number;
}

parentPort?.on('message', async ({ source, timeoutMs, seed, ...scope }: ExpressionRequest) => {
  const compiled = compileExpression(source, timeoutMs);
  parentPort?.postMessage(await evaluateExpression(compiled, { ...scope, random: randomFrom(seed) }));
});
parentPort?.postMessage('ready');

/** A linear congruential sequence: chance here need only look like it. */
function randomFrom(seed: number): () => number {
  let state = Math.floor(seed * 4_294_967_296);
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}
