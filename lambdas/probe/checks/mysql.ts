import type { Socket } from 'node:net';
import { z } from 'zod';
import { readSome } from '../../../platform/network/connection.ts';
import { peerText } from '../../../platform/network/peer-text.ts';
import { type CheckContext, checkType } from './check-type.ts';
import { address, port, responseMs, tlsName, verifyCertificate } from './settings.ts';
import { checkOverTcp, type Seen } from './tcp-exchange.ts';
import { startTls } from './tls-exchange.ts';

const mysqlSettings = z.strictObject({
  port: port.default(3306),
  address,
  tls: z
    .enum(['none', 'starttls'])
    .default('none')
    .describe('starttls to ask for TLS before anything else is said'),
  tlsName,
  verifyCertificate,
  responseMs,
});

const headerBytes = 4;
/** A greeting has some 100 bytes, an error message at most 512. */
const maxPacketBytes = 1024;

/** The parts of the protocol that the client claims to know. */
const capability = { protocol41: 0x0200, ssl: 0x0800, secureConnection: 0x8000 } as const;

/** Errors that a server in good health sends: this host or this user is nobody it knows. */
const refusals = new Set([1045, 1130]);

/** The farewell is a kindness: it is not waited for longer, and its end is not judged. */
const farewellMs = 500;

/**
 * Waits for the greeting of a MySQL or MariaDB server and, if asked, makes the connection a TLS one. Nobody logs in.
 * @see https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase.html
 */
const checkMysql = (settings: z.output<typeof mysqlSettings>, context: CheckContext) =>
  checkOverTcp(context, { ...settings, host: settings.address }, async (socket): Promise<Seen> => {
    const { data } = await readSome(socket, headerBytes + maxPacketBytes, context.signal, isSettled);
    const greeting = readGreeting(data);
    if ('seen' in greeting) return greeting.seen;
    if (settings.tls === 'none') {
      return wellBy(greeting.version, () => leavePolitely(socket, 1, context.signal));
    }
    if (!greeting.hasTls) {
      return { wrong: { ja: 'は TLS を受け付けません', en: 'does not offer TLS' } };
    }
    const { protocol41, secureConnection, ssl } = capability;
    socket.write(packet(1, clientHead(protocol41 | secureConnection | ssl)));
    const serverName = settings.tlsName ?? settings.address ?? context.target.address;
    const secure = await startTls(socket, {
      serverName,
      verify: settings.verifyCertificate,
      signal: context.signal,
    });
    context.step?.('tls');
    return wellBy(greeting.version, () => leavePolitely(secure, 2, context.signal));
  });

const wellBy = (version: string, leave: () => Promise<void>): Seen => ({
  leave,
  well: {
    ja: `がデータベースのハンドシェイクを返しました(${version})`,
    en: `sent its database handshake (${version})`,
  },
});

/** Enough is a whole packet, or a header that none of these servers begins with. */
const isSettled = (data: Buffer): boolean =>
  data.length >= headerBytes && (!isHeader(data) || data.length >= headerBytes + data.readUIntLE(0, 3));

const isHeader = (data: Buffer): boolean =>
  data.length >= headerBytes && data.readUIntLE(0, 3) <= maxPacketBytes && data.readUInt8(3) === 0;

type Greeting = { readonly seen: Seen } | { readonly version: string; readonly hasTls: boolean };

function readGreeting(data: Buffer): Greeting {
  if (data.length === 0) {
    return {
      seen: {
        wrong: {
          ja: 'はデータベースのハンドシェイクを送らずに切断しました',
          en: 'closed without a database handshake',
        },
      },
    };
  }
  const body = data.subarray(headerBytes);
  if (isHeader(data) && isSettled(data)) {
    const length = data.readUIntLE(0, 3);
    const whole = body.subarray(0, length);
    if (whole[0] === 0xff && length >= 3) return { seen: explainError(whole) };
    const end = whole.indexOf(0, 1);
    // Behind the version: connection id (4), scramble (8), a zero, and the lower capabilities (2).
    if (whole[0] === 10 && end > 1 && length >= end + 16) {
      const version = peerText(whole.subarray(1, end), 60);
      return { version, hasTls: (whole.readUInt16LE(end + 14) & capability.ssl) !== 0 };
    }
  }
  const sent = peerText(data, 60);
  return {
    seen: {
      wrong: {
        ja: `はデータベースのハンドシェイクではなく「${sent}」を送りました`,
        en: `sent "${sent}" in place of a database handshake`,
      },
    },
  };
}

/** An error in place of the greeting. Servers from 4.1 on may put `#` and an SQL state before its words. */
function explainError(body: Buffer): Seen {
  const code = body.readUInt16LE(1);
  const words = body.subarray(body[3] === 0x23 ? 9 : 3);
  const told = `${code} ${peerText(words, 120)}`;
  if (refusals.has(code)) {
    return {
      well: {
        ja: `は動作中で、監視元からのログインは許可していません(${told})`,
        en: `is alive and lets the probe's address not log in (${told})`,
      },
    };
  }
  if (code === 1040) {
    return {
      wrong: {
        ja: `の接続数が上限に達しています(${told})`,
        en: `has no connection left to give (${told})`,
      },
    };
  }
  if (code === 1129) {
    return {
      wrong: {
        ja: `は接続エラーが多いとして監視元を拒否しています。FLUSH HOSTS で解除してください(${told})`,
        en: `blocks the probe's address for too many connection errors; FLUSH HOSTS lets it in again (${told})`,
      },
    };
  }
  return {
    wrong: {
      ja: `がエラーを返しました(${told})`,
      en: `answered with an error (${told})`,
    },
  };
}

const packet = (sequence: number, body: Buffer): Buffer => {
  const head = Buffer.alloc(headerBytes);
  head.writeUIntLE(body.length, 0, 3);
  head.writeUInt8(sequence, 3);
  return Buffer.concat([head, body]);
};

/** What a wish for TLS and an answer to the greeting begin with: capabilities, packet size, character set. */
function clientHead(capabilities: number): Buffer {
  const head = Buffer.alloc(32);
  head.writeUInt32LE(capabilities, 0);
  head.writeUInt32LE(maxPacketBytes, 4);
  head.writeUInt8(45, 8); // utf8mb4
  return head;
}

/**
 * Answers the greeting with the name of a user that nobody has and waits for the refusal. A server counts who leaves
 * without an answer, and after 100 of them (`max_connect_errors`) it blocks the address: the probe would bring down what
 * it watches.
 */
async function leavePolitely(socket: Socket, sequence: number, signal: AbortSignal): Promise<void> {
  const capabilities =
    capability.protocol41 | capability.secureConnection | (sequence === 1 ? 0 : capability.ssl);
  const noPassword = Buffer.from([0]);
  socket.write(
    packet(sequence, Buffer.concat([clientHead(capabilities), Buffer.from('mimamori-probe\0'), noPassword])),
  );
  const short = new AbortController();
  const timer = setTimeout(() => short.abort(), farewellMs);
  try {
    await readSome(socket, headerBytes, AbortSignal.any([signal, short.signal]), () => true);
  } catch {
    // However it ends, the greeting had come.
  } finally {
    clearTimeout(timer);
  }
}

export const mysql = checkType(
  { class: 'liveness', priority: 4, timeLimitMs: 5000 },
  mysqlSettings,
  checkMysql,
);
