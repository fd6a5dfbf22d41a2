import { createSecureServer, type ServerHttp2Stream } from 'node:http2';
import { createServer as createHttps } from 'node:https';
import { describe, expect, it } from 'vitest';
import { makeCertificate } from '../../certificate.ts';
import { runMonitor } from '../../run-monitor.ts';
import { closeServersAfterEach, listen } from '../../tcp-server.ts';

closeServersAfterEach();

const certificate = makeCertificate({ names: ['127.0.0.1'] });
const quiet = (stream: ServerHttp2Stream) => stream.on('error', () => {});

async function startHttp2(
  talk: (stream: ServerHttp2Stream, headers: Record<string, unknown>) => void,
  allowHTTP1 = false,
): Promise<number> {
  const server = createSecureServer({ ...certificate, allowHTTP1 });
  server.on('stream', (stream, headers) => {
    quiet(stream);
    talk(stream, headers);
  });
  server.on('sessionError', () => {});
  return await listen(server);
}

const check = (settings: Record<string, unknown>, timeLimitMs = 2000) =>
  runMonitor('https', { verifyCertificate: false, httpVersion: 2, ...settings }, {}, { timeLimitMs });

describe('HTTP/2', () => {
  it('given a server that speaks it, when it is asked, then request and answer are as with HTTP/1.1', async () => {
    let heard: Record<string, unknown> = {};
    let sent = '';
    const port = await startHttp2((stream, headers) => {
      heard = { ...headers };
      stream.on('data', (chunk) => {
        sent += chunk;
      });
      stream.on('end', () => {
        stream.respond({ ':status': 201, 'X-App': 'shop v2', 'content-length': 7 });
        stream.end('is well');
      });
    });
    const { outcome } = await check({
      port,
      path: '/health',
      virtualHost: 'shop.example',
      method: 'POST',
      send: 'a=1',
      requestHeaders: { 'X-Trace': 'on' },
      headers: { 'X-App': 'v2' },
      body: { contains: 'is well' },
    });
    expect(outcome.summary.en).toMatch(
      new RegExp(`^https://shop\\.example:${port}/health answered with status 201 in `),
    );
    expect(outcome.severity).toBe('ok');
    expect(sent).toBe('a=1');
    expect(heard).toMatchObject({
      ':method': 'POST',
      ':scheme': 'https',
      ':authority': `shop.example:${port}`,
      ':path': '/health',
      'user-agent': 'mimamori-monitoring',
      'accept-encoding': 'identity',
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': '3',
      'x-trace': 'on',
    });
    const { connectMs = 0, tlsMs = 0, firstByteMs = 0 } = outcome.values;
    expect([connectMs, tlsMs, firstByteMs]).toEqual([connectMs, tlsMs, firstByteMs].sort((a, b) => a - b));
  });

  it('given HEAD, when it is asked, then no page is waited for', async () => {
    const port = await startHttp2((stream) => {
      stream.respond({ ':status': 200, 'content-length': 5000 }, { endStream: true });
    });
    const { outcome } = await check({ port, method: 'HEAD' });
    expect(outcome.severity, outcome.summary.en).toBe('ok');
  });

  const choices = [
    { httpVersion: 1.1, heard: 'HTTP/1.1' },
    { httpVersion: 2, heard: 'HTTP/2.0' },
    { httpVersion: 'auto', heard: 'HTTP/2.0' },
  ];
  for (const { httpVersion, heard } of choices) {
    it(`given a server of both, when ${httpVersion} is wanted, then it hears ${heard}`, async () => {
      let version = '';
      const server = createSecureServer({ ...certificate, allowHTTP1: true }, (request, response) => {
        version = `HTTP/${request.httpVersion}`;
        response.end();
      });
      const { outcome } = await check({ port: await listen(server), httpVersion });
      expect(outcome.severity, outcome.summary.en).toBe('ok');
      expect(version).toBe(heard);
    });
  }

  it('given a server without HTTP/2, when auto is wanted, then it is asked by HTTP/1.1; when 2 is, it is critical', async () => {
    const start = () => listen(createHttps(certificate, (_request, response) => response.end()));
    const port = await start();
    expect((await check({ port, httpVersion: 'auto' })).outcome.severity).toBe('ok');
    expect((await check({ port })).outcome).toMatchObject({
      severity: 'critical',
      summary: {
        en: `https://127.0.0.1:${port}/ does not speak HTTP/2`,
        ja: `https://127.0.0.1:${port}/ は HTTP/2 に対応していません`,
      },
    });
  });

  const wrong: readonly {
    given: string;
    talk: (stream: ServerHttp2Stream) => void;
    en: RegExp;
    ja: RegExp;
  }[] = [
    {
      given: 'a stream that is refused',
      talk: (stream) => stream.close(7),
      en: /broke off the HTTP\/2 exchange \(NGHTTP2_REFUSED_STREAM\)$/,
      ja: /が HTTP\/2 の通信を打ち切りました\(NGHTTP2_REFUSED_STREAM\)$/,
    },
    {
      given: 'a session that is thrown out',
      talk: (stream) => stream.session?.goaway(11),
      en: /broke off the HTTP\/2 exchange \(.+\)$/,
      ja: /が HTTP\/2 の通信を打ち切りました\(.+\)$/,
    },
    {
      given: 'a connection that is closed before an answer',
      talk: (stream) => stream.session?.destroy(),
      en: /reset the connection$/,
      ja: /が接続を途中で切断しました$/,
    },
    {
      given: 'a page that breaks off',
      talk: (stream) => {
        stream.respond({ ':status': 200, 'content-length': 100 });
        stream.write('hello', () => stream.close(2));
      },
      en: /answered with status 200, and its page broke off after 5 of 100 bytes$/,
      ja: /がステータス 200 を返しましたが、本文が 100 バイト中 5 バイトで途切れました$/,
    },
    {
      given: 'a page that ends before its length',
      talk: (stream) => {
        stream.respond({ ':status': 200, 'content-length': 100 });
        stream.end('hello');
      },
      en: /answered with status 200, and its page broke off after \d of 100 bytes$/,
      ja: /がステータス 200 を返しましたが、本文が 100 バイト中 \d バイトで途切れました$/,
    },
    {
      given: 'interim answers without end',
      talk: (stream) => {
        for (let count = 0; count < 50; count += 1) stream.additionalHeaders({ ':status': 103 });
      },
      en: /sent headers of more than 16 KiB, or interim answers without end$/,
      ja: /が 16 KiB を超えるヘッダーか、際限のない中間応答を送りました$/,
    },
    {
      given: 'silence',
      talk: () => {},
      en: /gave no answer within 0.3 s$/,
      ja: /が 0.3 秒以内に応答しませんでした$/,
    },
    {
      given: 'a page that stalls',
      talk: (stream) => {
        stream.respond({ ':status': 200 });
        stream.write('hello');
      },
      en: /answered with status 200, and its page did not end within 0.3 s \(5 bytes\)$/,
      ja: /本文が 0.3 秒以内に終わりませんでした\(5 バイト\)$/,
    },
  ];
  for (const { given, talk, en, ja } of wrong) {
    it(`given ${given}, when it is asked, then it is critical and the line says so`, async () => {
      const port = await startHttp2(talk);
      const { outcome } = await check({ port }, 300);
      expect(outcome.summary.en).toMatch(en);
      expect(outcome.summary.ja).toMatch(ja);
      expect(outcome.severity).toBe('critical');
    });
  }

  it('given a page without end, when it is read, then a MiB is enough', async () => {
    const port = await startHttp2((stream) => {
      stream.respond({ ':status': 200 });
      const more = () => {
        let isTaken = true;
        while (isTaken && !stream.destroyed) isTaken = stream.write(Buffer.alloc(16_384, 'x'));
      };
      stream.on('drain', more);
      more();
    });
    const { outcome } = await check({ port });
    expect(outcome.severity, outcome.summary.en).toBe('ok');
  });
});
