import snmp, { type Session, type VarBind } from 'net-snmp';
import type { Text } from '../../core/text.ts';
import { errorCode, isOwnFault } from '../network/connection.ts';
import { peerText } from '../network/peer-text.ts';
import type { TargetAddress } from '../network/target-address.ts';
import { ConnectedDatagram } from './connected-datagram.ts';
import { forgetEngine, recallEngine, rememberEngine } from './engine-memory.ts';
import { boundKeyCache } from './key-cache.ts';
import { kindOfV3Message } from './message-security.ts';
import { compareIndex, readValue, type SnmpValue } from './snmp-value.ts';

export interface SnmpPeer extends TargetAddress {
  readonly port: number;
}

export type SnmpCredentials =
  | { readonly version: '2c'; readonly community: string }
  | {
      readonly version: '3';
      readonly user: string;
      readonly authProtocol: 'md5' | 'sha' | 'sha224' | 'sha256' | 'sha384' | 'sha512';
      readonly authKey: string;
      readonly privProtocol: 'des' | 'aes' | 'aes256b' | 'aes256r';
      readonly privKey: string;
    };

/** What went wrong between us and an agent, as a clause that follows its name. Holds no secret. */
abstract class SnmpFailure extends Error {
  readonly text: Text;
  constructor(ja: string, en: string) {
    super(en);
    this.text = { ja, en };
  }
}

/** The agent gave no answer: it is down, out of reach, or (v2c) does not know the community. */
export class SnmpNoAnswer extends SnmpFailure {
  override readonly name = 'SnmpNoAnswer';
}

/** The agent is there and does not take the credentials (v3 only: v2c agents keep silent). */
export class SnmpCredentialsRefused extends SnmpFailure {
  override readonly name = 'SnmpCredentialsRefused';
}

/** The agent answered with what no agent should. */
export class SnmpBadAnswer extends SnmpFailure {
  override readonly name = 'SnmpBadAnswer';
}

export interface SnmpSession {
  /**
   * Reads values by their full OIDs, 32 at most.
   * @returns in the same order; undefined where the agent has no such object
   * @throws SnmpNoAnswer, SnmpCredentialsRefused, SnmpBadAnswer
   */
  get(oids: readonly string[]): Promise<(SnmpValue | undefined)[]>;
  /**
   * Reads columns of a table, each by the OID of its column.
   * @returns by row index (`3`, `1.4`), in the order of the columns; undefined where a row lacks a column
   * @throws SnmpBadAnswer when there are more rows than `maxRows`, or they do not come in order
   */
  columns(
    oids: readonly string[],
    bounds: { maxRows: number },
  ): Promise<Map<string, (SnmpValue | undefined)[]>>;
}

/** Asked three times in 4.75 s: a lost datagram is not an outage. */
const firstTimeoutMs = 1000;
const retries = 2;
const backoff = 1.5;
/** An engine from memory is asked twice in 2.5 s: a slow agent has its time, and half of it is left to greet a new one. */
const retriesFromMemory = 1;

/** Varbinds asked for at once: the answer of most tables still fits one Ethernet frame. */
const varbindsAtOnce = 48;

/** For all that an agent sends in one talk: ten thousand processes with their arguments take the half of it. */
const maxBytes = 8 * 1024 * 1024;
/** An agent that answers a large table row by row stays below. */
const maxMessages = 16_384;
/** 128 numbers of 32 bits with their dots, the longest that SMI knows (RFC 2578 §3.5). */
const maxOidLength = 128 * 11;
/** One tells the engine and one the time. Each makes the library ask anew, with a new key if the engine is new. */
const maxReports = 16;

/**
 * Talks to an agent over one socket, and closes it whatever happens.
 *
 * @param signal ends the talk; what was waited for then counts as not answered
 * @throws SnmpNoAnswer, SnmpCredentialsRefused, SnmpBadAnswer; socket errors that are faults of this machine.
 *   None of them holds a secret.
 */
export async function withSnmpSession<T>(
  peer: SnmpPeer,
  credentials: SnmpCredentials,
  signal: AbortSignal,
  use: (session: SnmpSession) => Promise<T>,
): Promise<T> {
  if (signal.aborted) throw silence(false);
  const talk = new Talk(peer, credentials);
  const onAbort = () => talk.end(() => talk.silence());
  signal.addEventListener('abort', onAbort);
  try {
    return await use(talk);
  } finally {
    signal.removeEventListener('abort', onAbort);
    talk.end(() => silence(false));
  }
}

/** Goes into traps, of which none is sent; without it the library draws one by lot for each session. */
const ownEngine = Buffer.from('8000000005', 'hex');

type Start<T> = (done: (error: Error | null, answer: T) => void) => void;

