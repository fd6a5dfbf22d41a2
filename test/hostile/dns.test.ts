import { createSocket, type Socket as Datagrams } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { type Answer, decode, encode, TRUNCATED_RESPONSE } from 'dns-packet';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { runMonitor } from '../probe/run-monitor.ts';
import { closeServersAfterEach, listen } from '../probe/tcp-server.ts';
import * as peer from './hostile-peer.ts';

closeServersAfterEach();

const sockets: Datagrams[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
});

type Reply = (query: Buffer) => readonly Uint8Array[];

/** Answers by UDP on a port that may be taken by TCP already. */
async function answerByUdp(reply: Reply, port = 0): Promise<number> {
  const socket = createSocket('udp4');
  sockets.push(socket);
  socket.bind(port, '127.0.0.1');
  await once(socket, 'listening');
  socket.on('message', (query, from) => {
    for (const data of reply(query)) socket.send(data, from.port, from.address);
  });
  return socket.address().port;
}

/** Cuts by UDP, so that the check comes by TCP, where the messages follow with their lengths. */
async function answerByTcp(reply: Reply): Promise<number> {
  const port = await listen(
    createServer((socket) => {
      socket.once('data', (data) => {
        for (const message of reply(data.subarray(2))) socket.write(message);
        socket.end();
      });
    }),
  );
  return answerByUdp(cut, port);
}

const cut: Reply = (query) => [answerTo(query, [], TRUNCATED_RESPONSE)];

const answerTo = (query: Buffer, answers: Answer[], flags = 0): Buffer => {
  const { id = 0, questions = [] } = decode(query);
  return encode({ id, type: 'response', questions, answers, flags });
};
const framed = (message: Buffer, length = message.length): Buffer =>
  Buffer.concat([Buffer.from([length >> 8, length & 255]), message]);

const name = 'www.example.jp';
const a = (data: string, owner = name): Answer => ({ type: 'A', name: owner, ttl: 60, data });
const alias = (from: string, to: string): Answer => ({ type: 'CNAME', name: from, ttl: 60, data: to });
const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);

describe('answers out of all measure', () => {
  const long = 'a'.repeat(60);
  const longName = (i: number) => `n${i}.${long}.${long}.${long}.jp`;
  const cases: readonly {
    given: string;
    answers: Answer[];
    type?: string;
    severity: string;
    said: string | RegExp;
  }[] = [
    {
      given: 'four hundred addresses',
      answers: numbers(400).map((i) => a(`192.0.2.${i % 256}`)),
      severity: 'ok',
      said: '(+399)',
    },
    {
      given: 'a thousand addresses',
      answers: numbers(1000).map((i) => a(`192.0.2.${i % 256}`)),
      severity: 'critical',
      said: 'more than 16384 bytes or 500 records',
    },
    {
      given: 'nineteen hundred addresses, as many as one message holds',
      answers: numbers(1900).map((i) => a(`192.0.2.${i % 256}`)),
      severity: 'critical',
      said: 'more than 16384 bytes or 500 records',
    },
    {
      given: 'a ring of sixty aliases',
      answers: numbers(60).map((i) => alias(i === 0 ? name : `${i}.jp`, i === 59 ? name : `${i + 1}.jp`)),
      severity: 'critical',
      said: 'has no record for',
    },
    {
      given: 'a chain of aliases backwards',
      answers: numbers(40)
        .map((i) => alias(i === 0 ? name : longName(i), longName(i + 1)))
        .reverse(),
      severity: 'critical',
      said: 'has no record for',
    },
    {
      given: 'a text of fifteen kilobytes',
      answers: [{ type: 'TXT', name, data: numbers(60).map(() => 'x'.repeat(250)) }],
      type: 'TXT',
      severity: 'ok',
      said: /TXT = x{60} in \d+ ms$/,
    },
    {
      given: 'a text of sixty kilobytes',
      answers: [{ type: 'TXT', name, data: numbers(240).map(() => 'x'.repeat(250)) }],
      type: 'TXT',
      severity: 'critical',
      said: 'more than 16384 bytes or 500 records',
    },
  ];
  for (const { given, answers, type = 'A', severity, said } of cases) {
    it(`given ${given}, when it is checked, then it is ${severity}, soon, in a short line`, async () => {
      const port = await answerByTcp((query) => [framed(answerTo(query, answers))]);
      const { outcome } = await runMonitor('dns', { port, name, type });
      expect(outcome.summary.en).toMatch(said);
      expect(outcome.severity).toBe(severity);
      expect(outcome.durationMs).toBeLessThan(500);
      expect(outcome.summary.en.length).toBeLessThan(300);
    });
  }
});

