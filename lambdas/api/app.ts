import { createHash } from 'node:crypto';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { isOperator } from '../../core/identity/scopes.ts';
import type { Instant } from '../../core/instant.ts';
import { BadCursor } from '../../platform/store/cursor.ts';
import { commonHeaders } from '../http/exchange.ts';
import { AccountView } from './account-view.ts';
import { type Answer, ApiRoutes, type PlacedRoute, type RawAsked } from './api-routes.ts';
import { type Authenticated, authenticate } from './authenticate.ts';
import { describeApi } from './describe-api.ts';
import type { ApiPorts } from './ports.ts';
import { countPrincipal, countStranger, rateHeaders } from './rate-limit.ts';
import { nothingHere, Refusal, unprocessable } from './refusal.ts';
import { subjects } from './routes/subjects.ts';

/** What comes with a request beside what HTTP says. */
export interface RequestBindings {
  /** When it came, by the clock of the events. */
  readonly at: Instant;
  readonly requestId: string;
  readonly sourceAddress: string;
  /** Its body was larger than any of ours, and is not here. */
  readonly isBodyTooLarge?: boolean;
}

export interface ApiEnv {
  Bindings: RequestBindings;
  Variables: { headers: Record<string, string> };
}
type ApiContext = Context<ApiEnv>;

export const basePath = '/api/v1';

/** The API: every route, and what all have in common. It knows nothing of the environment. */
export function createApi(ports: ApiPorts): OpenAPIHono<ApiEnv> {
  const routes = new ApiRoutes();
  for (const add of subjects) add(routes);
  const app = new OpenAPIHono<ApiEnv>();
  const document = describeApi(app, routes.placed);

  app.use(async (c, next) => {
    c.set('headers', {});
    await next();
  });
  app.onError((error, c) => problemAnswer(ports, c, error));
  app.get(`${basePath}/openapi.json`, async (c) => {
    await countAsStranger(ports, c);
    return jsonAnswer(c, 200, document());
  });
  // The router takes the first that fits: names come before parameters.
  const ordered = [...routes.placed].sort((a, b) => (sortKey(a.path) < sortKey(b.path) ? -1 : 1));
  for (const placed of ordered)
    app.on(placed.route.method.toUpperCase(), routerPath(placed.path), (c) => serve(ports, placed, c));
  for (const [path, methods] of methodsByPath(ordered))
    app.all(path, async (c) => {
      await admit(ports, c);
      throw new Refusal(405, `this address takes ${methods.join(', ')}`, {}, { allow: methods.join(', ') });
    });
  app.notFound(async (c) => {
    try {
      await admit(ports, c);
      return problemAnswer(ports, c, nothingHere());
    } catch (error) {
      return problemAnswer(ports, c, error);
    }
  });
  return app;
}

async function serve(ports: ApiPorts, placed: PlacedRoute, c: ApiContext): Promise<Response> {
  const { access, route } = placed;
  const { at, requestId } = c.env;
  if (access === 'anyone') await countAsStranger(ports, c);
  const who = access === 'anyone' ? nobody : await admit(ports, c);
  const params = paramsOf(placed.path, c);
  const view = access === 'anyone' ? undefined : await viewFor(ports, placed, who, params);
  const raw: RawAsked = {
    ports,
    ...who,
    user: who.user,
    at,
    requestId,
    header: (name) => c.req.header(name),
    view,
    params,
    query: c.req.queries(),
    json: () => bodyOf(c),
  };
  const answer = await placed.handle(raw);
  return answerOf(c, route, answer);
}

/** Stands in where nobody has to be anybody; such routes do not see it. */
const nobody: Authenticated = {
  principal: { kind: 'token', id: 'nobody', name: 'nobody', role: 'customer', scopes: [] },
};

