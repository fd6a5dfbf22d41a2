import type { Hono } from 'hono';
import type { Pages } from '../http/web-server.ts';
import type { HttpApi } from './http-api.ts';

/** Serves the template's HTTP APIs beside the pages; below a first word that the pages use, the pages answer. */
export function besidePages(pages: Pick<Hono, 'fetch' | 'routes'>, api: HttpApi): Pages {
  const taken = new Set(pages.routes.map(({ path }) => firstWord(path)).filter((word) => word !== '*'));
  return {
    fetch(request, env) {
      const { pathname } = new URL(request.url);
      const match = taken.has(firstWord(pathname)) ? undefined : api.match(request.method, pathname);
      return match === undefined ? pages.fetch(request, env) : api.answer(request, match);
    },
  };
}

const firstWord = (path: string): string => path.split('/')[1] ?? '';
