import { createServer, type IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from 'vitest';
import { checkTypes } from '../../../../lambdas/probe/checks/registry.ts';
import { createCheckRunner } from '../../../../lambdas/probe/run-check.ts';
import { createMemorySecretStore } from '../../../../platform/secrets/memory.ts';
import { at, monitorOf } from '../../run-monitor.ts';
import { closeServersAfterEach, listen } from '../../tcp-server.ts';

closeServersAfterEach();

const secrets = {
  'acme/password': 'p4ss:wörd&1',
  'acme/token': 'tok-0123456789',
  'acme/api-key': 'key-9876543210',
  'acme/broken': 'two\nlines',
};
const forms = Object.values(secrets).flatMap((value) => [
  value,
  encodeURIComponent(value),
  Buffer.from(`monitor:${value}`).toString('base64'),
]);
const run = createCheckRunner({
  checkTypes,
  secrets: createMemorySecretStore(secrets),
  localTargetsAllowed: true,
});
const check = (settings: Record<string, unknown>) => run(monitorOf('http', settings), at);

interface Heard {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server that hears everything and answers by what was asked for. */
async function startListening(answer: (heard: Heard) => [number, Record<string, string>, string?]) {
  const heard: Heard[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { method, url, headers } = request;
    heard.push({ method, url, headers, body });
    const [status, sent, page] = answer({ method, url, headers, body });
    response.writeHead(status, sent).end(page);
  });
  return { port: await listen(server), heard };
}
const well = (): [number, Record<string, string>] => [200, {}];

describe('what a request says', () => {
  const cases: readonly { given: string; settings: Record<string, unknown>; says: Partial<Heard> }[] = [
    { given: 'HEAD', settings: { method: 'HEAD' }, says: { method: 'HEAD', body: '' } },
    {
      given: 'a form to send',
      settings: { method: 'POST', send: 'user=a&x=é' },
      says: {
        method: 'POST',
        body: 'user=a&x=é',
        headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '11' },
      },
    },
    {
      given: 'JSON to send',
      settings: { method: 'POST', send: '{"ping":1}', contentType: 'application/json' },
      says: { body: '{"ping":1}', headers: { 'content-type': 'application/json' } },
    },
    {
      given: 'a POST of nothing',
      settings: { method: 'POST' },
      says: { method: 'POST', body: '', headers: { 'content-length': '0' } },
    },
    {
      given: 'headers, one in place of ours',
      settings: {
        requestHeaders: { accept: 'application/json', 'user-agent': 'msp (+https://msp.example)' },
      },
      says: { headers: { accept: 'application/json', 'user-agent': 'msp (+https://msp.example)' } },
    },
    {
      given: 'basic authorization',
      settings: { authorization: { basic: { user: 'monitor', password: 'acme/password' } } },
      says: {
        headers: { authorization: `Basic ${Buffer.from('monitor:p4ss:wörd&1').toString('base64')}` },
      },
    },
    {
      given: 'a bearer token',
      settings: { authorization: { bearer: 'acme/token' } },
      says: { headers: { authorization: 'Bearer tok-0123456789' } },
    },
    {
      given: 'a secret header',
      settings: { secretHeaders: { 'X-Api-Key': 'acme/api-key' } },
      says: { headers: { 'x-api-key': 'key-9876543210' } },
    },
  ];
  for (const { given, settings, says } of cases) {
    it(`given ${given}, when the server hears it, then it is said so`, async () => {
      const { port, heard } = await startListening(well);
      const { outcome } = await check({ port, ...settings });
      expect(outcome.severity, outcome.summary.en).toBe('ok');
      expect(heard).toMatchObject([says]);
    });
  }

  it('given HEAD, when the server announces a page, then nothing is waited for', async () => {
    const { port } = await startListening(() => [200, { 'Content-Length': '5000' }]);
    const { outcome } = await check({ port, method: 'HEAD' });
    expect(outcome.severity, outcome.summary.en).toBe('ok');
  });
});