/** Finds who asks and counts the request for them, or for where it comes from. */
async function admit(ports: ApiPorts, c: ApiContext): Promise<Authenticated> {
  let who: Authenticated;
  try {
    who = await authenticate(ports, c.req.header('authorization'), c.env.at);
  } catch (error) {
    if (error instanceof Refusal && error.status !== 503) await countAsStranger(ports, c);
    throw error;
  }
  c.set('headers', rateHeaders(await countPrincipal(ports.identity, who.principal, c.env.at)));
  return who;
}

async function countAsStranger(ports: ApiPorts, c: ApiContext): Promise<void> {
  const { at, sourceAddress } = c.env;
  const origin = { sourceAddress, forwardedFor: c.req.header('x-forwarded-for') };
  c.set('headers', rateHeaders(await countStranger(ports.identity, origin, at)));
}

/**
 * Decides whether somebody may use a route at all, before anything is read for it.
 *
 * @returns the account that it is about, where it is about one
 */
async function viewFor(
  ports: ApiPorts,
  { access, route }: PlacedRoute,
  { principal }: Authenticated,
  params: Readonly<Record<string, string>>,
): Promise<AccountView | undefined> {
  const { kind, role, scopes, account } = principal;
  if ((access === 'operators' || access === 'operators-of-account') && !isOperator(principal))
    throw new Refusal(403, 'this is for the operators', { reason: 'operators-only' });
  if (access === 'administrators' && role !== 'administrator')
    throw new Refusal(403, 'this is for the administrators', { reason: 'administrators-only' });
  if (route.scope === 'person' && kind !== 'person')
    throw new Refusal(403, 'no token may do this; sign in', { reason: 'person-only' });
  if (route.scope !== 'person' && !scopes.includes(route.scope))
    throw new Refusal(403, `this needs the scope ${route.scope}, which the token does not have`, {
      reason: 'scope-missing',
    });
  if (access === 'operators-of-account') {
    const view = await AccountView.of(ports, params.account ?? '');
    if (view === undefined) throw nothingHere();
    return view;
  }
  if (access !== 'account') return undefined;
  if (account === undefined)
    throw new Refusal(403, 'operators name the account: /api/v1/accounts/{account}/…', {
      reason: 'account-missing',
    });
  const view = await AccountView.of(ports, account);
  if (view === undefined)
    throw new Refusal(403, 'your account is not watched here any longer; ask the operators', {
      reason: 'account-gone',
    });
  return view;
}

/** A cursor that no list of ours gave shows only when the list is read. */
const asRefusal = (error: unknown): unknown =>
  error instanceof BadCursor ? unprocessable([{ field: 'query.cursor', message: error.message }]) : error;

function problemAnswer({ log }: Pick<ApiPorts, 'log'>, c: ApiContext, thrown: unknown): Response {
  const error = asRefusal(thrown);
  const refusal = error instanceof Refusal ? error : undefined;
  if (refusal === undefined) log.error('a request failed', { requestId: c.env.requestId, cause: error });
  if (refusal?.status === 503)
    log.warn('the issuer of sign-ins could not be reached', { requestId: c.env.requestId });
  const { problem, headers } =
    refusal ??
    new Refusal(
      500,
      `this is a fault of ours and was noted; try again in a minute, or name reference ${c.env.requestId}`,
      {
        reference: c.env.requestId,
      },
    );
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: {
      ...commonHeaders,
      ...c.get('headers'),
      ...headers,
      'content-type': 'application/problem+json',
    },
  });
}

