import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import snmp, { type Datagram } from 'net-snmp';

const { ObjectType } = snmp;

/** A value as an agent gives it: its SNMP type and what stands for it in net-snmp. */
export type AgentValue = readonly [type: number, value: unknown];

export const integer = (value: number): AgentValue => [ObjectType.Integer, value];
export const octets = (value: string | Buffer): AgentValue => [ObjectType.OctetString, value];
export const gauge = (value: number): AgentValue => [ObjectType.Gauge, value];
export const counter = (value: number): AgentValue => [ObjectType.Counter, value];
export const ticks = (value: number): AgentValue => [ObjectType.TimeTicks, value];
export const oid = (value: string): AgentValue => [ObjectType.OID, value];

export function counter64(value: bigint): AgentValue {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return [ObjectType.Counter64, bytes];
}

/** Scalars by OID without the last `.0`, and tables by the OID of their entry, rows by index. */
export interface AgentContent {
  readonly scalars?: Readonly<Record<string, AgentValue>>;
  readonly tables?: Readonly<Record<string, Readonly<Record<number, Readonly<Record<number, AgentValue>>>>>>;
}

export interface TestAgent {
  readonly port: number;
  close(): Promise<void>;
}

export const agentCredentials = {
  v2c: { version: '2c', community: 'right-community' },
  v3: {
    version: '3',
    user: 'prober',
    authProtocol: 'sha256',
    authKey: 'right-auth-key',
    privProtocol: 'aes',
    privKey: 'right-priv-key',
  },
} as const;

/** Starts a real SNMP agent on a free port of the loopback, for v2c and v3. */
export async function startAgent(content: AgentContent): Promise<TestAgent> {
  let socket: Socket | undefined;
  // The agent takes port 0 for 161, so it is bound for it.
  const dgramModule = {
    createSocket: (): Datagram => {
      const own = createSocket('udp4');
      socket = own;
      own.bind({ port: 0, address: '127.0.0.1' });
      return Object.assign(own, { bind: () => own });
    },
  };
  const agent = snmp.createAgent({ port: 1, dgramModule }, () => {});
  agent.getAuthorizer().addCommunity(agentCredentials.v2c.community);
  const { user, authProtocol, authKey, privProtocol, privKey } = agentCredentials.v3;
  agent.getAuthorizer().addUser({
    name: user,
    level: snmp.SecurityLevel.authPriv,
    authProtocol: snmp.AuthProtocols[authProtocol],
    authKey,
    privProtocol: snmp.PrivProtocols[privProtocol],
    privKey,
  });
  for (const [at, [type, value]] of Object.entries(content.scalars ?? {})) {
    agent.registerProvider({
      name: at,
      type: snmp.MibProviderType.Scalar,
      oid: at,
      scalarType: type,
      maxAccess: 2,
    });
    agent.getMib().setScalarValue(at, value);
  }
  for (const [at, rows] of Object.entries(content.tables ?? {})) {
    const numbers = [...new Set(Object.values(rows).flatMap((row) => Object.keys(row).map(Number)))];
    const typeOf = (column: number) => Object.values(rows).find((row) => row[column])?.[column]?.[0] ?? 0;
    agent.registerProvider({
      name: at,
      type: snmp.MibProviderType.Table,
      oid: at,
      tableColumns: [
        { number: 99, name: 'index', type: ObjectType.Integer, maxAccess: 2 },
        ...numbers.map((number) => ({ number, name: `c${number}`, type: typeOf(number), maxAccess: 2 })),
      ],
      tableIndex: [{ columnName: 'index' }],
    });
    for (const [index, row] of Object.entries(rows)) {
      agent.getMib().addTableRow(at, [Number(index), ...numbers.map((number) => row[number]?.[1])]);
    }
  }
  if (socket === undefined) throw new Error('the agent made no socket');
  const listening: Socket = socket;
  await once(listening, 'listening');
  return {
    port: listening.address().port,
    close: async () => {
      agent.close();
      await once(listening, 'close');
    },
  };
}

/** A UDP socket on a free port that answers as a test says; closes itself with `close`. */
export async function startUdp(
  answer: (message: Buffer, reply: (data: Buffer) => void) => void,
): Promise<TestAgent> {
  const socket = createSocket('udp4');
  socket.on('message', (message, peer) => {
    answer(message, (data) => socket.send(data, peer.port, peer.address));
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    port: socket.address().port,
    close: async () => {
      socket.close();
      await once(socket, 'close');
    },
  };
}
