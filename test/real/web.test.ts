import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { badCertificates, certificateFor } from './certificates.ts';
import { type Case, expectToFollow, testCases } from './check.ts';
import { freePort, type RealServer } from './servers/child-server.ts';
import { nginxGreeting, type RealNginx, startNginx } from './servers/nginx.ts';

const name = 'shop.example';
const certificate = certificateFor(name);

/** What nginx stands in front of. Each path fails in its own way. */
const behind: Readonly<Record<string, { readonly sends: string; readonly afterMs?: number }>> = {
  '/short': { sends: 'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly the begin' },
  '/slow': { sends: 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nslow', afterMs: 600 },
  '/nothing': { sends: '' },
};
let backend: Server;
let nginx: RealNginx;
beforeAll(async () => {
  backend = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (request) => {
      const { sends, afterMs = 0 } = behind[request.toString().split(' ')[1] ?? ''] ?? { sends: '' };
      setTimeout(() => socket.end(sends), afterMs);
    });
  });
  await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
  const address = backend.address();
  if (address === null || typeof address === 'string') return expect.fail('the backend has no port');
  const proxied = (path: string, port: number, more = '') =>
    `location = ${path} { proxy_pass http://127.0.0.1:${port}; proxy_http_version 1.1; proxy_buffering off; ${more} }`;
  nginx = await startNginx({
    certificate,
    hasHttp2: true,
    files: {
      passwords: 'staff:{PLAIN}web-password\n',
      'pages/private': 'for staff',
    },
    locations: [
      'location = /fault { return 500; }',
      'location = /json { return 200 \'{"state":"well","queue":3}\'; }',
      'location = /host { return 200 "for $host"; }',
      'location = /protocol { return 200 "by $server_protocol"; }',
      'location = /closes { return 444; }',
      'location = /loop { return 302 /loop; }',
      'location = /private { auth_basic "Staff"; auth_basic_user_file passwords; root pages; }',
      ...Object.keys(behind).map((path) => proxied(path, address.port)),
      proxied('/gone', await freePort()),
      proxied('/late', address.port, 'rewrite ^ /slow break; proxy_read_timeout 200ms;'),
    ],
  });
});
afterAll(async () => {
  backend?.close();
  await nginx?.remove();
});

