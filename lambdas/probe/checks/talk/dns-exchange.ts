import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { type DecodedPacket, decode, encode, type Packet, RECURSION_DESIRED } from 'dns-packet';
import type { Text } from '../../../../core/text.ts';
import { openConnection, readSome } from '../../../../platform/network/connection.ts';
import type { TargetAddress } from '../../../../platform/network/target-address.ts';

export type DnsType = 'A' | 'AAAA' | 'MX' | 'TXT' | 'SOA' | 'SRV';

export interface DnsQuestion {
  readonly name: string;
  readonly type: DnsType;
}

/** An answer that is bound to the question: its id and its question were compared. */
export interface DnsAnswer {
  /** `NOERROR`, `NXDOMAIN` and so on. */
  readonly rcode: string;
  readonly answers: NonNullable<Packet['answers']>;
}

/** What the server sent is no answer to the question. */
export class NotDnsAnswer extends Error {
  override readonly name = 'NotDnsAnswer';
  readonly text: Text;
  constructor(text: Text, options?: ErrorOptions) {
    super(text.en, options);
    this.text = text;
  }
}

/** Datagrams get lost. Sent again so long after the first; the three are one question with one id. */
const repeatsAfterMs = [1000, 2500];
/** Messages with a foreign id may be late or forged; so many of them are no accident. */
const maxForeignMessages = 16;
/** Both bound the work of reading: every name in a message may lead over thousands of pointers. */
const maxMessageBytes = 16_384;
const maxRecords = 500;

/**
 * Asks one server one question by UDP, and by TCP when the answer was cut. Without EDNS, which every server
 * understands; what is longer than 512 bytes comes by TCP.
 *
 * @throws NotDnsAnswer, the socket's error, or the signal's reason
 * @see RFC 1035 §4, RFC 5452 §9 (which answers to take), RFC 7766 (TCP)
 */
export async function askDns(
  to: TargetAddress & { readonly port: number },
  question: DnsQuestion,
  signal: AbortSignal,
): Promise<DnsAnswer> {
  const id = randomInt(65_536);
  const query = encode({
    id,
    type: 'query',
    flags: RECURSION_DESIRED,
    questions: [{ ...question, class: 'IN' }],
  });
  const message = await askByUdp(to, query, signal);
  // Servers cut in the midst of a record, too: of a cut answer nothing but this flag is read.
  const isCut = message.length > 2 && (message.readUInt8(2) & 0b10) !== 0;
  return read(isCut ? await askByTcp(to, query, signal) : message, question);
}

/** Connected, so that the kernel drops what others send and tells of a closed port at once. */
function askByUdp(
  { address, family, port }: TargetAddress & { readonly port: number },
  query: Buffer,
  signal: AbortSignal,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
    const timers: NodeJS.Timeout[] = [];
    let foreign = 0;
    let isOpen = true;
    const close = () => {
      if (!isOpen) return;
      isOpen = false;
      for (const timer of timers) clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      socket.close();
    };
    const fail = (error: unknown) => {
      close();
      reject(error);
    };
    const onAbort = () => fail(signal.reason);
    const send = () => {
      if (!isOpen) return;
      socket.send(query, (error) => {
        if (error !== null && isOpen) fail(error);
      });
    };
    socket.on('error', fail);
    socket.on('message', (message) => {
      if (!isOpen) return;
      if (message.length >= 2 && message.readUInt16BE(0) === query.readUInt16BE(0)) {
        close();
        return resolve(message);
      }
      foreign += 1;
      if (foreign < maxForeignMessages) return;
      fail(
        new NotDnsAnswer({
          ja: 'が別の問い合わせへの応答を送り続けました',
          en: 'kept answering other queries',
        }),
      );
    });
    signal.addEventListener('abort', onAbort);
    // In failure the callback gets the error, which the types leave out.
    socket.connect(port, address, (...[error]: unknown[]) => {
      if (!isOpen) return;
      if (error !== undefined) return fail(error);
      send();
      for (const afterMs of repeatsAfterMs) timers.push(setTimeout(send, afterMs));
    });
  });
}

