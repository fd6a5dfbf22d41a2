import { render } from 'preact';
import { App } from './app.tsx';
import { matchRoute } from './match-route.ts';
import { applyPreferences, language, scheme } from './preferences.ts';
import { followLinks } from './router.ts';
import { routes } from './routes.ts';

language.follow(applyPreferences);
scheme.follow(applyPreferences);
applyPreferences();

followLinks((pathname) => matchRoute(pathname, routes) !== undefined);
// The page is fetched while the session is still being asked for.
void matchRoute(location.pathname, routes)
  ?.route.load()
  .catch(() => undefined);

const root = document.getElementById('app');
if (root === null) throw new Error('index.html has no element with the id app');
root.textContent = '';
render(<App />, root);