describe('secrets of a request', () => {
  const all = {
    authorization: { basic: { user: 'monitor', password: 'acme/password' } },
    secretHeaders: { 'X-Api-Key': 'acme/api-key', Cookie: 'acme/token' },
  };
  const carried = ({ headers }: Heard) =>
    [headers.authorization, headers['x-api-key'], headers.cookie].filter((value) => value !== undefined)
      .length;

  it('given a redirect on the same server, when it is followed, then they go along', async () => {
    const { port, heard } = await startListening(({ url }) =>
      url === '/' ? [302, { Location: '/new' }] : [200, {}],
    );
    await check({ port, ...all, onRedirect: 'follow' });
    expect(heard.map(carried)).toEqual([3, 3]);
  });

  const elsewhere = [
    { given: 'another port', name: '127.0.0.1' },
    { given: 'another name', name: 'localhost' },
  ];
  for (const { given, name } of elsewhere) {
    it(`given a redirect to ${given}, when it is followed there and back, then they stay behind`, async () => {
      let home = 0;
      const other = await startListening(() => [307, { Location: `http://127.0.0.1:${home}/back` }]);
      const server = await startListening(({ url }) =>
        url === '/' ? [307, { Location: `http://${name}:${other.port}/` }] : [401, {}],
      );
      home = server.port;
      const { outcome } = await check({ port: home, ...all, onRedirect: 'follow' });
      expect(server.heard.map(carried)).toEqual([3, 0]);
      expect(other.heard.map(carried)).toEqual([0]);
      const place = `http://127.0.0.1:${home}/ → http://127.0.0.1:${home}/back`;
      expect(outcome.summary).toEqual({
        en: `${place} answered with status 401, wanted 200-399 (credentials are not sent on by a redirect)`,
        ja: `${place} がステータス 401 を返しました(正常は 200-399。認証情報は転送先には送りません)`,
      });
    });
  }

  const mirror = (heard: Heard): string =>
    `${heard.headers.authorization} ${heard.headers.cookie} ${heard.headers['x-api-key']} p4ss:wörd&1`;
  const talkative: readonly {
    given: string;
    answer: (heard: Heard) => [number, Record<string, string>, string?];
    settings: Record<string, unknown>;
  }[] = [
    {
      given: 'a header that says them back',
      answer: (heard) => [200, { 'X-Seen': String(heard.headers['x-api-key']) }],
      settings: { headers: { 'x-seen': 'other' } },
    },
    {
      given: 'a header that says them back behind so much that they would be cut',
      answer: (heard) => [200, { 'X-Seen': `${'x'.repeat(50)}${heard.headers.cookie}` }],
      settings: { headers: { 'x-seen': 'other' } },
    },
    {
      given: 'a redirect that carries them',
      answer: (heard) => [
        302,
        { Location: `/?key=${encodeURIComponent(mirror(heard))}&k=${heard.headers['x-api-key']}` },
      ],
      settings: { onRedirect: 'critical' },
    },
    {
      given: 'a redirect that carries them, which is followed',
      answer: (heard) =>
        heard.url === '/'
          ? [302, { Location: `/x?key=${encodeURIComponent('p4ss:wörd&1')}&k=${heard.headers['x-api-key']}` }]
          : [500, {}],
      settings: { onRedirect: 'follow' },
    },
    {
      given: 'a page that says them back',
      answer: (heard) => [200, {}, mirror(heard)],
      settings: { body: { contains: 'never' } },
    },
    {
      given: 'a JSON document that says them back',
      answer: (heard) => [200, {}, JSON.stringify({ seen: mirror(heard) })],
      settings: { body: { json: { path: '$.seen', equals: 'ok' } } },
    },
    {
      given: 'a JSON document that says them back, and is well',
      answer: (heard) => [200, {}, JSON.stringify({ seen: mirror(heard) })],
      settings: { body: { json: { path: '$.seen' } } },
    },
    {
      given: 'an encoding named after them',
      answer: (heard) => [200, { 'Content-Encoding': String(heard.headers['x-api-key']) }, 'x'],
      settings: { body: { contains: 'x' } },
    },
    { given: 'a wrong status', answer: () => [401, {}], settings: {} },
  ];
  for (const { given, answer, settings } of talkative) {
    it(`given ${given}, when the outcome is told, then no secret is in it`, async () => {
      const { port, heard } = await startListening(answer);
      const { outcome } = await check({ port, ...all, ...settings });
      expect(heard.length).toBeGreaterThan(0);
      expect(outcome.summary.en).toContain(`http://127.0.0.1:${port}/`);
      const told = JSON.stringify(outcome);
      for (const form of forms) expect(told).not.toContain(form);
      // Not a part of one either: what is cut was taken out before.
      expect(told).not.toContain('tok-0');
    });
  }

  it('given a secret that no header can carry, when it is checked, then it is unknown and named, not shown', async () => {
    const { outcome } = await check({ port: 1, authorization: { bearer: 'acme/broken' } });
    expect(outcome.severity).toBe('unknown');
    expect(outcome.summary.en).toBe(
      'the http check of 127.0.0.1 could not be carried out: secret acme/broken is empty or has a line break or a character beyond ASCII in it, which a header cannot carry; put it there anew with: mimamori secret put acme/broken',
    );
  });

  it('given a secret that is missing, when it is checked, then it is unknown and says which', async () => {
    const { outcome } = await check({ port: 1, secretHeaders: { 'x-api-key': 'acme/none' } });
    expect(outcome.severity).toBe('unknown');
    expect(outcome.summary.en).toContain('secret acme/none is not in the secret store');
  });
});

