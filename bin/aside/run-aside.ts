import { Worker } from 'node:worker_threads';

/**
 * Runs a module's default export in a worker thread of its own. What heavy work leaves behind goes with the thread: a
 * runtime that is to stay for months would keep it.
 *
 * @param input, and what comes back: what structured cloning can carry
 * @param heapMb ends the thread when it needs more; the nearer to what it needs, the sooner it collects its garbage
 * @throws what the function throws, as a plain Error
 */
export function runAside<Result>(
  module: URL,
  input: unknown,
  { heapMb }: { readonly heapMb?: number } = {},
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: { module: module.href, input },
      ...(heapMb !== undefined && { resourceLimits: { maxOldGenerationSizeMb: heapMb } }),
    });
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`${module.href} ended with ${code} before it was done`)));
  });
}
