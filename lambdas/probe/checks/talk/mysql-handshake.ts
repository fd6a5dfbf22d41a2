/**
 * The beginning of a talk with MySQL or MariaDB, as far as it goes without a login.
 * @see https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase.html
 */
import type { Socket } from 'node:net';
import type { Text } from '../../../../core/text.ts';
import { readSome } from '../../../../platform/network/connection.ts';
import { peerText } from '../../../../platform/network/peer-text.ts';
import { closeInOrder, part } from './parting.ts';
import { PeerFault } from './peer-fault.ts';
import type { TlsWay } from './tls-way.ts';

const headerBytes = 4;
/** A greeting has some 100 bytes, an error message at most 512. */
const maxPacketBytes = 1024;

/** The parts of the protocol that the client claims to know. */
const capability = {
  protocol41: 0x0200,
  ssl: 0x0800,
  secureConnection: 0x8000,
  pluginAuth: 0x0008_0000,
} as const;

/** Errors that a server in good health sends: this host or this user is nobody it knows. */
const refusals = new Set([1045, 1130]);

export interface MysqlGreeting {
  readonly version: string;
  readonly hasTls: boolean;
  /** The way of logging in that the server would begin with. */
  readonly plugin: string;
}

/** The words in which a server in good health refuses to talk. */
export interface MysqlRefusal {
  readonly refusal: Text;
}

/** @throws PeerFault for everything that is no greeting of a server at work, the socket's error, or the signal's reason */
export async function hearMysqlGreeting(
  socket: Socket,
  signal: AbortSignal,
): Promise<MysqlGreeting | MysqlRefusal> {
  const { data } = await readSome(socket, headerBytes + maxPacketBytes, signal, isSettled);
  if (data.length === 0) {
    throw new PeerFault({
      ja: 'はデータベースのハンドシェイクを送らずに切断しました',
      en: 'closed without a database handshake',
    });
  }
  const whole = firstPacket(data);
  if (whole?.[0] === 0xff && whole.length >= 3) return readError(whole);
  const greeting = whole && readGreeting(whole);
  if (greeting !== undefined) return greeting;
  const sent = peerText(data, 60);
  throw new PeerFault({
    ja: `はデータベースのハンドシェイクではなく「${sent}」を送りました`,
    en: `sent "${sent}" in place of a database handshake`,
  });
}

/** Enough is a whole packet, or a header that none of these servers begins with. */
const isSettled = (data: Buffer): boolean =>
  data.length >= headerBytes && (!isHeader(data) || firstPacket(data) !== undefined);

const isHeader = (data: Buffer): boolean =>
  data.readUIntLE(0, 3) <= maxPacketBytes && data.readUInt8(3) === 0;

/** The body of the packet that data begins with, once it is whole. */
function firstPacket(data: Buffer): Buffer | undefined {
  if (data.length < headerBytes || !isHeader(data)) return undefined;
  const end = headerBytes + data.readUIntLE(0, 3);
  return data.length < end ? undefined : data.subarray(headerBytes, end);
}

/** Where the name of the plugin begins, behind the version: see the page above for what lies between. */
const pluginOffset = 45;

function readGreeting(body: Buffer): MysqlGreeting | undefined {
  const end = body.indexOf(0, 1);
  // Behind the version: connection id (4), scramble (8), a zero, and the lower capabilities (2).
  if (body[0] !== 10 || end <= 1 || body.length < end + 16) return undefined;
  // MariaDB up to 10 calls itself 5.5.5 ahead of its version, for replicas that would take 10 for less than 5.
  const version = peerText(body.subarray(1, end), 60).replace(/^5\.5\.5-(?=\d)/, '');
  const hasTls = (body.readUInt16LE(end + 14) & capability.ssl) !== 0;
  return { version, hasTls, plugin: zeroEnded(body.subarray(end), pluginOffset) };
}

function zeroEnded(data: Buffer, start: number): string {
  const end = data.indexOf(0, start);
  return data.toString('latin1', start, end < 0 ? data.length : end);
}

/** An error in place of the greeting. Servers from 4.1 on may put `#` and an SQL state before its words. */
function readError(body: Buffer): MysqlRefusal {
  const code = body.readUInt16LE(1);
  const words = body.subarray(body[3] === 0x23 ? 9 : 3);
  const told = `${code} ${peerText(words, 120)}`;
  if (refusals.has(code)) {
    return {
      refusal: {
        ja: `は動作中で、監視元からのログインは許可していません(${told})`,
        en: `is alive and lets the probe's address not log in (${told})`,
      },
    };
  }
  throw new PeerFault(explainError(code, told));
}

