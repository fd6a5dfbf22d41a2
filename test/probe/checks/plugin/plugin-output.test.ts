import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPluginOutput } from '../../../../lambdas/probe/checks/plugin/plugin-output.ts';

const values = (data: string) =>
  Object.entries(readPluginOutput(`OK | ${data}`).values).map(
    ([name, value]) => `${name.slice('performance:'.length)}=${value}`,
  );

describe('what a plugin said', () => {
  const outputs = [
    { given: 'one line', output: 'PING OK - 0% loss\n', line: 'PING OK - 0% loss', values: {} },
    {
      given: 'one line with data',
      output: 'PING OK - RTA 0.80 ms|rta=0.80ms;100;500;0 pl=0%;20;60;0\n',
      line: 'PING OK - RTA 0.80 ms',
      values: { 'performance:rta ms': 0.8, 'performance:pl %': 0 },
    },
    {
      given: 'many lines, with data after the first and after the last',
      output:
        'DISK OK - free space: / 3326 MB (56%); | /=2643MB;5948;5958;0;5968\n/ 15272 MB (77%);\n/boot 68 MB (69%);\n/var/log 819 MB (84%); | /boot=68MB;88;93;0;98\n/home=69357MB;253404;253409;0;253414\n',
      line: 'DISK OK - free space: / 3326 MB (56%);',
      values: { 'performance:/ MB': 2643, 'performance:/boot MB': 68, 'performance:/home MB': 69357 },
    },
    { given: 'lines of Windows', output: 'OK\r\nmore\r\n', line: 'OK', values: {} },
    { given: 'nothing', output: '', line: '', values: {} },
    { given: 'blank lines alone', output: '\n\n\n', line: '', values: {} },
    { given: 'blank lines first', output: '\n\nLATE OK\n', line: 'LATE OK', values: {} },
    { given: 'codes of a terminal', output: '\u001b[31mBAD\u001b[0m\n', line: '?[31mBAD?[0m', values: {} },
    { given: 'a line without an end', output: 'x'.repeat(9_000), line: 'x'.repeat(300), values: {} },
  ];
  for (const { given, output, line, values: wanted } of outputs) {
    it(`given ${given}, when it is read, then line and values are found`, () =>
      expect(readPluginOutput(output)).toEqual({ line, values: wanted }));
  }

  const data = [
    { given: 'a label in quotes', data: "'C:\\ used'=12GB;;;0;40", then: ['C:\\ used GB=12'] },
    { given: 'a quote within a label', data: "'it''s'=1", then: ["it's=1"] },
    { given: 'no unit', data: 'users=4;5;10;0', then: ['users=4'] },
    { given: 'a counter', data: 'in=12345678901c', then: ['in c=12345678901'] },
    { given: 'a negative value with a point', data: 'temp=-3.25C;~:30', then: ['temp C=-3.25'] },
    { given: 'a value that begins with its point', data: 'load1=.05;5;10', then: ['load1=0.05'] },
    { given: 'an exponent', data: 'big=1.5e+06B', then: ['big B=1500000'] },
    { given: 'ranges as bounds', data: 'x=1;@10:20;~:30;;', then: ['x=1'] },
    { given: 'an undetermined value', data: 'a=U b=2', then: ['b=2'] },
    { given: 'a semicolon at the end', data: 'a=1; b=2;', then: ['a=1', 'b=2'] },
    { given: 'one label twice', data: 'a=1 a=2', then: ['a=1'] },
    { given: 'words between', data: 'a=1 nonsense =3 b= c=x d=4', then: ['a=1', 'd=4'] },
    { given: 'a quote that is not closed', data: "'a=1 b=2", then: ['b=2'] },
    { given: 'a value that is too much', data: 'a=1e999 b=2', then: ['b=2'] },
    {
      given: 'a name of the language',
      data: '__proto__=1 constructor=2',
      then: ['__proto__=1', 'constructor=2'],
    },
    { given: 'control characters in a label', data: "'a\u0007b'=1", then: ['a?b=1'] },
  ];
  for (const { given, data: text, then } of data) {
    it(`given ${given}, when the performance data are read, then they are ${then.join(' and ')}`, () =>
      expect(values(text)).toEqual(then));
  }

  it('given more values than are kept, when they are read, then the first fifty are', () => {
    const many = Array.from({ length: 500 }, (_, index) => `v${index}=${index}`).join(' ');
    expect(values(many)).toHaveLength(50);
  });

  it('given any text, when it is read, then it ends with bounded, finite values and a line without control characters', () =>
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'grapheme', maxLength: 400 }),
          fc.string({
            unit: fc.constantFrom("'", '=', ';', '|', ' ', '\n', 'U', '1', 'a', '.', '-', 'e'),
            maxLength: 400,
          }),
        ),
        (output) => {
          const { line, values: found } = readPluginOutput(output);
          expect(line).not.toMatch(/\p{Cc}/u);
          expect(line.length).toBeLessThanOrEqual(300);
          expect(Object.keys(found).length).toBeLessThanOrEqual(50);
          expect(Object.values(found).every(Number.isFinite)).toBe(true);
        },
      ),
      { numRuns: 500 },
    ));

  it('given data that were written by the rules, when they are read, then each label has its value', () =>
    fc.assert(
      fc.property(
        fc.uniqueArray(
          fc.record({
            label: fc.string({
              unit: fc.constantFrom('a', 'b', ' ', '/', "'", 'é'),
              minLength: 1,
              maxLength: 12,
            }),
            value: fc.double({ min: -1e9, max: 1e9, noNaN: true }).map((one) => Number(one.toFixed(3)) + 0),
            unit: fc.constantFrom('', 's', 'ms', '%', 'MB', 'c'),
          }),
          { maxLength: 20, selector: ({ label, unit }) => `${label} ${unit}` },
        ),
        (items) => {
          const text = items
            .map(
              ({ label, value, unit }) =>
                `'${label.replaceAll("'", "''")}'=${value.toFixed(3)}${unit};1;2;0;`,
            )
            .join(' ');
          const wanted = items.map(({ label, value, unit }) => [
            `performance:${label}${unit === '' ? '' : ` ${unit}`}`,
            value,
          ]);
          expect(Object.entries(readPluginOutput(`OK|${text}`).values)).toEqual(wanted);
        },
      ),
    ));

  it('given bytes by the ten thousand without an end, when they are read, then it takes no time to speak of', () => {
    const startedAt = performance.now();
    for (const piece of ["'", "''", 'a', "'a=", ' ', '=', 'a=1;;;;;'])
      readPluginOutput(`OK|${piece.repeat(16_000 / piece.length)}`);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});
