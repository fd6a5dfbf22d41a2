import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { interactionPolicy, Provider } from 'oidc-provider';
import { z } from 'zod';
import { preferredLanguage } from '../../core/preferred-language.ts';
import type { Language } from '../../core/text.ts';
import { accessClaims, accessTokenSeconds, makeAccessToken } from './access-token.ts';
import { Attempts } from './attempts.ts';
import type { LocalUser, LocalUsers } from './local-users.ts';
import type { OidcStore } from './oidc-store.ts';
import { waitingPasswords } from './password-hash.ts';
import { isGoodPassword } from './password-policy.ts';
import type { ProviderKeys } from './provider-keys.ts';
import {
  changePage,
  type DemoPerson,
  document,
  type PageOf,
  signInPage,
  signInPolicy,
  signOutPage,
  wordPage,
} from './sign-in-pages.ts';
import { signInWords } from './words.ts';

/** The portal, as the template's user pool client describes it. */
export interface PortalClient {
  readonly id: string;
  /** Paths of the portal to which the sign-in and the sign-out lead back. */
  readonly callbackPaths: readonly string[];
  readonly signedOutPaths: readonly string[];
}

export interface OidcServerOptions {
  /** `http://localhost:8080`; the provider is at `/oidc` of it. */
  readonly portalUrl: string;
  readonly client: PortalClient;
  readonly users: LocalUsers;
  readonly keys: ProviderKeys;
  readonly store: OidcStore;
  /** Offered on the page by one click, so nobody in particular is kept out: for the demo only. */
  readonly demo: readonly DemoPerson[];
  /** Epoch milliseconds of real time: what tokens go by. */
  readonly now: () => number;
  readonly warn: (message: string) => void;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export interface OidcServer {
  readonly issuer: string;
  /** Answers `/oidc/…`. */
  readonly provider: Answer;
  /** Answers `POST /local/token`. */
  readonly tokens: Answer;
}

const thirtyDays = 30 * 24 * 60 * 60;
/** As long as the user pool's own: who comes back later gives the password again. */
const sessionSeconds = 60 * 60;
const largestFormBytes = 8 * 1024;
/** More than these wait for a look at their password: it would take longer than people wait. */
const mostWaiting = 20;

/** The OpenID provider of one machine, and its page. */
export function createOidcServer(options: OidcServerOptions): OidcServer {
  const { portalUrl, client, users, keys, now, warn } = options;
  const issuer = `${portalUrl}/oidc`;
  const attempts = new Attempts({ now });
  const provider = new Provider(issuer, configurationOf(options, issuer));
  provider.on('server_error', (_context, error) => warn(`the sign-in could not answer: ${error.message}`));
  const answerProvider = provider.callback();

  /** @returns the user, or what to tell the person; it never tells whether the name exists */
  async function check(name: string, password: string): Promise<LocalUser | Refusal> {
    const waitMs = attempts.waitMs(name);
    if (waitMs > 0) return { reason: 'wait', seconds: Math.ceil(waitMs / 1000) };
    if (waitingPasswords() >= mostWaiting) return { reason: 'busy', seconds: 60 };
    // Counted before the look, which takes a while: else a hundred at once would all be looked at.
    attempts.failed(name);
    const user = await users.withPassword(name, password);
    if (user === undefined || !user.isEnabled) return { reason: 'wrong' };
    attempts.succeeded(name);
    return user;
  }

  async function serveForm(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    let language = languageOf(request);
    let words = signInWords[language];
    let details: Awaited<ReturnType<typeof provider.interactionDetails>>;
    try {
      details = await provider.interactionDetails(request, response);
    } catch (error) {
      if (!(error instanceof Error && error.name === 'SessionNotFound')) throw error;
      return send(response, 400, wordPage(language, words.expiredTitle, words.expired));
    }
    if (path !== `/sign-in/${details.uid}`) {
      return send(response, 400, wordPage(language, words.expiredTitle, words.expired));
    }
    // What the portal asked for, unless the person has chosen since.
    const chosen = languageIn(request.url);
    language = chosen ?? languageIn(`?lang=${String(details.params.ui_locales)}`) ?? language;
    words = signInWords[language];
    const action = `/oidc${path}${chosen === undefined ? '' : `?lang=${chosen}`}`;
    const otherLanguage = `/oidc${path}?lang=${language === 'ja' ? 'en' : 'ja'}`;
    const { demo } = options;
    if (request.method !== 'POST') {
      return send(response, 200, signInPage({ language, action, demo, otherLanguage }));
    }
    if (!isFromPage(request, portalUrl)) {
      return send(response, 403, wordPage(language, words.refusedTitle, words.refused));
    }
    const form = new URLSearchParams((await readBody(request)) ?? '');
    const finish = (user: LocalUser): Promise<void> => {
      const login = { accountId: user.username, amr: ['pwd'] };
      return provider.interactionFinished(request, response, { login }, { mergeWithLastSubmission: false });
    };
    const person = demo.find(({ username }) => username === form.get('demo'));
    if (person !== undefined) {
      const user = users.find(person.username);
      if (user?.isEnabled) return finish(user);
    }
    const mail = (form.get('mail') ?? '').slice(0, 254);
    const password = (form.get('password') ?? '').slice(0, 256);
    const checked = await check(mail, password);
    if ('reason' in checked) {
      const fault = explain(checked, language);
      if (checked.seconds !== undefined) response.setHeader('retry-after', String(checked.seconds));
      const status = checked.reason === 'wrong' ? 401 : checked.reason === 'wait' ? 429 : 503;
      return send(response, status, signInPage({ language, action, mail, fault, demo, otherLanguage }));
    }
    if (!checked.mustChangePassword) return finish(checked);
    const wished = form.get('new-password');
    if (wished === null) return send(response, 200, changePage({ language, action, mail: checked.mail }));
    if (wished === password || !isGoodPassword(wished, checked.mail)) {
      const fault = words.weak;
      return send(response, 422, changePage({ language, action, mail: checked.mail, fault }));
    }
    await users.setPassword(checked.username, wished, false);
    return finish(checked);
  }

  async function serveToken(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST') {
      response.setHeader('allow', 'POST');
      return sendJson(response, 405, { error: 'send POST with {"username": …, "password": …}' });
    }
    const given = tokenRequest.safeParse(parseJson(await readBody(request)));
    if (!given.success) {
      return sendJson(response, 400, { error: 'the body is not {"username": …, "password": …} in JSON' });
    }
    const { username, password } = given.data;
    const checked = await check(nameOf(users, username), password);
    if ('reason' in checked) {
      if (checked.seconds !== undefined) response.setHeader('retry-after', String(checked.seconds));
      const status = checked.reason === 'wrong' ? 401 : checked.reason === 'wait' ? 429 : 503;
      return sendJson(response, status, { error: explain(checked, 'en') });
    }
    if (checked.mustChangePassword) {
      const error = `the password is one to begin with; sign in at ${portalUrl}/ once and choose another`;
      return sendJson(response, 403, { error });
    }
    const authTime = Math.floor(now() / 1000);
    const access_token = await makeAccessToken(checked, keys, { issuer, clientId: client.id, authTime });
    sendJson(response, 200, { access_token, expires_in: accessTokenSeconds });
  }

