import { nginxGreeting, startNginx } from '../servers/nginx.ts';
import { certificateName, endingIn, selfSigned } from './certificates.ts';
import { differs, rowsOf, soon, type Target } from './row.ts';
import {
  answering,
  answers,
  closesAtOnce,
  droppingSyns,
  greetsAndCloses,
  greetsAndStays,
  inTls,
  nobodyListens,
  resetsAtOnce,
  shared,
  silent,
  type Talk,
  talking,
} from './scripted.ts';
import { secrets } from './secrets.ts';

const nginx = shared(() => startNginx({ certificate: endingIn(90) }));
const nginxPort: Target = async () => (await nginx()).port;
const nginxSecurePort: Target = async () => (await nginx()).securePort;

/** A whole answer. */
const page = (status: string, body = 'hello', headers: readonly string[] = []): string =>
  [`HTTP/1.1 ${status}`, ...headers, `Content-Length: ${body.length}`, 'Connection: close', '', body].join(
    '\r\n',
  );
const redirect = (location: string, status = '302 Found') => page(status, '', [`Location: ${location}`]);

/** Answers by path. */
const paths =
  (pages: Readonly<Record<string, string>>): Talk =>
  (socket) => {
    socket.once('data', (request) => {
      const path = request.toString('latin1').split(' ')[1] ?? '';
      socket.end(pages[path] ?? page('404 Not Found'));
    });
  };

/** Answers 200 to requests that fit, and 500 to all others. */
const onlyWith =
  (pattern: RegExp): Talk =>
  (socket) => {
    let request = '';
    socket.on('data', (data) => {
      request += data.toString('latin1');
      const length = Number(/^content-length: (\d+)/im.exec(request)?.[1] ?? 0);
      const head = request.indexOf('\r\n\r\n');
      if (head < 0 || request.length < head + 4 + length) return;
      const answer = page(pattern.test(request) ? '200 OK' : '500 Not For You');
      socket.end(request.startsWith('HEAD ') ? answer.slice(0, answer.indexOf('\r\n\r\n') + 4) : answer);
    });
  };
const rightPassword = new RegExp(
  `^authorization: basic ${Buffer.from(`watcher:${secrets['acme/http-password']}`).toString('base64')}\r$`,
  'im',
);

const because = {
  status4xx:
    'a status of 400 to 499 is a warning to check_http. The catalogue calls statuses from 200 to 399 well, and a shop whose first page is not found sells nothing; `status` takes any that is meant',
  loop: 'two pages that lead to each other are a warning to check_http, which ends after 15 redirects. No visitor ever sees a page, so it is critical here',
  noLocation:
    'the redirect is to be followed and leads nowhere, which check_http calls unknown. It is the target that is at fault, and visitors see no page',
  unread:
    'check_http is content with a status line. What browsers refuse to show, as its head or its length is broken, is critical here',
  chunks:
    'check_http cannot put the chunks together and does not know. Neither can browsers, and the page is broken',
  certificate:
    'check_http does not look at the certificate: not at who signed it, nor for whom or until when, unless it is asked for the days. Browsers do, and turn visitors away; `verifyCertificate: false` is its way',
  bigHeader:
    'check_http reads a head of any length. Here it ends at 16 KiB, so that a hostile server cannot fill the memory; nginx as a proxy takes 8 KiB at most',
} as const;

