import { once } from 'node:events';
import { connect } from 'node:net';
import snmp from 'net-snmp';
import { Client } from 'ssh2';

/** What one TCP connection shows: what came within the time, or why nothing did. */
export async function knock(
  { address, port }: { address: string; port: number },
  { say = '', waitMs = 300 } = {},
): Promise<string> {
  const socket = connect({ host: address, port });
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(waitMs) });
    if (say !== '') socket.write(say);
    await once(socket, 'data', { signal: AbortSignal.timeout(waitMs) });
    return Buffer.concat(chunks).toString('latin1');
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') return socket.pending ? 'SILENT' : 'STALLED';
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  } finally {
    socket.destroy();
  }
}

export interface SnmpPeer {
  readonly address: string;
  readonly port: number;
  readonly community?: string;
  readonly v3?: { readonly user: string; readonly authKey: string; readonly privKey: string };
}

function openSession({ address, port, community, v3 }: SnmpPeer) {
  const options = { port, retries: 0, timeout: 500 };
  if (v3 === undefined) {
    return snmp.createSession(address, community ?? '', { ...options, version: snmp.Version2c });
  }
  const user = {
    name: v3.user,
    level: snmp.SecurityLevel.authPriv,
    authProtocol: snmp.AuthProtocols.sha,
    authKey: v3.authKey,
    privProtocol: snmp.PrivProtocols.aes,
    privKey: v3.privKey,
  };
  return snmp.createV3Session(address, user, { ...options, version: snmp.Version3 });
}

/** Values by GET; an octet string as text, a 64-bit counter as its number. */
export async function snmpGet(peer: SnmpPeer, oids: string[]): Promise<unknown[]> {
  const session = openSession(peer);
  try {
    return await new Promise((resolve, reject) => {
      session.get(oids, (error, varbinds) => {
        if (error !== null) return reject(error);
        resolve(varbinds.map(({ type, value }) => readable(type, value)));
      });
    });
  } finally {
    session.close();
  }
}

/** One column of a table by GETBULK, at most 60 rows. */
export async function snmpColumn(peer: SnmpPeer, oid: string): Promise<unknown[]> {
  const session = openSession(peer);
  try {
    return await new Promise((resolve, reject) => {
      session.getBulk([oid], 0, 60, (error, columns) => {
        if (error !== null) return reject(error);
        const rows = columns.flat().filter((varbind) => varbind.oid.startsWith(`${oid}.`));
        resolve(rows.map(({ type, value }) => readable(type, value)));
      });
    });
  } finally {
    session.close();
  }
}

function readable(type: number, value: unknown): unknown {
  if (!Buffer.isBuffer(value)) return value;
  return type === snmp.ObjectType.Counter64
    ? Number(BigInt(`0x${value.toString('hex') || '0'}`))
    : value.toString();
}

export interface SshPeer {
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly privateKey: string;
}

/** Logs in and runs one command. Rejects with the client's error. */
export async function sshRun(
  { address, port, user, privateKey }: SshPeer,
  command: string,
): Promise<{ output: string; exitCode: number; hostKey: Buffer }> {
  const client = new Client();
  let hostKey = Buffer.alloc(0);
  try {
    client.connect({
      host: address,
      port,
      username: user,
      privateKey,
      readyTimeout: 2_000,
      hostVerifier: (key: Buffer) => {
        hostKey = Buffer.from(key);
        return true;
      },
    });
    await once(client, 'ready');
    return await new Promise((resolve, reject) => {
      client.exec(command, (error, stream) => {
        if (error !== undefined) return reject(error);
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('close', (exitCode: number) =>
          resolve({ output: Buffer.concat(chunks).toString(), exitCode, hostKey }),
        );
      });
    });
  } finally {
    client.on('error', () => undefined);
    client.destroy();
  }
}

/** Asks for a login shell, which a simulated server has not. */
export async function sshShell({ address, port, user, privateKey }: SshPeer): Promise<string> {
  const client = new Client();
  try {
    client.connect({ host: address, port, username: user, privateKey, readyTimeout: 2_000 });
    await once(client, 'ready');
    return await new Promise((resolve) => {
      client.shell((error) => resolve(error === undefined ? 'a shell' : error.message));
    });
  } finally {
    client.on('error', () => undefined);
    client.destroy();
  }
}