describe('nginx', () => {
  const secure = () => ({ port: nginx.securePort, virtualHost: name });

  it('given nginx, when it stands still, stops and starts, then http follows', () =>
    expectToFollow(nginx, 'http', { body: { contains: nginxGreeting } }));
  it('given nginx, when it stands still, stops and starts, then https follows', () =>
    expectToFollow(nginx, 'https', secure()));
  for (const httpVersion of [2, 'auto'] as const) {
    it(`given nginx and httpVersion ${httpVersion}, when it stands still, stops and starts, then https follows`, () =>
      expectToFollow(nginx, 'https', { ...secure(), httpVersion }));
  }

  const page = (
    given: string,
    settings: Record<string, unknown>,
    then: Case['then'],
    said: string,
  ): Case => ({
    given,
    server: () => nginx,
    type: 'http',
    settings,
    then,
    said,
  });
  const securePage = (
    given: string,
    settings: Record<string, unknown>,
    then: Case['then'],
    said: string,
  ): Case => ({
    given,
    server: () => nginx,
    type: 'https',
    settings: () => ({ ...secure(), ...settings }),
    then,
    said,
  });
  const withPassword = (password: string) => ({
    path: '/private',
    authorization: { basic: { user: 'staff', password } },
  });
  testCases([
    page('a page', {}, 'ok', 'answered with status 200'),
    page('a fault of the application', { path: '/fault' }, 'critical', 'status 500'),
    page('a page that is closed', { path: '/broken' }, 'critical', 'status 503'),
    page('a page that is not there', { path: '/missing' }, 'critical', 'status 404'),
    page('a page that is not there, as is wanted', { path: '/missing', status: [404] }, 'ok', 'status 404'),
    page('a redirect', { path: '/moved' }, 'ok', 'status 302'),
    page(
      'a redirect that is followed',
      { path: '/moved', onRedirect: 'follow', body: { contains: nginxGreeting } },
      'ok',
      'status 200',
    ),
    page('a redirect to itself', { path: '/loop', onRedirect: 'follow' }, 'critical', 'redirect'),
    page('a redirect that must not be', { path: '/moved', onRedirect: 'critical' }, 'critical', 'redirect'),
    page('a header', { headers: { server: 'nginx' } }, 'ok', 'status 200'),
    page(
      'a header of another server',
      { headers: { server: 'Apache' } },
      'critical',
      'has no "Apache" in its header',
    ),
    page(
      'another text than the one wanted',
      { body: { contains: 'Welcome' } },
      'critical',
      'has no "Welcome"',
    ),
    page('a text by its pattern', { body: { matches: '^nginx is \\w+$' } }, 'ok', 'status 200'),
    page(
      'a value in JSON',
      { path: '/json', body: { json: { path: '$.queue', max: 5 } } },
      'ok',
      'status 200',
    ),
    page(
      'another value in JSON than the one wanted',
      { path: '/json', body: { json: { path: '$.state', equals: 'ill' } } },
      'critical',
      '$.state',
    ),
    page(
      'a virtual host',
      { path: '/host', virtualHost: name, body: { contains: `for ${name}` } },
      'ok',
      'status 200',
    ),
    page('a page by HEAD', { method: 'HEAD' }, 'ok', 'status 200'),
    page('no password', { path: '/private' }, 'critical', 'status 401'),
    page(
      'the right password',
      { ...withPassword('acme/web'), body: { contains: 'for staff' } },
      'ok',
      'status 200',
    ),
    page('a wrong password', withPassword('acme/wrong'), 'critical', 'status 401'),
    page(
      'a body shorter than its Content-Length',
      { path: '/short' },
      'critical',
      'broke off after 14 of 1000 bytes',
    ),
    page('a connection closed without an answer', { path: '/closes' }, 'critical', 'clos'),
    page('an application that is gone', { path: '/gone' }, 'critical', 'status 502'),
    page('an application that closes without an answer', { path: '/nothing' }, 'critical', 'status 502'),
    page('an application that is late for nginx', { path: '/late' }, 'critical', 'status 504'),
    page('a slow page without bounds', { path: '/slow' }, 'ok', 'status 200'),
    page('a slow page', { path: '/slow', responseMs: { warning: 500 } }, 'warning', 'warning from 500 ms'),
    page(
      'a page too slow',
      { path: '/slow', responseMs: { critical: 500 } },
      'critical',
      'critical from 500 ms',
    ),
    {
      ...page('a page slower than the time limit', { path: '/slow' }, 'critical', 'no answer within'),
      timeLimitMs: 300,
    },
    {
      ...page('the port for TLS, asked without it', {}, 'critical', 'status 400'),
      settings: () => ({ port: nginx.securePort }),
    },
    securePage('a page', {}, 'ok', 'status 200'),
    securePage(
      'HTTP/2 alone',
      { path: '/protocol', httpVersion: 2, body: { contains: 'by HTTP/2.0' } },
      'ok',
      'status 200',
    ),
    securePage(
      'what nginx prefers',
      { path: '/protocol', httpVersion: 'auto', body: { contains: 'by HTTP/2.0' } },
      'ok',
      'status 200',
    ),
    securePage('HTTP/1.1', { path: '/protocol', body: { contains: 'by HTTP/1.1' } }, 'ok', 'status 200'),
    securePage('a fault by HTTP/2', { path: '/fault', httpVersion: 2 }, 'critical', 'status 500'),
    securePage(
      'a body that is cut, by HTTP/2',
      { path: '/short', httpVersion: 2 },
      'critical',
      'broke off after 14 of 1000 bytes',
    ),
    {
      ...securePage('a server that knows no HTTP/2', { httpVersion: 2 }, 'critical', 'HTTP/2'),
      server: () => onSecurePort(startNginx({ certificate })),
      settings: { virtualHost: name, httpVersion: 2 },
    },
    {
      ...securePage('a server that knows no HTTP/2', {}, 'ok', 'status 200'),
      server: () => onSecurePort(startNginx({ certificate })),
      settings: { virtualHost: name, httpVersion: 'auto' },
    },
    {
      ...securePage('the port without TLS', {}, 'critical', 'what it sent is not TLS'),
      settings: () => ({ port: nginx.port, virtualHost: name }),
    },
    ...badCertificates(name).map(
      ({ given, certificate: bad, said }): Case => ({
        given,
        server: () => onSecurePort(startNginx({ certificate: bad })),
        type: 'https',
        settings: { virtualHost: name },
        then: 'critical',
        said,
      }),
    ),
  ]);
});

const onSecurePort = async (starting: Promise<RealNginx>): Promise<RealServer> => {
  const server = await starting;
  return { ...server, port: server.securePort };
};
