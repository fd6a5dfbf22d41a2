import { globSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** Every sentence below a subject, with functions called by values that a reader may meet. */
function sentences(words: unknown, path: string): { path: string; text: string }[] {
  if (typeof words === 'string') return [{ path, text: words }];
  if (typeof words === 'function') return sentences(words('12', '34', '56'), path);
  if (typeof words !== 'object' || words === null) return [];
  return Object.entries(words).flatMap(([name, value]) => sentences(value, `${path}.${name}`));
}

const files = globSync('web/words/*-words.ts').concat('web/words/common.ts').sort();
const subjects = (
  await Promise.all(
    files.map(async (file) =>
      Object.entries((await import(`../../${file}`)) as Record<string, unknown>).map(([name, both]) => ({
        name,
        both: both as { readonly ja: unknown; readonly en: unknown },
      })),
    ),
  )
)
  .flat()
  .filter(({ both }) => typeof both === 'object' && both !== null && 'ja' in both && 'en' in both);

describe('the words of the portal', () => {
  it('given the folder of words, when it is read, then every file has words in both languages', () => {
    expect(subjects.length).toBeGreaterThanOrEqual(files.length);
  });

  for (const { name, both } of subjects) {
    it(`given ${name}, when both languages are read, then they have the same sentences`, () => {
      const ja = sentences(both.ja, name);
      const en = sentences(both.en, name);
      expect(ja.map(({ path }) => path).sort()).toEqual(en.map(({ path }) => path).sort());
    });

    it(`given ${name}, when the English is read, then no Japanese stands in it but the language's own name`, () => {
      const found = sentences(both.en, name).filter(({ text }) =>
        /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u.test(text.replaceAll('日本語', '')),
      );
      expect(found).toEqual([]);
    });
  }
});
