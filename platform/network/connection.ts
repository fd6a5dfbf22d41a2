import { connect, isIPv6, type Socket } from 'node:net';
import type { TargetAddress } from './target-address.ts';

export interface Endpoint extends TargetAddress {
  readonly port: number;
}

/** Faults of this machine. Every other socket error tells of the target. */
const ownFaults = new Set([
  'EMFILE',
  'ENFILE',
  'ENOBUFS',
  'ENOMEM',
  'EADDRNOTAVAIL',
  'EACCES',
  'EPERM',
  'EAFNOSUPPORT',
]);

/** The code of a system error, if it is one. */
export const errorCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** Whether a socket error is a fault of the machine that probes. */
export function isOwnFault(error: unknown): boolean {
  const code = errorCode(error);
  if (code === undefined) return true;
  // A network without IPv6 reaches no IPv6 target; for IPv4 a router on the way may have said so.
  if (code === 'ENETUNREACH' && error instanceof Error && 'address' in error) {
    return isIPv6(String(error.address));
  }
  // Codes of the runtime itself are mistakes of ours, but for what a peer does inside an open TLS connection.
  if (code.startsWith('ERR_')) return !code.startsWith('ERR_SSL_');
  return ownFaults.has(code);
}

const ignore = () => {};

/** For all that a peer sends over one connection, read or not. No check wants half of it. */
export const maxConnectionBytes = 4 * 1024 * 1024;
const lookEveryMs = 50;

/** The peer sends without end. Told by looking now and then, so some more may have come. */
export class PeerFloods extends Error {
  override readonly name = 'PeerFloods';
  /** As system errors have it, and on none of their lists: it tells of the target. */
  readonly code = 'EFLOOD';
  constructor() {
    super(`the peer sent more than ${maxConnectionBytes / 2 ** 20} MiB over one connection`);
  }
}

/**
 * Ends a connection whose peer floods it. Readers bound what they keep, but parsers swallow by themselves what never
 * becomes data: interim answers of HTTP, chunk extensions, records of a TLS handshake.
 */
function boundBytes(socket: Socket): void {
  const timer = setInterval(() => {
    if (socket.bytesRead > maxConnectionBytes) socket.destroy(new PeerFloods());
  }, lookEveryMs);
  socket.on('close', () => clearInterval(timer));
}

/**
 * Opens a TCP connection. The caller destroys the socket; later errors of it need no listener. A peer that floods
 * ends it with PeerFloods.
 *
 * @throws the socket's error, or the signal's reason
 */
export function openConnection({ address, family, port }: Endpoint, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const socket = connect({ host: address, port, family });
    const settle = (error?: unknown) => {
      signal.removeEventListener('abort', onAbort);
      socket.removeListener('connect', settle);
      socket.removeListener('error', settle);
      socket.on('error', ignore);
      if (error === undefined) {
        boundBytes(socket);
        return resolve(socket);
      }
      socket.destroy();
      reject(error);
    };
    const onAbort = () => settle(signal.reason);
    socket.on('connect', settle);
    socket.on('error', settle);
    signal.addEventListener('abort', onAbort);
  });
}

/** How a read came to its end. */
export interface Received {
  readonly data: Buffer;
  /** `done` by the reader's word, `closed` by the peer, `full` at the bound. */
  readonly end: 'done' | 'closed' | 'full';
}

/**
 * Reads what a peer sends until the reader has enough, the peer closes or the bound is reached. May be called again
 * for what comes next.
 *
 * @param isEnough sees all bytes so far
 * @throws the socket's error, or the signal's reason
 */
export function readSome(
  socket: Socket,
  maxBytes: number,
  signal: AbortSignal,
  isEnough: (data: Buffer) => boolean,
): Promise<Received> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    let data: Buffer = Buffer.alloc(0);
    // A socket tells its end and its error once; an earlier read may have left them to nobody.
    if (socket.errored) return reject(socket.errored);
    if (socket.readableEnded || socket.destroyed) return resolve({ data, end: 'closed' });
    const stop = () => {
      socket.removeListener('data', onData);
      socket.removeListener('end', onEnd);
      socket.removeListener('close', onEnd);
      socket.removeListener('error', onError);
      signal.removeEventListener('abort', onAbort);
      socket.pause();
    };
    const finish = (end: Received['end']) => {
      stop();
      resolve({ data, end });
    };
    const onData = (chunk: Buffer) => {
      data = data.length === 0 ? chunk : Buffer.concat([data, chunk]);
      if (data.length > maxBytes) data = data.subarray(0, maxBytes);
      if (isEnough(data)) finish('done');
      else if (data.length >= maxBytes) finish('full');
    };
    const onEnd = () => finish('closed');
    const onError = (error: unknown) => {
      stop();
      reject(error);
    };
    const onAbort = () => onError(signal.reason);
    socket.on('data', onData);
    socket.on('end', onEnd);
    socket.on('close', onEnd);
    socket.on('error', onError);
    signal.addEventListener('abort', onAbort);
    socket.resume();
  });
}
