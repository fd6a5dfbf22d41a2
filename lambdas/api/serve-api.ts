import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { Logger } from '@aws-lambda-powertools/logger';
import { z } from 'zod';
import {
  environment,
  executions,
  metricStore,
  onFirstEvent,
  secretStore,
  stores,
  userDirectory,
  workflows,
} from '../../platform/environment.ts';
import { assetsIn } from '../../platform/graph/render-png.ts';
import { HeartbeatAddresses } from '../heartbeat/heartbeat-address.ts';
import {
  commonHeaders,
  type HttpRequest,
  type HttpResponse,
  problem,
  readRequest,
} from '../http/exchange.ts';
import { createApi } from './app.ts';
import { remoteKeys } from './key-set.ts';
import type { ApiPorts } from './ports.ts';

/** Below this, what compressing saves is less than its header. */
const smallestCompressedBytes = 1_400;
/** Numbers pack as well by the quickest levels as by the slowest, at a quarter of the time. */
const compression = 2;
/** A function's answer may have 6 MB, base64 included. */
const largestAnswerBytes = 4_400_000;

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'];
/** Some of the others a Request does not take. */
const unknownMethod = withAllow(problem(405, 'Method Not Allowed', 'no address here takes this method'));

function withAllow(response: HttpResponse): HttpResponse {
  return { ...response, headers: { ...response.headers, allow: 'GET, HEAD, POST, PUT, DELETE' } };
}

/** Serves the API behind an HTTP API: events of payload format 2.0 in, their answers out. */
export function createServeApi(ports: ApiPorts): (event: unknown) => Promise<HttpResponse> {
  const api = createApi(ports);
  return async (event) => {
    let request: HttpRequest;
    try {
      request = readRequest(event);
    } catch (error) {
      if (!(error instanceof z.ZodError)) throw error;
      return problem(
        400,
        'Bad Request',
        'the request is longer than any of ours, or not as the HTTP API writes it',
      );
    }
    if (!methods.includes(request.method)) return unknownMethod;
    const { at, requestId, sourceAddress, body } = request;
    const response = await api.fetch(toRequest(request), {
      at,
      requestId,
      sourceAddress,
      isBodyTooLarge: body === undefined,
    });
    return toAnswer(request, response, ports);
  };
}

function toRequest({ method, path, query, headers, body = '' }: HttpRequest): Request {
  const bodiless = method === 'GET' || method === 'HEAD';
  // The host is of no account, and what was sent as one might be none.
  const url = new URL('http://api.invalid');
  url.pathname = path;
  url.search = query.toString();
  return new Request(url, { method, headers: safeHeaders(headers), ...(!bodiless && { body }) });
}

/** Headers that a Request takes: what is no header's value is left out, as if it had not come. */
function safeHeaders(given: HttpRequest['headers']): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(given)) {
    try {
      headers.set(name, value);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
  }
  return headers;
}

async function toAnswer(request: HttpRequest, response: Response, { log }: ApiPorts): Promise<HttpResponse> {
  const headers: Record<string, string> = {
    ...Object.fromEntries(response.headers),
    vary: 'accept-encoding, authorization',
  };
  const bytes = Buffer.from(await response.arrayBuffer());
  const type = headers['content-type'] ?? '';
  const isText = type === '' || /^text\/|json/.test(type);
  const isCompressed =
    isText &&
    bytes.length >= smallestCompressedBytes &&
    /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  const sent = isCompressed ? gzipSync(bytes, { level: compression }) : bytes;
  if (sent.length > largestAnswerBytes) {
    log.error('an answer was too large to be given', { requestId: request.requestId, bytes: sent.length });
    return problem(500, 'Internal Server Error', 'the answer is too large; ask for less at once', {
      reference: request.requestId,
    });
  }
  return {
    statusCode: response.status,
    headers: isCompressed ? { ...commonHeaders, ...headers, 'content-encoding': 'gzip' } : headers,
    body: isText && !isCompressed ? sent.toString('utf8') : sent.toString('base64'),
    ...((!isText || isCompressed) && { isBase64Encoded: true }),
  };
}

export const handler = onFirstEvent(() => {
  const portalUrl = environment('PORTAL_URL');
  const issuer = environment('OIDC_ISSUER');
  const heartbeats = new HeartbeatAddresses(secretStore(), portalUrl);
  return createServeApi({
    ...stores(),
    metrics: metricStore(),
    workflows: workflows(),
    executions: executions(),
    people: userDirectory(),
    issuer: { issuer, clientId: environment('OIDC_CLIENT_ID'), keys: remoteKeys(issuer) },
    portalUrl,
    monitoringAddresses: environment('MONITORING_ADDRESSES').split(','),
    workflowsUrl: environment('WORKFLOWS_URL'),
    shards: Number(environment('SHARDS')),
    heartbeatUrl: (ref) => heartbeats.url(ref),
    reportFont: () => readFile(assetsIn(new URL('./', import.meta.url)).font),
    // Only the one-machine runtime has a clock that runs faster.
    speed: Number(process.env.CLOCK_SPEED ?? 1),
    log: new Logger({ serviceName: 'serve-api' }),
  });
});