  const guarded =
    (work: (request: IncomingMessage, response: ServerResponse) => Promise<void> | void): Answer =>
    (request, response) => {
      Promise.resolve(work(request, response)).catch((error: unknown) => {
        warn(`the sign-in could not answer: ${error instanceof Error ? error.message : String(error)}`);
        const words = signInWords[languageOf(request)];
        if (response.headersSent) response.end();
        else void send(response, 500, wordPage(languageOf(request), words.failedTitle, words.failed));
      });
    };

  return {
    issuer,
    provider: guarded((request, response) => {
      const url = request.url ?? '/';
      const path = url.replace(/^\/oidc/, '').replace(/\?.*$/s, '');
      if (path.startsWith('/sign-in/')) return serveForm(request, response, path);
      if (path.startsWith('/assets/')) return sendAsset(response, path.slice('/assets/'.length));
      // The provider asks for both: where it is called, and what is left for it of the address.
      Object.assign(request, { originalUrl: url, url: url.replace(/^\/oidc/, '') || '/' });
      return answerProvider(request, response);
    }),
    tokens: guarded(serveToken),
  };
}

function configurationOf(
  { portalUrl, client, users, keys, store, warn }: OidcServerOptions,
  issuer: string,
): Configuration {
  const show = async (context: KoaContextWithOIDC, page: PageOf): Promise<void> => {
    context.type = 'html';
    context.set('content-security-policy', signInPolicy);
    context.set(pageHeaders);
    context.body = await document(page);
  };
  const scope = 'openid';
  return {
    adapter: (model) => store.adapter(model),
    jwks: { keys: [keys.token] },
    clients: [
      {
        client_id: client.id,
        application_type: 'web',
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        redirect_uris: client.callbackPaths.map((path) => `${portalUrl}${path}`),
        post_logout_redirect_uris: client.signedOutPaths.map((path) => `${portalUrl}${path}`),
        id_token_signed_response_alg: 'RS256',
        require_auth_time: true,
      },
    ],
    scopes: [scope],
    claims: { openid: ['sub'] },
    responseTypes: ['code'],
    pkce: { required: () => true },
    cookies: {
      keys: [keys.cookie],
      names: { session: 'oidc_session', interaction: 'oidc_sign_in', resume: 'oidc_resume' },
      long: { httpOnly: true, sameSite: 'lax', signed: true, path: '/oidc' },
      short: { httpOnly: true, sameSite: 'lax', signed: true },
    },
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      revocation: {
        enabled: true,
        allowedPolicy: async (_context, asking, token) => token.clientId === asking.clientId,
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: async () => portalUrl,
        useGrantedResource: async () => true,
        getResourceServerInfo: async () => ({
          scope,
          audience: portalUrl,
          accessTokenFormat: 'jwt',
          accessTokenTTL: accessTokenSeconds,
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: async (context, form) => {
          const secret = /name="xsrf" value="([^"]+)"/.exec(form)?.[1] ?? '';
          // Whoever comes from another site's link is asked; from the portal, its own button was the answer.
          const isOurs = context.get('sec-fetch-site') === 'same-origin';
          await show(
            context,
            signOutPage(languageOf(context.req), context.oidc.urlFor('end_session_confirm'), secret, isOurs),
          );
        },
        postLogoutSuccessSource: async (context) => {
          const language = languageOf(context.req);
          const words = signInWords[language];
          await show(context, wordPage(language, words.signedOutTitle, words.signedOut));
        },
      },
    },
    formats: {
      customizers: {
        jwt: async (context, token, jwt) => {
          const user = 'accountId' in token ? users.find(String(token.accountId)) : undefined;
          const { AuthorizationCode: code, RefreshToken: refresh } = context.oidc.entities;
          const authTime = code?.authTime ?? refresh?.authTime;
          if (user === undefined || authTime === undefined) throw new Error('a token needs its user');
          Object.assign(jwt.payload, accessClaims(user, { issuer, clientId: client.id, authTime }));
        },
      },
    },
    ttl: {
      AccessToken: accessTokenSeconds,
      AuthorizationCode: 60,
      IdToken: accessTokenSeconds,
      Interaction: 10 * 60,
      Session: sessionSeconds,
      Grant: thirtyDays,
      // A token that replaces another lives as long as that one would have: thirty days after the password at most.
      RefreshToken: (context) => context?.oidc.entities.RotatedRefreshToken?.remainingTTL ?? thirtyDays,
    },
    issueRefreshToken: async (_context, asking) => asking.grantTypeAllowed('refresh_token'),
    expiresWithSession: async () => false,
    rotateRefreshToken: true,
    interactions: {
      url: (_context, interaction) => `/oidc/sign-in/${interaction.uid}`,
      policy: policyFor(users),
    },
    findAccount: (_context, subject, token) => {
      const began = token !== undefined && 'authTime' in token ? Number(token.authTime) : undefined;
      return mayGoOn(users.find(subject), began)
        ? { accountId: subject, claims: () => ({ sub: subject }) }
        : undefined;
    },
    loadExistingGrant: async ({ oidc }) => {
      const { provider, session } = oidc;
      const known = session?.grantIdFor(client.id);
      const kept = known === undefined ? undefined : await provider.Grant.find(known);
      if (kept !== undefined) return kept;
      const accountId = session?.accountId;
      if (accountId === undefined) return undefined;
      // The portal is the provider's own: nobody is asked what it may see.
      const grant = new provider.Grant({ clientId: client.id, accountId });
      grant.addOIDCScope(scope);
      grant.addResourceScope(portalUrl, scope);
      await grant.save();
      return grant;
    },
    renderError: async (context, out) => {
      const language = languageOf(context.req);
      const words = signInWords[language];
      warn(
        `the sign-in refused a request: ${out.error}${out.error_description ? `, ${out.error_description}` : ''}`,
      );
      await show(context, wordPage(language, words.failedTitle, words.failed));
    },
  };
}

