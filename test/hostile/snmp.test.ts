import { afterEach, describe, expect, it } from 'vitest';
import { startUdp, type TestAgent } from '../platform/snmp/snmp-agent.ts';
import { runMonitor, snmpV2c, snmpV3 } from '../probe/run-monitor.ts';
import { below, int, octets, readRequest, response, tlv, varbind } from './ber.ts';

const agents: TestAgent[] = [];
afterEach(async () => {
  for (const agent of agents.splice(0)) await agent.close();
});

type Reply = (data: Buffer) => void;

/** A hostile agent; counts what it sent. */
async function startHostile(answer: (message: Buffer, reply: Reply, turn: number) => void) {
  let turns = 0;
  const agent = await startUdp((message, reply) => {
    turns += 1;
    answer(message, reply, turns);
  });
  agents.push(agent);
  return { port: agent.port, turns: () => turns };
}

const heapMb = () => process.memoryUsage().rss / 2 ** 20;

/** Every check that asks an agent, and what its verdict may be when the agent lies. */
const askers = [
  { check: 'agent', settings: {}, severity: 'critical' },
  { check: 'cpu', settings: {}, severity: 'unknown' },
  { check: 'load', settings: {}, severity: 'unknown' },
  { check: 'memory', settings: {}, severity: 'unknown' },
  { check: 'disk', settings: {}, severity: 'unknown' },
  { check: 'process', settings: { argument: 'x' }, severity: 'unknown' },
  { check: 'traffic', settings: {}, severity: 'unknown' },
];

interface Case {
  readonly given: string;
  readonly answer: (message: Buffer, reply: Reply, turn: number) => void;
  readonly limitMs?: number;
  readonly told?: string;
}

/** Answers to v2c requests that no honest agent gives. */
const cases: readonly Case[] = [
  { given: 'silence', answer: () => {}, limitMs: 150 },
  { given: 'its own question back', answer: (message, reply) => reply(message), limitMs: 150 },
  { given: 'an empty datagram', answer: (_, reply) => reply(Buffer.alloc(0)), limitMs: 150 },
  { given: 'the largest datagram', answer: (_, reply) => reply(Buffer.alloc(65_507, 0x30)), limitMs: 150 },
  {
    given: 'an answer without values',
    answer: (message, reply) => reply(response(readRequest(message), [])),
  },
  {
    given: 'other objects than were asked for',
    answer: (message, reply) => {
      const asked = readRequest(message);
      reply(
        response(
          asked,
          asked.oids.map(() => varbind(tlv(0x06, [0x2b, 6, 1, 9]), int(1))),
        ),
      );
    },
  },
  {
    given: 'an error that no standard knows',
    answer: (message, reply) => {
      const { requestId, community } = readRequest(message);
      const pdu = tlv(0xa2, requestId, tlv(0x02, [99]), tlv(0x02, [0]), tlv(0x30));
      reply(tlv(0x30, tlv(0x02, [1]), community, pdu));
    },
    told: 'reports an error',
  },
  {
    given: 'values of a type that does not exist',
    answer: (message, reply) => {
      const asked = readRequest(message);
      reply(
        response(
          asked,
          asked.oids.map((oid) => varbind(oid, tlv(0x5f, [1]))),
        ),
      );
    },
    limitMs: 150,
  },
  {
    given: 'integers of eighty bytes',
    answer: (message, reply) => {
      const asked = readRequest(message);
      reply(
        response(
          asked,
          asked.oids.map((oid) => varbind(oid, tlv(0x02, Buffer.alloc(80, 0x7f)))),
        ),
      );
    },
    limitMs: 150,
  },
  {
    given: 'a length of 2¹²⁰ bytes',
    answer: (message, reply) => {
      const asked = readRequest(message);
      reply(
        response(
          asked,
          asked.oids.map((oid) =>
            varbind(oid, Buffer.from([4, 0x8f, ...new Array<number>(15).fill(255), 1])),
          ),
        ),
      );
    },
    limitMs: 150,
  },
];

