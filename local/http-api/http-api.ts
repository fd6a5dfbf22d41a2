import { randomUUID } from 'node:crypto';
import { isObject, type JsonObject } from '../assembly/json.ts';
import type { Place } from '../assembly/physical-names.ts';
import type { Functions } from '../functions/functions.ts';
import { type InvocationResult, TooManyRequests } from '../functions/invocation.ts';
import { type ApiRoute, matchRoute, type RouteMatch } from './routes.ts';

export interface HttpApiOptions {
  readonly routes: readonly ApiRoute[];
  readonly functions: Pick<Functions, 'invoke'>;
  readonly place: Place;
  /** Epoch milliseconds of the runtime's clock. */
  readonly now: () => number;
}

/** Types whose bodies the service hands on as text; every other one comes in base64, forms too. */
const textTypes = /^(text\/|application\/(json|javascript|xml)\b)/i;
/** The service sets these by itself. */
const ownHeaders = /^(connection|content-length|transfer-encoding|keep-alive)$/i;

/**
 * Answers requests to the template's HTTP APIs with its functions, in payload format 2.0.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function createHttpApi({ routes, functions, place, now }: HttpApiOptions) {
  return {
    /** Undefined for what is no route of an API. */
    match(method: string, path: string): RouteMatch | undefined {
      return matchRoute(routes, method, path);
    },

    async answer(request: Request, match: RouteMatch): Promise<Response> {
      const { route } = match;
      const event = JSON.stringify(await eventOf(request, match, place, now()));
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

async function eventOf(
  request: Request,
  { route, parameters }: RouteMatch,
  { accountId }: Place,
  nowMs: number,
): Promise<JsonObject> {
  const { pathname, search, searchParams, host } = new URL(request.url);
  const { cookie, ...headers } = Object.fromEntries(request.headers);
  const body = Buffer.from(await request.arrayBuffer());
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
      accountId,
      apiId: route.apiId,
      domainName: host,
      domainPrefix: host.split('.')[0] ?? host,
      http: {
        method: request.method,
        path: pathname,
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
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
