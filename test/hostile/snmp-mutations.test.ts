import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  counter64,
  gauge,
  integer,
  octets,
  oid,
  startAgent,
  type TestAgent,
  ticks,
} from '../platform/snmp/snmp-agent.ts';
import { runMonitor, snmpV2c, snmpV3 } from '../probe/run-monitor.ts';
import { allNodes, nodesOf } from './ber.ts';

let agent: TestAgent;
beforeAll(async () => {
  const row = (type: string, name: string, total: number) => ({
    1: integer(1),
    2: oid(`1.3.6.1.2.1.25.2.1.${type}`),
    3: octets(name),
    4: integer(4096),
    5: integer(total),
    6: integer(total / 2),
  });
  agent = await startAgent({
    scalars: {
      '1.3.6.1.2.1.1.3': ticks(123_456),
      ...Object.fromEntries(
        [50, 51, 52, 53, 54, 56, 61, 64].map((at) => [`1.3.6.1.4.1.2021.11.${at}`, integer(at)]),
      ),
      ...Object.fromEntries(
        [5, 6, 14, 15, 27, 3, 4].map((at) => [`1.3.6.1.4.1.2021.4.${at}`, integer(100 * at)]),
      ),
    },
    tables: {
      '1.3.6.1.4.1.2021.10.1': { 1: { 5: integer(10) }, 2: { 5: integer(20) }, 3: { 5: integer(30) } },
      '1.3.6.1.2.1.25.3.3.1': { 1: { 1: integer(0), 2: integer(5) }, 2: { 1: integer(0), 2: integer(6) } },
      '1.3.6.1.2.1.25.2.3.1': {
        1: row('2', 'Physical memory', 1000),
        31: row('4', '/', 2000),
        32: row('4', '/srv', 4000),
      },
      '1.3.6.1.2.1.25.4.2.1': Object.fromEntries(
        [1, 2, 300].map((pid) => [
          pid,
          { 2: octets('nginx'), 4: octets('/usr/sbin/nginx'), 5: octets('-g x'), 7: integer(2) },
        ]),
      ),
      '1.3.6.1.2.1.31.1.1.1': {
        1: {
          1: octets('eth0'),
          6: counter64(10n ** 12n),
          10: counter64(2n ** 63n),
          15: gauge(1000),
          19: ticks(0),
        },
      },
    },
  });
});
afterAll(() => agent.close());

/** One change to one message: at a value of it, and how. */
interface Change {
  /** Which of the agent's messages in the check. */
  readonly turn: number;
  readonly node: number;
  readonly how:
    | 'tag'
    | 'length'
    | 'long length'
    | 'content'
    | 'cut'
    | 'twice'
    | 'value twice'
    | 'drop value'
    | 'old'
    | 'nothing';
  readonly byte: number;
}

const change: fc.Arbitrary<Change> = fc.record({
  turn: fc.nat(3),
  node: fc.nat(200),
  how: fc.constantFrom(
    'tag',
    'length',
    'long length',
    'content',
    'cut',
    'twice',
    'value twice',
    'drop value',
    'old',
    'nothing',
  ),
  byte: fc.nat(255),
});

/** What the liar sends in place of one honest message. */
function mutate(message: Buffer, { node, how, byte }: Change, before: Buffer | undefined): Buffer[] {
  const nodes = allNodes(nodesOf(message));
  const { at, start, end } = nodes[node % nodes.length] ?? { at: 0, start: 2, end: 2 };
  const changed = Buffer.from(message);
  const splice = (from: number, to: number, ...parts: Uint8Array[]) =>
    Buffer.concat([message.subarray(0, from), ...parts, message.subarray(to)]);
  switch (how) {
    case 'tag':
      changed[at] = byte;
      return [changed];
    case 'length':
      changed[at + 1] = byte;
      return [changed];
    case 'long length':
      return [
        splice(at + 1, start, Buffer.from([0x80 | (byte % 9), ...new Array<number>(byte % 9).fill(byte)])),
      ];
    case 'content':
      if (end > start) changed[start + (byte % (end - start))] = byte;
      return [changed];
    case 'cut':
      return [message.subarray(0, at + (byte % Math.max(1, end - at)))];
    case 'twice':
      return [message, message];
    case 'value twice':
      return [splice(end, end, message.subarray(at, end))];
    case 'drop value':
      return [splice(at, end)];
    case 'old':
      return before === undefined ? [message] : [before, message];
    case 'nothing':
      return [];
  }
}