describe('an agent that lies', () => {
  for (const { given, answer, limitMs = 1000, told = '' } of cases) {
    it(`given ${given}, when each check asks, then it ends in time with what is said of the agent`, async () => {
      const ask = async ({ check, settings, severity }: (typeof askers)[number]) => {
        const peer = await startHostile(answer);
        const { outcome } = await runMonitor(
          check,
          settings,
          { snmp: snmpV2c(peer.port) },
          { timeLimitMs: limitMs },
        );
        expect.soft(outcome.severity, outcome.summary.en).toBe(severity);
        expect.soft(outcome.summary.en).not.toContain('could not be carried out');
        expect.soft(outcome.summary.en).toContain(told);
        expect.soft(outcome.durationMs).toBeLessThan(limitMs + 1500);
      };
      await Promise.all(askers.map(ask));
    });
  }
});

describe('an agent that sends without end', () => {
  const sizes = [
    { given: 'small answers to other questions', bytes: 4 },
    { given: 'large answers to other questions', bytes: 60_000 },
  ];
  for (const { given, bytes } of sizes) {
    it(`given ${given}, when they do not end, then the talk does, long before its time`, async () => {
      let isOver = false;
      const peer = await startHostile((message, reply) => {
        const asked = readRequest(message);
        const values = asked.oids.slice(0, 1).map((oid) => varbind(oid, octets(bytes)));
        const forged = response({ ...asked, requestId: tlv(0x02, [1, 2, 3, 4]) }, values);
        const send = () => {
          for (let i = 0; i < 8 && !isOver; i += 1) reply(forged);
          if (!isOver) setImmediate(send);
        };
        send();
      });
      const { outcome } = await runMonitor(
        'agent',
        {},
        { snmp: snmpV2c(peer.port) },
        { timeLimitMs: 20_000 },
      );
      isOver = true;
      expect(outcome.severity).toBe('critical');
      expect(outcome.summary.en).toContain('kept sending without end');
      expect(outcome.durationMs).toBeLessThan(15_000);
    });
  }
});

describe('a table without end', () => {
  const columnsOf = (asked: ReturnType<typeof readRequest>) => asked.oids;
  const walks: readonly (Case & { readonly said: RegExp })[] = [
    {
      given: 'rows for ever, one an answer',
      answer: (message, reply, turn) => {
        const asked = readRequest(message);
        reply(
          response(
            asked,
            columnsOf(asked).map((oid) => varbind(turn === 1 ? below(oid, 1) : next(oid), octets(8))),
          ),
        );
      },
      said: /more than \d+ rows|kept sending/,
    },
    {
      given: 'rows of sixty kilobytes for ever',
      answer: (message, reply, turn) => {
        const asked = readRequest(message);
        reply(
          response(
            asked,
            columnsOf(asked)
              .slice(0, 1)
              .map((oid) => varbind(turn === 1 ? below(oid, 1) : next(oid), octets(60_000))),
          ),
        );
      },
      said: /kept sending without end|without the columns/,
    },
    {
      given: 'row numbers that grow longer and longer',
      answer: (message, reply) => {
        const asked = readRequest(message);
        reply(
          response(
            asked,
            columnsOf(asked).map((oid) => varbind(below(oid, 1), octets(8))),
          ),
        );
      },
      said: /too long a number/,
    },
    {
      given: 'a thousand values an answer',
      answer: (message, reply, turn) => {
        const asked = readRequest(message);
        const oid = asked.oids[0] ?? Buffer.alloc(0);
        let at = turn === 1 ? below(oid, 1) : next(oid);
        const rows = Array.from({ length: 1000 }, () => {
          const row = varbind(at, octets(1));
          at = next(at);
          return row;
        });
        reply(response(asked, rows));
      },
      said: /more than \d+ rows|kept sending|does not fit/,
    },
    {
      given: 'the same row for ever',
      answer: (message, reply, turn) => {
        const asked = readRequest(message);
        reply(
          response(
            asked,
            asked.oids.map((oid) => varbind(turn === 1 ? below(oid, 1) : oid, octets(8))),
          ),
        );
      },
      said: /out of order/,
    },
    {
      given: 'rows backwards',
      answer: (message, reply, turn) => {
        const asked = readRequest(message);
        reply(
          response(
            asked,
            asked.oids.map((oid) =>
              varbind(turn === 1 ? below(oid, 9) : below(oid.subarray(0, -1), 1), octets(8)),
            ),
          ),
        );
      },
      said: /does not fit the question|out of order|gave no answer|cannot be read/,
    },
  ];
  const tables = [
    { check: 'process', settings: { name: 'never' }, limitMs: 8000 },
    { check: 'disk', settings: {}, limitMs: 5000 },
  ];
  for (const { given, answer, said } of walks) {
    it(`given ${given}, when a table is read, then the reading ends at a bound`, async () => {
      for (const { check, settings, limitMs } of tables) {
        const peer = await startHostile(answer);
        const before = heapMb();
        const { outcome } = await runMonitor(
          check,
          settings,
          { snmp: snmpV2c(peer.port) },
          { timeLimitMs: limitMs },
        );
        expect.soft(outcome.severity, outcome.summary.en).toBe('unknown');
        expect.soft(outcome.summary.en).toMatch(said);
        expect.soft(outcome.durationMs).toBeLessThan(limitMs);
        expect.soft(heapMb() - before).toBeLessThan(120);
      }
    });
  }
});