function explainError(code: number, told: string): Text {
  if (code === 1040) {
    return { ja: `の接続数が上限に達しています(${told})`, en: `has no connection left to give (${told})` };
  }
  if (code === 1129) {
    return {
      ja: `は接続エラーが多いとして監視元を拒否しています。FLUSH HOSTS で解除してください(${told})`,
      en: `blocks the probe's address for too many connection errors; FLUSH HOSTS lets it in again (${told})`,
    };
  }
  return { ja: `がエラーを返しました(${told})`, en: `answered with an error (${told})` };
}

const packet = (sequence: number, body: Buffer): Buffer => {
  const head = Buffer.alloc(headerBytes);
  head.writeUIntLE(body.length, 0, 3);
  head.writeUInt8(sequence, 3);
  return Buffer.concat([head, body]);
};

/** What a wish for TLS and an answer to the greeting begin with: capabilities, packet size, character set. */
function clientHead(isSecure: boolean): Buffer {
  const { protocol41, ssl, secureConnection, pluginAuth } = capability;
  const head = Buffer.alloc(32);
  head.writeUInt32LE(protocol41 | secureConnection | pluginAuth | (isSecure ? ssl : 0), 0);
  head.writeUInt32LE(maxPacketBytes, 4);
  head.writeUInt8(45, 8); // utf8mb4
  return head;
}

/**
 * Tells a server that has greeted that a TLS handshake follows.
 * @throws PeerFault
 */
export async function askMysqlForTls(
  socket: Socket,
  greeting: MysqlGreeting,
  signal: AbortSignal,
): Promise<void> {
  if (greeting.hasTls) {
    socket.write(packet(1, clientHead(true)));
    return;
  }
  await leaveMysql(socket, { plugin: greeting.plugin, isSecure: false }, signal);
  throw new PeerFault({ ja: 'は TLS を受け付けません', en: 'does not offer TLS' });
}

/** What no password is in the words of a login plugin; those of the SHA family want a zero, the oldest wants nothing. */
const noPassword = (plugin: string): Buffer =>
  plugin === 'mysql_native_password' ? Buffer.alloc(0) : Buffer.of(0);

const switchPlugin = 0xfe;
const letIn = 0x00;
const quit = packet(0, Buffer.of(1));
/** The server may name another plugin once; it has no reason to do it for ever. */
const maxReplies = 3;

/**
 * Answers the greeting with the name of a user that nobody has and hears the refusal out. A server counts who leaves
 * earlier, and after 100 of them (`max_connect_errors`) it blocks the address: the probe would bring down what it
 * watches. MySQL 8 counts clients that know no plugins, too, and asks for one at random where the user is unknown.
 * Never throws.
 */
export const leaveMysql = (
  socket: Socket,
  { plugin, isSecure }: { readonly plugin: string; readonly isSecure: boolean },
  signal: AbortSignal,
): Promise<void> =>
  part(signal, async (patience) => {
    const password = noPassword(plugin);
    const name = Buffer.from(`${plugin.replaceAll('\0', '')}\0`, 'latin1');
    const answer = [
      clientHead(isSecure),
      Buffer.from('mimamori-probe\0'),
      Buffer.of(password.length),
      password,
      name,
    ];
    socket.write(packet(isSecure ? 2 : 1, Buffer.concat(answer)));
    for (let reply = 0; reply < maxReplies; reply += 1) {
      const { data } = await readSome(socket, headerBytes + maxPacketBytes, patience, hasWholePacket);
      const kind = data[headerBytes];
      // Somebody let us in: a user without a name on an old server.
      if (kind === letIn) return closeInOrder(socket, patience, quit);
      if (kind !== switchPlugin) return closeInOrder(socket, patience);
      socket.write(packet((data.readUInt8(3) + 1) & 0xff, noPassword(zeroEnded(data, headerBytes + 1))));
    }
  });

const hasWholePacket = (data: Buffer): boolean =>
  data.length >= headerBytes && data.length >= headerBytes + data.readUIntLE(0, 3);

/** The way to TLS without a look at anything else. */
export const mysqlTlsWay: TlsWay = {
  port: 3306,
  async askForTls(socket, signal) {
    const greeting = await hearMysqlGreeting(socket, signal);
    if ('refusal' in greeting) throw new PeerFault(greeting.refusal);
    await askMysqlForTls(socket, greeting, signal);
  },
  // Any plugin will do: the server names its own where it is another one.
  leave: (inside, signal) => leaveMysql(inside, { plugin: 'mysql_native_password', isSecure: true }, signal),
};
