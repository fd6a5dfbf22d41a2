import { language } from '../preferences.ts';
import { useStore } from '../use-store.ts';

/** The words of a subject in both languages, the same ones in each. */
export interface InBoth<W> {
  readonly ja: W;
  readonly en: W;
}

/** The words in the reader's language: `const words = useWords(overviewWords)`. */
export const useWords = <W>(words: InBoth<W>): W => words[useStore(language)];