class Talk implements SnmpSession {
  readonly #peer: SnmpPeer;
  readonly #session: Session;
  readonly #isV3: boolean;
  /** Speaks to an engine that an earlier talk heard, and that may be gone. */
  #isFromMemory = false;
  #fail: ((error: Error) => void) | undefined;
  #endedBy: (() => Error) | undefined;
  #bytes = 0;
  #messages = 0;
  #reports = 0;

  constructor(peer: SnmpPeer, credentials: SnmpCredentials) {
    this.#peer = peer;
    this.#isV3 = credentials.version === '3';
    if (this.#isV3) boundKeyCache();
    const datagram = new ConnectedDatagram(
      peer,
      (message) => this.#accept(message),
      (error) => this.#hearFault(error),
    );
    const options = {
      port: peer.port,
      timeout: firstTimeoutMs,
      retries,
      backoff,
      reportOidMismatchErrors: true,
      backwardsGetNexts: false,
      engineID: ownEngine,
      dgramModule: { createSocket: () => datagram },
    };
    this.#session =
      credentials.version === '2c'
        ? snmp.createSession(peer.address, credentials.community, { ...options, version: snmp.Version2c })
        : snmp.createV3Session(
            peer.address,
            {
              name: credentials.user,
              level: snmp.SecurityLevel.authPriv,
              authProtocol: snmp.AuthProtocols[credentials.authProtocol],
              authKey: credentials.authKey,
              privProtocol: snmp.PrivProtocols[credentials.privProtocol],
              privKey: credentials.privKey,
            },
            options,
          );
    // What is not SNMP is dropped; the right answer may still come.
    this.#session.on('error', () => {});
    const engine = this.#isV3 ? recallEngine(peer) : undefined;
    if (engine !== undefined) {
      this.#isFromMemory = true;
      this.#session.msgSecurityParameters = engine;
      this.#session.retries = retriesFromMemory;
    }
  }

  async get(oids: readonly string[]): Promise<(SnmpValue | undefined)[]> {
    const varbinds = await this.#ask<VarBind[]>((done) => this.#session.get([...oids], done));
    return varbinds.map(readValue);
  }

  async columns(
    oids: readonly string[],
    { maxRows }: { maxRows: number },
  ): Promise<Map<string, (SnmpValue | undefined)[]>> {
    const rows = new Map<string, (SnmpValue | undefined)[]>();
    let open = oids.map((oid, column) => ({ column, prefix: `${oid}.`, at: oid, index: '' }));
    while (open.length > 0) {
      const repetitions = Math.max(1, Math.floor(varbindsAtOnce / open.length));
      const answers = await this.#ask<VarBind[][]>((done) =>
        this.#session.getBulk(
          open.map(({ at }) => at),
          0,
          repetitions,
          done,
        ),
      );
      open = open.filter((cursor, i) => {
        const answer = answers[i] ?? [];
        if (answer.length === 0)
          throw new SnmpBadAnswer(
            'が要求した列を返しませんでした',
            'answered without the columns that were asked for',
          );
        for (const varbind of answer) {
          const value = readValue(varbind);
          if (value === undefined || !varbind.oid.startsWith(cursor.prefix)) return false;
          if (varbind.oid.length > maxOidLength)
            throw new SnmpBadAnswer('の行番号が長すぎます', 'gave a row with too long a number');
          const index = varbind.oid.slice(cursor.prefix.length);
          if (cursor.index !== '' && compareIndex(index, cursor.index) <= 0) {
            throw new SnmpBadAnswer(
              'の表の行が順序どおりではありません',
              'gave the rows of a table out of order',
            );
          }
          cursor.index = index;
          cursor.at = varbind.oid;
          let row = rows.get(index);
          if (row === undefined) {
            if (rows.size >= maxRows)
              throw new SnmpBadAnswer(
                `の表は ${maxRows} 行を超えています`,
                `gave more than ${maxRows} rows of a table`,
              );
            row = new Array(oids.length).fill(undefined);
            rows.set(index, row);
          }
          row[cursor.column] = value;
        }
        return true;
      });
    }
    return rows;
  }

  silence(): SnmpNoAnswer {
    return silence(this.#discovered);
  }

  /** Whether a v3 agent has told its engine, which needs no key. */
  get #discovered(): boolean {
    return !this.#isFromMemory && this.#session.msgSecurityParameters !== undefined;
  }

  /** Closes the socket; whoever waits gets the error. It is made only then: most talks end well. */
  end(why: () => Error): void {
    if (this.#endedBy !== undefined) return;
    this.#endedBy = why;
    this.#fail?.(why());
    this.#session.close();
  }

  async #ask<T>(start: Start<T>): Promise<T> {
    try {
      const answer = await this.#askOnce(start);
      this.#stopRecalling();
      if (this.#isV3) rememberEngine(this.#peer, this.#session);
      return answer;
    } catch (error) {
      const mayBeGone = this.#isFromMemory && error instanceof SnmpNoAnswer && this.#endedBy === undefined;
      if (this.#isV3) forgetEngine(this.#peer);
      if (!mayBeGone) throw error;
    }
    // An agent should say that it has another engine now; some drop what their keys do not fit.
    this.#session.msgSecurityParameters = undefined;
    this.#stopRecalling();
    return await this.#ask(start);
  }

  #stopRecalling(): void {
    this.#isFromMemory = false;
    this.#session.retries = retries;
  }

  #askOnce<T>(start: Start<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#endedBy !== undefined) return reject(this.#endedBy());
      this.#fail = reject;
      start((error, answer) => {
        if (error === null) resolve(answer);
        else reject(explain(error, this.#discovered));
        // What a hostile agent sends lets the library call back for an earlier question again.
        if (this.#fail === reject) this.#fail = undefined;
      });
    });
  }

  /** Whether a message is of use. An agent that sends without end is not heard out. */
  #accept(message: Buffer): boolean {
    this.#bytes += message.length;
    this.#messages += 1;
    const kind = this.#isV3 ? kindOfV3Message(message) : 'protected';
    if (kind === 'report') this.#reports += 1;
    if (this.#bytes > maxBytes || this.#messages > maxMessages || this.#reports > maxReports) {
      this.end(() => new SnmpBadAnswer('がデータを送り続けました', 'kept sending without end'));
      return false;
    }
    return kind !== undefined;
  }

  #hearFault(error: unknown): void {
    const code = errorCode(error);
    // An answer that could not be read: dropped like any other noise.
    if (code === undefined || !/^E[A-Z]+$/.test(code)) return;
    this.end(() => explain(error as Error, false));
  }
}

