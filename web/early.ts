import { applyPreferences } from './preferences.ts';

// Runs before the first paint, so that a chosen scheme does not flash in the other one.
applyPreferences();

// After a new version was put up, or on a broken line, a script may not come: an empty page helps nobody.
addEventListener(
  'error',
  ({ target }) => {
    const root = document.getElementById('app');
    if (!(target instanceof HTMLScriptElement) || root === null || root.querySelector('main') !== null)
      return;
    const said = document.createElement('p');
    said.className = 'boot';
    said.setAttribute('role', 'alert');
    said.textContent =
      document.documentElement.lang === 'ja'
        ? 'ページを読み込めませんでした。サーバーの監視は続いています。再読み込みしてください。'
        : 'The page could not be loaded. Your servers are being watched all the same. Please load it anew.';
    root.replaceChildren(said);
  },
  true,
);
