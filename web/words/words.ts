import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Language } from '../../core/text.ts';

/** The words of a subject in both languages, the same ones in each. */
export interface InBoth<W> {
  readonly ja: W;
  readonly en: W;
}

const context = createContext<Language>('en');
/** Says which language the parts below it speak. */
export const LanguageProvider = context.Provider;

/** The words in the reader's language: `const words = useWords(overviewWords)`. */
export const useWords = <W>(words: InBoth<W>): W => words[useContext(context)];
