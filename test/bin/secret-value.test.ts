import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readSecretValue } from '../../bin/secret-value.ts';

/** A terminal's keys; what it shows by itself is asked for by `setRawMode`. */
function terminal(keys: string) {
  const modes: boolean[] = [];
  const stream = Object.assign(new PassThrough(), {
    isTTY: true as const,
    setRawMode: (isRaw: boolean) => modes.push(isRaw),
  });
  stream.end(keys);
  return { stream: stream as unknown as NodeJS.ReadStream, modes };
}

describe('a value typed at a terminal', () => {
  const cases = [
    { given: 'a line', keys: 'hunter2\r', value: 'hunter2' },
    { given: 'keys after the end of the line', keys: 'hunter2\nrm -rf\n', value: 'hunter2' },
    {
      given: 'characters that are taken back',
      keys: 'hü\u007funtr\u007fer\b\b2er\b\b\u007f\u007fter2\r',
      value: 'hunter2',
    },
    { given: 'more taken back than was typed', keys: 'a\u007f\u007f\u007fhunter2\r', value: 'hunter2' },
    { given: 'the end of input in place of a line', keys: 'hunter2\u0004', value: 'hunter2' },
  ];
  for (const { given, keys, value } of cases) {
    it(`given ${given}, when it is read, then it is the value, and the terminal shows again what is typed`, async () => {
      const { stream, modes } = terminal(keys);
      expect(await readSecretValue('acme/x', stream)).toBe(value);
      expect(modes).toEqual([true, false]);
    });
  }

  it('given Ctrl+C, when it is pressed, then nothing is put', async () => {
    const { stream, modes } = terminal('hunt\u0003');
    await expect(readSecretValue('acme/x', stream)).rejects.toThrow(/^nothing was put under acme\/x$/);
    expect(modes).toEqual([true, false]);
  });
});
