import type { ComponentType } from 'preact';
import { createStore } from './create-store.ts';
import type { AnyMatch, AnyRoute, PageProps } from './match-route.ts';
import { useStore } from './use-store.ts';

export type Route = AnyRoute<ComponentType<PageProps>>;
export type Match = AnyMatch<ComponentType<PageProps>>;
export type { PageProps };

export interface Place {
  readonly pathname: string;
  readonly search: string;
  /** Raised by every change of page, so that the same address again is another visit. */
  readonly visit: number;
}

const here = (visit: number): Place => ({ pathname: location.pathname, search: location.search, visit });

export const place = createStore<Place>(here(0));
const offsets = new Map<string, number>();
let pageKey = keyOf(history.state);

function keyOf(state: unknown): string {
  return typeof state === 'object' && state !== null && 'key' in state ? String(state.key) : 'first';
}

/** Where the page that is shown now was left by its reader, in pixels; `undefined` for a page that is new. */
export let offsetToRestore: number | undefined;
/** True from a change of page until its heading has the focus. */
export let isFocusDue = false;
export const focusIsSet = (): void => {
  isFocusDue = false;
};

/** Goes to another page of the portal. */
export function navigate(to: string, { replace = false } = {}): void {
  offsets.set(pageKey, scrollY);
  const key = crypto.randomUUID();
  if (replace) history.replaceState({ key }, '', to);
  else history.pushState({ key }, '', to);
  pageKey = key;
  offsetToRestore = undefined;
  isFocusDue = true;
  place.set(here(place.get().visit + 1));
}

/** Changes the query of the page that is shown: filters, ranges. `undefined` and '' take one out. */
export function changeQuery(
  changes: Readonly<Record<string, string | undefined>>,
  { push = false } = {},
): void {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === '') query.delete(name);
    else query.set(name, value);
  }
  const address = query.size === 0 ? location.pathname : `${location.pathname}?${query}`;
  if (push) {
    pageKey = crypto.randomUUID();
    history.pushState({ key: pageKey }, '', address);
  } else history.replaceState(history.state, '', address);
  place.set(here(place.get().visit));
}

export const usePlace = (): Place => useStore(place);

/** The query of the page, drawn anew when it changes. */
export const useQuery = (): URLSearchParams => new URLSearchParams(usePlace().search);

/** Makes links of the page change the page without loading it anew, and the browser's arrows as well. */
export function followLinks(isOurs: (pathname: string) => boolean): void {
  history.scrollRestoration = 'manual';
  addEventListener('popstate', ({ state }) => {
    offsets.set(pageKey, scrollY);
    const before = place.get();
    pageKey = keyOf(state);
    const isSamePage = before.pathname === location.pathname;
    if (!isSamePage) {
      offsetToRestore = offsets.get(pageKey) ?? 0;
      isFocusDue = true;
    }
    place.set(here(isSamePage ? before.visit : before.visit + 1));
  });
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
    if (!(link instanceof HTMLAnchorElement) || event.defaultPrevented || !isPlainClick(event)) return;
    if (link.target !== '' || link.hasAttribute('download')) return;
    const { origin, pathname, search, hash } = new URL(link.href);
    if (origin !== location.origin || !isOurs(pathname)) return;
    // Within the page the browser knows the way.
    if (hash !== '' && pathname === location.pathname && search === location.search) return;
    event.preventDefault();
    navigate(pathname + search + hash);
  });
}

const isPlainClick = (event: MouseEvent): boolean =>
  event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
