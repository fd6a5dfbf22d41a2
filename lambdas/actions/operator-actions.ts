import { Logger } from '@aws-lambda-powertools/logger';
import { environment, onFirstEvent, secretStore, stores, workflows } from '../../platform/environment.ts';
import { type HttpRequest, type HttpResponse, problem, readRequest } from '../http/exchange.ts';
import { ActionLinks } from './action-link.ts';
import { troublePage } from './action-pages.ts';
import { type ApiPorts, serveApi } from './serve-api.ts';
import { serveEngineerApi } from './serve-engineer-api.ts';
import { type LinkPorts, serveLink } from './serve-links.ts';

export interface OperatorActionsPorts extends LinkPorts, ApiPorts {
  readonly log: Pick<Logger, 'error'>;
}

const linkPath = /^\/operator\/actions\/([A-Za-z0-9._-]{1,800})$/;
const apiPath = /^\/api\/operator\/incidents\/([a-z0-9.-]{1,100})\/actions$/;
const engineerPath =
  /^\/api\/operator\/incidents\/([a-z0-9.-]{1,100})\/(acknowledgement|updates|cause-report)$/;

/** Serves the operators' pages and API behind the HTTP API. */
export function createOperatorActions(
  ports: OperatorActionsPorts,
): (event: unknown) => Promise<HttpResponse> {
  return async (event) => {
    const request = readRequest(event);
    const response = await route(ports, request).catch((error: unknown) => failed(ports, request, error));
    return request.method === 'HEAD' ? { ...response, body: '' } : response;
  };
}

async function route(ports: OperatorActionsPorts, request: HttpRequest): Promise<HttpResponse> {
  const [, engaged, deed] = engineerPath.exec(request.path) ?? [];
  if (engaged !== undefined && deed !== undefined) return serveEngineerApi(ports, request, engaged, deed);
  const [, incident] = apiPath.exec(request.path) ?? [];
  if (incident !== undefined) return serveApi(ports, request, incident);
  const [, token] = linkPath.exec(request.path) ?? [];
  if (request.path.startsWith('/operator/')) return serveLink(ports, request, token ?? '');
  return problem(404, 'Not Found', 'there is nothing here');
}

/** The path holds the link itself, so that no log has it. */
function failed(
  { log }: OperatorActionsPorts,
  { path, requestId }: HttpRequest,
  error: unknown,
): Promise<HttpResponse> | HttpResponse {
  log.error('an operator action failed', { requestId, cause: error });
  if (path.startsWith('/api/'))
    return problem(500, 'Internal Server Error', `try again in a minute; reference ${requestId}`);
  return troublePage('en', 'failed', requestId);
}

export const handler = onFirstEvent(() =>
  createOperatorActions({
    ...stores(),
    workflows: workflows(),
    secrets: secretStore(),
    links: new ActionLinks(secretStore(), environment('ACTION_URL')),
    log: new Logger({ serviceName: 'operator-actions' }),
  }),
);