describe('lengths that lie', () => {
  const address = (query: Buffer) => answerTo(query, [a('192.0.2.1')]);
  /** The length of the last record's data stands before its four bytes. */
  const withLength = (query: Buffer, length: number) => {
    const message = address(query);
    message.writeUInt16BE(length, message.length - 6);
    return message;
  };
  const text = (query: Buffer) => answerTo(query, [{ type: 'TXT', name, data: 'v=spf1 -all' }]);
  const notDns = 'sent an answer that is not DNS';
  const cases: readonly { given: string; reply: Reply; isTcp?: true; type?: string; said: string }[] = [
    {
      given: 'an address that ends in its midst',
      reply: (query) => [address(query).subarray(0, -2)],
      said: notDns,
    },
    { given: 'an address of three bytes', reply: (query) => [withLength(query, 3)], said: notDns },
    { given: 'an address of forty bytes', reply: (query) => [withLength(query, 40)], said: notDns },
    { given: 'an address of 65535 bytes', reply: (query) => [withLength(query, 65_535)], said: notDns },
    {
      given: 'a text that ends in its midst',
      reply: (query) => [text(query).subarray(0, -3)],
      type: 'TXT',
      said: notDns,
    },
    {
      given: 'a header alone that counts one answer',
      reply: (query) => [address(query).subarray(0, 12)],
      said: notDns,
    },
    { given: 'half a header', reply: (query) => [address(query).subarray(0, 7)], said: notDns },
    {
      given: 'a frame longer than what follows',
      reply: (query) => [framed(address(query), 4000)],
      isTcp: true,
      said: 'closed the TCP connection before its answer was whole',
    },
    {
      given: 'a frame shorter than its answer',
      reply: (query) => [framed(address(query), 30)],
      isTcp: true,
      said: notDns,
    },
    {
      given: 'a frame of nothing',
      reply: (query) => [framed(address(query), 0)],
      isTcp: true,
      said: 'answered another query',
    },
    {
      given: 'a frame of 65535 bytes',
      reply: (query) => [framed(address(query), 65_535)],
      isTcp: true,
      said: 'more than 16384 bytes or 500 records',
    },
  ];
  for (const { given, reply, isTcp, type = 'A', said } of cases) {
    it(`given ${given}, when it is checked, then it is critical`, async () => {
      const port = await (isTcp ? answerByTcp : answerByUdp)(reply);
      const { outcome } = await runMonitor('dns', { port, name, type }, {}, { timeLimitMs: 500 });
      expect(outcome.summary.en).toContain(said);
      expect(outcome.severity).toBe('critical');
    });
  }
});

describe('a hostile TCP side', () => {
  const start = Buffer.from([0x3f, 0xff]);
  const deeds: readonly { does: string; deed: peer.Deed }[] = [
    { does: 'falls silent', deed: peer.silence },
    { does: 'stops reading', deed: peer.deafness },
    { does: 'resets the connection', deed: peer.reset },
    { does: 'resets it in its answer', deed: peer.sayAndReset(start) },
    { does: 'closes its half', deed: peer.halfClose },
    { does: 'sends a byte now and then', deed: peer.trickle('x', start) },
    { does: 'sends without end', deed: peer.flood('x') },
  ];
  for (const { does, deed } of deeds) {
    it(`given a server that ${does}, when the answer by UDP is cut, then the check is critical, in time and bounded`, async () => {
      const server = await peer.startHostile(deed);
      await answerByUdp(cut, server.port);
      const { outcome } = await runMonitor('dns', { port: server.port, name }, {}, { timeLimitMs: 250 });
      expect(outcome.severity, outcome.summary.en).toBe('critical');
      expect(outcome.durationMs).toBeLessThan(900);
      expect(server.taken()).toBeLessThan(8 * 2 ** 20);
      await expect.poll(() => server.openConnections(), { interval: 5, timeout: 3000 }).toBe(0);
    });
  }
});

