import { scryptSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuth } from '../../lambdas/auth/serve-auth.ts';
import type { HttpResponse } from '../../lambdas/http/exchange.ts';
import { WebServer } from '../../local/http/web-server.ts';
import { LocalUsers } from '../../local/oidc/local-users.ts';
import { createOidcServer } from '../../local/oidc/oidc-server.ts';
import { OidcStore } from '../../local/oidc/oidc-store.ts';
import { openProviderKeys } from '../../local/oidc/provider-keys.ts';
import type { DemoPerson } from '../../local/oidc/sign-in-pages.ts';
import { Browser } from './browser.ts';

export const password = 'Kumo-no-Ito-1918';

/** As it is kept, but made in a moment: the real cost would be most of the time of these tests. */
const cheap = { cost: 2, blockSize: 8, parallel: 1 };
const cheapHash = {
  kind: 'scrypt' as const,
  ...cheap,
  salt: Buffer.from('salt').toString('base64'),
  hash: scryptSync(password, 'salt', 32, { N: cheap.cost, r: cheap.blockSize, p: cheap.parallel }).toString(
    'base64',
  ),
};

/** The portal's sign-in as it is served on one machine: our function, the real provider, one web server. */
export class SignInBench implements AsyncDisposable {
  readonly users: LocalUsers;
  /** Everything that was logged, by the function and by the provider. */
  readonly log: string[] = [];
  readonly #directory: string;
  readonly #demo: DemoPerson[] = [];
  #web: WebServer | undefined;
  #store: OidcStore | undefined;
  #port = 0;

  static async start(): Promise<SignInBench> {
    const bench = new SignInBench(mkdtempSync(join(tmpdir(), 'mimamori-sign-in-')));
    await bench.begin();
    return bench;
  }

  private constructor(directory: string) {
    this.#directory = directory;
    this.users = LocalUsers.open({ file: join(directory, 'users.json'), now: Date.now });
  }

  get url(): string {
    return `http://localhost:${this.#port}`;
  }

  file(name: string): string {
    return join(this.#directory, name);
  }

  browser(language = 'en'): Browser {
    return new Browser(this.url, language);
  }

  /** Adds somebody who may sign in with `password`. */
  add(mail: string, group: 'customer' | 'operator' | 'administrator' = 'customer'): string {
    const made = this.users.create(mail, { name: 'Taro' });
    if (made === undefined) throw new Error(`${mail} is taken`);
    this.users.save({ ...made, groups: [group], mustChangePassword: false, password: cheapHash });
    return made.username;
  }

  /** Offers somebody on the page, as the demo does. */
  offer(person: DemoPerson): void {
    this.#demo.push(person);
  }

  /** Serves, again on the same port after an end. */
  async begin(): Promise<void> {
    const say = (message: string, more: object = {}): void => {
      this.log.push(`${message} ${JSON.stringify(more)}`);
    };
    const web = await WebServer.listen({ port: this.#port, health: async () => [] });
    this.#web = web;
    this.#port = web.port;
    const store = OidcStore.open({ file: this.file('sign-ins.sqlite'), now: Date.now });
    this.#store = store;
    const client = { id: 'portal', callbackPaths: ['/auth/callback'], signedOutPaths: ['/signed-out'] };
    const oidc = createOidcServer({
      portalUrl: this.url,
      client,
      users: this.users,
      keys: await openProviderKeys(this.file('keys.json')),
      store,
      demo: this.#demo,
      now: Date.now,
      warn: say,
    });
    web.mount('/oidc', oidc.provider);
    web.mount('/local/token', oidc.tokens);
    const log = { warn: say, error: say };
    const auth = createAuth({ issuer: oidc.issuer, clientId: client.id, portalUrl: this.url, log });
    web.serve({ fetch: async (request) => responseOf(await auth(await eventOf(request))) });
  }

  /** Stops the provider alone; the portal's own pages go on being served. */
  stopProvider(): void {
    this.#web?.mount('/oidc', (_request, response) => response.writeHead(503).end());
  }

  async end(): Promise<void> {
    await this.#web?.close();
    this.#store?.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

/** An event of the HTTP API. */
async function eventOf(request: Request): Promise<object> {
  const { pathname, search } = new URL(request.url);
  const { cookie, ...headers } = Object.fromEntries(request.headers);
  return {
    rawPath: pathname,
    rawQueryString: search.slice(1),
    headers,
    ...(cookie !== undefined && { cookies: cookie.split('; ') }),
    body: await request.text(),
    requestContext: { requestId: 'r-1', timeEpoch: Date.now(), http: { method: request.method } },
  };
}

function responseOf({ statusCode, headers, cookies = [], body }: HttpResponse): Response {
  const sent = new Headers(headers);
  for (const cookie of cookies) sent.append('set-cookie', cookie);
  return new Response(body === '' ? null : body, { status: statusCode, headers: sent });
}