async function bodyOf(c: ApiContext): Promise<unknown> {
  const type = (c.req.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json' || c.req.header('content-encoding') !== undefined)
    throw new Refusal(415, 'send application/json, not compressed');
  if (c.env.isBodyTooLarge === true) throw new Refusal(413, 'send 128 KB at most');
  try {
    return JSON.parse(await c.req.text());
  } catch {
    throw new Refusal(400, 'the body is no JSON');
  }
}

function answerOf(
  c: ApiContext,
  { answer: form, passing = [], method }: PlacedRoute['route'],
  answer: Answer<unknown>,
): Response {
  const { value, headers = {} } = answer;
  if (form === 'nothing')
    return new Response(null, {
      status: 204,
      headers: { ...commonHeaders, ...c.get('headers'), ...headers },
    });
  if ('file' in form) {
    const bytes = typeof value === 'string' ? Buffer.from(value) : value;
    if (!(bytes instanceof Uint8Array)) throw new Error('a file was answered that is none');
    return bytesAnswer(
      c,
      200,
      bytes,
      { 'content-type': form.file, ...headers },
      method === 'get' ? tagOf(bytes) : undefined,
    );
  }
  // What the schema does not name is left out here, so that nothing gets out that the description does not have.
  const shown = form.json.parse(value);
  return jsonAnswer(
    c,
    form.status ?? 200,
    shown,
    headers,
    method === 'get' ? withoutFields(shown, passing) : undefined,
  );
}

function jsonAnswer(
  c: ApiContext,
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
  tagged?: unknown,
): Response {
  const text = JSON.stringify(value);
  const tag = tagged === undefined ? undefined : tagOf(tagged === value ? text : JSON.stringify(tagged));
  return bytesAnswer(c, status, text, { 'content-type': 'application/json', ...headers }, tag);
}

/** Weak, as what is compressed on the way has other bytes. */
const tagOf = (bytes: string | Uint8Array): string =>
  `W/"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;

function bytesAnswer(
  c: ApiContext,
  status: number,
  bytes: string | Uint8Array,
  given: Readonly<Record<string, string>>,
  tag: string | undefined,
): Response {
  const headers: Record<string, string> = {
    ...commonHeaders,
    ...c.get('headers'),
    ...(tag !== undefined && { etag: tag }),
    ...given,
  };
  if (headers.etag !== undefined && isKnown(c.req.header('if-none-match'), headers.etag)) {
    const { 'content-type': _type, 'content-disposition': _disposition, ...rest } = headers;
    return new Response(null, { status: 304, headers: rest });
  }
  return new Response(typeof bytes === 'string' ? bytes : new Uint8Array(bytes), { status, headers });
}

/** @see RFC 9110 §13.1.2: compared weakly */
const isKnown = (known: string | undefined, etag: string): boolean =>
  (known ?? '').split(',').some((each) => each.trim() === '*' || weak(each.trim()) === weak(etag));
const weak = (tag: string): string => tag.replace(/^W\//, '');

function withoutFields(value: unknown, fields: readonly string[]): unknown {
  if (fields.length === 0 || typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => !fields.includes(name)));
}

/** `{month}.pdf` takes what ends so. */
const routerPath = (path: string): string =>
  basePath +
  path
    .split('/')
    .map((part) =>
      part.replace(/^\{(\w+)\}(.*)$/, (_, name: string, end: string) =>
        end === '' ? `:${name}` : `:${name}{[^/]+${end.replaceAll('.', '\\.')}}`,
      ),
    )
    .join('/');

function paramsOf(path: string, c: ApiContext): Record<string, string> {
  const given: Readonly<Record<string, string>> = c.req.param();
  return Object.fromEntries(
    [...path.matchAll(/\{(\w+)\}([^/]*)/g)].map(([, name = '', end = '']) => {
      const value = given[name] ?? '';
      return [name, value.slice(0, value.length - end.length)];
    }),
  );
}

/** Names sort before parameters with an ending, and these before plain ones. */
const sortKey = (path: string): string =>
  path
    .split('/')
    .map((part) => (part.startsWith('{') ? (part.endsWith('}') ? '2' : '1') : `0${part}`))
    .join('/');

function methodsByPath(placed: readonly PlacedRoute[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { path, route } of placed) {
    const key = routerPath(path);
    const method = route.method.toUpperCase();
    found.set(key, [...(found.get(key) ?? []), method, ...(method === 'GET' ? ['HEAD'] : [])]);
  }
  return found;
}
