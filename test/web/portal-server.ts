/**
 * The portal as it is built, on an API of samples: the same addresses, headers and refusals as the real one, in memory.
 *
 *     npx node test/web/portal-server.ts [port] [role] [servers]
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { NamedAccount } from '../../core/api/me.ts';
import type { Role } from '../../core/identity/principal.ts';
import { buildSite } from '../../lib/site-code.ts';
import { accountSample } from './account-fixtures.ts';
import { accounts, fleetOf, meAs, overviewOf } from './fixtures.ts';
import { incidentSample } from './incident-fixtures.ts';
import { maintenanceSample } from './maintenance-fixtures.ts';
import { operatorSample } from './operator-fixtures.ts';
import { serverSample } from './server-fixtures.ts';

/** What the portal's pages may load: themselves, and nothing inline. */
export const contentSecurityPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; " +
  "manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
};

export interface PortalOptions {
  readonly role?: Role;
  /** Servers of the account; 48 without. */
  readonly servers?: number;
  readonly speed?: number;
  /** False for a browser that keeps no cookie: signing in changes nothing. */
  readonly keepsCookies?: boolean;
  /** 0 for any that is free. */
  readonly port?: number;
}

/** A request as the samples see it. */
export interface Call {
  readonly method: string;
  /** Below the version and the account: `servers/web-1`. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Of an operator's address. */
  readonly account: string | undefined;
  readonly body: unknown;
  /** What it came with. */
  readonly token: string | undefined;
  readonly key: string | undefined;
}

export interface Reply {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers a call, or leaves it to the next. */
export type Sample = (call: Call) => Reply | undefined;

/** The samples that pages of one subject need; put before the usual ones. */
export class PortalServer {
  readonly #server: Server;
  readonly #samples: Sample[];
  /** Set to false to be signed out. */
  isSignedIn = true;
  /** Set to have every call of the API answered with this status; 0 breaks the connection. */
  failure: number | undefined;
  /** The only access token that is taken. */
  token = 'sample';
  /** Every call, oldest first. */
  readonly calls: Call[] = [];
  /** How many were answered with 304. */
  unchanged = 0;
  /** How often a session was given. */
  sessions = 0;
  /** What was asked of the sign-in, in its order. */
  readonly asked: ('session' | 'sign-in' | 'sign-out')[] = [];
  /** Where those who went to sign in are to come back to. */
  readonly signIns: string[] = [];
  readonly #keepsCookies: boolean;

  static async start(options: PortalOptions = {}, samples: readonly Sample[] = []): Promise<PortalServer> {
    const portal = new PortalServer([...samples, usualSamples(options)], options.keepsCookies ?? true);
    portal.#server.listen(options.port ?? 0, '127.0.0.1');
    await once(portal.#server, 'listening');
    return portal;
  }

  private constructor(samples: Sample[], keepsCookies: boolean) {
    this.#samples = samples;
    this.#keepsCookies = keepsCookies;
    this.#server = createServer((request, response) => {
      void this.#answer(request, response);
    });
  }

