import { z } from 'zod';
import type { Instant } from '../../core/instant.ts';

/** A cause report in Japanese takes nine bytes for each character of its form; everything else is far smaller. */
const largestBodyBytes = 131_072;

/** An event of an HTTP API, payload format 2.0; what is not read here may be as it will. */
const httpEvent = z.object({
  rawPath: z.string().max(4000),
  rawQueryString: z.string().max(4000).default(''),
  headers: z.record(z.string(), z.string()).default({}),
  cookies: z.array(z.string().max(4096)).max(50).default([]),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().default(false),
  requestContext: z.object({
    requestId: z.string().max(200),
    timeEpoch: z.number(),
    http: z.object({ method: z.string().max(20), sourceIp: z.string().max(60).default('') }),
  }),
});

export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** `name=value`, as the browser sent them. */
  readonly cookies: readonly string[];
  /** Undefined when it is larger than any of ours. */
  readonly body: string | undefined;
  readonly at: Instant;
  readonly requestId: string;
  /** Of who speaks to the HTTP API: of the portal's visitors it is a server of the distribution. */
  readonly sourceAddress: string;
}

export interface HttpResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Values of Set-Cookie. */
  readonly cookies?: readonly string[];
  /** In base64 when it says so: what is no text, or compressed. */
  readonly body: string;
  readonly isBase64Encoded?: boolean;
}

export function readRequest(event: unknown): HttpRequest {
  const { rawPath, rawQueryString, headers, cookies, body, isBase64Encoded, requestContext } =
    httpEvent.parse(event);
  const bytes = Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8');
  return {
    method: requestContext.http.method.toUpperCase(),
    path: rawPath,
    query: new URLSearchParams(rawQueryString),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    cookies,
    body: bytes.length > largestBodyBytes ? undefined : bytes.toString('utf8'),
    at: new Date(requestContext.timeEpoch).toISOString(),
    requestId: requestContext.requestId,
    sourceAddress: requestContext.http.sourceIp,
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