const records: Readonly<Record<string, Answer[]>> = {
  A: [alias(name, 'cdn.example'), a('192.0.2.1', 'cdn.example'), a('192.0.2.2', 'cdn.example')],
  AAAA: [{ type: 'AAAA', name, data: '2001:db8::1' }],
  MX: [{ type: 'MX', name, data: { preference: 10, exchange: `mail.${name}` } }],
  TXT: [{ type: 'TXT', name, data: ['v=spf1', ' -all'] }],
  SRV: [{ type: 'SRV', name, data: { priority: 1, weight: 2, port: 3, target: `sip.${name}` } }],
  SOA: [
    {
      type: 'SOA',
      name,
      data: {
        mname: `ns.${name}`,
        rname: `root.${name}`,
        serial: 1,
        refresh: 2,
        retry: 3,
        expire: 4,
        minimum: 5,
      },
    },
  ],
};

/** One change to a message, from the byte at which it is made on. */
const change = fc.record({
  how: fc.constantFrom('byte', 'word', 'cut', 'insert', 'drop', 'twice', 'frame'),
  at: fc.nat(200),
  value: fc.nat(65_535),
});
type Change = ReturnType<typeof change.generate>['value'];

function mutate(message: Buffer, { how, at: offset, value }: Change): Buffer[] {
  const changed = Buffer.from(message);
  // The id stays: an answer to another question is not read at all.
  const at = 2 + (offset % (message.length - 3));
  switch (how) {
    case 'byte':
      changed[at] = value & 255;
      return [changed];
    case 'word':
      changed.writeUInt16BE(value, at);
      return [changed];
    case 'cut':
      return [message.subarray(0, at)];
    case 'insert':
      return [Buffer.concat([message.subarray(0, at), Buffer.from([value & 255]), message.subarray(at)])];
    case 'drop':
      return [Buffer.concat([message.subarray(0, at), message.subarray(at + 1 + (value % 4))])];
    case 'twice':
      return [message, message];
    default:
      return [message];
  }
}

const runs = 240;
const together = 40;
const openSockets = () =>
  process.getActiveResourcesInfo().filter((kind) => kind === 'UDPWrap' || kind === 'TCPSocketWrap').length;

for (const [type, answers] of Object.entries(records)) {
  for (const way of ['UDP', 'TCP'] as const) {
    it(`given ${runs} lies in answers of ${type} by ${way}, when each is checked, then it is judged and nothing stays open`, async () => {
      const lies = fc.sample(fc.array(change, { minLength: 1, maxLength: 3 }), { numRuns: runs, seed: 53 });
      let turn = 0;
      const lie: Reply = (query) => {
        const changes = lies[turn % runs] ?? [];
        turn += 1;
        let messages = [answerTo(query, answers)];
        for (const one of changes)
          messages = messages.flatMap((message) => (message.length < 6 ? [message] : mutate(message, one)));
        if (way === 'UDP') return messages;
        const frame = changes.find(({ how }) => how === 'frame');
        return messages.map((message) => framed(message, frame?.value));
      };
      const port = await (way === 'UDP' ? answerByUdp : answerByTcp)(lie);
      const seen = new Set<string>();
      for (let done = 0; done < runs; done += together) {
        const results = await Promise.all(
          numbers(together).map(() => runMonitor('dns', { port, name, type }, {}, { timeLimitMs: 300 })),
        );
        for (const { outcome } of results) {
          expect(outcome.summary.en).not.toContain('could not be carried out');
          expect(outcome.summary.en).not.toContain('undefined');
          seen.add(outcome.severity);
        }
      }
      expect(turn).toBeGreaterThanOrEqual(runs);
      expect([...seen].sort()).toEqual(['critical', 'ok']);
      await expect.poll(openSockets).toBe(1);
    });
  }
}
