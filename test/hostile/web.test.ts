import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcp, type Server } from 'node:net';
import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib';
import { decode, encode } from 'dns-packet';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { checkTypes } from '../../lambdas/probe/checks/registry.ts';
import { createCheckRunner } from '../../lambdas/probe/run-check.ts';
import { resolveTarget } from '../../platform/network/target-address.ts';
import { at, monitorOf, runMonitor, snmpV2c } from '../probe/run-monitor.ts';
import { closeServersAfterEach, listen } from '../probe/tcp-server.ts';

closeServersAfterEach();

const cleanUps: (() => void)[] = [];
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

/** A web server that counts its requests. */
async function startWeb(answer: (request: IncomingMessage, response: ServerResponse, port: number) => void) {
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    answer(request, response, port);
  });
  const port = await listen(server);
  return { port, requests: () => requests };
}

describe('redirects', () => {
  const loops = [
    { given: 'a page that leads to itself', location: () => '' },
    { given: 'two pages that lead to each other', location: (url: string) => (url === '/a' ? '/b' : '/a') },
    { given: 'a path that grows', location: (url: string) => `${url}/x` },
    {
      given: 'other names of the same host',
      location: (_: string, port: number, turn: number) => `http://127.0.0.${turn + 1}:${port}/`,
    },
    { given: 'a location of sixty kilobytes', location: (url: string) => `${url}?${'x'.repeat(6000)}` },
  ];
  for (const { given, location } of loops) {
    it(`given ${given}, when redirects are followed, then a few are enough and it is critical`, async () => {
      let turn = 0;
      const { port, requests } = await startWeb((request, response, own) => {
        turn += 1;
        response.writeHead(302, { Location: location(request.url ?? '/', own, turn) }).end();
      });
      const { outcome } = await runMonitor('http', { port, onRedirect: 'follow' });
      expect(outcome.severity, outcome.summary.en).toBe('critical');
      expect(requests()).toBeLessThanOrEqual(7);
    });
  }

  const forbidden = [
    'http://169.254.169.254/latest/meta-data/',
    '//169.254.169.254/',
    'http://[::ffff:169.254.169.254]/',
    'http://[::ffff:a9fe:a9fe]/',
    'http://2852039166/',
    'http://0xa9.0xfe.0xa9.0xfe/',
    'http://0251.0376.0251.0376/',
    'http://169.254.169.254.:80/',
    'http://user:secret@169.254.169.254/',
    'http://[fd00:ec2::254]/',
    'http://[fe80::1]/',
    'http://100.100.100.200/',
    'http://224.0.0.1/',
    'http://0.0.0.0/',
    'http://[::]/',
    'http://127.0.0.1:1/',
    'http://localhost:1/',
    'http://2130706433:1/',
    'http://127.1:1/',
    'http://[::1]:1/',
    'http://[::ffff:127.0.0.1]:1/',
    'http://10.0.0.1/',
    'http://192.168.1.1/',
    'https://172.16.0.1/',
  ];
  it.each(forbidden)(
    'given a public server that leads to %s, when it is followed, then nobody goes there',
    async (location) => {
      const { port } = await startWeb((_, response) => response.writeHead(302, { Location: location }).end());
      const connected: string[] = [];
      // The first server stands for one on the internet; all others are judged as those are.
      const run = createCheckRunner({
        checkTypes,
        secrets: { read: async () => '' },
        localTargetsAllowed: false,
        lookOn: (context) => ({
          ...context,
          resolve: async (host) => {
            const { signal } = context;
            if (host === 'shop.example') return { address: '127.0.0.1', family: 4 };
            const to = await resolveTarget(host, 'internet', { localAllowed: false, signal });
            connected.push(to.address);
            return to;
          },
        }),
      });
      const monitor = monitorOf(
        'http',
        { port, onRedirect: 'follow' },
        { address: 'shop.example', reach: 'internet' },
      );
      const { outcome } = await run(monitor, at);
      expect(connected).toEqual([]);
      expect(outcome.severity, outcome.summary.en).not.toBe('ok');
      expect(outcome.summary.en).not.toContain('secret');
    },
  );
});

