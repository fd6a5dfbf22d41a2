import { z } from 'zod';
import type { Instant } from '../../core/instant.ts';

/** A cause report in Japanese takes nine bytes for each character of its form; everything else is far smaller. */
const largestBodyBytes = 131_072;

/** An event of an HTTP API, payload format 2.0; what is not read here may be as it will. */
const httpEvent = z.object({
  rawPath: z.string().max(4000),
  rawQueryString: z.string().max(4000).default(''),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().default(false),
  requestContext: z.object({
    requestId: z.string().max(200),
    timeEpoch: z.number(),
    http: z.object({ method: z.string().max(20) }),
  }),
});

export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined when it is larger than any of ours. */
  readonly body: string | undefined;
  readonly at: Instant;
  readonly requestId: string;
}

export interface HttpResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function readRequest(event: unknown): HttpRequest {
  const { rawPath, rawQueryString, headers, body, isBase64Encoded, requestContext } = httpEvent.parse(event);
  const bytes = Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8');
  return {
    method: requestContext.http.method.toUpperCase(),
    path: rawPath,
    query: new URLSearchParams(rawQueryString),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    body: bytes.length > largestBodyBytes ? undefined : bytes.toString('utf8'),
    at: new Date(requestContext.timeEpoch).toISOString(),
    requestId: requestContext.requestId,
  };
}

/** True for the type itself and with parameters behind it. */
export const hasType = ({ headers }: HttpRequest, type: string): boolean =>
  (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() === type;

/** For every answer: nothing is kept by a cache, guessed, framed, indexed, or told to another site. */
export const commonHeaders = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-robots-tag': 'noindex, nofollow',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** @see RFC 9457 */
export const problem = (
  status: number,
  title: string,
  detail: string,
  more: Readonly<Record<string, unknown>> = {},
): HttpResponse =>
  json(status, { title, status, detail, ...more }, { 'content-type': 'application/problem+json' });

export const json = (
  statusCode: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse => ({
  statusCode,
  headers: { ...commonHeaders, 'content-type': 'application/json', ...headers },
  body: JSON.stringify(value),
});
