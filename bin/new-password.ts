import { makePassword } from '../platform/directory/make-password.ts';
import { CommandError } from './command-line.ts';
import { readHidden } from './secret-value.ts';

export interface NewPassword {
  readonly password: string;
  /** Made by lot: it is shown once, and is one to begin with. */
  readonly isMade: boolean;
}

const longest = 256;

/**
 * Reads a password for somebody from standard input; at a terminal twice, without showing it. Without one it is made.
 *
 * @throws CommandError when nothing can be read, or the two are not the same
 */
export async function readNewPassword(mail: string): Promise<NewPassword> {
  const first = await ask(`Password for ${mail} (not shown; Enter for one that is made): `);
  if (first === '') return { password: makePassword(), isMade: true };
  if (first.length > longest || /[\r\n]/.test(first)) {
    throw new CommandError(`the password for ${mail} is no single line of at most ${longest} characters`);
  }
  if (process.stdin.isTTY && (await ask('Once more: ')) !== first) {
    throw new CommandError('the two passwords are not the same; nothing was changed');
  }
  return { password: first, isMade: false };
}

async function ask(prompt: string): Promise<string> {
  const read = await readHidden(prompt);
  if (read === 'interrupted') throw new CommandError('no password was given; nothing was changed');
  if (read === 'not-text') throw new CommandError('the password is not UTF-8 text; nothing was changed');
  return read.value;
}
