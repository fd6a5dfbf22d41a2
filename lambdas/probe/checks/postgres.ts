import type { Socket } from 'node:net';
import { z } from 'zod';
import type { Text } from '../../../core/text.ts';
import { readSome } from '../../../platform/network/connection.ts';
import { peerText } from '../../../platform/network/peer-text.ts';
import { type CheckContext, checkType } from './check-type.ts';
import { address, databaseTls, port, responseMs, tlsName, verifyCertificate } from './settings.ts';
import { closeInOrder } from './talk/parting.ts';
import { PeerFault } from './talk/peer-fault.ts';
import { secureTalk } from './talk/secure-talk.ts';
import { checkOverTcp, type Seen } from './talk/tcp-exchange.ts';
import { explainTlsFailure } from './talk/tls-exchange.ts';
import type { TlsWay } from './talk/tls-way.ts';

const standardPort = 5432;

const postgresSettings = z.strictObject({
  port: port.default(standardPort),
  address,
  tls: databaseTls,
  tlsName,
  verifyCertificate,
  responseMs,
});

const maxMessageBytes = 8192;

/**
 * Opens the conversation with a PostgreSQL server, by TLS if asked, as far as its question for a password. Nobody logs in.
 * @see https://www.postgresql.org/docs/current/protocol-flow.html
 */
const checkPostgres = (settings: z.output<typeof postgresSettings>, context: CheckContext) =>
  checkOverTcp(context, { ...settings, host: settings.address }, async (plain): Promise<Seen> => {
    const { signal } = context;
    let socket: Socket = plain;
    if (settings.tls === 'require') {
      await askForTls(plain, signal);
      const { inside, fault } = await secureTalk(plain, settings, context);
      if (fault !== undefined) {
        return { wrong: explainTlsFailure(fault), leave: () => closeInOrder(inside, signal) };
      }
      socket = inside;
    }
    socket.write(startup);
    const { data } = await readSome(socket, maxMessageBytes, signal, isSettled);
    // Let in without a password (`trust`): a word of farewell, or the server logs a lost connection.
    const leave = () => closeInOrder(socket, signal, isLetIn(data) ? terminate : undefined);
    return { ...look(data), leave };
  });

/** @throws PeerFault when it is not agreed to, the socket's error, or the signal's reason */
async function askForTls(socket: Socket, signal: AbortSignal): Promise<void> {
  socket.write(sslRequest);
  // One byte and no more: bytes behind it came in the clear, and must not pass for what is said inside.
  const { data } = await readSome(socket, maxMessageBytes, signal, (bytes) => bytes[0] !== errorResponse);
  if (data.toString('latin1') !== 'S') throw new PeerFault(explainNoTls(data));
}

/** The way to TLS without a look at anything else. */
export const postgresTlsWay: TlsWay = { port: standardPort, askForTls, leave: closeInOrder };

const authentication = 0x52; // R
const errorResponse = 0x45; // E

const withLength = (body: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeInt32BE(4 + body.length);
  return Buffer.concat([length, body]);
};
const sslRequest = withLength(Buffer.from([0x04, 0xd2, 0x16, 0x2f]));
const startup = withLength(
  Buffer.concat([
    Buffer.from([0, 3, 0, 0]),
    Buffer.from('user\0mimamori\0database\0postgres\0application_name\0mimamori-probe\0\0'),
  ]),
);
const terminate = Buffer.concat([Buffer.from('X'), withLength(Buffer.alloc(0))]);

/** Enough is a whole message, or a beginning that no PostgreSQL server makes. */
const isSettled = (data: Buffer): boolean =>
  data.length >= 5 && (!isMessage(data) || data.length >= 1 + data.readInt32BE(1));

const isMessage = (data: Buffer): boolean =>
  data.length >= 5 &&
  (data[0] === authentication || data[0] === errorResponse) &&
  data.readInt32BE(1) >= 8 &&
  data.readInt32BE(1) < maxMessageBytes;

const isLetIn = (data: Buffer): boolean =>
  isMessage(data) && isSettled(data) && data[0] === authentication && data.readInt32BE(5) === 0;

const closedEarly: Text = {
  ja: 'はデータベースのハンドシェイクを返さずに切断しました',
  en: 'closed without a database handshake',
};

function look(data: Buffer): Seen {
  if (data.length === 0) return { wrong: closedEarly };
  if (isMessage(data) && isSettled(data)) {
    if (data[0] === errorResponse) return explainError(data.subarray(5, 1 + data.readInt32BE(1)));
    return {
      well: { ja: 'がデータベースのハンドシェイクを返しました', en: 'answered the database handshake' },
    };
  }
  const sent = peerText(data, 60);
  return {
    wrong: {
      ja: `はデータベースのハンドシェイクではなく「${sent}」を返しました`,
      en: `answered the database handshake with "${sent}"`,
    },
  };
}

/**
 * Classes of errors that a server in good health sends to a stranger: no such user or address (28), no such database
 * (3D), a wish that a pooler or a later version does not know (08, 0A).
 */
const refusals = new Set(['28', '3D', '08', '0A']);

const states: Readonly<Record<string, Text>> = {
  '57P03': { ja: 'はまだ接続を受け付けていません', en: 'does not take connections at the moment' },
  '53300': { ja: 'の接続数が上限に達しています', en: 'has no connection left to give' },
  '57P01': { ja: 'は停止処理中です', en: 'is shutting down' },
};

/** The fields of an error: a letter each, and a text up to a zero. `C` is the SQL state, `M` the words. */
function explainError(body: Buffer): Seen {
  const fields = body.toString('utf8').split('\0');
  const field = (letter: string) => fields.find((text) => text.startsWith(letter))?.slice(1) ?? '';
  const state = field('C');
  const told = peerText(`${state} ${field('M')}`, 160);
  if (/^[0-9A-Z]{5}$/.test(state) && refusals.has(state.slice(0, 2))) {
    return {
      well: {
        ja: `は動作中で、監視元からのログインは許可していません(${told})`,
        en: `is alive and lets the probe not log in (${told})`,
      },
    };
  }
  const known = states[state] ?? { ja: 'がエラーを返しました', en: 'answered with an error' };
  return { wrong: { ja: `${known.ja}(${told})`, en: `${known.en} (${told})` } };
}

function explainNoTls(data: Buffer): Text {
  if (data.toString('latin1') === 'N') return { ja: 'は TLS を受け付けません', en: 'does not offer TLS' };
  if (data.length === 0) return closedEarly;
  // A server that could make no process for the connection sends words without fields.
  const sent = peerText(data, 100);
  return {
    ja: `は TLS の要求に「${sent}」を返しました`,
    en: `answered the wish for TLS with "${sent}"`,
  };
}

export const postgres = checkType(
  { class: 'liveness', priority: 4, timeLimitMs: 5000, runbook: { id: 'restart-postgresql' } },
  postgresSettings,
  checkPostgres,
);
