import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import type { Certificate } from './certificate.ts';
import { bytesOf, type Turn } from './exchanges/exchange.ts';
import type { Told } from './mutation.ts';
import { listen } from './tcp-server.ts';

/** What the server does differently from the recording. */
export interface Lie {
  /** What is said is what was recorded: the client must go on, however long it takes. */
  readonly isHonest?: boolean;
  /** Of a turn, by its number among those of the server; undefined leaves it. */
  turn?(number: number, said: Buffer): Told | undefined;
  /** Of the records of TLS as they leave, by how many bytes of them went before; undefined leaves them. */
  records?(offset: number, sent: Buffer): Told | undefined;
}

/** How far a talk came. */
export interface Played {
  /** Turns of the server that were said, each at least begun. */
  turns: number;
  /** It came to the last turn of the recording. */
  isThrough: boolean;
  /** The lie was told. */
  hasLied: boolean;
  /** Bytes of TLS records that were sent. */
  recordBytes: number;
}

export interface ReplayServer {
  readonly port: number;
  readonly server: Server;
  /** Sets what is done with the next connection. @returns what will be known of it */
  next(lie?: Lie): Played;
}

/** A client that says nothing more after a lie is left alone: it waits for what never comes. */
const silenceMs = 100;

/**
 * Says what a recorded server said, turn by turn, whenever the client has said as much as it did then, in whatever
 * words. It hangs up after the last turn only.
 */
export async function startReplayServer(
  turns: readonly Turn[],
  certificate: Certificate,
): Promise<ReplayServer> {
  const secureContext = createSecureContext({ ...certificate });
  const halfway = createServer({ allowHalfOpen: true });
  const halfwayPort = await listen(halfway);
  let coming: Pick<Talk, 'lie' | 'played'> | undefined;
  const server = createServer({ allowHalfOpen: true }, (plain) => {
    if (coming === undefined) plain.destroy();
    else play({ ...coming, plain, turns, secureContext, tap: () => tapOf(halfway, halfwayPort) });
  });
  const next = (lie: Lie = {}) => {
    const played: Played = { turns: 0, isThrough: false, hasLied: false, recordBytes: 0 };
    coming = { lie, played };
    return played;
  };
  return { port: await listen(server), server, next };
}

interface Talk {
  readonly plain: Socket;
  readonly turns: readonly Turn[];
  readonly lie: Lie;
  readonly played: Played;
  readonly secureContext: SecureContext;
  readonly tap: () => Promise<Tap>;
}

function play({ plain, turns, lie, played, secureContext, tap }: Talk): void {
  let socket: Socket = plain;
  let isInside = false;
  let isTelling = false;
  let heard = 0;
  let index = 0;
  let silence: NodeJS.Timeout | undefined;

  const waitAfterLie = () => {
    clearTimeout(silence);
    if (played.hasLied && lie.isHonest !== true) silence = setTimeout(() => plain.destroy(), silenceMs);
  };
  plain.on('close', () => clearTimeout(silence));
  plain.on('error', () => {});

  /** Takes all turns up to the next that the client has not said yet. */
  const goOn = () => {
    while (!isTelling && !plain.destroyed) {
      const turn = turns[index];
      if (turn === undefined) return void socket.end();
      if (turn.isInside && !isInside) return void goInside();
      const bytes = bytesOf(turn);
      if (turn.from === 'check' && heard < bytes.length) return;
      index += 1;
      played.isThrough = index === turns.length;
      if (turn.from === 'check') heard -= bytes.length;
      else say(bytes);
    }
  };

  const say = (bytes: Buffer) => {
    const lied = lie.turn?.(played.turns, bytes);
    played.turns += 1;
    played.hasLied ||= lied !== undefined;
    isTelling = true;
    tell(socket, plain, lied ?? { pieces: [bytes] }, () => {
      isTelling = false;
      waitAfterLie();
      goOn();
    });
  };

  const goInside = async () => {
    isInside = true;
    heard = 0;
    plain.removeAllListeners('data').removeAllListeners('end');
    const before = plain.bytesWritten;
    plain.on('close', () => {
      played.recordBytes = plain.bytesWritten - before;
    });
    let below = plain;
    if (lie.records !== undefined) {
      const { upper, lower } = await tap();
      lieAbout(lie.records, upper, plain, () => {
        played.hasLied = true;
        waitAfterLie();
      });
      below = lower;
    }
    socket = new TLSSocket(below, { isServer: true, secureContext });
    hear();
    socket.on('secure', goOn);
  };

  const hear = () => {
    socket.on('error', () => plain.destroy());
    socket.on('end', () => socket.end());
    socket.on('data', (data: Buffer) => {
      const turn = turns[index];
      const left = turn?.from === 'check' ? bytesOf(turn).length - heard : 0;
      if (!isInside && turns[index + 1]?.isInside === true && data.length > left) {
        // The handshake may come along in one piece with what asks for it.
        plain.pause();
        plain.unshift(data.subarray(left));
        heard += left;
      } else {
        heard += data.length;
      }
      waitAfterLie();
      goOn();
    });
  };

  if (turns[0]?.isInside !== true) hear();
  goOn();
}

/** Sends the pieces so that each is read by itself, then does what the lie ends with, or goes on. */
function tell(socket: Socket, plain: Socket, { pieces, end }: Told, goOn: () => void): void {
  const [piece, ...rest] = pieces.filter(({ length }) => length > 0);
  if (piece !== undefined) {
    const last = { pieces: rest, ...(end && { end }) };
    socket.write(piece, () => setImmediate(() => tell(socket, plain, last, goOn)));
  } else if (end === 'close') socket.end();
  else if (end === 'reset') plain.resetAndDestroy();
  else goOn();
}

/** Two ends of one connection: TLS is spoken on the lower, its records come out of the upper. */
interface Tap {
  readonly upper: Socket;
  readonly lower: Socket;
}

async function tapOf(halfway: Server, port: number): Promise<Tap> {
  const upper = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const [lower] = (await once(halfway, 'connection')) as [Socket];
  return { upper, lower };
}

function lieAbout(
  records: NonNullable<Lie['records']>,
  upper: Socket,
  plain: Socket,
  lied: () => void,
): void {
  let offset = 0;
  upper.on('data', (sent: Buffer) => {
    const told = records(offset, sent);
    offset += sent.length;
    if (told === undefined) return void plain.write(sent);
    upper.pause();
    lied();
    tell(plain, plain, told, () => upper.resume());
  });
  upper.on('end', () => plain.end());
  upper.on('error', () => {});
  plain.on('data', (data: Buffer) => upper.write(data)).resume();
  plain.on('end', () => upper.end());
  plain.on('close', () => upper.destroy());
}
