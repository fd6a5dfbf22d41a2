import { ourName } from '../talk/our-name.ts';
import type { Credentials } from './credentials.ts';
import { isSameOrigin } from './redirect.ts';
import type { HttpSettings } from './settings.ts';
import type { HttpPlace } from './url.ts';

/** What one request says, wherever it goes. */
export interface Asking {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly send?: string | undefined;
  /** A redirect has led elsewhere: credentials are kept back from here on. */
  readonly isStranger: boolean;
}

export function firstAsking(settings: HttpSettings, credentials: Credentials): Asking {
  const { method, send } = settings;
  const headers = { ...plainHeaders(settings), ...credentials.headers };
  return { method, headers, send, isStranger: false };
}

/** Goes out with every request to whatever place: nothing secret. */
function plainHeaders({ requestHeaders = {}, send, contentType }: HttpSettings): Record<string, string> {
  const headers: Record<string, string> = {
    'User-Agent': ourName,
    Accept: '*/*',
    'Accept-Encoding': 'identity',
  };
  for (const [name, value] of Object.entries(requestHeaders)) {
    const own = Object.keys(headers).find((one) => one.toLowerCase() === name.toLowerCase());
    headers[own ?? name] = value;
  }
  if (send !== undefined) headers['Content-Type'] = contentType ?? 'application/x-www-form-urlencoded';
  return headers;
}

/**
 * What is asked where a redirect leads: the page of a POST is fetched unless the server wants the same again, and
 * credentials stay with the server that they are for.
 * @see RFC 9110 §15.4
 */
export function nextAsking(
  before: Asking,
  settings: HttpSettings,
  from: HttpPlace,
  to: HttpPlace,
  status: number,
): Asking {
  const isStranger = before.isStranger || !isSameOrigin(from, to);
  const headers = isStranger ? plainHeaders(settings) : { ...before.headers };
  if (before.method !== 'POST' || status === 307 || status === 308) return { ...before, headers, isStranger };
  delete headers['Content-Type'];
  return { method: 'GET', headers, isStranger };
}
