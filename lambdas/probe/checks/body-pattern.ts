import { type Context, createContext, Script } from 'node:vm';

const script = new Script('new RegExp(pattern, "u").test(text)');
/** Made at the first use: most probes have none. */
let context: Context | undefined;

/** A pattern of the settings that takes too long on what a server sent. */
export class PatternTooSlow extends Error {
  override readonly name = 'PatternTooSlow';
  constructor(pattern: string, timeLimitMs: number) {
    super(
      `body.matches (${pattern}) took longer than ${timeLimitMs} ms; write it without nested repetitions`,
    );
  }
}

/**
 * Whether a text matches a pattern, in bounded time: what backtracks without end on a hostile page is stopped.
 *
 * @throws PatternTooSlow
 */
export function matchesWithin(pattern: string, text: string, timeLimitMs: number): boolean {
  context ??= createContext(Object.create(null));
  context.pattern = pattern;
  context.text = text;
  try {
    return script.runInContext(context, { timeout: timeLimitMs }) === true;
  } catch (error) {
    // Not `instanceof`: the error is of the context's own realm.
    if ((error as { code?: unknown }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') {
      throw new PatternTooSlow(pattern, timeLimitMs);
    }
    throw error;
  } finally {
    context.pattern = context.text = undefined;
  }
}
