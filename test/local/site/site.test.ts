import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildSite } from '../../../lib/site-code.ts';
import type { JsonObject } from '../../../local/assembly/json.ts';
import { readAssembly } from '../../../local/assembly/read-assembly.ts';
import { listUnsimulated } from '../../../local/assembly/unsimulated.ts';
import { WebServer } from '../../../local/http/web-server.ts';
import { besidePages } from '../../../local/http-api/beside-pages.ts';
import { createHttpApi } from '../../../local/http-api/http-api.ts';
import { readApiRoutes } from '../../../local/http-api/routes.ts';
import { readDistribution } from '../../../local/site/read-distribution.ts';
import { createSite } from '../../../local/site/site.ts';
import { appFor } from '../../lib/templates.ts';

/** The shipped template, with functions that say what they were asked. */
const assembly = readAssembly(appFor({ metricStore: 'sqlite' }).synth().directory);
const events: JsonObject[] = [];
let answer: object = { statusCode: 200 };
const api = createHttpApi({
  routes: readApiRoutes(assembly),
  place: assembly.place,
  now: () => Date.parse('2026-11-21T03:12:05.250Z'),
  functions: {
    invoke: async (_function, event) => {
      events.push(JSON.parse(event));
      return { payload: JSON.stringify(answer) };
    },
  },
});
const noPages = { routes: [], fetch: () => new Response('a page', { status: 404 }) };

let web: WebServer;
beforeAll(async () => {
  web = await WebServer.listen({ port: 0, health: async () => [] });
  const distribution = readDistribution(assembly);
  if (distribution === undefined) throw new Error('the template has no distribution');
  const warn = (message: string) => {
    throw new Error(message);
  };
  const origin = `http://localhost:${web.port}`;
  web.serve(besidePages(noPages, api, createSite({ distribution, api, origin, warn })));
});
afterAll(() => web.close());

