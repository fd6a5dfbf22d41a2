import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type SnmpCredentials,
  type SnmpSession,
  withSnmpSession,
} from '../../../platform/snmp/snmp-session.ts';
import {
  agentCredentials,
  counter64,
  integer,
  octets,
  startAgent,
  startUdp,
  type TestAgent,
} from './snmp-agent.ts';

const sysUpTime = '1.3.6.1.2.1.1.3';
const descr = '1.3.6.1.2.1.25.2.3.1';
const content = {
  scalars: { [sysUpTime]: integer(4242), '1.3.6.1.4.1.9999.1': counter64(2n ** 63n + 5n) },
  tables: {
    [descr]: Object.fromEntries(
      Array.from({ length: 130 }, (_, i) => [i + 1, { 2: octets(`disk ${i + 1}`), 3: integer(i) }]),
    ),
  },
};

const running: TestAgent[] = [];
const started = async <T extends TestAgent>(agent: Promise<T>): Promise<T> => {
  running.push(await agent);
  return agent;
};
afterEach(async () => {
  for (const agent of running.splice(0)) await agent.close();
});

const talk = <T>(
  port: number,
  credentials: SnmpCredentials,
  use: (session: SnmpSession) => Promise<T>,
  signal = AbortSignal.timeout(4000),
) => withSnmpSession({ address: '127.0.0.1', family: 4, port }, credentials, signal, use);

const failureOf = (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => expect.fail('it was answered'),
    (error: Error) => error,
  );

const socketsOpen = () => process.getActiveResourcesInfo().filter((kind) => kind === 'UDPWrap').length;

describe.each(['v2c', 'v3'] as const)('an agent over %s', (version) => {
  const credentials = agentCredentials[version];

  it('given objects of several kinds, when they are read, then each comes in its place and the absent one is undefined', async () => {
    const { port } = await started(startAgent(content));
    const values = await talk(port, credentials, (session) =>
      session.get([`${sysUpTime}.0`, '1.3.6.1.4.1.9999.2.0', '1.3.6.1.4.1.9999.1.0']),
    );
    expect(values).toEqual([4242, undefined, 2n ** 63n + 5n]);
  });

  it('given a table of 130 rows, when two columns are read, then all rows come in order with both', async () => {
    const { port } = await started(startAgent(content));
    const rows = await talk(port, credentials, (session) =>
      session.columns([`${descr}.2`, `${descr}.3`], { maxRows: 200 }),
    );
    expect([...rows.keys()]).toEqual(Array.from({ length: 130 }, (_, i) => String(i + 1)));
    expect(rows.get('77')).toEqual([Buffer.from('disk 77'), 76]);
  });

  it('given more rows than the bound, when a column is read, then it is refused', async () => {
    const { port } = await started(startAgent(content));
    const error = await failureOf(
      talk(port, credentials, (session) => session.columns([`${descr}.2`], { maxRows: 100 })),
    );
    expect(error).toMatchObject({ name: 'SnmpBadAnswer', message: 'gave more than 100 rows of a table' });
  });

  it('given many talks, when they have ended, then no socket is left open', async () => {
    const { port } = await started(startAgent(content));
    const before = socketsOpen();
    for (let i = 0; i < 20; i++) {
      await talk(port, credentials, (session) => session.get([`${sysUpTime}.0`]));
    }
    expect(socketsOpen()).toBeLessThanOrEqual(before);
  });
});