/** Stands between a check and the agent, and changes what the agent says. */
async function startLiar(changes: readonly Change[]): Promise<TestAgent> {
  const near = createSocket('udp4');
  const far = createSocket('udp4');
  let peer: { port: number; address: string } | undefined;
  let turn = 0;
  let before: Buffer | undefined;
  near.on('message', (message, from) => {
    peer = from;
    far.send(message, agent.port, '127.0.0.1');
  });
  far.on('message', (message) => {
    const one = changes.find((each) => each.turn === turn);
    turn += 1;
    const sent = one === undefined ? [message] : mutate(message, one, before);
    before = message;
    for (const data of sent) near.send(data, peer?.port ?? 0, peer?.address);
  });
  near.bind(0, '127.0.0.1');
  await once(near, 'listening');
  return {
    port: near.address().port,
    close: async () => {
      near.close();
      far.close();
    },
  };
}

const checks = [
  { check: 'agent', settings: {} },
  { check: 'cpu', settings: {} },
  { check: 'load', settings: {} },
  { check: 'memory', settings: {} },
  { check: 'disk', settings: {} },
  { check: 'process', settings: { name: 'nginx', argument: '-g' } },
  { check: 'traffic', settings: {} },
  { check: 'host', settings: { ports: [1] } },
] as const;
const versions = [
  { version: 'v2c', accessTo: snmpV2c },
  { version: 'v3', accessTo: snmpV3 },
];
const runs = 200;
const together = 50;

for (const { version, accessTo } of versions) {
  describe(version, () => {
    for (const { check, settings } of checks) {
      it(`given ${runs} lies about true answers, when ${check} is checked, then each is judged and nothing stays open`, async () => {
        const honest = await runMonitor(check, settings, { snmp: accessTo(agent.port) });
        expect(honest.outcome.severity, honest.outcome.summary.en).toBe('ok');
        const lies = fc.sample(fc.array(change, { minLength: 1, maxLength: 3 }), {
          numRuns: runs,
          seed: 161,
        });
        const seen: string[] = [];
        for (let done = 0; done < runs; done += together) {
          const some = lies.slice(done, done + together);
          const outcomes = await Promise.all(some.map((lie) => checkThrough(lie, check, settings, accessTo)));
          for (const [i, { summary, severity, durationMs }] of outcomes.entries()) {
            const shown = `${JSON.stringify(some[i])}: ${summary.en}`;
            expect(summary.en, shown).not.toContain('could not be carried out');
            expect(durationMs, shown).toBeLessThan(timeLimitMs + 1500);
            seen.push(severity);
          }
        }
        expect(seen).toHaveLength(runs);
        await expect.poll(openSockets).toBe(1);
      });
    }
  });
}

const timeLimitMs = 250;
const openSockets = () => process.getActiveResourcesInfo().filter((kind) => kind === 'UDPWrap').length;

async function checkThrough(
  lie: readonly Change[],
  check: string,
  settings: Record<string, unknown>,
  accessTo: (port: number) => ReturnType<typeof snmpV2c> | ReturnType<typeof snmpV3>,
) {
  const liar = await startLiar(lie);
  try {
    return (await runMonitor(check, settings, { snmp: accessTo(liar.port) }, { timeLimitMs })).outcome;
  } finally {
    await liar.close();
  }
}
