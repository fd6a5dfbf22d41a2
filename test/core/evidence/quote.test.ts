import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quoteCommand, quoteForShell } from '../../../core/evidence/quote.ts';

/** Prints each of its arguments and a NUL after it, whatever they hold. */
const echo = [
  process.execPath,
  '-e',
  'for (const a of process.argv.slice(1)) process.stdout.write(a + "\\0")',
  '--',
];

function arrived(shell: string, argv: readonly string[]): Buffer {
  return execFileSync(shell, ['-c', quoteCommand([...echo, ...argv])], { timeout: 10_000 });
}

const sent = (argv: readonly string[]): Buffer =>
  Buffer.from(argv.map((argument) => `${argument}\0`).join(''));

const hostile = [
  '',
  ' ',
  "'",
  "'\\''",
  '"',
  '\\',
  '\\n',
  '\n',
  '\r\n',
  '$(id)',
  '`id`',
  '$HOME',
  '${IFS}',
  '; rm -rf /',
  '&& id',
  '| id',
  '> /tmp/x',
  '< /etc/passwd',
  '*',
  '?',
  '[a-z]',
  '{a,b}',
  '~',
  '~root',
  '#no comment',
  '!!',
  '!$',
  '-e',
  '--help',
  'a=b',
  'if',
  '\t',
  '\u0001\u0008\u001b[31m\u007f',
  'ファイル名',
  '𠮷',
  '\u202e',
];

const pieces = fc.array(
  fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: 'grapheme', maxLength: 12 })),
  { maxLength: 6 },
);
const argument = pieces
  .map((parts) => parts.join(''))
  .filter((text) => !text.includes('\0') && text.isWellFormed());

for (const shell of ['dash', 'bash', 'sh']) {
  describe(`arguments by ${shell}`, () => {
    it('given every hostile value, when a command holds them, then they arrive byte for byte', () => {
      expect(arrived(shell, hostile)).toEqual(sent(hostile));
    });

    it('given any arguments, when a command holds them, then they arrive byte for byte', () => {
      fc.assert(
        // Many arguments a run, as a run starts two programs.
        fc.property(fc.array(argument, { minLength: 60, maxLength: 120 }), (argv) => {
          expect(arrived(shell, argv)).toEqual(sent(argv));
        }),
        { numRuns: 12 },
      );
    });
  });
}

describe('a program that is named like a word of the shell', () => {
  for (const program of ['if', 'x=1', '!', '{', '#', '']) {
    it(`given ${JSON.stringify(program)}, when it is to run, then the shell looks for a program of that name`, () => {
      const command = `${quoteCommand([program, 'x'])} 2>/dev/null; echo $?`;
      expect(execFileSync('dash', ['-c', command], { encoding: 'utf8' })).toBe('127\n');
    });
  }
});

it('given a NUL character, when it is quoted, then it is refused: no program can be given one', () => {
  expect(() => quoteForShell('a\0b')).toThrow(
    'an argument holds a NUL character, which no program can be given',
  );
});
