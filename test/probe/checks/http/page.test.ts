import { createServer } from 'node:http';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { runMonitor } from '../../run-monitor.ts';
import { closeServersAfterEach, listen, startTcp } from '../../tcp-server.ts';

closeServersAfterEach();

const startPage = (body: string | Buffer, headers: Record<string, string> = {}) =>
  listen(createServer((_request, response) => response.writeHead(200, headers).end(body)));

/** The line without the place and the time. */
async function told(settings: Record<string, unknown> & { port: number }, timeLimitMs = 2000) {
  const { outcome } = await runMonitor('http', settings, {}, { timeLimitMs });
  const bare = (text: string) =>
    text.replace(`http://127.0.0.1:${settings.port}/ `, '').replace(/(?: in|:) \d+ ms$/, '');
  return { severity: outcome.severity, en: bare(outcome.summary.en), ja: bare(outcome.summary.ja) };
}

describe('a page that does not come whole', () => {
  const cases = [
    {
      given: 'less than its Content-Length',
      sends: 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello',
      en: 'answered with status 200, and its page broke off after 5 of 100 bytes',
      ja: 'がステータス 200 を返しましたが、本文が 100 バイト中 5 バイトで途切れました',
    },
    {
      given: 'chunks without their end',
      sends: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n',
      en: 'answered with status 200, and its page broke off after 1 byte',
      ja: 'がステータス 200 を返しましたが、本文が 1 バイトで途切れました',
    },
    {
      given: 'a wrong status besides',
      sends: 'HTTP/1.1 500 Oops\r\nContent-Length: 100\r\n\r\nhello',
      en: 'answered with status 500, wanted 200-399',
      ja: 'がステータス 500 を返しました(正常は 200-399)',
    },
  ];
  for (const { given, sends, en, ja } of cases) {
    it(`given ${given}, when nobody looks at the page, then it is critical all the same`, async () => {
      const port = await startTcp((socket) => socket.once('data', () => socket.end(sends)));
      expect(await told({ port })).toEqual({ severity: 'critical', en, ja });
    });
  }

  it('given a page that stalls, when the time is up, then the line says that it had begun', async () => {
    const port = await startTcp((socket) =>
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello'),
    );
    expect(await told({ port }, 150)).toEqual({
      severity: 'critical',
      en: 'answered with status 200, and its page did not end within 0.15 s (5 of 100 bytes)',
      ja: 'がステータス 200 を返しましたが、本文が 0.15 秒以内に終わりませんでした(100 バイト中 5 バイト)',
    });
  });

  const whole = [
    { given: 'no length, up to the end of the connection', sends: 'HTTP/1.1 200 OK\r\n\r\nhello' },
    { given: 'status 204', sends: 'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n' },
    { given: 'status 304', sends: 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n' },
    { given: 'more than its length', sends: 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhello' },
  ];
  for (const { given, sends } of whole) {
    it(`given ${given}, when it is read, then it is ok`, async () => {
      const port = await startTcp((socket) => socket.once('data', () => socket.end(sends)));
      expect((await told({ port })).severity).toBe('ok');
    });
  }

  it('given a page without end, when it is read, then a MiB is enough', async () => {
    let sent = 0;
    const port = await startTcp((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      const more = () => {
        while (!socket.destroyed && socket.write(Buffer.alloc(65_536, 'x'))) sent += 65_536;
      };
      socket.on('drain', more);
      more();
    });
    expect((await told({ port })).severity).toBe('ok');
    expect(sent).toBeLessThan(64 * 1024 * 1024);
  });
});

describe('a page that was packed, though nobody asked for it', () => {
  const page = 'all is well';
  const bomb = Buffer.alloc(64 * 1024 * 1024, 'x');
  const cases = [
    { given: 'gzip', encoding: 'gzip', body: gzipSync(page), says: 'answered with status 200' },
    { given: 'X-GZIP', encoding: 'X-GZIP', body: gzipSync(page), says: 'answered with status 200' },
    { given: 'deflate', encoding: 'deflate', body: deflateSync(page), says: 'answered with status 200' },
    { given: 'brotli', encoding: 'br', body: brotliCompressSync(page), says: 'answered with status 200' },
    { given: 'zstd', encoding: 'zstd', body: zstdCompressSync(page), says: 'answered with status 200' },
    {
      given: 'another text in gzip',
      encoding: 'gzip',
      body: gzipSync('all is lost'),
      says: 'has no "is well" in the body of 11 bytes',
    },
    {
      given: 'a gzip bomb',
      encoding: 'gzip',
      body: gzipSync(bomb),
      says: 'has no "is well" in the body in its first MiB',
    },
    {
      given: 'a brotli bomb',
      encoding: 'br',
      body: brotliCompressSync(bomb),
      says: 'has no "is well" in the body in its first MiB',
    },
    {
      given: 'gzip that is none',
      encoding: 'gzip',
      body: Buffer.from(page),
      says: 'sent a page whose packing (gzip) is broken',
    },
    {
      given: 'a packing nobody knows',
      encoding: 'compress',
      body: Buffer.from(page),
      says: 'packed its page in a way that cannot be read (Content-Encoding: compress)',
    },
  ];
  for (const { given, encoding, body, says } of cases) {
    it(`given ${given}, when a text is looked for, then it is found inside, or the line says why not`, async () => {
      const port = await startPage(body, { 'Content-Encoding': encoding });
      const { en } = await told({ port, body: { contains: 'is well' } });
      expect(en).toBe(says);
    });
  }
});

describe('a value in a JSON document', () => {
  const health = JSON.stringify({
    status: 'degraded',
    queue: 12,
    ready: true,
    none: null,
    parts: [
      { name: 'db', state: 'up' },
      { name: 'mail', state: 'down' },
    ],
  });
  const cases: readonly {
    given?: string;
    document?: string;
    json: Record<string, unknown>;
    severity?: string;
    en: string;
    ja: string;
  }[] = [
    {
      json: { path: '$.ready', equals: true },
      severity: 'ok',
      en: 'answered with status 200 ($.ready is true)',
      ja: 'がステータス 200 を返しました($.ready は true)',
    },
    {
      json: { path: '$.queue', max: 100 },
      severity: 'ok',
      en: 'answered with status 200 ($.queue is 12)',
      ja: 'がステータス 200 を返しました($.queue は 12)',
    },
    {
      json: { path: '$.queue', equals: '12' },
      severity: 'ok',
      en: 'answered with status 200 ($.queue is 12)',
      ja: 'がステータス 200 を返しました($.queue は 12)',
    },
    {
      json: { path: '$.none' },
      severity: 'ok',
      en: 'answered with status 200 ($.none is null)',
      ja: 'がステータス 200 を返しました($.none は null)',
    },
    {
      json: { path: '$.parts[*].name', matches: '^[a-z]+$' },
      severity: 'ok',
      en: 'answered with status 200',
      ja: 'がステータス 200 を返しました',
    },
    {
      json: { path: '$.status', equals: 'ok' },
      en: 'has "degraded" at $.status, wanted "ok"',
      ja: 'の本文の $.status が "degraded" です(正常は "ok")',
    },
    {
      json: { path: '$.status', matches: '^ok' },
      en: 'has "degraded" at $.status, wanted a match of "^ok"',
      ja: 'の本文の $.status が "degraded" です(正常は "^ok" に一致)',
    },
    {
      json: { path: '$.queue', min: 1, max: 10 },
      en: 'has 12 at $.queue, wanted 1 to 10',
      ja: 'の本文の $.queue が 12 です(正常は 1 以上 10 以下)',
    },
    {
      json: { path: '$.queue', min: 13 },
      en: 'has 12 at $.queue, wanted 13 or more',
      ja: 'の本文の $.queue が 12 です(正常は 13 以上)',
    },
    {
      json: { path: '$.queue', max: 11 },
      en: 'has 12 at $.queue, wanted 11 or less',
      ja: 'の本文の $.queue が 12 です(正常は 11 以下)',
    },
    {
      json: { path: '$.status', min: 1 },
      en: 'has "degraded" at $.status, wanted 1 or more',
      ja: 'の本文の $.status が "degraded" です(正常は 1 以上)',
    },
    {
      json: { path: '$.parts', equals: 'up' },
      en: 'has […] at $.parts, wanted "up"',
      ja: 'の本文の $.parts が […] です(正常は "up")',
    },
    {
      json: { path: '$.parts[*].state', equals: 'up' },
      en: 'has "down" at $.parts[*].state, wanted "up"',
      ja: 'の本文の $.parts[*].state が "down" です(正常は "up")',
    },
    {
      json: { path: '$.parts[?@.state == "down"].name', exists: false },
      en: 'has "mail" at $.parts[?@.state == "down"].name, wanted nothing there',
      ja: 'の本文の $.parts[?@.state == "down"].name に "mail" があります(正常は値なし)',
    },
    {
      json: { path: '$.parts[?@.state == "lost"]', exists: false },
      severity: 'ok',
      en: 'answered with status 200',
      ja: 'がステータス 200 を返しました',
    },
    {
      json: { path: '$.missing' },
      en: 'has nothing at $.missing',
      ja: 'の本文の $.missing に値がありません',
    },
    {
      json: { path: '$.__proto__' },
      en: 'has nothing at $.__proto__',
      ja: 'の本文の $.__proto__ に値がありません',
    },
    {
      given: 'a page that is no JSON',
      document: '<html>',
      json: { path: '$' },
      en: 'sent no JSON',
      ja: 'の本文は JSON ではありません',
    },
    {
      given: 'nothing',
      document: '',
      json: { path: '$' },
      en: 'sent no JSON',
      ja: 'の本文は JSON ではありません',
    },
    {
      given: 'a document of more than a MiB',
      document: `["${'x'.repeat(1_100_000)}"]`,
      json: { path: '$' },
      en: 'sent JSON of more than a MiB, which is not read',
      ja: 'の JSON は 1 MiB を超えるため読めません',
    },
    {
      given: 'a document as deep as can be',
      document: '['.repeat(2000) + ']'.repeat(2000),
      json: { path: '$..a' },
      en: 'sent JSON that is nested too deeply',
      ja: 'の本文の JSON は入れ子が深すぎます',
    },
    {
      given: 'more values than anybody looks at',
      document: `[${Array(2000).fill(1).join()}]`,
      json: { path: '$[*]', equals: 1 },
      en: 'has more than 1000 values at $[*]',
      ja: 'の本文の $[*] に 1000 個を超える値があります',
    },
    {
      given: 'a value with a line break and control characters',
      document: JSON.stringify({ a: 'x\r\n\u0007\u202e' }),
      json: { path: '$.a', equals: 'y' },
      en: 'has "x????" at $.a, wanted "y"',
      ja: 'の本文の $.a が "x????" です(正常は "y")',
    },
  ];
  for (const { given, document = health, json, severity = 'critical', en, ja } of cases) {
    it(`given ${given ?? JSON.stringify(json)}, when the document is searched, then it is ${severity} and the line says so`, async () => {
      const port = await startPage(document, { 'Content-Type': 'application/json' });
      expect(await told({ port, body: { json } })).toEqual({ severity, en, ja });
    });
  }

  it('given a number, when it is well, then it is measured', async () => {
    const port = await startPage(health);
    const { outcome } = await runMonitor('http', { port, body: { json: { path: '$.queue' } } });
    expect(outcome.values).toMatchObject({ jsonValue: 12 });
  });

  it('given a path that branches without end, when the document is made for it, then it is stopped', async () => {
    const port = await startPage(`${'['.repeat(60)}${'[],'.repeat(8000)}0${']'.repeat(60)}`);
    const path = '$..*..*..*..nothing';
    const { outcome } = await runMonitor('http', { port, body: { json: { path } } });
    expect(outcome.severity).toBe('unknown');
    expect(outcome.summary.en).toContain(
      `body.json (${path}) took longer than 200 ms; write a path that leads straight to the value`,
    );
  });
});
