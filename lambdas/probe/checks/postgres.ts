import type { Socket } from 'node:net';
import { z } from 'zod';
import { readSome } from '../../../platform/network/connection.ts';
import { peerText } from '../../../platform/network/peer-text.ts';
import { type CheckContext, checkType } from './check-type.ts';
import { address, port, responseMs, tlsName, verifyCertificate } from './settings.ts';
import { checkOverTcp, type Seen } from './tcp-exchange.ts';
import { startTls } from './tls-exchange.ts';

const postgresSettings = z.strictObject({
  port: port.default(5432),
  address,
  tls: z
    .enum(['none', 'starttls'])
    .default('none')
    .describe('starttls to ask for TLS before anything else is said'),
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
    let socket: Socket = plain;
    if (settings.tls === 'starttls') {
      socket.write(sslRequest);
      // One byte and no more: bytes behind it came in the clear, and must not pass for what is said inside.
      const { data } = await readSome(socket, maxMessageBytes, context.signal, (bytes) => bytes[0] !== 0x45);
      if (data.toString('latin1') !== 'S') return explainNoTls(data);
      const serverName = settings.tlsName ?? settings.address ?? context.target.address;
      socket = await startTls(socket, {
        serverName,
        verify: settings.verifyCertificate,
        signal: context.signal,
      });
      context.step?.('tls');
    }
    socket.write(startup);
    const { data } = await readSome(socket, maxMessageBytes, context.signal, isSettled);
    const seen = look(data);
    // Let in without a password (`trust`): a word of farewell, or the server logs a lost connection.
    if ('well' in seen && isLetIn(data)) socket.end(terminate);
    return seen;
  });

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

const isLetIn = (data: Buffer): boolean => data[0] === authentication && data.readInt32BE(5) === 0;

function look(data: Buffer): Seen {
  if (data.length === 0) {
    return {
      wrong: {
        ja: 'はデータベースのハンドシェイクを返さずに切断しました',
        en: 'closed without a database handshake',
      },
    };
  }
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

const states: Readonly<Record<string, { readonly ja: string; readonly en: string }>> = {
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

function explainNoTls(data: Buffer): Seen {
  if (data.toString('latin1') === 'N')
    return { wrong: { ja: 'は TLS を受け付けません', en: 'does not offer TLS' } };
  if (data[0] === authentication || data.length === 0) return look(data);
  // A server that could make no process for the connection sends words without fields.
  const sent = peerText(data, 100);
  return {
    wrong: {
      ja: `は TLS の要求に「${sent}」を返しました`,
      en: `answered the wish for TLS with "${sent}"`,
    },
  };
}

export const postgres = checkType(
  { class: 'liveness', priority: 4, timeLimitMs: 5000 },
  postgresSettings,
  checkPostgres,
);
