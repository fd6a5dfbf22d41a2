import { type Context, createContext, Script } from 'node:vm';

const script = new Script('work()');
/** Made at the first use: most probes have none. */
let context: Context | undefined;

/** Work on what a server sent took too long. */
export class TookTooLong extends Error {
  override readonly name = 'TookTooLong';
}

/**
 * Does work that a hostile text can make endless (a pattern that backtracks, a search that branches), and stops it
 * where it stands when its time is up: what the work was changing is then of no use any more. Costs a thread's start,
 * 0.2 ms.
 *
 * @throws TookTooLong, or what the work throws
 * @see https://nodejs.org/api/vm.html#scriptrunincontextcontextifiedobject-options, whose limit holds for functions
 *   that are called from inside, too
 */
export function runWithin<T>(timeLimitMs: number, work: () => T): T {
  context ??= createContext(Object.create(null));
  context.work = work;
  try {
    return script.runInContext(context, { timeout: timeLimitMs });
  } catch (error) {
    // Not `instanceof`: the error is of the context's own realm.
    if ((error as { code?: unknown }).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    throw new TookTooLong(`took longer than ${timeLimitMs} ms`);
  } finally {
    context.work = undefined;
  }
}
