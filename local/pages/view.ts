import { type Instant, secondsBetween } from '../../core/instant.ts';
import { duration, localTime } from '../../core/mail/local-time.ts';
import { preferredLanguage } from '../../core/preferred-language.ts';
import type { Language } from '../../core/text.ts';
import { type Html, html } from './html.ts';
import { type Words, words } from './words.ts';

/** What every page knows of its reader and its moment. */
export interface View {
  readonly language: Language;
  readonly words: Words;
  readonly now: Instant;
  readonly timeZone: string;
  readonly speed: number;
  readonly version: string;
  readonly hasFleet: boolean;
  /** The page's own address, with its query. */
  readonly url: URL;
}

/** The language of the query, else of the cookie, else the best of Accept-Language, else English. */
export function chooseLanguage(
  query: string | undefined,
  cookie: string | undefined,
  acceptLanguage: string | undefined,
): Language {
  for (const wish of [query, cookie]) if (wish === 'ja' || wish === 'en') return wish;
  return preferredLanguage(acceptLanguage) ?? 'en';
}

export const wordsOf = (language: Language): Words => words[language];

/** `12:04:05` today, `11-20 12:04` on another day; the whole of it in the tooltip. */
export function timeTag(at: Instant, view: View): Html {
  const whole = localTime(at, view.timeZone, view.language);
  return html`<time datetime="${at}" title="${whole}">${shortTime(at, view)}</time>`;
}

function shortTime(at: Instant, { now, timeZone }: View): string {
  const parts = (instant: Instant): string[] => localTime(instant, timeZone, 'en').match(/\d+/g) ?? [];
  const [year, month, day, hour, minute, second] = parts(at);
  const today = parts(now);
  const isToday = year === today[0] && month === today[1] && day === today[2];
  return isToday ? `${hour}:${minute}:${second}` : `${month}-${day} ${hour}:${minute}`;
}

/** `3 min 10 s ago`, with the moment in the tooltip. */
export function agoTag(at: Instant, view: View): Html {
  const whole = localTime(at, view.timeZone, view.language);
  return html`<time datetime="${at}" title="${whole}">${view.words.ago(since(at, view))}</time>`;
}

/** `3 min 10 s` from then to now. */
export const since = (at: Instant, { now, language }: View): string =>
  duration(secondsBetween(at, now), language);

/** The same page with other query parameters; `undefined` takes one out. */
export function withQuery({ url }: View, changes: Readonly<Record<string, string | undefined>>): string {
  const next = new URLSearchParams(url.searchParams);
  for (const [name, value] of Object.entries({ fragment: undefined, ...changes })) {
    if (value === undefined) next.delete(name);
    else next.set(name, value);
  }
  const query = next.toString();
  return query === '' ? url.pathname : `${url.pathname}?${query}`;
}
