import { expect, it } from 'vitest';
import { preferredLanguage } from '../../core/preferred-language.ts';

const cases = [
  { given: undefined, then: undefined },
  { given: '', then: undefined },
  { given: 'ja', then: 'ja' },
  { given: 'en-US,en;q=0.9,ja;q=0.8', then: 'en' },
  { given: 'fr-FR,ja;q=0.5,en;q=0.4', then: 'ja' },
  { given: 'en;q=0,ja;q=0.1', then: 'ja' },
  { given: 'de,fr', then: undefined },
  { given: 'ja;q=x,en;q=0.1', then: 'en' },
  { given: `${'x,'.repeat(1000)}ja`, then: undefined },
];
for (const { given, then } of cases) {
  it(`given the wishes ${given?.slice(0, 30)}, then the language is ${then}`, () => {
    expect(preferredLanguage(given)).toBe(then);
  });
}
