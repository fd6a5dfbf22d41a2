import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Language } from '../../core/text.ts';
import type { InBoth } from './in-both.ts';

/** Each in its own language, so that whoever reads only one finds it. */
export const languageNames: Readonly<Record<Language, string>> = { ja: '日本語', en: 'English' };

const context = createContext<Language>('en');
/** Says which language the parts below it speak. */
export const LanguageProvider = context.Provider;

/** The words in the reader's language: `const words = useWords(overviewWords)`. */
export const useWords = <W>(words: InBoth<W>): W => words[useContext(context)];