describe('errors of agents', () => {
  const ask = (session: SnmpSession) => session.get([`${sysUpTime}.0`]);

  it('given an unknown user, when a v3 agent is asked, then the refusal is told and no secret with it', async () => {
    const { port } = await started(startAgent(content));
    const error = await failureOf(talk(port, { ...agentCredentials.v3, user: 'nobody' }, ask));
    expect(error).toMatchObject({ name: 'SnmpCredentialsRefused', message: 'does not know the user' });
    expect(inspect(error, { depth: 10, showHidden: true })).not.toMatch(/-(auth|priv)-key|community/);
  });

  for (const change of [{ authKey: 'other-auth-key' }, { privKey: 'other-priv-key' }]) {
    it(`given a wrong ${Object.keys(change)}, when the agent drops what it does not fit, then the hint is told and no secret with it`, async () => {
      const { port } = await started(startAgent(content));
      const error = await failureOf(
        talk(port, { ...agentCredentials.v3, ...change }, ask, AbortSignal.timeout(300)),
      );
      expect(error).toMatchObject({
        name: 'SnmpNoAnswer',
        message: 'gave no answer (it did answer the greeting, so the keys may be wrong)',
      });
      expect(inspect(error, { depth: 10, showHidden: true })).not.toMatch(/-(auth|priv)-key/);
    });
  }

  it('given a wrong community, when the agent keeps silent, then there is no answer and no secret in the error', async () => {
    const { port } = await started(startAgent(content));
    const credentials = { version: '2c', community: 'wrong-community' } as const;
    const error = await failureOf(
      talk(port, credentials, (session) => session.get([`${sysUpTime}.0`]), AbortSignal.timeout(300)),
    );
    expect(error).toMatchObject({ name: 'SnmpNoAnswer', message: 'gave no answer' });
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('wrong-community');
  });

  it('given a closed port, when it is asked, then the refusal is heard at once', async () => {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const { port } = socket.address();
    socket.close();
    await once(socket, 'close');
    const startedAt = performance.now();
    const error = await failureOf(
      talk(port, agentCredentials.v2c, (session) => session.get([`${sysUpTime}.0`])),
    );
    expect(error).toMatchObject({ name: 'SnmpNoAnswer', message: 'has its port closed' });
    expect(performance.now() - startedAt).toBeLessThan(900);
  });

  it('given an address that this machine may not send to, when it is asked, then it is a fault of ours', async () => {
    const peer = { address: '255.255.255.255', family: 4, port: 161 } as const;
    const work = withSnmpSession(peer, agentCredentials.v2c, AbortSignal.timeout(2000), ask);
    await expect(work).rejects.toMatchObject({ code: 'EACCES' });
  });

  it('given a silent peer, when the signal ends the wait, then nothing is left behind', async () => {
    const silent = await started(startUdp(() => {}));
    const before = process.getActiveResourcesInfo().length;
    const stop = new AbortController();
    const work = failureOf(
      talk(silent.port, agentCredentials.v3, (session) => session.get([`${sysUpTime}.0`]), stop.signal),
    );
    setImmediate(() => stop.abort());
    expect(await work).toMatchObject({ name: 'SnmpNoAnswer' });
    await new Promise(setImmediate);
    expect(process.getActiveResourcesInfo().length).toBeLessThanOrEqual(before);
  });

  it('given a first datagram that was lost, when it is sent again, then the answer counts', async () => {
    const agent = await started(startAgent(content));
    const upstream = createSocket('udp4');
    let seen = 0;
    const lossy = await started(
      startUdp((message, reply) => {
        seen += 1;
        if (seen === 1) return;
        upstream.once('message', reply);
        upstream.send(message, agent.port, '127.0.0.1');
      }),
    );
    const values = await talk(lossy.port, agentCredentials.v2c, (session) => session.get([`${sysUpTime}.0`]));
    upstream.close();
    expect(values).toEqual([4242]);
  });
});

