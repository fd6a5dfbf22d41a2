import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServeApi } from '../../lambdas/api/serve-api.ts';
import { now } from './portal-desk.ts';
import type { seededPortal } from './seeded-portal.ts';

/** The function behind a server on a free port, as the HTTP API calls it: events of payload format 2.0. */
export async function serveByHttp(
  { ports }: Pick<Awaited<ReturnType<typeof seededPortal>>, 'ports'>,
  at = now,
) {
  const serve = createServeApi(ports);
  const server = createServer(async (request, response) => {
    const { statusCode, headers, body, isBase64Encoded } = await serve(await eventOf(request, at));
    response.writeHead(statusCode, { ...headers });
    response.end(Buffer.from(body, isBase64Encoded === true ? 'base64' : 'utf8'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function eventOf(request: IncomingMessage, at: string): Promise<unknown> {
  const { pathname, search } = new URL(request.url ?? '/', 'http://host.invalid');
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  return {
    version: '2.0',
    routeKey: 'ANY /api/{proxy+}',
    rawPath: pathname,
    rawQueryString: search.slice(1),
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    ),
    // The service gives every body that is no text in base64.
    ...(body.length > 0 && { body: body.toString('base64'), isBase64Encoded: true }),
    requestContext: {
      requestId: 'request-http',
      timeEpoch: Date.parse(at),
      http: { method: request.method, sourceIp: '198.51.100.7' },
    },
  };
}