async function askByTcp(
  to: TargetAddress & { readonly port: number },
  query: Buffer,
  signal: AbortSignal,
): Promise<Buffer> {
  const socket = await openConnection(to, signal);
  try {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(query.length);
    socket.write(Buffer.concat([length, query]));
    const { data } = await readSome(socket, 2 + maxMessageBytes, signal, isWhole);
    if (data.length >= 2 && data.readUInt16BE(0) > maxMessageBytes) throw tooLong();
    if (!isWhole(data)) {
      throw new NotDnsAnswer({
        ja: 'が TCP の応答の途中で切断しました',
        en: 'closed the TCP connection before its answer was whole',
      });
    }
    const message = data.subarray(2, 2 + data.readUInt16BE(0));
    if (message.length >= 2 && message.readUInt16BE(0) === query.readUInt16BE(0)) return message;
    throw new NotDnsAnswer({ ja: 'が別の問い合わせに応答しました', en: 'answered another query' });
  } finally {
    socket.destroy();
  }
}

const isWhole = (data: Buffer) => data.length >= 2 && data.length >= 2 + data.readUInt16BE(0);

/** Names compare without case and without the dot at their end. */
export const plainName = (name: string): string => name.toLowerCase().replace(/\.$/, '');

function read(message: Buffer, { name, type }: DnsQuestion): DnsAnswer {
  const packet = decodeOf(message);
  const [asked, ...more] = packet.questions ?? [];
  const isSame =
    asked !== undefined &&
    more.length === 0 &&
    plainName(asked.name) === plainName(name) &&
    asked.type === type &&
    asked.class === 'IN';
  // A server that could not read the query may send back its header alone.
  const isBareRefusal = asked === undefined && packet.rcode !== 'NOERROR';
  if (packet.type !== 'response' || !(isSame || isBareRefusal)) {
    throw new NotDnsAnswer({ ja: 'が別の問い合わせに応答しました', en: 'answered another query' });
  }
  return { rcode: packet.rcode, answers: packet.answers ?? [] };
}

function decodeOf(message: Buffer): DecodedPacket & { readonly rcode: string } {
  if (message.length > maxMessageBytes) throw tooLong();
  try {
    const counts = [4, 6, 8, 10].map((offset) => message.readUInt16BE(offset));
    if (counts.reduce((sum, count) => sum + count) > maxRecords) throw tooLong();
    // The types leave the code of the answer out.
    const packet = decode(message) as DecodedPacket & { readonly rcode: string };
    // The library reads an address by its type, over the end of the record and of the message.
    if (endOf(message) === decode.bytes) return packet;
    throw new Error('records whose lengths lie');
  } catch (error) {
    if (error instanceof NotDnsAnswer) throw error;
    throw new NotDnsAnswer(
      { ja: 'の応答は DNS として読めません', en: 'sent an answer that is not DNS' },
      { cause: error },
    );
  }
}

/** The lengths that records of these types have. */
const addressBytes: Readonly<Record<number, number>> = { 1: 4, 28: 16 };

/**
 * Where a message ends by its own counts and lengths; undefined when they lie.
 * @see RFC 1035 §4.1
 */
function endOf(message: Buffer): number | undefined {
  const [questions = 0, ...records] = [4, 6, 8, 10].map((offset) => message.readUInt16BE(offset));
  let at = 12;
  for (let i = 0; i < questions; i += 1) at = endOfName(message, at) + 4;
  for (let i = records.reduce((sum, count) => sum + count); i > 0; i -= 1) {
    const fixed = endOfName(message, at);
    const length = message.readUInt16BE(fixed + 8);
    if (length !== (addressBytes[message.readUInt16BE(fixed)] ?? length)) return undefined;
    at = fixed + 10 + length;
  }
  return at <= message.length ? at : undefined;
}

/** Labels to the empty one, or to a pointer. */
function endOfName(message: Buffer, start: number): number {
  for (let at = start; ; ) {
    const length = message.readUInt8(at);
    if (length === 0) return at + 1;
    if (length >= 0xc0) return at + 2;
    at += 1 + length;
  }
}

const tooLong = () =>
  new NotDnsAnswer({
    ja: `の応答は ${maxMessageBytes} バイトまたは ${maxRecords} レコードを超えています`,
    en: `sent an answer of more than ${maxMessageBytes} bytes or ${maxRecords} records`,
  });
