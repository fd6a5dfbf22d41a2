import { expect, it } from 'vitest';
import { withSnmpSession } from '../../platform/snmp/snmp-session.ts';
import { snmpdAccess, startSnmpd } from './servers/snmpd.ts';

const { user, authProtocol, authKey, privProtocol, privKey } = snmpdAccess;

/** One question over SNMPv3, with less time than a lost datagram would take. */
const ask = (port: number) =>
  withSnmpSession(
    { address: '127.0.0.1', family: 4, port },
    { version: '3', user, authProtocol, authKey, privProtocol, privKey },
    AbortSignal.timeout(900),
    (session) => session.get(['1.3.6.1.2.1.1.3.0']),
  );

it('given an agent that was heard, when it was restarted or is another one now, then it answers all the same', async () => {
  const first = await startSnmpd();
  try {
    for (let boot = 0; boot < 3; boot += 1) {
      expect(await ask(first.port)).toEqual([expect.any(Number)]);
      expect(await ask(first.port)).toEqual([expect.any(Number)]);
      await first.stop();
      await first.start();
    }
  } finally {
    await first.remove();
  }
  // New files, so a new engine.
  const second = await startSnmpd({ port: first.port });
  try {
    expect(await ask(second.port)).toEqual([expect.any(Number)]);
  } finally {
    await second.remove();
  }
});
