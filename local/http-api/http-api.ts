import { randomUUID } from 'node:crypto';
import { IncomingMessage } from 'node:http';
import { isObject, type JsonObject } from '../assembly/json.ts';
import type { Place } from '../assembly/physical-names.ts';
import type { Functions } from '../functions/functions.ts';
import { type InvocationResult, TooManyRequests } from '../functions/invocation.ts';
import { type ApiRoute, matchRoute, type RouteMatch } from './routes.ts';
import type { Throttle } from './throttle.ts';

export interface HttpApiOptions {
  readonly routes: readonly ApiRoute[];
  /** Of the stage. @default none */
  readonly throttle?: Throttle | undefined;
  readonly functions: Pick<Functions, 'invoke'>;
  readonly place: Place;
  /** Epoch milliseconds of the runtime's clock. */
  readonly now: () => number;
}

/** Types whose bodies the service hands on as text; every other one comes in base64, forms too. */
const textTypes = /^(text\/|application\/(json|javascript|xml)\b)/i;
/** What the service takes at most. */
const largestBodyBytes = 10_000_000;
/** The service sets these by itself. */
const ownHeaders = /^(connection|content-length|transfer-encoding|keep-alive)$/i;

/** Who asks, and what stands between. */
export interface Caller {
  readonly address: string;
  /** In place of the caller's own: what a distribution before the API sends of itself. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The address at the other end of a request's socket; what made the request knows it. */
export function callerAddress(env: unknown): string {
  const incoming = typeof env === 'object' && env !== null && 'incoming' in env ? env.incoming : undefined;
  return incoming instanceof IncomingMessage ? (incoming.socket.remoteAddress ?? loopback) : loopback;
}

const loopback = '127.0.0.1';

/**
 * Answers requests to the template's HTTP APIs with its functions, in payload format 2.0.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function createHttpApi({ routes, throttle, functions, place, now }: HttpApiOptions) {
  return {
    /** Undefined for what is no route of an API. */
    match(method: string, path: string): RouteMatch | undefined {
      return matchRoute(routes, method, path);
    },

    async answer(
      request: Request,
      match: RouteMatch,
      caller: Caller = { address: loopback },
    ): Promise<Response> {
      const { route } = match;
      if (throttle?.take() === false) return message(429, 'Too Many Requests');
      const body = Buffer.from(await request.arrayBuffer());
      if (body.length > largestBodyBytes) return message(413, 'Request Too Long');
      const event = JSON.stringify(eventOf(request, body, match, { place, caller, nowMs: now() }));
      let timer: NodeJS.Timeout | undefined;
      const tooLate = new Promise<undefined>((resolve) => {
        timer = setTimeout(() => resolve(undefined), route.timeLimitMs);
      });
      let result: InvocationResult | undefined;
      try {
        result = await Promise.race([functions.invoke(route.functionArn, event), tooLate]);
      } catch (error) {
        if (!(error instanceof TooManyRequests)) throw error;
        return message(503, 'Service Unavailable');
      } finally {
        clearTimeout(timer);
      }
      if (result === undefined) return message(503, 'Service Unavailable');
      if (!('payload' in result)) return message(500, 'Internal Server Error');
      return responseOf(JSON.parse(result.payload));
    },
  };
}

export type HttpApi = ReturnType<typeof createHttpApi>;

function eventOf(
  request: Request,
  body: Buffer,
  { route, parameters }: RouteMatch,
  { place, caller, nowMs }: { readonly place: Place; readonly caller: Caller; readonly nowMs: number },
): JsonObject {
  const { pathname, search, searchParams, host: ownHost } = new URL(request.url);
  const { cookie, ...own } = Object.fromEntries(request.headers);
  const { host = ownHost, ...given } = { ...own, ...caller.headers };
  // The service adds who speaks to it, as everybody on the way does.
  const forwardedFor = given['x-forwarded-for'];
  const headers: Record<string, string> = {
    ...given,
    host,
    'x-forwarded-for': forwardedFor === undefined ? caller.address : `${forwardedFor}, ${caller.address}`,
  };
  const isText = textTypes.test(headers['content-type'] ?? 'text/plain');
  const query = Object.fromEntries(
    [...new Set(searchParams.keys())].map((name) => [name, searchParams.getAll(name).join(',')]),
  );
  return {
    version: '2.0',
    routeKey: route.key,
    rawPath: pathname,
    rawQueryString: search.slice(1),
    ...(cookie !== undefined && { cookies: cookie.split(/;\s*/) }),
    headers,
    ...(Object.keys(query).length > 0 && { queryStringParameters: query }),
    requestContext: {
      accountId: place.accountId,
      apiId: route.apiId,
      domainName: host,
      domainPrefix: host.split('.')[0] ?? host,
      http: {
        method: request.method,
        path: pathname,
        protocol: 'HTTP/1.1',
        sourceIp: caller.address,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: route.key,
      stage: '$default',
      time: logTime(nowMs),
      timeEpoch: nowMs,
    },
    ...(Object.keys(parameters).length > 0 && { pathParameters: { ...parameters } }),
    ...(body.length > 0 && { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `21/Nov/2026:03:12:05 +0000`. */
function logTime(ms: number): string {
  const iso = new Date(ms).toISOString();
  const month = months[Number(iso.slice(5, 7)) - 1];
  return `${iso.slice(8, 10)}/${month}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
}

/** What has a status is an answer; anything else is the body of a good one. */
function responseOf(answer: unknown): Response {
  if (!isObject(answer) || answer.statusCode === undefined) {
    const body = typeof answer === 'string' ? answer : JSON.stringify(answer);
    return new Response(body, { status: 200, headers: { 'content-type': 'application/json' } });
  }
  const { statusCode, headers, cookies, body, isBase64Encoded } = answer;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 200 || status > 599) return message(500, 'Internal Server Error');
  const sent = new Headers({ 'content-type': 'text/plain; charset=utf-8' });
  try {
    for (const [name, value] of Object.entries(isObject(headers) ? headers : {})) {
      if (!ownHeaders.test(name)) sent.set(name, String(value));
    }
    for (const cookie of Array.isArray(cookies) ? cookies : []) sent.append('set-cookie', String(cookie));
  } catch {
    return message(500, 'Internal Server Error');
  }
  const hasNone = status === 204 || status === 304;
  const content = body === undefined || body === null || hasNone ? null : String(body);
  return new Response(
    content === null ? null : isBase64Encoded === true ? Buffer.from(content, 'base64') : content,
    { status, headers: sent },
  );
}

const message = (status: number, text: string): Response => Response.json({ message: text }, { status });
