import { randomUUID } from 'node:crypto';
import type { Pages } from '../http/web-server.ts';
import { callerAddress, type HttpApi } from '../http-api/http-api.ts';
import type { EdgeRequest } from './edge-function.ts';
import type { Behaviour, Distribution } from './read-distribution.ts';
import { addHeaders } from './response-headers.ts';
import { answerFile } from './stored-answer.ts';

export interface SiteOptions {
  readonly distribution: Distribution;
  readonly api: Pick<HttpApi, 'match' | 'answer'>;
  /** `http://localhost:8080`: cookies go by the name of the host, so that the site has one. */
  readonly origin: string;
  readonly warn: (message: string) => void;
}

/** Serves what the template's distribution would: the site out of its bucket, and the HTTP API. */
export function createSite({ distribution, api, origin: ownOrigin, warn }: SiteOptions): Pages {
  return {
    async fetch(request, env) {
      const { pathname } = new URL(request.url);
      const behaviour = distribution.behaviours.find(({ path }) => path?.test(pathname) ?? true);
      if (behaviour === undefined) return text(404, 'Not Found');
      const answer = await answerBy(behaviour, request, pathname, callerAddress(env));
      addHeaders(answer.headers, behaviour.headers);
      return answer;
    },
  };

  async function answerBy(
    behaviour: Behaviour,
    request: Request,
    pathname: string,
    viewer: string,
  ): Promise<Response> {
    const { origin, methods, edgeFunction, isCompressed } = behaviour;
    if (!methods.has(request.method)) {
      return text(403, `This address takes ${[...methods].join(', ')} only.`);
    }
    if (origin.kind === 'api') {
      const match = api.match(request.method, pathname);
      if (match === undefined) return Response.json({ message: 'Not Found' }, { status: 404 });
      const forwarded = request.headers.get('x-forwarded-for');
      return api.answer(request, match, {
        address: viewer,
        headers: {
          host: origin.domainName,
          'x-forwarded-for': forwarded === null ? viewer : `${forwarded}, ${viewer}`,
          via: '2.0 localhost (CloudFront)',
          'x-amz-cf-id': randomUUID(),
        },
      });
    }
    const { origin: askedOrigin, search } = new URL(request.url);
    if (askedOrigin !== ownOrigin) {
      return new Response(null, { status: 307, headers: { location: `${ownOrigin}${pathname}${search}` } });
    }
    let path = pathname;
    try {
      path = edgeFunction?.rewrite(edgeRequestOf(request, pathname), viewer) ?? pathname;
    } catch (error) {
      warn(`the function at the edge failed for ${pathname.slice(0, 200)}: ${String(error)}`);
      return text(503, 'The function at the edge failed.');
    }
    const file = origin.files.get(path.slice(1));
    return file === undefined
      ? text(404, 'There is no such file.')
      : await answerFile(file, request, { isCompressed });
  }
}

function edgeRequestOf(request: Request, uri: string): EdgeRequest {
  const { searchParams } = new URL(request.url);
  const { cookie = '', ...headers } = Object.fromEntries(request.headers);
  const valued = (entries: Iterable<readonly [string, string]>) =>
    Object.fromEntries([...entries].map(([name, value]) => [name, { value }]));
  return {
    method: request.method,
    uri,
    querystring: valued(searchParams),
    headers: valued(Object.entries(headers)),
    cookies: valued(
      cookie
        .split(/;\s*/)
        .filter((one) => one.includes('='))
        .map((one): [string, string] => [one.slice(0, one.indexOf('=')), one.slice(one.indexOf('=') + 1)]),
    ),
  };
}

const text = (status: number, message: string): Response =>
  new Response(`${message}\n`, { status, headers: { 'content-type': 'text/plain; charset=utf-8' } });
