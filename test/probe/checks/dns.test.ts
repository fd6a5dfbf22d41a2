import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { type Answer, decode, encode, type Packet, TRUNCATED_RESPONSE } from 'dns-packet';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { runMonitor } from '../run-monitor.ts';
import { closeServersAfterEach, listen } from '../tcp-server.ts';

closeServersAfterEach();

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
});

/** What a server sends for a query: none, one or several datagrams. */
type Reply = (query: Buffer) => Buffer | readonly Buffer[] | undefined;

/** A DNS server on one port, by UDP and by TCP. */
async function startDns(byUdp: Reply, byTcp: Reply = () => undefined): Promise<number> {
  const port = await listen(
    createServer((socket) => {
      socket.once('data', (data) => {
        for (const message of [byTcp(data.subarray(2)) ?? []].flat()) {
          socket.write(Buffer.concat([Buffer.from([message.length >> 8, message.length & 255]), message]));
        }
        socket.end();
      });
    }),
  );
  const socket = createSocket('udp4');
  sockets.push(socket);
  socket.bind(port, '127.0.0.1');
  await once(socket, 'listening');
  socket.on('message', (query, { port: from, address }) => {
    for (const message of [byUdp(query) ?? []].flat()) socket.send(message, from, address);
  });
  return port;
}

/** Answers as the query asks, but for what the test says. */
const reply =
  (answers: Answer[], other: Packet = {}, rcode = 0): Reply =>
  (query) => {
    const { id, questions } = decode(query);
    const flags = (other.flags ?? 0) | rcode;
    return encode({ id, type: 'response', questions, answers, ...other, flags });
  };

const name = 'www.example.jp';
const a = (data: string, owner = name): Answer => ({ type: 'A', name: owner, ttl: 60, data });
const alias = (from: string, to: string): Answer => ({ type: 'CNAME', name: from, ttl: 60, data: to });
const txt: Answer = { type: 'TXT', name, data: ['v=spf1 ', 'include:Example.jp -all'] };
const mx: Answer = { type: 'MX', name, data: { preference: 10, exchange: 'Mail.example.jp' } };
const srv: Answer = {
  type: 'SRV',
  name,
  data: { priority: 5, weight: 6, port: 5060, target: 'sip.example.jp' },
};
const soa: Answer = {
  type: 'SOA',
  name,
  data: {
    mname: 'ns1.example.jp',
    rname: 'root.example.jp',
    serial: 2026112101,
    refresh: 1,
    retry: 2,
    expire: 3,
    minimum: 4,
  },
};

interface Case {
  readonly given: string;
  readonly reply: Reply;
  readonly byTcp?: Reply;
  readonly wants?: Record<string, unknown>;
  readonly severity: 'ok' | 'critical';
  readonly said: string;
}