/** As it is written, where `fetch` would tidy up the path or ask for what it can unpack. */
async function ask(path: string, { method = 'GET', headers = {} as Record<string, string> } = {}) {
  const socket = connect(web.port, '127.0.0.1');
  const lines = Object.entries({ host: `localhost:${web.port}`, connection: 'close', ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  socket.setEncoding('latin1').write(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
  const [head = '', ...body] = (await text(socket)).split('\r\n\r\n');
  const [status = '', ...rest] = head.split('\r\n');
  return {
    status: Number(status.split(' ')[1]),
    headers: new Headers(rest.map((line) => line.split(/:\s*(.*)/s, 2) as [string, string])),
    body: Buffer.from(body.join('\r\n\r\n'), 'latin1'),
  };
}

const { files, firstScripts } = buildSite();
const fileAt = (path: string): Buffer => Buffer.from(files.get(path) ?? '');
const script = firstScripts.toSorted((a, b) => fileAt(b).length - fileAt(a).length)[0] ?? '';

describe('the site', () => {
  for (const path of ['/', '/servers/web-1', '/incidents/demo.web-1-2', '/operator', '/no/such/page/']) {
    it(`given ${path}, when a browser asks, then it is the page, under the headers of the template, asked for anew each time`, async () => {
      const { status, headers, body } = await ask(path);
      expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([
        200,
        'text/html',
        'no-cache',
      ]);
      expect(body.equals(fileAt('index.html'))).toBe(true);
      expect(headers.get('content-security-policy')).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
      );
      expect(headers.get('strict-transport-security')).toBe('max-age=63072000; includeSubDomains');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('same-origin');
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
    });
  }

  it('given a file with its hash, when it is asked for, then it may be kept for good', async () => {
    const { status, headers, body } = await ask(`/${script}`);
    expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([
      200,
      'text/javascript',
      'public, max-age=31536000, immutable',
    ]);
    expect(body.equals(fileAt(script))).toBe(true);
  });

  const encodings = [
    { accept: 'gzip, deflate, br, zstd', encoding: 'br', unpack: brotliDecompressSync },
    { accept: 'gzip', encoding: 'gzip', unpack: gunzipSync },
    { accept: 'br;q=0, gzip;q=0.5', encoding: 'gzip', unpack: gunzipSync },
  ];
  for (const { accept, encoding, unpack } of encodings) {
    it(`given a browser that takes ${accept}, when it asks for a script, then it comes by ${encoding}, the same each time`, async () => {
      const [first, second] = await Promise.all(
        [1, 2].map(() => ask(`/${script}`, { headers: { 'accept-encoding': accept } })),
      );
      expect(first?.headers.get('content-encoding')).toBe(encoding);
      expect(first?.headers.get('vary')).toBe('accept-encoding');
      expect(first?.headers.get('etag')).toMatch(/^W\/"[0-9a-f]{32}"$/);
      expect(unpack(first?.body ?? '').equals(fileAt(script))).toBe(true);
      expect(first?.body.equals(second?.body ?? Buffer.alloc(0))).toBe(true);
    });
  }

  for (const accept of ['', 'identity', 'zstd', 'gzip;q=0, br;q=0.0']) {
    it(`given a browser that takes ${accept === '' ? 'nothing' : accept}, when it asks, then the file comes as it is`, async () => {
      const { headers, body } = await ask(`/${script}`, { headers: { 'accept-encoding': accept } });
      expect(headers.get('content-encoding')).toBeNull();
      expect(body.equals(fileAt(script))).toBe(true);
    });
  }

  it('given a file that the browser has, when it asks for news, then there is none; when it has another, then it comes', async () => {
    for (const encoding of ['', 'br']) {
      const first = await ask('/', { headers: { 'accept-encoding': encoding } });
      const etag = first.headers.get('etag') ?? '';
      for (const given of [etag, `"x", ${etag}`, etag.replace('W/', ''), '*']) {
        const again = await ask('/', { headers: { 'if-none-match': given, 'accept-encoding': encoding } });
        expect([again.status, again.body.length, again.headers.get('etag')]).toEqual([304, 0, etag]);
        expect(again.headers.get('content-security-policy')).not.toBeNull();
      }
      const other = await ask('/', { headers: { 'if-none-match': '"x"' } });
      expect(other.status).toBe(200);
    }
  });

  it('given HEAD, then it says what GET would, without the body', async () => {
    const [head, get] = [await ask('/', { method: 'HEAD' }), await ask('/')];
    expect([head.status, head.body.length]).toEqual([200, 0]);
    for (const name of ['content-length', 'etag', 'content-type', 'cache-control'])
      expect(head.headers.get(name)).toBe(get.headers.get(name));
  });

  const missing = [
    '/assets/none.js',
    '/assets/',
    '/assets/main.js',
    '/favicon.ico',
    '/index.htm.bak',
    '/assets/..%2findex.html',
    '/assets/%2e%2e%2f%2e%2e%2fetc%2fpasswd',
    '/assets/%00',
    '/assets/constructor',
    '/__proto__.js',
  ];
  for (const path of missing) {
    it(`given ${path}, when it is asked for, then it is not there, and nothing of this machine is shown`, async () => {
      const { status, headers, body } = await ask(path);
      expect([status, headers.get('content-type')]).toEqual([404, 'text/plain; charset=utf-8']);
      expect(body.toString()).toBe('There is no such file.\n');
    });
  }

  const upward = [
    '/../../../etc/passwd',
    '/assets/../../../../etc/passwd',
    '/..%2f..%2f..%2fetc/passwd',
    '//etc/passwd',
    '/assets/..\\..\\etc\\passwd',
  ];
  for (const path of upward) {
    it(`given ${path}, when it is asked for, then it is the page or nothing, and never a file of this machine`, async () => {
      const { status, body } = await ask(path);
      expect([200, 400, 404]).toContain(status);
      if (status === 200) expect(body.equals(fileAt('index.html'))).toBe(true);
      expect(body.toString()).not.toContain('root:');
    });
  }

  it('given a page that is asked for by the machine’s number, then the reader is led to its name, as cookies go by it', async () => {
    const { status, headers } = await ask('/servers?q=a', { headers: { host: `127.0.0.1:${web.port}` } });
    expect([status, headers.get('location')]).toEqual([307, `http://localhost:${web.port}/servers?q=a`]);
  });

  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
    it(`given ${method} to the site, then it is refused`, async () => {
      expect((await ask('/servers', { method, headers: { 'content-length': '0' } })).status).toBe(403);
    });
  }
});

describe('the API behind the site', () => {
  const link = '/operator/actions/abc';

  it('given a request, when it comes through the distribution, then the function sees what the service would send', async () => {
    answer = { statusCode: 200 };
    await ask(`${link}?a=1`, {
      headers: { cookie: 'x=1', 'x-forwarded-for': '203.0.113.9', authorization: 'Bearer t' },
    });
    const event = events.at(-1);
    const { domainName = '' } = (event?.requestContext ?? {}) as { domainName?: string };
    expect(domainName).toMatch(/^[0-9a-f]{10}\.execute-api\.ap-northeast-1\.amazonaws\.com$/);
    expect(event).toMatchObject({
      rawPath: link,
      rawQueryString: 'a=1',
      cookies: ['x=1'],
      headers: {
        host: domainName,
        authorization: 'Bearer t',
        // What the viewer said, the viewer as the distribution sees it, and the distribution as the API sees it.
        'x-forwarded-for': '203.0.113.9, 127.0.0.1, 127.0.0.1',
      },
      requestContext: { http: { sourceIp: '127.0.0.1' } },
    });
  });

  it('given an answer with headers of its own, then they stand, and only what is missing is added', async () => {
    answer = {
      statusCode: 200,
      headers: {
        'content-security-policy': "default-src 'none'",
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
      },
      cookies: ['a=1; HttpOnly', 'b=2'],
      body: Buffer.from([0, 255, 128]).toString('base64'),
      isBase64Encoded: true,
    };
    const { headers, body } = await ask(link);
    expect(headers.get('content-security-policy')).toBe("default-src 'none'");
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('strict-transport-security')).toBe('max-age=63072000; includeSubDomains');
    expect(headers.getSetCookie()).toEqual(['a=1; HttpOnly', 'b=2']);
    expect([...body]).toEqual([0, 255, 128]);
  });

  it('given a path of the API that has no route, then it is not there, and no page stands in for it', async () => {
    const { status, headers, body } = await ask('/operator/actions/a/b');
    expect([status, headers.get('content-type'), body.toString()]).toEqual([
      404,
      'application/json',
      '{"message":"Not Found"}',
    ]);
  });
});

it('given the template, when the start tells what is not simulated, then nothing of the portal is among it', () => {
  expect(listUnsimulated(assembly).join()).not.toMatch(/CloudFront|S3|Layer|Custom/);
});
