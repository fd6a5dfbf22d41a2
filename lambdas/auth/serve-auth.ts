import { Logger } from '@aws-lambda-powertools/logger';
import { ownPath } from '../../core/identity/own-path.ts';
import { sessionSecondsLeft } from '../../core/identity/session.ts';
import { preferredLanguage } from '../../core/preferred-language.ts';
import type { Language } from '../../core/text.ts';
import { environment, onFirstEvent } from '../../platform/environment.ts';
import {
  commonHeaders,
  type HttpRequest,
  type HttpResponse,
  json,
  problem,
  readRequest,
} from '../http/exchange.ts';
import { Cookies } from './cookies.ts';
import { OidcClient, SignInFault, type Tokens } from './oidc-client.ts';
import { type Trouble, troublePage, troubles } from './trouble-page.ts';

/** Where operators read what went wrong. */
export interface AuthLog {
  warn(message: string, more: Record<string, string>): void;
  error(message: string, more: Record<string, string>): void;
}

export interface AuthPorts {
  readonly issuer: string;
  readonly clientId: string;
  /** Without a slash at the end. */
  readonly portalUrl: string;
  readonly log: AuthLog;
}

/**
 * Serves the sign-in behind the HTTP API. The browser never holds what renews a session where a script could read it:
 * it has a cookie, and pages get access tokens for a quarter of an hour.
 *
 * @see draft-ietf-oauth-browser-based-apps, §6.2, token-mediating backend
 */
export function createAuth({ issuer, clientId, portalUrl, log }: AuthPorts) {
  const cookies = new Cookies(portalUrl);
  const client = new OidcClient({
    issuer,
    clientId,
    callbackUrl: `${portalUrl}/auth/callback`,
    signedOutUrl: `${portalUrl}/signed-out`,
  });

  async function signIn(request: HttpRequest): Promise<HttpResponse> {
    const { query } = request;
    const language = languageOf(request);
    const trouble = troubles.find((one) => one === query.get('problem'));
    if (trouble !== undefined) return troublePage(trouble, language);
    const to = ownPath(query.get('to') ?? undefined) ?? '/';
    try {
      const { transaction, url } = await client.begin(language, query.get('fresh') === '1');
      return redirect(url, cookies.keepUnderWay(request, { ...transaction, to }));
    } catch (error) {
      return troublePage(troubleOf(request, error), language);
    }
  }

  async function callback(request: HttpRequest): Promise<HttpResponse> {
    const { query } = request;
    const state = query.get('state') ?? '';
    const underWay = cookies.underWay(request, state);
    // Used up, begun in another browser, or forged: nothing of it is passed on.
    if (underWay === undefined) return toTrouble('over', []);
    const { to, ...transaction } = underWay;
    const done = cookies.forgetUnderWay(state);
    try {
      const tokens = await client.finish(query, transaction);
      const seconds = secondsLeft(tokens);
      if (seconds === 0) {
        await giveUp(request, tokens.refreshToken);
        return toTrouble('session-over', [done]);
      }
      return redirect(ownPath(to) ?? '/', [done, cookies.keepRefreshToken(tokens.refreshToken, seconds)]);
    } catch (error) {
      return toTrouble(troubleOf(request, error), [done]);
    }
  }

  async function session(request: HttpRequest): Promise<HttpResponse> {
    const before = cookies.refreshToken(request);
    if (before === undefined) return unauthorized('nobody is signed in here; sign in at /auth/sign-in', []);
    try {
      const tokens = await client.renew(before);
      const seconds = secondsLeft(tokens);
      if (seconds === 0) {
        await giveUp(request, tokens.refreshToken);
        return unauthorized('the session is over; sign in at /auth/sign-in', [cookies.forgetRefreshToken()]);
      }
      const { accessToken: access_token, expiresInSeconds: expires_in } = tokens;
      return withCookies(json(200, { access_token, expires_in }), [
        cookies.keepRefreshToken(tokens.refreshToken, seconds),
      ]);
    } catch (error) {
      const trouble = troubleOf(request, error);
      // Not the session's fault: it goes on when the provider is there again.
      if (trouble === 'unavailable' || trouble === 'invalid') {
        const answer = problem(
          503,
          'Service Unavailable',
          'the sign-in service does not answer; try again in a minute',
        );
        return { ...answer, headers: { ...answer.headers, 'retry-after': '10' } };
      }
      return unauthorized('the session is over; sign in at /auth/sign-in', [cookies.forgetRefreshToken()]);
    }
  }

  async function signOut(request: HttpRequest): Promise<HttpResponse> {
    const token = cookies.refreshToken(request);
    if (token !== undefined) await giveUp(request, token);
    const to = await client.signOutUrl().catch((error: unknown) => {
      troubleOf(request, error);
      return undefined;
    });
    return withCookies(json(200, { to: to ?? `${portalUrl}/signed-out` }), [cookies.forgetRefreshToken()]);
  }

  /** A token that could not be revoked is forgotten all the same, and ends by itself. */
  async function giveUp(request: HttpRequest, refreshToken: string): Promise<void> {
    await client.revoke(refreshToken).catch((error: unknown) => void troubleOf(request, error));
  }

  /** Notes a fault for the operators. @throws what is none */
  function troubleOf({ requestId }: HttpRequest, error: unknown): Trouble {
    if (!(error instanceof SignInFault)) throw error;
    const { kind, message } = error;
    if (kind === 'unavailable' || kind === 'invalid') log.error(message, { requestId });
    else log.warn(message, { requestId });
    return kind;
  }

  const routes: Readonly<Record<string, (request: HttpRequest) => Promise<HttpResponse>>> = {
    'GET /auth/sign-in': signIn,
    'GET /auth/callback': callback,
    'POST /auth/session': session,
    'POST /auth/sign-out': signOut,
  };

  return async (event: unknown): Promise<HttpResponse> => {
    let request: HttpRequest;
    try {
      request = readRequest(event);
    } catch {
      // Longer than any address or cookie of ours.
      log.warn('a request was not read', {});
      return troublePage('invalid', 'ja');
    }
    const serve = routes[`${request.method} ${request.path}`];
    if (serve === undefined) return problem(404, 'Not Found', 'there is nothing here');
    if (request.method === 'POST' && !isFromPortal(request, portalUrl)) {
      return problem(403, 'Forbidden', 'this is for pages of the portal only');
    }
    try {
      return await serve(request);
    } catch (error) {
      const { requestId } = request;
      // Only its name: what a library throws may hold a token.
      log.error('the sign-in failed', { requestId, kind: error instanceof Error ? error.name : 'unknown' });
      return request.method === 'GET'
        ? troublePage('invalid', languageOf(request))
        : problem(500, 'Internal Server Error', `try again in a minute; reference ${requestId}`);
    }
  };
}

