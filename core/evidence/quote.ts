/** Quotes one argument for a POSIX shell: whatever it holds, the shell sees one word. */
export const quoteForShell = (argument: string): string => `'${argument.replaceAll("'", `'\\''`)}'`;
