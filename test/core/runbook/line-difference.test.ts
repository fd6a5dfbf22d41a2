import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aroundChanges, differByLine } from '../../../core/runbook/line-difference.ts';

const signs = { same: ' ', added: '+', removed: '-' } as const;
const drawn = (before: string, after: string): string[] =>
  differByLine(before, after).map(({ kind, text }) => `${signs[kind]}${text}`);

describe('the difference of two texts', () => {
  const cases = [
    { given: 'the same text', before: 'a\nb\n', after: 'a\nb\n', then: [' a', ' b'] },
    { given: 'nothing before', before: '', after: 'a\nb\n', then: ['+a', '+b'] },
    { given: 'nothing afterwards', before: 'a\n', after: '', then: ['-a'] },
    { given: 'a changed line', before: 'a\nb\nc\n', after: 'a\nB\nc\n', then: [' a', '-b', '+B', ' c'] },
    { given: 'a moved line', before: 'a\nb\nc\n', after: 'b\nc\na\n', then: ['-a', ' b', ' c', '+a'] },
    { given: 'no line break at the end', before: 'a', after: 'a\nb', then: [' a', '+b'] },
    { given: 'an empty line more', before: 'a\nb\n', after: 'a\n\nb\n', then: [' a', '+', ' b'] },
  ];
  for (const { given, before, after, then } of cases) {
    it(`given ${given}, when they are compared, then it is ${JSON.stringify(then)}`, () =>
      expect(drawn(before, after)).toEqual(then));
  }

  it('given any two texts, when they are compared, then both can be read off it', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 });
    fc.assert(
      fc.property(text, text, (one, other) => {
        const [before, after] = [
          one.map((line) => `${line}\n`).join(''),
          other.map((line) => `${line}\n`).join(''),
        ];
        const lines = differByLine(before, after);
        const side = (hidden: string) =>
          lines
            .filter(({ kind }) => kind !== hidden)
            .map(({ text: line }) => `${line}\n`)
            .join('');
        expect(side('added')).toBe(before);
        expect(side('removed')).toBe(after);
      }),
    );
  });

  it('given lines far from a change, when only what is around changes is kept, then their number stands for them', () => {
    const before = Array.from({ length: 20 }, (_, n) => `line ${n}`).join('\n');
    const kept = aroundChanges(differByLine(before, before.replace('line 10', 'other')), 1);
    expect(kept).toEqual([
      { kind: 'left-out', lines: 9 },
      { kind: 'same', text: 'line 9' },
      { kind: 'removed', text: 'line 10' },
      { kind: 'added', text: 'other' },
      { kind: 'same', text: 'line 11' },
      { kind: 'left-out', lines: 8 },
    ]);
  });
});
