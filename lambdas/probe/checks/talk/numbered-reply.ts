import type { LineTalk } from './line-talk.ts';

/** An answer in the way of SMTP and FTP. */
export interface NumberedReply {
  /** Three digits; empty when what came is no such reply. */
  readonly code: string;
  /** All lines after their number and its mark. */
  readonly lines: readonly string[];
  /** The line that tells the most: the first, or the one that fits no reply. */
  readonly shown: string;
}

/**
 * Reads a reply of one or more lines.
 *
 * @param between `numbered`, every line bears the number (SMTP); `free`, those between may be any text (FTP)
 * @throws as LineTalk.line
 * @see RFC 5321 §4.2.1 and RFC 959 §4.2
 */
export async function readReply(talk: LineTalk, between: 'numbered' | 'free'): Promise<NumberedReply> {
  const first = await talk.line();
  const code = /^[1-5]\d\d(?=[ -]|$)/.exec(first)?.[0] ?? '';
  if (code === '') return { code, lines: [], shown: first };
  const lines = [first.slice(4)];
  for (let line = first; line.startsWith(`${code}-`) || between === 'free'; ) {
    if (line.startsWith(`${code} `) || line === code) break;
    line = await talk.line();
    const isNumbered = line === code || line.startsWith(`${code} `) || line.startsWith(`${code}-`);
    if (!isNumbered && between === 'numbered') return { code: '', lines, shown: line };
    lines.push(isNumbered ? line.slice(4) : line);
  }
  return { code, lines, shown: first };
}
