import { runWithin, TookTooLong } from './bounded-run.ts';

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
  try {
    return runWithin(timeLimitMs, () => new RegExp(pattern, 'u').test(text));
  } catch (error) {
    throw error instanceof TookTooLong ? new PatternTooSlow(pattern, timeLimitMs) : error;
  }
}
