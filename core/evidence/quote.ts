/**
 * Quotes one argument for a POSIX shell: whatever it holds, the shell sees one word.
 *
 * @throws for a NUL character, which no argument of a program can hold
 */
export function quoteForShell(argument: string): string {
  if (argument.includes('\0'))
    throw new Error('an argument holds a NUL character, which no program can be given');
  return `'${argument.replaceAll("'", `'\\''`)}'`;
}

/** A command line by which a POSIX shell runs one program with these very arguments. */
export const quoteCommand = (argv: readonly string[]): string => argv.map(quoteForShell).join(' ');
