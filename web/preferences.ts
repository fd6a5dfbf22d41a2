import type { Language } from '../core/text.ts';
import { createStore } from './create-store.ts';

/** `system`: as the device is set. */
export type Scheme = 'system' | 'light' | 'dark';

const languageKey = 'mimamori.language';
const schemeKey = 'mimamori.scheme';

/** The store of the browser may be forbidden; a choice then lasts as long as the page. */
function kept(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

function keep(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // It lasts as long as the page.
  }
}

const isLanguage = (value: string | undefined): value is Language => value === 'ja' || value === 'en';

function browserLanguage(): Language {
  const wishes = navigator.languages.map((tag) => tag.toLowerCase().split('-', 1)[0]);
  return wishes.find(isLanguage) ?? 'en';
}

const keptLanguage = kept(languageKey);
export const language = createStore<Language>(isLanguage(keptLanguage) ? keptLanguage : browserLanguage());

const keptScheme = kept(schemeKey);
export const scheme = createStore<Scheme>(
  keptScheme === 'light' || keptScheme === 'dark' ? keptScheme : 'system',
);

/** What the reader chose, for this page and the next visits. */
export function chooseLanguage(value: Language): void {
  keep(languageKey, value);
  language.set(value);
}

/** What the account says of its reader counts until they choose here. */
export function suggestLanguage(value: Language): void {
  if (!isLanguage(kept(languageKey))) language.set(value);
}

export function chooseScheme(value: Scheme): void {
  keep(schemeKey, value);
  scheme.set(value);
}

/** Puts language and scheme on the document: what style sheets and screen readers go by. */
export function applyPreferences(): void {
  const root = document.documentElement;
  root.lang = language.get();
  const chosen = scheme.get();
  if (chosen === 'system') delete root.dataset.scheme;
  else root.dataset.scheme = chosen;
}