/** Who has no group of ours may nothing; their session ends with the shortest. */
const secondsLeft = ({ role = 'administrator', times }: Tokens): number => sessionSecondsLeft(role, times);

/** Browsers say where a request comes from, and no page can make them say otherwise. */
function isFromPortal({ headers }: HttpRequest, portalUrl: string): boolean {
  const { origin, 'sec-fetch-site': site } = headers;
  if (origin === undefined && site === undefined) return false;
  return (origin === undefined || origin === portalUrl) && (site === undefined || site === 'same-origin');
}

function languageOf({ query, headers }: HttpRequest): Language {
  const wished = query.get('lang');
  if (wished === 'ja' || wished === 'en') return wished;
  return preferredLanguage(headers['accept-language']) ?? 'ja';
}

const redirect = (to: string, cookies: readonly string[]): HttpResponse => ({
  statusCode: 303,
  headers: { ...commonHeaders, location: to },
  cookies,
  body: '',
});

/** The page has an address of its own, without the code: it may be loaded again, and read in another language. */
const toTrouble = (trouble: Trouble, cookies: readonly string[]): HttpResponse =>
  redirect(`/auth/sign-in?problem=${trouble}`, cookies);

const withCookies = (response: HttpResponse, cookies: readonly string[]): HttpResponse => ({
  ...response,
  cookies,
});

const unauthorized = (detail: string, cookies: readonly string[]): HttpResponse =>
  withCookies(problem(401, 'Unauthorized', detail), cookies);

export const handler = onFirstEvent(() =>
  createAuth({
    issuer: environment('OIDC_ISSUER'),
    clientId: environment('OIDC_CLIENT_ID'),
    portalUrl: environment('PORTAL_URL'),
    log: new Logger({ serviceName: 'serve-auth' }),
  }),
);