  get origin(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    await new Promise((resolve) => {
      this.#server.close(resolve);
      this.#server.closeAllConnections();
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', this.origin);
    response.setHeader('content-security-policy', contentSecurityPolicy);
    response.setHeader('x-content-type-options', 'nosniff');
    response.setHeader('referrer-policy', 'same-origin');
    response.setHeader('cross-origin-opener-policy', 'same-origin');
    if (pathname === '/auth/session') {
      this.asked.push('session');
      if (!this.isSignedIn) return json(response, 401, { title: 'Unauthorized', status: 401, detail: '' });
      this.sessions += 1;
      return json(response, 200, { access_token: this.token, expires_in: 900 });
    }
    if (pathname === '/auth/sign-out') {
      this.asked.push('sign-out');
      this.isSignedIn = false;
      return json(response, 200, { to: '/signed-out' });
    }
    if (pathname === '/auth/sign-in') {
      this.asked.push('sign-in');
      const to = searchParams.get('to') ?? '/';
      this.signIns.push(to);
      this.isSignedIn = this.#keepsCookies;
      response.writeHead(302, { location: to }).end();
      return;
    }
    if (pathname.startsWith('/api/v1/')) return this.#answerCall(request, response, pathname, searchParams);
    serveSite(request, response, pathname);
  }

  async #answerCall(
    request: IncomingMessage,
    response: ServerResponse,
    pathname: string,
    query: URLSearchParams,
  ): Promise<void> {
    const [, account, path = ''] = /^\/api\/v1\/(?:accounts\/([^/]+)\/)?(.*)$/.exec(pathname) ?? [];
    const call: Call = {
      method: request.method ?? 'GET',
      path,
      query,
      account,
      body: await bodyOf(request),
      token: request.headers.authorization?.slice('Bearer '.length),
      key: keyOf(request),
    };
    this.calls.push(call);
    if (this.failure === 0) {
      response.destroy();
      return;
    }
    if (this.failure !== undefined)
      return json(response, this.failure, {
        title: 'Failure',
        status: this.failure,
        detail: 'as the test wants it',
        reference: '7f3a91',
      });
    if (call.token !== this.token && path !== 'openapi.json')
      return json(response, 401, { title: 'Unauthorized', status: 401, detail: 'sign in' });
    if (path === 'openapi.json') {
      // Only one page reads it, and making it loads the whole API.
      const { apiDescription } = await import('./api-description.ts');
      return json(response, 200, apiDescription());
    }
    for (const sample of this.#samples) {
      const reply = sample(call);
      if (reply === undefined) continue;
      const { status = 200, body, headers = {} } = reply;
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      json(response, status, body, request.headers['if-none-match']);
      if (response.statusCode === 304) this.unchanged += 1;
      return;
    }
    json(response, 404, { title: 'Not Found', status: 404, detail: `${path} is not there` });
  }
}

/** Pages of a list: the cursor is the place to go on from. */
export function pageOf<T>(all: readonly T[], query: URLSearchParams): { items: T[]; next?: string } {
  const from = Number(query.get('cursor') ?? 0);
  const limit = Number(query.get('limit') ?? 50);
  const next = from + limit;
  return { items: all.slice(from, next), ...(next < all.length ? { next: String(next) } : {}) };
}

function usualSamples({ role = 'customer', servers: count = 48, speed = 1 }: PortalOptions): Sample {
  const fleet = fleetOf(count);
  const ofServer = serverSample(fleet);
  const ofMaintenance = maintenanceSample();
  return (call) => {
    const { path, query } = call;
    if (path === 'me') return { body: { ...meAs(role), speed } };
    if (path === 'overview') return { body: overviewOf(fleet) };
    if (path === 'accounts') return { body: pageOf(accounts, query) };
    const named = accounts.find(({ id }) => path === `accounts/${id}`);
    if (named !== undefined)
      return { body: { id: named.id, name: named.name, timeZone: 'Asia/Tokyo' } satisfies NamedAccount };
    if (path === 'servers') {
      const wanted = query.get('q')?.toLowerCase() ?? '';
      const wantedStandings = query.getAll('standing');
      const found = fleet.filter(
        (server) =>
          (wantedStandings.length === 0 || wantedStandings.includes(server.standing)) &&
          `${server.id} ${server.name} ${server.address}`.toLowerCase().includes(wanted),
      );
      return { body: pageOf(found, query) };
    }
    return (
      ofMaintenance(call) ??
      incidentSample(call) ??
      accountSample(call) ??
      ofServer(call) ??
      operatorSample(call)
    );
  };
}

const keyOf = ({ headers }: IncomingMessage): string | undefined => {
  const key = headers['idempotency-key'];
  return typeof key === 'string' ? key : undefined;
};

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const content = Buffer.concat(chunks).toString('utf8');
  return content === '' ? undefined : JSON.parse(content);
}

function json(response: ServerResponse, status: number, body: unknown, ifNoneMatch?: string): void {
  response.setHeader('cache-control', 'no-store');
  if (body === undefined) {
    response.writeHead(status === 200 ? 204 : status).end();
    return;
  }
  const content = JSON.stringify(body);
  const etag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 16)}"`;
  response.setHeader('etag', etag);
  if (ifNoneMatch === etag) {
    response.writeHead(304).end();
    return;
  }
  response.setHeader('content-type', status < 400 ? 'application/json' : 'application/problem+json');
  response.writeHead(status).end(content);
}

const zipped = new Map<string, Buffer>();

function serveSite(request: IncomingMessage, response: ServerResponse, pathname: string): void {
  const { files } = buildSite();
  const name = pathname.slice(1);
  // What is no file of the site is a page of the portal; ids have dots, too.
  const found = files.has(name) || name.startsWith('assets/') ? name : 'index.html';
  const content = files.get(found);
  if (content === undefined) {
    response.writeHead(404).end();
    return;
  }
  response.setHeader('content-type', types[extname(found)] ?? 'application/octet-stream');
  response.setHeader(
    'cache-control',
    found.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
  );
  if (!(request.headers['accept-encoding'] ?? '').includes('gzip')) {
    response.end(content);
    return;
  }
  const packed = zipped.get(found) ?? gzipSync(content);
  zipped.set(found, packed);
  response.setHeader('content-encoding', 'gzip');
  response.end(packed);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , port = '8090', role = 'customer', servers = '48'] = process.argv;
  const portal = await PortalServer.start({
    port: Number(port),
    role: role as Role,
    servers: Number(servers),
  });
  console.log(`the portal on samples: ${portal.origin}`);
}
