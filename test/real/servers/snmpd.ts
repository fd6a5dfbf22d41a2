import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withSnmpSession } from '../../../platform/snmp/snmp-session.ts';
import { childServer, freePort, makeDirectory, type RealServer } from './child-server.ts';

/** What the agent lets in. */
export const snmpdAccess = {
  community: 'real-community',
  user: 'prober',
  authProtocol: 'sha256',
  authKey: 'real-auth-key-1',
  privProtocol: 'aes',
  privKey: 'real-priv-key-1',
} as const;

/** Starts Net-SNMP's agent on the loopback, for v2c and v3 authPriv. */
export async function startSnmpd({
  port,
  settings: further = [],
}: {
  port?: number;
  /** Further lines of its settings. */
  settings?: readonly string[];
} = {}): Promise<RealServer> {
  const directory = await makeDirectory('snmpd');
  const onPort = port ?? (await freePort());
  const { community, user, authKey, privKey } = snmpdAccess;
  const settings = [
    `rocommunity ${community} 127.0.0.1`,
    `createUser ${user} SHA-256 "${authKey}" AES "${privKey}"`,
    `rouser ${user} priv`,
    ...further,
    '',
  ];
  await writeFile(join(directory, 'snmpd.conf'), settings.join('\n'), { mode: 0o600 });
  // Apart from its settings: the agent writes a file of the same name when it ends.
  const persistent = join(directory, 'persistent');
  const server = childServer({
    port: onPort,
    directory,
    command: 'snmpd',
    args: ['-f', '-Lo', '-C', '-c', join(directory, 'snmpd.conf'), `udp:127.0.0.1:${onPort}`],
    env: { MIBS: '', SNMP_PERSISTENT_DIR: persistent },
    answers: () => answers(onPort),
  });
  await server.start();
  return server;
}

async function answers(port: number): Promise<boolean> {
  try {
    const { community } = snmpdAccess;
    await withSnmpSession(
      { address: '127.0.0.1', family: 4, port },
      { version: '2c', community },
      AbortSignal.timeout(500),
      (session) => session.get(['1.3.6.1.2.1.1.3.0']),
    );
    return true;
  } catch {
    return false;
  }
}
