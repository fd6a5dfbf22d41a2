/**
 * Names, summaries and command output come from customers and their servers. Before they enter a mail, everything
 * that would act instead of being read becomes a visible escape: control characters, line separators, and the
 * invisible format characters with which text is reordered or hidden.
 */

// Joiners stay: emoji and several scripts need them, and they move nothing.
const acting = /[\p{Cc}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf}/gu;
// Colours and cursor movements, as journals and progress bars have them.
const escapeCharacter = String.fromCharCode(0x1b);
const terminalSequence = new RegExp(`${escapeCharacter}\\[[0-9;?]*[ -/]*[@-~]`, 'g');

const escaped = (character: string): string => {
  const code = character.codePointAt(0) ?? 0;
  const digits = code.toString(16);
  return code <= 0xff ? `\\x${digits.padStart(2, '0')}` : `\\u{${digits}}`;
};

const visible = (text: string): string => text.toWellFormed().replace(acting, escaped);

/**
 * Makes one harmless line of a name or a summary.
 *
 * @param maxLength in characters; what is longer ends in an ellipsis
 */
export function oneLine(text: string, maxLength: number): string {
  // Cut before working on it, as the text may be of any length; an escape takes up to nine characters.
  const line = visible(text.slice(0, maxLength * 4).replace(/[\s\u0085]+/g, ' ')).trim();
  const characters = [...line];
  return characters.length <= maxLength
    ? line
    : `${characters
        .slice(0, maxLength - 1)
        .join('')
        .trimEnd()}…`;
}

/** Header values that are not encoded: printable ASCII, bounded. */
export const headerValue = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?').slice(0, 200);

export interface OutputLimits {
  readonly characters: number;
  readonly lines: number;
}

/** Lines of a mail may have 998 bytes (RFC 5322 §2.1.1); a character takes four at most, and the line is indented. */
const longestLine = 200;

/**
 * Makes harmless lines of a command's output: terminal sequences removed, tabs as spaces, long lines broken.
 *
 * @returns the lines within the limits, and whether something was left off
 */
export function outputLines(output: string, limits: OutputLimits): { lines: string[]; cut: boolean } {
  const start = output.slice(0, limits.characters);
  const lines = start
    .replace(terminalSequence, '')
    .split(/\r\n|\n|\r/)
    .flatMap((line) => broken(visible(expandTabs(line)).trimEnd()));
  while (lines.at(-1) === '') lines.pop();
  const cut = output.length > start.length || lines.length > limits.lines;
  return { lines: lines.slice(0, limits.lines), cut };
}

function expandTabs(line: string): string {
  let expanded = '';
  for (const part of line.split(/(\t)/)) {
    expanded += part === '\t' ? ' '.repeat(8 - (expanded.length % 8)) : part;
  }
  return expanded;
}

function broken(line: string): string[] {
  const characters = [...line];
  if (characters.length <= longestLine) return [line];
  const parts: string[] = [];
  for (let start = 0; start < characters.length; start += longestLine) {
    parts.push(characters.slice(start, start + longestLine).join(''));
  }
  return parts;
}
