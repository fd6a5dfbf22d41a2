import { Logger } from '@aws-lambda-powertools/logger';
import { environment, onFirstEvent, secretStore, stores, workflows } from '../../platform/environment.ts';
import { type HttpRequest, type HttpResponse, problem, readRequest } from '../http/exchange.ts';
import { ActionLinks } from './action-link.ts';
import { troublePage } from './action-pages.ts';
import { type LinkPorts, serveLink } from './serve-links.ts';

export interface OperatorActionsPorts extends LinkPorts {
  readonly log: Pick<Logger, 'error'>;
}

const linkPath = /^\/operator\/actions\/([A-Za-z0-9._-]{1,800})$/;

/** Serves the pages of the operators' and engineers' links behind the HTTP API. */
export function createOperatorActions(
  ports: OperatorActionsPorts,
): (event: unknown) => Promise<HttpResponse> {
  return async (event) => {
    const request = readRequest(event);
    const response = await route(ports, request).catch((error: unknown) => failed(ports, request, error));
    return request.method === 'HEAD' ? { ...response, body: '' } : response;
  };
}

/** What every other path gets: the function is asked for links alone. */
const nothing = problem(404, 'Not Found', 'there is nothing here');

async function route(ports: OperatorActionsPorts, request: HttpRequest): Promise<HttpResponse> {
  const [, token] = linkPath.exec(request.path) ?? [];
  return request.path.startsWith('/operator/') ? serveLink(ports, request, token ?? '') : nothing;
}

/** The path holds the link itself, so that no log has it. */
function failed(
  { log }: OperatorActionsPorts,
  { requestId }: HttpRequest,
  error: unknown,
): Promise<HttpResponse> {
  log.error('an operator action failed', { requestId, cause: error });
  return troublePage('en', 'failed', requestId);
}

export const handler = onFirstEvent(() =>
  createOperatorActions({
    ...stores(),
    workflows: workflows(),
    links: new ActionLinks(secretStore(), environment('ACTION_URL')),
    log: new Logger({ serviceName: 'operator-actions' }),
  }),
);