/** Some agents drop without a word what their keys do not fit. */
const silence = (discovered: boolean) =>
  discovered
    ? new SnmpNoAnswer(
        'が問い合わせに応答しませんでした(最初の挨拶には応答したので、鍵が違うのかもしれません)',
        'gave no answer (it did answer the greeting, so the keys may be wrong)',
      )
    : new SnmpNoAnswer('が応答しませんでした', 'gave no answer');

const wrongAuthKey = ['が認証鍵を受け付けません', 'refuses the authentication key'] as const;
const wrongPrivKey = ['が暗号鍵を受け付けません', 'refuses the privacy key'] as const;

const refusals: Readonly<Record<string, readonly [ja: string, en: string]>> = {
  'Unsupported Security Level': [
    'がこのユーザーに認証と暗号化を許していません',
    'does not grant this user authentication with encryption',
  ],
  'Unknown User Name': ['がこのユーザーを知りません', 'does not know the user'],
  'Wrong Digest (incorrect password, community or key)': wrongAuthKey,
  'Decryption Error': wrongPrivKey,
};

/** Names an error of net-snmp without carrying it on: some hold the user with both keys. */
function explain(error: Error, discovered: boolean): Error {
  if (error instanceof snmp.RequestTimedOutError) return silence(discovered);
  if (error instanceof snmp.RequestFailedError) {
    // For a status that it does not know, the library puts the number of genErr.
    const told = peerText(String(error.message), 80);
    return new SnmpBadAnswer(`がエラーを返しました(${told})`, `reports an error (${told})`);
  }
  if (error instanceof snmp.ResponseInvalidError) {
    const { EAuthFailure, ECouldNotDecrypt } = snmp.ResponseInvalidCode;
    const refusal = refusals[error.message];
    if (refusal !== undefined) return new SnmpCredentialsRefused(...refusal);
    if (error.code === ECouldNotDecrypt) return new SnmpCredentialsRefused(...wrongPrivKey);
    if (error.code === EAuthFailure && error.message.startsWith('Authentication digest')) {
      return new SnmpCredentialsRefused(...wrongAuthKey);
    }
    return new SnmpBadAnswer(
      `の応答が問い合わせと合いません(コード ${error.code})`,
      `gave an answer that does not fit the question (code ${error.code})`,
    );
  }
  const code = errorCode(error);
  // What an agent sends goes through code that throws on it, the next request's too.
  if (code === undefined || code.startsWith('ERR_')) {
    return new SnmpBadAnswer('の応答を読めません', 'gave an answer that cannot be read');
  }
  if (isOwnFault(error)) return error;
  return code === 'ECONNREFUSED'
    ? new SnmpNoAnswer('のポートは閉じています', 'has its port closed')
    : new SnmpNoAnswer(`が応答しませんでした(${code})`, `gave no answer (${code})`);
}