describe('hostile peers', () => {
  const ask = (session: SnmpSession) => session.get([`${sysUpTime}.0`]);

  it('given a peer that answers with noise, when it is asked, then one bounded talk fails and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), async (noise) => {
        const peer = await startUdp((_message, reply) => reply(Buffer.from(noise)));
        try {
          const error = await failureOf(talk(peer.port, agentCredentials.v2c, ask, AbortSignal.timeout(30)));
          expect(error.name).toMatch(/^Snmp(NoAnswer|BadAnswer)$/);
        } finally {
          await peer.close();
        }
      }),
      { numRuns: 30 },
    );
  });

  it('given a peer that changes bytes of true answers, when it is asked, then it ends with a value or a named failure', async () => {
    const agent = await started(startAgent(content));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(agentCredentials.v2c, agentCredentials.v3),
        fc.array(fc.tuple(fc.nat(120), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 }),
        async (credentials, changes) => {
          const upstream = createSocket('udp4');
          const peer = await startUdp((message, reply) => {
            upstream.once('message', (answer) => {
              for (const [at, byte] of changes) if (at < answer.length) answer[at] = byte;
              reply(answer);
            });
            upstream.send(message, agent.port, '127.0.0.1');
          });
          try {
            const end = await talk(peer.port, credentials, ask, AbortSignal.timeout(40)).catch(
              (error: Error) => error.name,
            );
            expect(typeof end === 'string' ? end : 'values').toMatch(
              /^(values|Snmp(NoAnswer|BadAnswer|CredentialsRefused))$/,
            );
          } finally {
            upstream.close();
            await peer.close();
          }
        },
      ),
      {
        numRuns: 60,
        // A greeting that cannot be answered: the request after it throws in the making.
        examples: [[agentCredentials.v3, [[48, 138]]]],
      },
    );
  });

  it('given an agent whose error has a number that nobody knows, when it is asked, then genErr (5) is told and not silence', async () => {
    const agent = await started(startAgent(content));
    const upstream = createSocket('udp4');
    const peer = await started(
      startUdp((message, reply) => {
        upstream.once('message', (answer) => {
          // The error status comes right after the id, in one byte.
          answer[idOffset(answer) + 2 + requestId(answer).length + 2] = 99;
          reply(answer);
        });
        upstream.send(message, agent.port, '127.0.0.1');
      }),
    );
    const error = await failureOf(talk(peer.port, agentCredentials.v2c, ask));
    upstream.close();
    expect(error).toMatchObject({ name: 'SnmpBadAnswer', message: 'reports an error (5)' });
  });

  it('given an agent whose table never advances, when it is read, then it is refused', async () => {
    const agent = await started(startAgent(content));
    const upstream = createSocket('udp4');
    let kept: Buffer | undefined;
    const loop = await started(
      startUdp((message, reply) => {
        // The same first answer for ever, under the id of each new request.
        const id = requestId(message);
        if (kept !== undefined) return reply(withRequestId(kept, id));
        upstream.once('message', (answer) => {
          if (id.length === 4) kept = answer;
          reply(answer);
        });
        upstream.send(message, agent.port, '127.0.0.1');
      }),
    );
    const error = await failureOf(
      talk(
        loop.port,
        agentCredentials.v2c,
        (session) => session.columns([`${descr}.2`], { maxRows: 100 }),
        AbortSignal.timeout(1000),
      ),
    );
    upstream.close();
    expect(error).toMatchObject({ name: 'SnmpBadAnswer' });
  });

  it('given a stranger who answers first, when the socket is connected, then only the agent is heard', async () => {
    const agent = await started(startAgent(content));
    const stranger = createSocket('udp4');
    const upstream = createSocket('udp4');
    const relay = createSocket('udp4');
    relay.bind(0, '127.0.0.1');
    await once(relay, 'listening');
    relay.on('message', (message, peer) => {
      upstream.once('message', (answer) => {
        const forged = Buffer.from(answer);
        forged[forged.length - 1] = 0x01;
        stranger.send(forged, peer.port, peer.address, () => relay.send(answer, peer.port, peer.address));
      });
      upstream.send(message, agent.port, '127.0.0.1');
    });
    const values = await talk(relay.address().port, agentCredentials.v2c, ask);
    for (const socket of [stranger, upstream, relay]) socket.close();
    expect(values).toEqual([4242]);
  });
});

/** Where the request id of a v2c message begins: behind the tag and the length of the PDU. */
function idOffset(message: Buffer): number {
  const { community } = agentCredentials.v2c;
  const pdu = message.indexOf(community) + community.length;
  const length = message[pdu + 1] ?? 0;
  return pdu + 2 + (length < 0x80 ? 0 : length & 0x7f);
}

function requestId(message: Buffer): Buffer {
  const at = idOffset(message);
  return message.subarray(at + 2, at + 2 + (message[at + 1] ?? 0));
}

/** The same message under another id, which fits if it is no longer. */
function withRequestId(message: Buffer, id: Buffer): Buffer {
  const old = requestId(message);
  const answer = Buffer.from(message);
  answer.fill(0, idOffset(message) + 2, idOffset(message) + 2 + old.length);
  id.copy(answer, idOffset(message) + 2 + old.length - id.length);
  return answer;
}
