import { createServer } from 'node:http';
import { createServer as createHttp2 } from 'node:http2';
import { createServer as createHttps } from 'node:https';
import { describe, it } from 'vitest';
import { makeCertificate } from '../../certificate.ts';
import { closeServersAfterEach, listen } from '../../tcp-server.ts';
import { expectMutationsJudged } from '../mutated-exchange.ts';

closeServersAfterEach();

const certificate = makeCertificate({ names: ['127.0.0.1'] });
const head = { 'Content-Type': 'text/plain', 'Content-Length': 7, 'X-App': 'shop' };
const body = { contains: 'is well' };

describe('exchanges with changed bytes', () => {
  it('given HTTP/1.1, when bytes of the server are changed, then every check comes to a judgement', async () => {
    const upstream = createServer((_request, response) => response.writeHead(200, head).end('is well'));
    await expectMutationsJudged('http', { body }, await listen(upstream), { maxOffset: 160 });
  });

  it('given HTTPS, when bytes of its TLS are changed, then every check comes to a judgement', async () => {
    const upstream = createHttps(certificate, (_request, response) =>
      response.writeHead(200, head).end('is well'),
    );
    const settings = { verifyCertificate: false, body };
    await expectMutationsJudged('https', settings, await listen(upstream), { maxOffset: 1500 });
  });

  it('given HTTP/2 inside TLS, when bytes of the server are changed, then every check comes to a judgement', async () => {
    const upstream = createHttp2();
    upstream.on('stream', (stream) => {
      stream.on('error', () => {});
      stream.respond({ ':status': 200, 'content-type': 'text/plain', 'x-app': 'shop', 'content-length': 7 });
      stream.end('is well');
    });
    upstream.on('sessionError', () => {});
    const settings = { verifyCertificate: false, httpVersion: 2, body };
    await expectMutationsJudged('https', settings, await listen(upstream), {
      maxOffset: 160,
      inside: { ...certificate, ALPNProtocols: ['h2'] },
    });
  });
});