describe('dns', () => {
  const well: Case[] = [
    { given: 'one address', reply: reply([a('192.0.2.1')]), severity: 'ok', said: 'A = 192.0.2.1 in' },
    {
      given: 'two addresses',
      reply: reply([a('192.0.2.1'), a('192.0.2.2')]),
      severity: 'ok',
      said: 'A = 192.0.2.1 (+1) in',
    },
    {
      given: 'an alias behind its address',
      reply: reply([a('192.0.2.1', 'cdn.example'), alias(name, 'CDN.example')]),
      severity: 'ok',
      said: 'A = 192.0.2.1 in',
    },
    {
      given: 'a ring of aliases',
      reply: reply([alias(name, 'b.example'), alias('b.example', name)]),
      severity: 'critical',
      said: 'has no record for www.example.jp A',
    },
    {
      given: 'the address of another name',
      reply: reply([a('192.0.2.1', 'other.example')]),
      severity: 'critical',
      said: 'has no record for www.example.jp A',
    },
    {
      given: 'no record',
      reply: reply([]),
      severity: 'critical',
      said: 'has no record for www.example.jp A',
    },
    {
      given: 'NXDOMAIN',
      reply: reply([], {}, 3),
      severity: 'critical',
      said: 'says that www.example.jp does not exist (NXDOMAIN)',
    },
    { given: 'SERVFAIL', reply: reply([], {}, 2), severity: 'critical', said: 'answered SERVFAIL for' },
    { given: 'REFUSED', reply: reply([], {}, 5), severity: 'critical', said: 'answered REFUSED for' },
    {
      given: 'a refusal without the question',
      reply: reply([], { questions: [] }, 1),
      severity: 'critical',
      said: 'answered FORMERR for',
    },
    {
      given: 'an answer to another question',
      reply: reply([a('192.0.2.1')], { questions: [{ type: 'A', name: 'other.example' }] }),
      severity: 'critical',
      said: 'answered another query',
    },
    {
      given: 'a query that comes back as it was',
      reply: (query) => query,
      severity: 'critical',
      said: 'answered another query',
    },
    {
      given: 'a forged answer before the real one',
      reply: (query) => [
        ...[reply([a('203.0.113.9')], { id: (query.readUInt16BE(0) + 1) & 0xffff })(query) ?? []].flat(),
        ...[reply([a('192.0.2.1')])(query) ?? []].flat(),
      ],
      severity: 'ok',
      said: 'A = 192.0.2.1 in',
    },
    {
      given: 'nothing but foreign answers',
      reply: (query) => Array.from({ length: 50 }, () => Buffer.from([~query.readUInt8(0) & 255, 0, 1, 2])),
      severity: 'critical',
      said: 'kept answering other queries',
    },
    {
      given: 'an answer that is no DNS',
      reply: (query) => Buffer.concat([query.subarray(0, 2), Buffer.from('HTTP/1.1 400')]),
      severity: 'critical',
      said: 'sent an answer',
    },
    {
      given: 'counts that lie',
      reply: (query) => Buffer.concat([query.subarray(0, 4), Buffer.alloc(8, 0xff), query.subarray(12)]),
      severity: 'critical',
      said: 'sent an answer of more than 16384 bytes or 500 records',
    },
  ];
  const cut: Case[] = [
    {
      given: 'a cut answer that is whole by TCP',
      reply: reply([], { flags: TRUNCATED_RESPONSE }),
      byTcp: reply([a('192.0.2.7')]),
      severity: 'ok',
      said: 'A = 192.0.2.7 in',
    },
    {
      given: 'an answer cut in the midst of a record',
      reply: (query) =>
        [reply([a('192.0.2.7')], { flags: TRUNCATED_RESPONSE })(query) ?? []].flat()[0]?.subarray(0, -3),
      byTcp: reply([a('192.0.2.7')]),
      severity: 'ok',
      said: 'A = 192.0.2.7 in',
    },
    {
      given: 'a cut answer and a silent TCP side',
      reply: reply([], { flags: TRUNCATED_RESPONSE }),
      severity: 'critical',
      said: 'closed the TCP connection before its answer was whole',
    },
    {
      given: 'a cut answer and another id by TCP',
      reply: reply([], { flags: TRUNCATED_RESPONSE }),
      byTcp: (query) => reply([a('192.0.2.7')], { id: (query.readUInt16BE(0) + 1) & 0xffff })(query),
      severity: 'critical',
      said: 'answered another query',
    },
    {
      given: 'a cut answer that is huge by TCP',
      reply: reply([], { flags: TRUNCATED_RESPONSE }),
      byTcp: () => Buffer.alloc(60_000),
      severity: 'critical',
      said: 'of more than 16384 bytes or 500 records',
    },
    {
      given: 'pointers that lead over all of a message',
      reply: reply([], { flags: TRUNCATED_RESPONSE }),
      byTcp: (query) => pointerChain(query),
      severity: 'ok',
      said: 'A = 0.0.0.0 (+398) in',
    },
  ];
  const two = reply([a('192.0.2.1'), a('192.0.2.2')]);
  const wrong = 'has no "192.0.2.3" in its answer for www.example.jp A: 192.0.2.1, 192.0.2.2';
  const wanted: Case[] = [
    {
      given: 'all answers in another order',
      reply: two,
      wants: { answers: { allOf: ['192.0.2.2', '192.0.2.1'] } },
      severity: 'ok',
      said: 'A =',
    },
    {
      given: 'one answer missing',
      reply: two,
      wants: { answers: { allOf: ['192.0.2.1', '192.0.2.3'] } },
      severity: 'critical',
      said: wrong,
    },
    {
      given: 'one of the answers there',
      reply: two,
      wants: { answers: { anyOf: ['192.0.2.3', '192.0.2.2'] } },
      severity: 'ok',
      said: 'A =',
    },
    {
      given: 'none of the answers there',
      reply: two,
      wants: { answers: { anyOf: ['192.0.2.3', '192.0.2.4'] } },
      severity: 'critical',
      said: 'has no one of "192.0.2.3, 192.0.2.4"',
    },
    {
      given: 'an IPv6 address written long',
      reply: reply([{ type: 'AAAA', name, data: '2001:db8::1' }]),
      wants: { type: 'AAAA', answers: { allOf: ['2001:0DB8:0:0:0:0:0:1'] } },
      severity: 'ok',
      said: 'AAAA = 2001:db8::1',
    },
    {
      given: 'a mail server with its preference',
      reply: reply([mx]),
      wants: { type: 'MX', answers: { allOf: ['10 mail.example.jp.'] } },
      severity: 'ok',
      said: 'MX = 10 mail.example.jp',
    },
    {
      given: 'a mail server by name',
      reply: reply([mx]),
      wants: { type: 'MX', answers: { allOf: ['mail.example.JP'] } },
      severity: 'ok',
      said: 'MX = 10 mail.example.jp',
    },
    {
      given: 'a text in two parts',
      reply: reply([txt]),
      wants: { type: 'TXT', answers: { allOf: ['v=spf1 include:Example.jp -all'] } },
      severity: 'ok',
      said: 'TXT = v=spf1 include:Example.jp -all',
    },
    {
      given: 'a text in other case',
      reply: reply([txt]),
      wants: { type: 'TXT', answers: { allOf: ['v=spf1 include:example.jp -all'] } },
      severity: 'critical',
      said: 'has no "v=spf1 include:example.jp -all"',
    },
    {
      given: 'a service by target',
      reply: reply([srv]),
      wants: { type: 'SRV', answers: { anyOf: ['sip.example.jp'] } },
      severity: 'ok',
      said: 'SRV = 5 6 5060 sip.example.jp',
    },
    {
      given: 'a zone by its serial',
      reply: reply([soa]),
      wants: { type: 'SOA', answers: { allOf: ['2026112101', 'ns1.example.jp'] } },
      severity: 'ok',
      said: 'SOA = ns1.example.jp root.example.jp 2026112101 1 2 3 4',
    },
  ];
  for (const { given, reply: byUdp, byTcp, wants, severity, said } of [...well, ...cut, ...wanted]) {
    it(`given ${given}, when it is checked, then it is ${severity}`, async () => {
      const port = await startDns(byUdp, byTcp);
      const { outcome } = await runMonitor('dns', { port, name, ...wants });
      expect(outcome.summary.en).toContain(said);
      expect(outcome.severity).toBe(severity);
    });
  }

  it('given a wrong answer, when it is told, then both languages say what was wanted and what was seen', async () => {
    const port = await startDns(two);
    const { outcome } = await runMonitor('dns', { port, name, answers: { allOf: ['192.0.2.3'] } });
    expect(outcome.summary).toEqual({
      en: `127.0.0.1:${port} ${wrong}`,
      ja: `127.0.0.1:${port} の www.example.jp A の応答に「192.0.2.3」がありません: 192.0.2.1, 192.0.2.2`,
    });
  });

  it('given a lost datagram, when the query is sent again, then it is the same query and it is ok', async () => {
    const seen: string[] = [];
    const port = await startDns((query) => {
      seen.push(query.toString('hex'));
      return seen.length === 1 ? undefined : reply([a('192.0.2.1')])(query);
    });
    const { outcome } = await runMonitor('dns', { port, name });
    expect(outcome.severity).toBe('ok');
    expect(seen).toHaveLength(2);
    expect(new Set(seen).size).toBe(1);
  });

  it('given a silent server, when its time is up, then it is critical', async () => {
    const port = await startDns(() => undefined);
    const { outcome } = await runMonitor('dns', { port, name }, {}, { timeLimitMs: 80 });
    expect(outcome).toMatchObject({
      severity: 'critical',
      summary: { en: `127.0.0.1:${port} gave no answer within 0.08 s` },
    });
  });

  it('given a port without a server, when it is checked, then it is refused at once', async () => {
    const port = await startDns(() => undefined);
    sockets.splice(0).at(-1)?.close();
    const { outcome } = await runMonitor('dns', { port, name });
    expect(outcome).toMatchObject({
      severity: 'critical',
      summary: { en: expect.stringContaining('refused') },
    });
  });

  it('given mutations of a good answer, when each is checked, then it is judged and nothing stays open', async () => {
    const good = [reply([mx, alias('x.example', name), a('192.0.2.1')])];
    const mutations = fc.sample(
      fc.array(fc.tuple(fc.nat(110), fc.nat(255)), { minLength: 1, maxLength: 4 }),
      { numRuns: 300, seed: 53 },
    );
    let turn = 0;
    const mutate: Reply = (query) => {
      const [message] = [good[0]?.(query) ?? []].flat();
      if (message === undefined) return undefined;
      for (const [at, value] of mutations[turn % mutations.length] ?? []) {
        // The id stays, or nobody would read further.
        if (at >= 2 && at < message.length) message[at] = value;
      }
      turn += 1;
      return message;
    };
    const port = await startDns(mutate, mutate);
    for (let done = 0; done < mutations.length; done += 20) {
      const results = await Promise.all(
        Array.from({ length: 20 }, () =>
          runMonitor('dns', { port, name, type: 'MX' }, {}, { timeLimitMs: 500 }),
        ),
      );
      for (const { outcome } of results) expect(['ok', 'critical']).toContain(outcome.severity);
    }
    expect(turn).toBeGreaterThanOrEqual(300);
    await new Promise((done) => setImmediate(done));
    const open = process.getActiveResourcesInfo().filter((kind) => kind === 'UDPWrap');
    expect(open, 'the socket of the server alone').toHaveLength(1);
  });
});

/** A message of 16 kB: pointers that each lead to the one before, then names that begin at the last. */
function pointerChain(query: Buffer): Buffer {
  const head = Buffer.from(query);
  head.writeUInt8(0x80, 2);
  head.writeUInt16BE(400, 6);
  const start = head.length;
  const record = 10 + 8000;
  const first = Buffer.alloc(2 + record);
  first.writeUInt16BE(0xc00c, 0);
  first.writeUInt16BE(10, 2);
  first.writeUInt16BE(1, 4);
  first.writeUInt16BE(8000, 10);
  for (let at = 12; at < first.length; at += 2) {
    first.writeUInt16BE(0xc000 | (at === 12 ? 12 : start + at - 2), at);
  }
  const one = Buffer.alloc(16);
  one.writeUInt16BE(0xc000 | (start + first.length - 2), 0);
  one.writeUInt16BE(1, 2);
  one.writeUInt16BE(1, 4);
  one.writeUInt16BE(4, 10);
  return Buffer.concat([head, first, ...Array.from({ length: 399 }, () => one)]);
}
