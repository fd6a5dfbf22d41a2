const longest = 60;

/** Control characters, invisible ones and those that turn the direction of text: none of them may reach a terminal. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

const escaped = (character: string): string =>
  `\\u{${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}}`;

/** Text that is safe to print, on one line. */
export const printable = (text: string): string => text.replace(unprintable, escaped);

/** A value as a message shows it: texts in quotes, long ones cut, passwords in URLs left out. */
export function shown(value: unknown): string {
  if (typeof value === 'string') {
    const text = value.replace(/\/\/[^/@\s]*@/g, '//…@');
    return printable(JSON.stringify(text.length > longest ? `${text.slice(0, longest)}…` : text));
  }
  if (typeof value === 'number') return `${value}`;
  return printable(JSON.stringify(value) ?? 'nothing');
}
