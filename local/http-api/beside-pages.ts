import type { Hono } from 'hono';
import type { Pages } from '../http/web-server.ts';
import { callerAddress, type HttpApi } from './http-api.ts';

/**
 * Puts the pages of one machine before what the template serves: below a first word that the pages use, the pages answer.
 *
 * @param site what the template's distribution serves; without one, its HTTP APIs answer by themselves
 */
export function besidePages(
  pages: Pick<Hono, 'fetch' | 'routes'>,
  api: Pick<HttpApi, 'match' | 'answer'>,
  site?: Pages,
): Pages {
  const taken = new Set(pages.routes.map(({ path }) => firstWord(path)).filter((word) => word !== '*'));
  return {
    fetch(request, env) {
      const { pathname } = new URL(request.url);
      if (taken.has(firstWord(pathname))) return pages.fetch(request, env);
      if (site !== undefined) return site.fetch(request, env);
      const match = api.match(request.method, pathname);
      return match === undefined
        ? pages.fetch(request, env)
        : api.answer(request, match, { address: callerAddress(env) });
    },
  };
}

const firstWord = (path: string): string => path.split('/')[1] ?? '';
