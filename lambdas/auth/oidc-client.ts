import { decodeJwt } from 'jose';
import * as oauth from 'oauth4webapi';
import { z } from 'zod';
import { type Role, role } from '../../core/identity/principal.ts';
import type { SessionTimes } from '../../core/identity/session.ts';

export interface OidcClientOptions {
  /** Without a slash at the end; http only on one machine. */
  readonly issuer: string;
  readonly clientId: string;
  /** Where the provider leads back to after the sign-in. */
  readonly callbackUrl: string;
  /** And after the sign-out. */
  readonly signedOutUrl: string;
}

/** What a sign-in under way must remember; it lies in the browser's cookie. */
export const transaction = z.strictObject({
  state: z.string().min(20).max(200),
  nonce: z.string().min(20).max(200),
  verifier: z.string().min(43).max(128),
});
export type Transaction = z.output<typeof transaction>;

export interface Tokens {
  readonly accessToken: string;
  readonly expiresInSeconds: number;
  readonly refreshToken: string;
  /** Undefined for somebody who is in none of our groups. */
  readonly role: Role | undefined;
  readonly times: SessionTimes;
}

/** Why there are no tokens. */
export type FaultKind =
  /** The person said no, or the provider does not let them in. */
  | 'denied'
  /** The code or the session is used up, or was taken back. */
  | 'over'
  /** The provider wants the person to sign in again. */
  | 'again'
  /** The provider does not answer, or says that it cannot now. */
  | 'unavailable'
  /** What came is not what a provider of ours would send. */
  | 'invalid';

/** A sign-in that came to nothing. Its message holds no token, code or answer: it may be logged. */
export class SignInFault extends Error {
  readonly kind: FaultKind;
  constructor(kind: FaultKind, message: string) {
    super(message);
    this.name = 'SignInFault';
    this.kind = kind;
  }
}

const timeLimitMs = 5_000;
/** The provider's addresses change with a release of its, and its keys are looked up by themselves. */
const keptForMs = 60 * 60_000;

const accessClaims = z.object({
  iat: z.int(),
  auth_time: z.int(),
  'cognito:groups': z.array(z.string()).default([]),
});

/**
 * Speaks OpenID Connect with the provider: authorization code with PKCE, for a client without a secret.
 *
 * @see RFC 6749, RFC 7636, RFC 7009; OpenID Connect Core 1.0
 */
export class OidcClient {
  readonly #options: OidcClientOptions;
  readonly #client: oauth.Client;
  readonly #isInsecure: boolean;
  #known: { readonly server: oauth.AuthorizationServer; readonly untilMs: number } | undefined;

  constructor(options: OidcClientOptions) {
    this.#options = options;
    this.#client = { client_id: options.clientId };
    const { protocol, hostname } = new URL(options.issuer);
    this.#isInsecure = protocol === 'http:' && (hostname === 'localhost' || hostname === '127.0.0.1');
  }

  /**
   * Begins a sign-in.
   *
   * @param language of the provider's pages
   * @param isFresh whether the person gives the password even if the provider still knows them
   * @throws SignInFault
   */
  async begin(language: string, isFresh: boolean): Promise<{ transaction: Transaction; url: string }> {
    const { authorization_endpoint: endpoint } = await this.#server();
    if (endpoint === undefined)
      throw new SignInFault('invalid', 'the provider has no authorization endpoint');
    const verifier = oauth.generateRandomCodeVerifier();
    const made = { state: oauth.generateRandomState(), nonce: oauth.generateRandomNonce(), verifier };
    const url = new URL(endpoint);
    const parameters = {
      client_id: this.#options.clientId,
      response_type: 'code',
      redirect_uri: this.#options.callbackUrl,
      scope: 'openid',
      state: made.state,
      nonce: made.nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      // The standard's word, and the user pool's own.
      ui_locales: language,
      lang: language,
      ...(isFresh && { prompt: 'login' }),
    };
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    return { transaction: made, url: url.href };
  }

