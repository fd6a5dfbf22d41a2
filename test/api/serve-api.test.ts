import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { exportJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { remoteKeys } from '../../lambdas/api/key-set.ts';
import { createServeApi } from '../../lambdas/api/serve-api.ts';
import { bearerOf, hashOf, now } from './portal-desk.ts';
import { idsOf, seededPortal } from './seeded-portal.ts';

const authorization = `Bearer ${bearerOf(idsOf.acme.token)}`;

interface Sent {
  readonly method?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

const eventOf = (
  path: string,
  { method = 'GET', query = '', headers = {}, body, isBase64Encoded }: Sent = {},
) => ({
  version: '2.0',
  routeKey: 'ANY /api/{proxy+}',
  rawPath: path,
  rawQueryString: query,
  headers: { authorization, ...headers },
  ...(body !== undefined && { body, isBase64Encoded: isBase64Encoded ?? false }),
  requestContext: {
    requestId: 'request-9',
    timeEpoch: Date.parse(now),
    http: { method, sourceIp: '198.51.100.3' },
  },
});

describe('the function behind the HTTP API', () => {
  const opened = seededPortal().then(({ ports, logged }) => ({ serve: createServeApi(ports), logged }));

  it('given an event, then its answer is text, with the headers that every answer has', async () => {
    const { serve } = await opened;
    const { statusCode, headers, body, isBase64Encoded } = await serve(eventOf('/api/v1/me'));
    expect([statusCode, isBase64Encoded, JSON.parse(body)]).toMatchObject([200, undefined, { at: now }]);
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      vary: 'accept-encoding, authorization',
      'x-ratelimit-limit': '300',
    });
  });

  it('given somebody who takes gzip, when the answer is long, then it is compressed and has the same tag', async () => {
    const { serve } = await opened;
    const path = '/api/v1/openapi.json';
    const plain = await serve(eventOf(path));
    const packed = await serve(eventOf(path, { headers: { 'accept-encoding': 'br, gzip' } }));
    expect([packed.isBase64Encoded, packed.headers['content-encoding']]).toEqual([true, 'gzip']);
    expect(gunzipSync(Buffer.from(packed.body, 'base64')).toString()).toBe(plain.body);
    expect(packed.body.length).toBeLessThan(plain.body.length / 3);
    const short = await serve(eventOf('/api/v1/me', { headers: { 'accept-encoding': 'gzip' } }));
    expect(short.headers).not.toHaveProperty('content-encoding');
  });

  it('given a body in base64, then it is read; given one of 128 KB and more, then it is refused before it is', async () => {
    const { serve } = await opened;
    const post = { method: 'POST', headers: { 'content-type': 'application/json' } };
    const path = '/api/v1/operator/incidents/acme.web-1-1/updates';
    const body = Buffer.from('{"x":1}').toString('base64');
    // The scope is looked at before the body, so that a token without it learns nothing of forms.
    expect((await serve(eventOf(path, { ...post, body, isBase64Encoded: true }))).statusCode).toBe(403);
    const { ports } = await seededPortal();
    await ports.identity.createToken({ ...operatorsToken, scopes: ['incidents'] });
    const asOperator = {
      ...post,
      headers: { ...post.headers, authorization: `Bearer ${bearerOf('operatortokn')}` },
    };
    const operators = createServeApi(ports);
    expect((await operators(eventOf(path, { ...asOperator, body, isBase64Encoded: true }))).statusCode).toBe(
      422,
    );
    const large = await operators(eventOf(path, { ...asOperator, body: `"${'x'.repeat(131_072)}"` }));
    expect([large.statusCode, JSON.parse(large.body).title]).toEqual([413, 'Content Too Large']);
  });

  it('given any path, query and headers, then the answer is one of HTTP, and no fault of ours', async () => {
    const { ports, logged } = await seededPortal();
    ports.identity.countRequest = async () => 1;
    const serve = createServeApi(ports);
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.webPath(),
      fc.constantFrom('..', '%00', '%', '//', '\\', '{account}'),
    );
    const method = fc.constantFrom(
      'GET',
      'HEAD',
      'POST',
      'PUT',
      'DELETE',
      'OPTIONS',
      'TRACE',
      'CONNECT',
      'x y',
      '',
    );
    await fc.assert(
      fc.asyncProperty(text, text, text, method, async (path, query, value, asked) => {
        const given = {
          query,
          method: asked,
          headers: { 'x-any': value, 'if-none-match': value, 'content-type': value },
          body: value,
        };
        for (const place of [`/api/v1/${path}`, path, `/api/v1/servers/${path}`]) {
          const { statusCode } = await serve(eventOf(place, given));
          expect(statusCode).toBeLessThan(500);
        }
      }),
      { numRuns: 150 },
    );
    expect(logged).toEqual([]);
  });
});

const operatorsToken = {
  name: 'operators',
  role: 'operator' as const,
  id: 'operatortokn',
  hash: hashOf('operatortokn'),
  createdAt: now,
  createdBy: 'Ada',
};

const { publicKey, privateKey } = await generateKeyPair('ES256');
const jwk = { ...(await exportJWK(publicKey)), kid: 'a', alg: 'ES256' };
const signed = (kid: string) => new SignJWT({}).setProtectedHeader({ alg: 'ES256', kid }).sign(privateKey);

describe('the keys of the issuer', () => {
  async function issuerWith(keys: unknown[], named?: string) {
    let asked = 0;
    const server = createServer((request, response) => {
      asked += 1;
      const { port } = server.address() as AddressInfo;
      const issuer = named ?? `http://127.0.0.1:${port}`;
      const isDescription = request.url === '/.well-known/openid-configuration';
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify(isDescription ? { issuer, jwks_uri: `http://127.0.0.1:${port}/keys` } : { keys }),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return {
      url: `http://127.0.0.1:${port}`,
      asked: () => asked,
      [Symbol.asyncDispose]: async () => {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      },
    };
  }
  it('given an issuer, then it is asked once, however many tokens come, and however many are forged', async () => {
    await using issuer = await issuerWith([jwk]);
    const keys = remoteKeys(issuer.url);
    for (let count = 0; count < 5; count += 1) await jwtVerify(await signed('a'), keys);
    expect(issuer.asked()).toBe(2);
    for (let count = 0; count < 5; count += 1)
      await expect(jwtVerify(await signed('forged'), keys)).rejects.toThrow();
    expect(issuer.asked()).toBe(2);
  });

  it('given one that describes another issuer, then its keys are not taken', async () => {
    await using issuer = await issuerWith([jwk], 'https://other.example');
    await expect(jwtVerify(await signed('a'), remoteKeys(issuer.url))).rejects.toThrow(
      'describes the issuer https://other.example',
    );
  });

  it('given one that was away, when it is back, then the next token is judged', async () => {
    await using issuer = await issuerWith([jwk]);
    let isAway = true;
    const keys = remoteKeys(issuer.url);
    const realFetch = globalThis.fetch;
    globalThis.fetch = async (...given) => {
      if (isAway) throw new TypeError('fetch failed');
      return realFetch(...given);
    };
    try {
      await expect(jwtVerify(await signed('a'), keys)).rejects.toThrow('fetch failed');
      isAway = false;
      await expect(jwtVerify(await signed('a'), keys)).resolves.toBeDefined();
    } finally {
      globalThis.fetch = realFetch;
    }
  });
});
