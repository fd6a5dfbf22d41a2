import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { isLoopbackOrigin, namesLoopback } from '../aws/loopback.ts';

export interface WebServerOptions {
  /** 0 for any that is free. */
  readonly port: number;
  /** Names of the parts that do not serve now; none when all is well. */
  readonly health: () => Promise<string[]>;
}

/** A Hono app, or whatever answers like one. */
export interface Pages {
  fetch(request: Request, env?: unknown): Response | Promise<Response>;
}

/** What the HTTP API takes; pages take less. */
const largestBodyBytes = 10_000_000;
const requestLimitMs = 30_000;

/**
 * The web server of the one machine, on loopback only. It listens before there is anything to show, so that a taken
 * port is found first and `/healthz` can be asked from the beginning.
 */
export class WebServer {
  readonly #server: Server;
  #pages: Pages | undefined;
  readonly #mounts = new Map<string, (request: IncomingMessage, response: ServerResponse) => void>();

  /** @throws when the port is taken */
  static async listen({ port, health }: WebServerOptions): Promise<WebServer> {
    const web = new WebServer(health);
    await new Promise<void>((resolve, reject) => {
      web.#server.once('error', reject);
      web.#server.listen(port, '127.0.0.1', resolve);
    });
    return web;
  }

  private constructor(health: WebServerOptions['health']) {
    const app = new Hono();
    app.use(bodyLimit({ maxSize: largestBodyBytes }));
    app.get('/healthz', async (context) => {
      const failing = this.#pages === undefined ? ['start'] : await health();
      context.header('cache-control', 'no-store');
      return failing.length === 0
        ? context.json({ status: 'ok' })
        : context.json({ status: 'unavailable', failing }, 503);
    });
    app.all('*', async (context) => {
      if (this.#pages === undefined)
        return context.text('Mimamori is starting; try again in a moment.\n', 503);
      return this.#pages.fetch(context.req.raw, context.env);
    });
    const serve = getRequestListener(app.fetch);
    this.#server = createServer({ requestTimeout: requestLimitMs }, (request, response) => {
      const refusal = refuse(request);
      const mount = this.#mountOf(request);
      if (refusal === undefined && mount !== undefined) mount(request, response);
      else if (refusal === undefined) void serve(request, response);
      else response.writeHead(403, { 'content-type': 'text/plain; charset=utf-8' }).end(`${refusal}\n`);
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Puts the pages behind the server. */
  serve(pages: Pages): void {
    this.#pages = pages;
  }

  /**
   * Gives a path, and all below it, to what answers Node's own requests.
   *
   * @param path without a slash at the end
   */
  mount(path: string, answer: (request: IncomingMessage, response: ServerResponse) => void): void {
    this.#mounts.set(path, answer);
  }

  #mountOf({ url = '/' }: IncomingMessage) {
    const path = url.replace(/\?.*$/s, '');
    return [...this.#mounts].find(([mounted]) => path === mounted || path.startsWith(`${mounted}/`))?.[1];
  }

  async close(): Promise<void> {
    await new Promise((resolve) => {
      this.#server.close(resolve);
      this.#server.closeAllConnections();
    });
  }
}

/** Keeps other sites' pages out: those that reach here by a name of theirs, and forms that they post to here. */
function refuse(request: IncomingMessage): string | undefined {
  if (!namesLoopback(request.headers)) {
    return 'Open this page as http://localhost with its port; other names of this machine are refused.';
  }
  const { origin } = request.headers;
  const isReading = request.method === 'GET' || request.method === 'HEAD';
  if (!isReading && origin !== undefined && !isLoopbackOrigin(origin)) {
    return 'This was sent from a page of another site; send it from a page of this one.';
  }
  return undefined;
}