describe('settings of a request', () => {
  const refused = [
    {
      given: 'a header of the connection',
      settings: { requestHeaders: { Connection: 'keep-alive' } },
      says: 'holds the header Connection; take it out: it belongs to the connection',
    },
    {
      given: 'a Host header',
      settings: { requestHeaders: { host: 'x' } },
      says: 'holds the header host; write virtualHost',
    },
    {
      given: 'a cookie in the clear',
      settings: { requestHeaders: { Cookie: 'a=b' } },
      says: 'holds the header Cookie; write it to secretHeaders',
    },
    {
      given: 'authorization in the clear',
      settings: { requestHeaders: { Authorization: 'Basic x' } },
      says: 'holds the header Authorization; write authorization',
    },
    {
      given: 'a header with a line break',
      settings: { requestHeaders: { 'x-a': 'a\r\nb: c' } },
      says: 'write the value in ASCII, on one line',
    },
    {
      given: 'both kinds of authorization',
      settings: { authorization: { bearer: 'a/b', basic: { user: 'u', password: 'a/b' } } },
      says: 'give basic or bearer, one of both',
    },
    {
      given: 'a user with a colon',
      settings: { authorization: { basic: { user: 'a:b', password: 'a/b' } } },
      says: 'write a user name without a colon',
    },
    {
      given: 'a body to send by GET',
      settings: { send: 'x' },
      says: 'goes with method: POST, and method is GET',
    },
    {
      given: 'a kind of nothing',
      settings: { method: 'POST', contentType: 'text/plain' },
      says: 'is the kind of what is sent, and nothing is; give send',
    },
    {
      given: 'a page wanted of HEAD',
      settings: { method: 'HEAD', body: { contains: 'x' } },
      says: 'cannot be looked at: method is HEAD, whose answer has no body',
    },
    { given: 'a method of its own', settings: { method: 'DELETE' }, says: 'expected one of' },
    {
      given: 'a path that is no JSON path',
      settings: { body: { json: { path: 'status' } } },
      says: 'write one of RFC 9535, like $.status',
    },
    {
      given: 'min above max',
      settings: { body: { json: { path: '$', min: 2, max: 1 } } },
      says: 'min is above max',
    },
    {
      given: 'a wish for what must not be there',
      settings: { body: { json: { path: '$', exists: false, equals: 1 } } },
      says: 'exists is false',
    },
  ];
  for (const { given, settings, says } of refused) {
    it(`given ${given}, when the settings are read, then they are refused with the mend`, () => {
      const { error } = checkTypes.http?.settings.safeParse(settings) ?? {};
      expect(error?.issues.map(({ message }) => message).join('\n')).toContain(says);
    });
  }
});
