import type { ReadStream } from 'node:tty';
import { CommandError } from './command-line.ts';

/** The store takes 64 KiB for all fields of a secret. */
const mostBytes = 60_000;

/**
 * Reads a secret's value from standard input; at a terminal without showing it.
 *
 * @returns the value, without the line break at the end of a single line (a key of several lines keeps it)
 * @throws CommandError for a value that is empty, too large or not text
 */
export async function readSecretValue(
  ref: string,
  input: NodeJS.ReadStream | ReadStream = process.stdin,
): Promise<string> {
  const text = await readHidden(`Value of ${ref} (not shown): `, input);
  if (text === 'interrupted') throw new CommandError(`nothing was put under ${ref}`);
  if (text === 'not-text') {
    throw new CommandError(`the value for ${ref} is not UTF-8 text; give a password or a key in PEM form`);
  }
  const value = text.value;
  if (value.trim() === '') throw new CommandError(`the value for ${ref} is empty; give it by standard input`);
  return value;
}

/**
 * Reads what is not to be seen, from standard input; at a terminal after a prompt, without showing it.
 *
 * @returns the text without the line break at the end of a single line, or why there is none
 * @throws CommandError for what is too large
 */
export async function readHidden(
  prompt: string,
  input: NodeJS.ReadStream | ReadStream = process.stdin,
): Promise<{ readonly value: string } | 'interrupted' | 'not-text'> {
  const bytes = input.isTTY ? await readUnseen(prompt, input) : await readAll(input);
  if (bytes === undefined) return 'interrupted';
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
    return { value: /^[^\r\n]*\r?\n$/.test(text) ? text.replace(/\r?\n$/, '') : text };
  } catch {
    return 'not-text';
  }
}

async function readAll(input: AsyncIterable<unknown>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of input) {
    const part = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    if (!(part instanceof Uint8Array)) continue;
    bytes += part.byteLength;
    if (bytes > mostBytes)
      throw new CommandError(`the value has more than ${mostBytes} bytes; give a smaller one`);
    chunks.push(part);
  }
  return Buffer.concat(chunks);
}

const enter = [10, 13];
const endOfInput = 4;
const interrupt = 3;
const erase = [8, 127];

/** One line, typed or pasted; the terminal shows nothing of it. */
async function readUnseen(prompt: string, input: NodeJS.ReadStream): Promise<Uint8Array | undefined> {
  process.stderr.write(prompt);
  input.setRawMode(true);
  try {
    const typed: number[] = [];
    for await (const chunk of input) {
      for (const byte of Buffer.from(chunk)) {
        if (enter.includes(byte) || byte === endOfInput) return Buffer.from(typed);
        if (byte === interrupt) return undefined;
        if (erase.includes(byte)) eraseLast(typed);
        else typed.push(byte);
        if (typed.length > mostBytes) throw new CommandError(`the value has more than ${mostBytes} bytes`);
      }
    }
    return Buffer.from(typed);
  } finally {
    input.setRawMode(false);
    process.stderr.write('\n');
  }
}

/** A character of UTF-8 has several bytes; those after its first begin with the bits 10. */
function eraseLast(typed: number[]): void {
  for (let byte = typed.pop(); byte !== undefined && (byte & 0b1100_0000) === 0b1000_0000; )
    byte = typed.pop();
}
