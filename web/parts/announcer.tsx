import { createStore } from '../create-store.ts';
import { useStore } from '../use-store.ts';

const said = createStore('');

/** Says a sentence to those who do not see the page change. For changes that matter, not for every refresh. */
export function announce(sentence: string): void {
  // The same sentence twice would not be said again.
  said.set('');
  requestAnimationFrame(() => said.set(sentence));
}

/** The one live region of the portal. */
export const Announcer = () => (
  <p class="visually-hidden" role="status" aria-live="polite">
    {useStore(said)}
  </p>
);