  /**
   * Ends a sign-in: takes what the provider sent back, and gets tokens for it.
   *
   * @param query of the callback's address
   * @throws SignInFault
   */
  async finish(query: URLSearchParams, { state, nonce, verifier }: Transaction): Promise<Tokens> {
    const server = await this.#server();
    return this.#saying('the code', async () => {
      const parameters = oauth.validateAuthResponse(server, this.#client, query, state);
      const response = await oauth.authorizationCodeGrantRequest(
        server,
        this.#client,
        oauth.None(),
        parameters,
        this.#options.callbackUrl,
        verifier,
        this.#request(),
      );
      const answer = await oauth.processAuthorizationCodeResponse(server, this.#client, response, {
        expectedNonce: nonce,
        requireIdToken: true,
      });
      await oauth.validateApplicationLevelSignature(server, response, this.#request());
      return readTokens(answer, undefined);
    });
  }

  /** Gets new tokens for a refresh token, which is replaced by it. @throws SignInFault */
  async renew(refreshToken: string): Promise<Tokens> {
    const server = await this.#server();
    return this.#saying('the refresh token', async () => {
      const response = await oauth.refreshTokenGrantRequest(
        server,
        this.#client,
        oauth.None(),
        refreshToken,
        this.#request(),
      );
      const answer = await oauth.processRefreshTokenResponse(server, this.#client, response);
      return readTokens(answer, refreshToken);
    });
  }

  /** Makes a refresh token worth nothing, and what was made of it. @throws SignInFault */
  async revoke(refreshToken: string): Promise<void> {
    const server = await this.#server();
    await this.#saying('the refresh token to revoke', async () => {
      const response = await oauth.revocationRequest(
        server,
        this.#client,
        oauth.None(),
        refreshToken,
        this.#request(),
      );
      await oauth.processRevocationResponse(response);
    });
  }

  /** Where the provider, too, forgets who is signed in; undefined when it has no such place. @throws SignInFault */
  async signOutUrl(): Promise<string | undefined> {
    const { end_session_endpoint: endpoint } = await this.#server();
    if (endpoint === undefined) return undefined;
    const url = new URL(endpoint);
    const { clientId, signedOutUrl } = this.#options;
    url.searchParams.set('client_id', clientId);
    // The standard's word, and the user pool's own.
    url.searchParams.set('post_logout_redirect_uri', signedOutUrl);
    url.searchParams.set('logout_uri', signedOutUrl);
    return url.href;
  }

  async #server(): Promise<oauth.AuthorizationServer> {
    const known = this.#known;
    if (known !== undefined && performance.now() < known.untilMs) return known.server;
    try {
      const server = await this.#saying('discovery', async () => {
        const issuer = new URL(this.#options.issuer);
        const response = await oauth.discoveryRequest(issuer, this.#request());
        return oauth.processDiscoveryResponse(issuer, response);
      });
      this.#known = { server, untilMs: performance.now() + keptForMs };
      return server;
    } catch (error) {
      // What was known an hour ago is most likely still so.
      if (known !== undefined) return known.server;
      throw error instanceof SignInFault ? new SignInFault('unavailable', error.message) : error;
    }
  }

  #request() {
    return {
      signal: AbortSignal.timeout(timeLimitMs),
      [oauth.allowInsecureRequests]: this.#isInsecure,
    };
  }

  /** Turns the library's errors into ours: theirs carry what the provider sent, tokens too. */
  async #saying<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw explain(what, error);
    }
  }
}

function readTokens(answer: oauth.TokenEndpointResponse, refreshBefore: string | undefined): Tokens {
  const refreshToken = answer.refresh_token ?? refreshBefore;
  if (refreshToken === undefined) throw new SignInFault('invalid', 'the provider gave no refresh token');
  const claims = accessClaims.safeParse(decodeJwt(answer.access_token));
  if (!claims.success)
    throw new SignInFault('invalid', 'the access token is not as the user pool makes them');
  const { iat, auth_time: authTime, 'cognito:groups': groups } = claims.data;
  return {
    accessToken: answer.access_token,
    expiresInSeconds: answer.expires_in ?? 0,
    refreshToken,
    // The one that may most counts, as its sessions are the shortest.
    role: role.options.toReversed().find((one) => groups.includes(one)),
    times: { authTime, issuedAt: iat },
  };
}

/** Errors that the provider names. @see RFC 6749 §4.1.2.1 and §5.2; OpenID Connect Core 1.0 §3.1.2.6 */
const kinds: Readonly<Record<string, FaultKind>> = {
  access_denied: 'denied',
  login_required: 'again',
  interaction_required: 'again',
  account_selection_required: 'again',
  consent_required: 'again',
  invalid_grant: 'over',
  temporarily_unavailable: 'unavailable',
  server_error: 'unavailable',
};

function explain(what: string, error: unknown): SignInFault {
  if (error instanceof SignInFault) return error;
  if (error instanceof oauth.AuthorizationResponseError || error instanceof oauth.ResponseBodyError) {
    return new SignInFault(
      kinds[error.error] ?? 'invalid',
      `the provider refused ${what}: ${word(error.error)}`,
    );
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const response = error instanceof Error && error.cause instanceof Response ? error.cause : undefined;
  if (response !== undefined && response.status >= 500) {
    return new SignInFault('unavailable', `the provider answered ${what} with status ${response.status}`);
  }
  const isOurs = error instanceof oauth.OperationProcessingError || code.startsWith('OAUTH_');
  if (isOurs)
    return new SignInFault('invalid', `the provider's answer to ${what} is not as it should be: ${code}`);
  const name = error instanceof Error ? error.name : 'unknown';
  const reason = error instanceof Error && error.cause instanceof Error ? causeOf(error.cause) : '';
  // fetch says TypeError for a connection that failed, and TimeoutError for an answer that did not come.
  const kind: FaultKind = name === 'TypeError' || name === 'TimeoutError' ? 'unavailable' : 'invalid';
  return new SignInFault(kind, `${what} could not be sent to the provider: ${name}${reason}`);
}

const causeOf = (cause: Error): string =>
  'code' in cause ? ` (${word(String(cause.code))})` : ` (${word(cause.name)})`;

/** Of what another sent, only what looks like the name of an error. */
const word = (text: string): string => text.replace(/[^A-Za-z0-9_.-]/g, '').slice(0, 60);
