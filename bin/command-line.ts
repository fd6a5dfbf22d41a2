import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';

/** Ends the command with its message on standard error. */
export class CommandError extends Error {
  readonly exitCode: number;
  /**
   * @param exitCode 1 for what could not be done, 2 for a command line that is not understood; of `check` 3 for both,
   * as its 1 and 2 tell of the target
   */
  constructor(message: string, exitCode: 1 | 2 | 3 = 1, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CommandError';
    this.exitCode = exitCode;
  }
}

/** One command of the command line. */
export interface Command {
  /** Printed by `--help`; its first line begins with the command's name. */
  readonly usage: string;
  /** The usage where it depends on what was given beside `--help`. */
  usageOf?(args: readonly string[]): string;
  /**
   * @param args what follows the command's name
   * @returns the exit code
   * @throws CommandError
   */
  run(args: readonly string[]): Promise<number>;
}

const reasons: Readonly<Record<string, (name: string) => string>> = {
  ERR_PARSE_ARGS_UNKNOWN_OPTION: (name) => `option ${name} is not known`,
  ERR_PARSE_ARGS_INVALID_OPTION_VALUE: (name) => `option ${name} is not used as it should be`,
  ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL: (name) => `${name} is one word too many`,
};

/**
 * Reads the options and words of a command.
 *
 * @param words how many words beside the options there may be
 * @throws CommandError with exit code 2; it never repeats the value of an option
 */
export function readArguments<const O extends ParseArgsOptionsConfig>(
  command: string,
  args: readonly string[],
  options: O,
  words: { readonly name: string; readonly atLeast: number; readonly atMost: number },
) {
  const help = `mimamori ${command} --help says what there is`;
  const parsed = parse(args, options, help);
  const given = parsed.positionals.length;
  if (given < words.atLeast) {
    throw new CommandError(`${command}: ${words.name} is missing; ${help}`, 2);
  }
  if (given > words.atMost) {
    throw new CommandError(`${command}: ${given - words.atMost} words too many; ${help}`, 2);
  }
  return parsed;
}

function parse<const O extends ParseArgsOptionsConfig>(args: readonly string[], options: O, help: string) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    const reason = reasons[code];
    if (reason === undefined || !(cause instanceof Error)) throw cause;
    const name = /'(-{1,2}[A-Za-z][\w-]*)/.exec(cause.message)?.[1] ?? 'given';
    throw new CommandError(`${reason(name)}; ${help}`, 2, { cause });
  }
}
