import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wordsOf } from '../../../../local/pages/view.ts';
import { findJsonFault } from '../../../../local/pages/workflows/json-fault.ts';

const cases = [
  {
    given: 'nothing',
    text: '',
    en: 'Line 1, column 1, at the end: write a value: "text", a number, true, false, null, { } or [ ].',
  },
  {
    given: 'a comma too many',
    text: '{\n  "a": 1,\n}',
    en: 'Line 3, column 1, at }: write a name in double quotes.',
  },
  { given: 'a comma too few', text: '{"a": 1 "b": 2}', en: 'Line 1, column 9, at \\": write , or }.' },
  { given: 'single quotes', text: "{'a': 1}", en: "Line 1, column 2, at ': write a name in double quotes." },
  {
    given: 'a bare word',
    text: '[1, yes]',
    en: 'Line 1, column 5, at yes: write a value: "text", a number, true, false, null, { } or [ ].',
  },
  { given: 'an open list', text: '[1, 2', en: 'Line 1, column 6, at the end: write , or ].' },
  {
    given: 'an open text',
    text: '{"名前": "あ',
    en: 'Line 1, column 10, at the end: the text is not closed; add ".',
  },
  {
    given: 'a line break in a text',
    text: '"a\nb"',
    en: 'Line 1, column 3, at \\n: write line breaks and control characters in a text like \\n.',
  },
  { given: 'more after the end', text: '{} {}', en: 'Line 1, column 4, at {: the input should end here.' },
  { given: 'no colon', text: '{"a" 1}', en: 'Line 1, column 6, at 1: write : after the name.' },
  { given: 'an unknown escape', text: '"\\q"', en: 'Line 1, column 2, at \\\\: this cannot follow \\.' },
];

describe('where a text is no JSON', () => {
  for (const { given, text, en } of cases) {
    it(`given ${given}, when it is checked, then the place and the mend are told`, () => {
      const fault = findJsonFault(text);
      expect(fault === undefined ? 'none' : wordsOf('en').workflows.jsonFault(fault)).toBe(en);
      expect(fault === undefined ? 'none' : wordsOf('ja').workflows.jsonFault(fault)).toMatch(
        /^\d+ 行 \d+ 文字目/,
      );
    });
  }

  const parses = (text: string): boolean => {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  };

  it('given any JSON with any change, when it is checked, then it is refused exactly when the parser refuses it', () => {
    const text = fc
      .tuple(
        fc.json({ maxDepth: 4 }),
        fc.nat(),
        fc.constantFrom('', ',', '}', ']', '"', ':', '\\', '\n', '0', '-', 'e', ' '),
      )
      .map(
        ([json, at, put]) =>
          `${json.slice(0, at % (json.length + 1))}${put}${json.slice((at % (json.length + 1)) + (put === '' ? 1 : 0))}`,
      );
    fc.assert(
      fc.property(text, (one) => {
        expect(findJsonFault(one) === undefined).toBe(parses(one));
      }),
      { numRuns: 3_000 },
    );
  });

  it('given a hundred thousand brackets, when they are checked, then they are too deep and nothing breaks', () => {
    expect(findJsonFault('['.repeat(100_000))?.kind).toBe('deep');
    expect(findJsonFault('{"a":'.repeat(100_000))?.kind).toBe('deep');
  });
});