describe('a page that swells', () => {
  const zeros = Buffer.alloc(100 * 2 ** 20);
  const packed: Record<string, Buffer> = {};
  beforeAll(() => {
    packed.gzip = gzipSync(zeros, { level: 1 });
    packed.deflate = deflateSync(zeros, { level: 1 });
    packed.br = brotliCompressSync(zeros, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } });
    packed['gzip, gzip'] = gzipSync(packed.gzip);
  }, 60_000);
  for (const encoding of ['gzip', 'deflate', 'br', 'gzip, gzip']) {
    it(`given 100 MiB of zeros in ${encoding}, unasked, when the page is looked at, then it is critical and little is held`, async () => {
      const { port } = await startWeb((_, response) => {
        response.on('error', () => {});
        response.writeHead(200, { 'Content-Encoding': encoding }).end(packed[encoding]);
      });
      const before = process.memoryUsage().rss;
      const { outcome } = await runMonitor('http', { port, body: { contains: 'never' } });
      expect(outcome.severity, outcome.summary.en).toBe('critical');
      expect(process.memoryUsage().rss - before).toBeLessThan(48 * 2 ** 20);
      expect(outcome.durationMs).toBeLessThan(2000);
    });
  }
});

describe('a name that changes its address', () => {
  const judged = '127.0.0.2';
  const other = '127.0.0.3';
  const name = 'shop.example';

  /** A DNS server that gives the one address first, and the other from then on. */
  async function startDns() {
    let questions = 0;
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    cleanUps.push(() => socket.close());
    socket.on('message', (query, { port, address }) => {
      const { id = 0, questions: asked = [] } = decode(query);
      questions += 1;
      const data = questions === 1 ? judged : other;
      const answers = [{ type: 'A', name, ttl: 0, data }] as const;
      socket.send(encode({ id, type: 'response', questions: asked, answers: [...answers] }), port, address);
    });
    const resolver = new Resolver();
    resolver.setServers([`127.0.0.1:${socket.address().port}`]);
    return {
      questions: () => questions,
      lookup: async (host: string) => (await resolver.resolve4(host)).map((address) => ({ address })),
    };
  }

  /** One port on both addresses; says whom it heard. */
  async function startPair() {
    const heard = new Set<string>();
    const servers: Server[] = [];
    let port = 0;
    for (const address of [judged, other]) {
      const server = createTcp((socket) => {
        heard.add(address);
        socket.on('error', () => {}).end('nothing that any check wants');
      });
      server.listen(port, address);
      await once(server, 'listening');
      port = (server.address() as AddressInfo).port;
      servers.push(server);
      const datagrams = createSocket('udp4').on('message', () => heard.add(address));
      datagrams.bind(port, address);
      await once(datagrams, 'listening');
      cleanUps.push(
        () => void server.close(),
        () => datagrams.close(),
      );
    }
    return { port, heard };
  }

  const checks = [
    { check: 'tcp', settings: { expect: 'x' } },
    { check: 'ssh', settings: {} },
    { check: 'http', settings: { onRedirect: 'follow' } },
    { check: 'https', settings: {} },
    { check: 'tls', settings: {} },
    { check: 'smtp', settings: { tls: 'starttls' } },
    { check: 'imap', settings: { tls: 'implicit' } },
    { check: 'pop3', settings: {} },
    { check: 'ftp', settings: {} },
    { check: 'mysql', settings: {} },
    { check: 'postgres', settings: { tls: 'require' } },
    { check: 'dns', settings: { name: 'www.example.jp' } },
    { check: 'agent', settings: {}, hasNoPort: true },
    { check: 'disk', settings: {}, hasNoPort: true },
  ];
  it.each(checks)(
    'given $check, when the name is asked for, then it is asked for once and that address is connected to',
    async ({ check, settings, hasNoPort }) => {
      const dns = await startDns();
      const pair = await startPair();
      const run = createCheckRunner({
        checkTypes,
        secrets: { read: async () => 'x' },
        localTargetsAllowed: true,
        lookOn: (context) => ({
          ...context,
          resolve: (host) =>
            resolveTarget(host, 'local', { localAllowed: true, signal: context.signal, lookup: dns.lookup }),
        }),
      });
      const target = { address: name, snmp: snmpV2c(pair.port) };
      const own = hasNoPort ? settings : { ...settings, port: pair.port };
      const { outcome } = await run(monitorOf(check, own, target, 400), at);
      expect(['critical', 'unknown']).toContain(outcome.severity);
      expect(outcome.summary.en).not.toContain('could not be carried out');
      expect(dns.questions()).toBe(1);
      expect([...pair.heard]).toEqual([judged]);
    },
  );

  it('given a name with five thousand addresses, when it is resolved, then the first is taken, soon', async () => {
    const found = Array.from({ length: 5000 }, (_, i) => ({ address: `127.0.${i >> 8}.${i & 255}` }));
    const startedAt = performance.now();
    const to = await resolveTarget(name, 'local', { localAllowed: true, lookup: async () => found });
    expect(to.address).toBe(found[0]?.address);
    expect(performance.now() - startedAt).toBeLessThan(500);
  });
});