export const httpRows = [
  ...rowsOf({ plugin: 'check_http', check: 'http' }, [
    { given: 'nginx, a page with status 200', target: nginxPort, says: 'ok' },
    {
      given: 'nginx, status 503',
      target: nginxPort,
      args: ['-u', '/broken'],
      settings: { path: '/broken' },
      says: 'critical',
    },
    {
      given: 'nginx, a redirect that is not followed',
      target: nginxPort,
      args: ['-u', '/moved'],
      settings: { path: '/moved' },
      says: 'ok',
    },
    {
      given: 'nginx, a redirect that is followed to its page',
      target: nginxPort,
      args: ['-u', '/moved', '-f', 'follow'],
      settings: { path: '/moved', onRedirect: 'follow' },
      says: 'ok',
    },
    {
      given: 'nginx, a page with the expected text',
      target: nginxPort,
      args: ['-s', nginxGreeting],
      settings: { body: { contains: nginxGreeting } },
      says: 'ok',
    },
    {
      given: 'nginx, a page without the expected text',
      target: nginxPort,
      args: ['-s', 'Welcome'],
      settings: { body: { contains: 'Welcome' } },
      says: 'critical',
    },
    {
      given: 'nginx, a path that is not there (404)',
      target: nginxPort,
      args: ['-u', '/missing'],
      settings: { path: '/missing' },
      says: differs('critical', 'warning', because.status4xx),
    },
    { given: 'status 204 without a body', target: answering('HTTP/1.1 204 No Content\r\n\r\n'), says: 'ok' },
    {
      given: 'status 401',
      target: answering(page('401 Unauthorized')),
      says: differs('critical', 'warning', because.status4xx),
    },
    {
      given: 'status 401 where it is expected',
      target: answering(page('401 Unauthorized')),
      args: ['-e', ' 401 '],
      settings: { status: [401] },
      says: 'ok',
    },
    {
      given: 'status 200 where 201 is expected',
      target: answering(page('200 OK')),
      args: ['-e', ' 201 '],
      settings: { status: [201] },
      says: 'critical',
    },
    { given: 'status 304', target: answering('HTTP/1.1 304 Not Modified\r\n\r\n'), says: 'ok' },
    { given: 'status 500', target: answering(page('500 Oops')), says: 'critical' },
    { given: 'status 600, which there is not', target: answering(page('600 What')), says: 'critical' },
    {
      given: 'status 100, then 200',
      target: answering(`HTTP/1.1 100 Continue\r\n\r\n${page('200 OK')}`),
      says: 'ok',
    },
    {
      given: 'status 100 and nothing more',
      target: answering('HTTP/1.1 100 Continue\r\n\r\n'),
      says: differs('critical', 'ok', because.unread),
    },
    {
      given: 'status 103 with hints, then 500',
      target: answering(`HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n${page('500 Oops')}`),
      says: differs(
        'critical',
        'ok',
        'check_http takes the first status line for the answer, where RFC 9110 has a final one behind every 1xx',
      ),
    },
    {
      given: 'an answer in HTTP/1.0 that ends with the connection',
      target: answering('HTTP/1.0 200 OK\r\nServer: old\r\n\r\nhello'),
      says: 'ok',
    },
    {
      given: 'three redirects, one after the other, to a page',
      target: talking(
        paths({
          '/': redirect('/1'),
          '/1': redirect('/2', '301 Moved'),
          '/2': redirect('/3', '307 Temporary'),
          '/3': page('200 OK'),
        }),
      ),
      args: ['-f', 'follow'],
      settings: { onRedirect: 'follow' },
      says: 'ok',
    },
    {
      given: 'a redirect to a page with status 500',
      target: talking(paths({ '/': redirect('/broken'), '/broken': page('500 Oops') })),
      args: ['-f', 'follow'],
      settings: { onRedirect: 'follow' },
      says: 'critical',
    },
    {
      given: 'a redirect to itself, without end',
      target: talking(paths({ '/': redirect('/') })),
      args: ['-f', 'follow'],
      settings: { onRedirect: 'follow' },
      says: 'critical',
    },
    {
      given: 'two pages that redirect to each other',
      target: talking(paths({ '/': redirect('/b'), '/b': redirect('/') })),
      args: ['-f', 'follow'],
      settings: { onRedirect: 'follow' },
      says: differs('critical', 'warning', because.loop),
    },
    {
      given: 'a redirect to a port where nobody listens',
      target: talking(paths({ '/': redirect('http://127.0.0.1:1/') })),
      args: ['-f', 'follow'],
      settings: { onRedirect: 'follow' },
      says: 'critical',
    },
    {
      given: 'a redirect without a Location',
      target: answering(page('302 Found')),
      args: ['-f', 'follow'],
      settings: { onRedirect: 'follow' },
      says: differs('critical', 'unknown', because.noLocation),
    },
    {
      given: 'a redirect where none is wanted (warning)',
      target: answering(redirect('/login')),
      args: ['-f', 'warning'],
      settings: { onRedirect: 'warning' },
      says: 'warning',
    },
    {
      given: 'a redirect where none is wanted (critical)',
      target: answering(redirect('/login')),
      args: ['-f', 'critical'],
      settings: { onRedirect: 'critical' },
      says: 'critical',
    },
    {
      given: 'a page for those with a password, asked with it',
      target: talking(onlyWith(rightPassword)),
      args: ['-a', `watcher:${secrets['acme/http-password']}`],
      settings: { authorization: { basic: { user: 'watcher', password: 'acme/http-password' } } },
      says: 'ok',
    },
    {
      given: 'a page for those with a password, asked with a wrong one',
      target: talking(onlyWith(rightPassword)),
      args: ['-a', `watcher:${secrets['acme/wrong']}`],
      settings: { authorization: { basic: { user: 'watcher', password: 'acme/wrong' } } },
      says: 'critical',
    },
    {
      given: 'a page that answers HEAD',
      target: talking(onlyWith(/^HEAD /)),
      args: ['-j', 'HEAD'],
      settings: { method: 'HEAD' },
      says: 'ok',
    },
    {
      given: 'a form that takes what is sent by POST',
      target: talking(onlyWith(/^POST [\s\S]*\r\n\r\nq=42/)),
      args: ['-P', 'q=42'],
      settings: { method: 'POST', send: 'q=42' },
      says: 'ok',
    },
    {
      given: 'a form that takes no GET',
      target: talking(onlyWith(/^POST /)),
      says: 'critical',
    },
    {
      given: 'a page for those with a header',
      target: talking(onlyWith(/^x-app: shop\r$/im)),
      args: ['-k', 'X-App: shop'],
      settings: { requestHeaders: { 'x-app': 'shop' } },
      says: 'ok',
    },
    { given: 'an empty reply', target: answering(''), says: 'critical' },
    {
      given: 'a reset after the request',
      target: talking((socket) => socket.once('data', () => socket.resetAndDestroy())),
      says: 'critical',
    },
    { given: 'a reset as soon as the connection stands', target: resetsAtOnce, says: 'critical' },
    {
      given: 'a page without a head, as in HTTP/0.9',
      target: answering('<html>hello</html>\n'),
      says: 'critical',
    },
    {
      given: 'bytes that are no HTTP',
      target: answering(Buffer.from([0, 1, 2, 0xff, 0xfe, 10, 13, 10])),
      says: 'critical',
    },
    {
      given: 'the greeting of an SSH server',
      target: greetsAndStays('SSH-2.0-OpenSSH_9.2\r\n'),
      ...soon,
      says: 'critical',
    },
    {
      given: 'a head that is cut off',
      target: answering('HTTP/1.1 200 OK\r\nServer: x'),
      says: differs('critical', 'ok', because.unread),
    },
    {
      given: 'a head of 20 KiB',
      target: answering(page('200 OK', 'hello', [`X-Long: ${'x'.repeat(20_000)}`])),
      says: differs('critical', 'ok', because.bigHeader),
    },
    {
      given: 'a length and no body',
      target: answering('HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n'),
      says: differs('critical', 'ok', because.unread),
    },
    {
      given: 'a body of half the length that was told',
      target: answering('HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n0123456789'),
      says: differs('critical', 'ok', because.unread),
    },
    {
      given: 'a body of half the length, then a reset',
      target: answering('HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n0123456789', { then: 'reset' }),
      says: differs('critical', 'ok', because.unread),
    },
    {
      given: 'a body of half the length, then silence',
      target: answering('HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n0123456789', { then: 'stay' }),
      ...soon,
      says: 'critical',
    },
    {
      given: 'a body in chunks',
      target: answering(
        'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n',
      ),
      args: ['-s', 'hello world'],
      settings: { body: { contains: 'hello world' } },
      says: 'ok',
    },
    {
      given: 'a chunk whose size is no number',
      target: answering('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n'),
      says: differs('critical', 'unknown', because.chunks),
    },
    {
      given: 'chunks without the last one',
      target: answering('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n'),
      says: differs('critical', 'unknown', because.chunks),
    },
    {
      given: 'the expected text in a header and not in the page',
      target: answering(page('200 OK', 'hello', ['X-Note: Welcome'])),
      args: ['-s', 'Welcome'],
      settings: { body: { contains: 'Welcome' } },
      says: 'critical',
    },
    {
      given: 'an empty page where a text is expected',
      target: answering(page('200 OK', '')),
      args: ['-s', 'Welcome'],
      settings: { body: { contains: 'Welcome' } },
      says: 'critical',
    },
    {
      given: 'a page that matches an expression',
      target: answering(page('200 OK', 'orders: 42 open')),
      args: ['-r', 'orders: [0-9]+ open'],
      settings: { body: { matches: 'orders: [0-9]+ open' } },
      says: 'ok',
    },
    {
      given: 'a page that does not match an expression',
      target: answering(page('200 OK', 'orders: none open')),
      args: ['-r', 'orders: [0-9]+ open'],
      settings: { body: { matches: 'orders: [0-9]+ open' } },
      says: 'critical',
    },
    {
      given: 'a header with the expected text',
      target: answering(page('200 OK', '', ['X-App: shop 2.1'])),
      args: ['-d', 'X-App: shop'],
      settings: { headers: { 'x-app': 'shop' } },
      says: 'ok',
    },
    {
      given: 'a header without the expected text',
      target: answering(page('200 OK', '', ['X-App: blog 1.0'])),
      args: ['-d', 'X-App: shop'],
      settings: { headers: { 'x-app': 'shop' } },
      says: 'critical',
    },
    {
      given: 'no such header',
      target: answering(page('200 OK')),
      args: ['-d', 'X-App: shop'],
      settings: { headers: { 'x-app': 'shop' } },
      says: 'critical',
    },
    {
      given: 'a virtual host, asked for by its name',
      target: talking(onlyWith(/^host: shop\.example[:\r]/im)),
      args: ['-H', 'shop.example'],
      settings: { virtualHost: 'shop.example' },
      says: 'ok',
    },
    {
      given: 'a virtual host, asked for by the address',
      target: talking(onlyWith(/^host: shop\.example[:\r]/im)),
      says: 'critical',
    },
    {
      given: 'a page below its time',
      target: answering(page('200 OK')),
      args: ['-w', '6', '-c', '7'],
      settings: { responseMs: { warning: 6000, critical: 7000 } },
      says: 'ok',
    },
    {
      given: 'a page later than the warning',
      target: answering(page('200 OK'), { afterMs: 400 }),
      args: ['-w', '0.3', '-c', '7'],
      settings: { responseMs: { warning: 300, critical: 7000 } },
      says: 'warning',
    },
    {
      given: 'a page later than critical',
      target: answering(page('200 OK'), { afterMs: 400 }),
      args: ['-w', '0.2', '-c', '0.3'],
      settings: { responseMs: { warning: 200, critical: 300 } },
      says: 'critical',
    },
    {
      given: 'status 500 in good time, with bounds',
      target: answering(page('500 Oops')),
      args: ['-w', '6', '-c', '7'],
      settings: { responseMs: { warning: 6000, critical: 7000 } },
      says: 'critical',
    },
    { given: 'a port where nobody listens', target: nobodyListens, says: 'critical' },
    { given: 'a server that accepts and says nothing', target: silent, ...soon, says: 'critical' },
    { given: 'a server that closes without a word', target: closesAtOnce, says: 'critical' },
    {
      given: 'a head that comes too slowly to end',
      target: greetsAndStays('HTTP/1.1 200 OK\r\nServer: '),
      ...soon,
      says: 'critical',
    },
    { given: 'a network that drops what is sent', target: droppingSyns, ...soon, says: 'critical' },
    {
      given: 'a port that speaks TLS alone',
      target: inTls(selfSigned(), answers(page('200 OK'))),
      says: 'critical',
    },
  ]),
  ...rowsOf(
    {
      plugin: 'check_http',
      check: 'https',
      args: ['-S', '--sni', '-H', certificateName],
      settings: { virtualHost: certificateName },
    },
    [
      { given: 'nginx over TLS, its certificate in order', target: nginxSecurePort, says: 'ok' },
      {
        given: 'nginx over TLS, status 503',
        target: nginxSecurePort,
        args: ['-u', '/broken'],
        settings: { path: '/broken' },
        says: 'critical',
      },
      {
        given: 'a certificate that signed itself',
        target: inTls(selfSigned(), answers(page('200 OK'))),
        says: differs('critical', 'ok', because.certificate),
      },
      {
        given: 'a certificate that signed itself, which is allowed',
        target: inTls(selfSigned(), answers(page('200 OK'))),
        settings: { verifyCertificate: false },
        says: 'ok',
      },
      {
        given: 'the certificate of another name',
        target: inTls(endingIn(90, { names: ['other.example'] }), answers(page('200 OK'))),
        says: differs('critical', 'ok', because.certificate),
      },
      {
        given: 'a certificate that has ended',
        target: inTls(endingIn(-1), answers(page('200 OK'))),
        says: differs('critical', 'ok', because.certificate),
      },
      {
        given: 'an empty reply inside TLS',
        target: inTls(endingIn(90), (socket) => socket.once('data', () => socket.end())),
        says: 'critical',
      },
      { given: 'a port without TLS', target: answering(page('200 OK')), says: 'critical' },
      {
        given: 'a reset in the handshake',
        target: talking((socket) => socket.once('data', () => socket.resetAndDestroy())),
        says: 'critical',
      },
      { given: 'a connection that is closed in the handshake', target: answering(''), says: 'critical' },
      { given: 'silence in the handshake', target: silent, ...soon, says: 'critical' },
      {
        given: 'bytes that are no TLS record',
        target: greetsAndCloses(Buffer.alloc(64, 0x55)),
        says: 'critical',
      },
    ],
  ),
];