/** The OID whose last number is one more; numbers below 128 × 128. */
function next(oid: Buffer): Buffer {
  const start = 2;
  const body = oid.subarray(start);
  let from = body.length - 1;
  while (from > 0 && ((body[from - 1] ?? 0) & 0x80) !== 0) from -= 1;
  const last = [...body.subarray(from)].reduce((value, byte) => value * 128 + (byte & 127), 0);
  return below(tlv(0x06, body.subarray(0, from)), last + 1);
}

describe('an agent that reports for ever', () => {
  /** A v3 report as by an agent whose clock stands at zero. */
  const report = (message: Buffer, engineByte: number): Buffer => {
    const id = messageIdOf(message);
    const engine = Buffer.from([0x80, 0, 0, 0, 4, engineByte & 255, engineByte >> 8, 1]);
    const empty = tlv(0x04);
    const zero = tlv(0x02, [0]);
    return tlv(
      0x30,
      tlv(0x02, [3]),
      tlv(0x30, id, tlv(0x02, [0, 255, 227]), tlv(0x04, [0]), tlv(0x02, [3])),
      tlv(0x04, tlv(0x30, tlv(0x04, engine), zero, zero, empty, empty, empty)),
      tlv(
        0x30,
        tlv(0x04, engine),
        empty,
        tlv(
          0xa8,
          zero,
          zero,
          zero,
          tlv(0x30, varbind(tlv(0x06, [0x2b, 6, 1, 6, 3, 15, 1, 1, 4, 0]), tlv(0x41, [1]))),
        ),
      ),
    );
  };
  const messageIdOf = (message: Buffer): Buffer => {
    // 30 len 02 01 03 30 len 02 …: the id is the first integer of the second sequence.
    const version = message.indexOf(Buffer.from([0x02, 0x01, 0x03]));
    const at = version + 5;
    return message.subarray(at, at + 2 + (message[at + 1] ?? 0));
  };

  for (const { check, severity } of [
    { check: 'agent', severity: 'critical' },
    { check: 'disk', severity: 'unknown' },
  ]) {
    it(`given a new engine with each report, when ${check} is checked, then it ends soon and few keys are derived`, async () => {
      const peer = await startHostile((message, reply, turn) => reply(report(message, turn)));
      const { outcome } = await runMonitor(check, {}, { snmp: snmpV3(peer.port) }, { timeLimitMs: 4000 });
      expect(outcome.severity, outcome.summary.en).toBe(severity);
      expect(outcome.summary.en).toContain('kept sending without end');
      expect(peer.turns()).toBeLessThan(20);
    });
  }
});

describe('the host check', () => {
  it('given an agent that floods, when it is the only sign of life, then the host lives', async () => {
    const peer = await startHostile((message, reply) => {
      for (let i = 0; i < 20_000; i += 1) reply(message.subarray(0, 20));
    });
    const { outcome } = await runMonitor(
      'host',
      { ports: [1] },
      { snmp: snmpV2c(peer.port) },
      { timeLimitMs: 3000 },
    );
    expect(outcome.severity).toBe('ok');
  });
});