/** Whether what a person began, in seconds since 1970, still counts. */
function mayGoOn(user: LocalUser | undefined, began: number | undefined): boolean {
  if (user === undefined || !user.isEnabled) return false;
  return began === undefined || user.signedOutMs === undefined || began * 1000 > user.signedOutMs;
}

/** The provider's own, and: whoever is out by now gives a password again, also where the provider still knows them. */
function policyFor(users: LocalUsers): interactionPolicy.Prompt[] {
  const policy = interactionPolicy.base();
  const { Check } = interactionPolicy;
  policy.get('login')?.checks.add(
    new Check('person_is_out', 'the person has to sign in again', ({ oidc: { session } }) => {
      const subject = session?.accountId;
      const isIn = subject === undefined || mayGoOn(users.find(subject), session?.loginTs);
      return isIn ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT;
    }),
  );
  return policy;
}

interface Refusal {
  readonly reason: 'wrong' | 'wait' | 'busy';
  readonly seconds?: number;
}

function explain({ reason, seconds = 0 }: Refusal, language: Language): string {
  const words = signInWords[language];
  return reason === 'wait' ? words.wait(seconds) : words[reason];
}

const tokenRequest = z.object({ username: z.string().min(1).max(254), password: z.string().min(1).max(256) });

/** The mail address, or what stands before its @ where only one person has that. */
function nameOf(users: LocalUsers, name: string): string {
  if (name.includes('@')) return name;
  const fitting = users.all().filter(({ mail }) => mail.startsWith(`${name.toLowerCase()}@`));
  return fitting.length === 1 ? (fitting[0]?.mail ?? name) : name;
}

