import { createSocket } from 'node:dgram';
import { afterEach, expect, it } from 'vitest';
import { type SnmpCredentials, withSnmpSession } from '../../../platform/snmp/snmp-session.ts';
import { agentCredentials, integer, startAgent, startUdp, type TestAgent } from './snmp-agent.ts';

const sysUpTime = '1.3.6.1.2.1.1.3';
const content = { scalars: { [sysUpTime]: integer(4242) } };

const running: Pick<TestAgent, 'close'>[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.close();
});

/** An agent behind a line that counts what passes, and drops what a test says. */
async function startOnLine(): Promise<TestAgent & { sent: Buffer[]; drop: (message: Buffer) => boolean }> {
  const agent = await startAgent(content);
  const upstream = createSocket('udp4');
  const sent: Buffer[] = [];
  const line = await startUdp((message, reply) => {
    sent.push(message);
    if (onLine.drop(message)) return;
    upstream.once('message', reply);
    upstream.send(message, agent.port, '127.0.0.1');
  });
  const onLine = { ...line, sent, drop: (_message: Buffer) => false };
  const closeUpstream = async () => void upstream.close();
  running.push(agent, line, { close: closeUpstream });
  return onLine;
}

const ask = (port: number, credentials: SnmpCredentials = agentCredentials.v3, limitMs = 4000) =>
  withSnmpSession({ address: '127.0.0.1', family: 4, port }, credentials, AbortSignal.timeout(limitMs), (s) =>
    s.get([`${sysUpTime}.0`]),
  );

/** A greeting has no user in it. */
const isGreeting = (message: Buffer) => !message.includes(agentCredentials.v3.user);

it('given an agent that was heard, when it is asked again, then it is not greeted again', async () => {
  const agent = await startOnLine();
  expect(await ask(agent.port)).toEqual([4242]);
  expect(agent.sent.map(isGreeting)).toEqual([true, false]);
  agent.sent.length = 0;
  expect(await ask(agent.port)).toEqual([4242]);
  expect(agent.sent.map(isGreeting)).toEqual([false]);
});

it('given an agent that drops what its new engine does not fit, when it is asked, then it is greeted anew', async () => {
  const agent = await startOnLine();
  await ask(agent.port);
  agent.sent.length = 0;
  agent.drop = (message) => !isGreeting(message) && agent.sent.every((one) => !isGreeting(one));
  expect(await ask(agent.port)).toEqual([4242]);
  expect(agent.sent.map(isGreeting)).toEqual([false, false, true, false]);
});

it('given an agent that fell silent, when it is asked, then no greeting is told of that it never answered', async () => {
  const agent = await startOnLine();
  await ask(agent.port);
  agent.drop = () => true;
  for (const limitMs of [200, 2700]) {
    await expect(ask(agent.port, agentCredentials.v3, limitMs)).rejects.toMatchObject({
      name: 'SnmpNoAnswer',
      message: 'gave no answer',
    });
  }
});

it('given an agent that was heard, when another user is refused, then the refusal is told', async () => {
  const agent = await startOnLine();
  await ask(agent.port);
  await expect(ask(agent.port, { ...agentCredentials.v3, user: 'nobody' })).rejects.toMatchObject({
    name: 'SnmpCredentialsRefused',
    message: 'does not know the user',
  });
  expect(await ask(agent.port)).toEqual([4242]);
});