function languageIn(url: string | undefined): Language | undefined {
  const wished = /[?&](?:lang|ui_locales)=(ja|en)\b/.exec(url ?? '')?.[1];
  return wished === 'ja' || wished === 'en' ? wished : undefined;
}

const languageOf = ({ headers, url }: IncomingMessage): Language =>
  languageIn(url) ?? preferredLanguage(headers['accept-language']) ?? 'en';

/** Browsers say where a form comes from. */
function isFromPage({ headers }: IncomingMessage, portalUrl: string): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return false;
  return headers.origin === undefined || headers.origin === portalUrl;
}

/** @returns undefined when it is longer than any form of ours */
async function readBody(request: AsyncIterable<Buffer>): Promise<string | undefined> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request) {
    bytes += piece.length;
    if (bytes > largestFormBytes) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

const pageHeaders = {
  'cache-control': 'no-store',
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

async function send(response: ServerResponse, status: number, page: PageOf): Promise<void> {
  const body = await document(page);
  response
    .writeHead(status, {
      ...pageHeaders,
      'content-type': 'text/html; charset=utf-8',
      'content-language': page.language,
      'content-security-policy': signInPolicy,
    })
    .end(body);
}

function sendJson(response: ServerResponse, status: number, value: object): void {
  response
    .writeHead(status, { 'cache-control': 'no-store', 'content-type': 'application/json' })
    .end(JSON.stringify(value));
}

const assetTypes: Readonly<Record<string, string>> = {
  'sign-in.css': 'text/css; charset=utf-8',
  'sign-out.js': 'text/javascript; charset=utf-8',
  'mark.svg': 'image/svg+xml',
};
const folderOf = (name: string): string => (name === 'mark.svg' ? '../pages/assets' : './assets');
const assets = new Map(
  Object.keys(assetTypes).map((name) => [
    name,
    readFileSync(new URL(`${folderOf(name)}/${name}`, import.meta.url)),
  ]),
);

function sendAsset(response: ServerResponse, name: string): void {
  const body = assets.get(name);
  if (body === undefined) {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('there is nothing here\n');
    return;
  }
  response
    .writeHead(200, {
      'content-type': assetTypes[name] ?? '',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
    })
    .end(body);
}
