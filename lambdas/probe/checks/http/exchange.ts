import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { openConnection } from '../../../../platform/network/connection.ts';
import type { TargetAddress } from '../../../../platform/network/target-address.ts';
import type { CheckContext } from '../check-type.ts';
import { startTls } from '../talk/tls-exchange.ts';
import { type HttpBody, readBody } from './body.ts';
import { NoHttp2 } from './faults.ts';
import { requestByHttp1 } from './http1-exchange.ts';
import { requestByHttp2 } from './http2-exchange.ts';

export interface HttpRequest {
  readonly isSecure: boolean;
  /** Where the connection goes. */
  readonly to: TargetAddress;
  readonly port: number;
  /** What the server is called: in the Host header, in SNI and in its certificate. */
  readonly name: string;
  readonly path: string;
  readonly method: string;
  /** All but those of the connection; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly send?: string | undefined;
  readonly verifyCertificate: boolean;
  /** Over TLS; without it HTTP is 1.1. */
  readonly version: 1.1 | 2 | 'auto';
  /** Whether somebody looks at the page. */
  readonly isBodyKept: boolean;
}

/** The head of an answer, and the stream from which its body comes. */
export interface HttpHead {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly stream: Readable;
  /** Ends what is above the socket. */
  readonly close?: () => void;
}

export interface HttpAnswer extends Pick<HttpHead, 'status' | 'headers'> {
  readonly body: HttpBody;
  /** Milliseconds from the start to the connection, the end of the TLS handshake, and the head. */
  readonly times: { connectMs: number; tlsMs?: number; firstByteMs: number };
}

/**
 * Asks once, over a connection of its own to the address that was resolved; closes it whatever happens.
 *
 * @throws NotHttp, Http2BrokenOff, NoHttp2, TlsFailed, the socket's error, or the signal's reason
 */
export async function askHttp(
  asked: HttpRequest,
  { signal, step }: Pick<CheckContext, 'signal' | 'step'>,
): Promise<HttpAnswer> {
  const startedAt = performance.now();
  const plain = await openConnection({ ...asked.to, port: asked.port }, signal);
  let socket: Socket = plain;
  let head: HttpHead | undefined;
  try {
    const connectMs = performance.now() - startedAt;
    step?.('connect');
    let tlsMs: number | undefined;
    let isHttp2 = false;
    if (asked.isSecure) {
      const tls = await secure(plain, asked, signal);
      socket = tls;
      isHttp2 = tls.alpnProtocol === 'h2';
      if (asked.version === 2 && !isHttp2) throw new NoHttp2();
      tlsMs = performance.now() - startedAt;
      step?.('tls');
    }
    head = await (isHttp2 ? requestByHttp2 : requestByHttp1)(socket, asked, signal);
    const firstByteMs = performance.now() - startedAt;
    step?.('firstByte');
    const { status, headers, stream } = head;
    const wish = { isKept: asked.isBodyKept, announced: headers['content-length'] };
    const body = await readBody(stream, wish, signal);
    if (body.end === 'whole') step?.('lastByte');
    const times = { connectMs, ...(tlsMs !== undefined && { tlsMs }), firstByteMs };
    return { status, headers, body, times };
  } finally {
    head?.close?.();
    socket.destroy();
    plain.destroy();
  }
}

const offers = { 1.1: ['http/1.1'], 2: ['h2'], auto: ['h2', 'http/1.1'] } as const;

const secure = (
  socket: Socket,
  { name, verifyCertificate, version }: HttpRequest,
  signal: AbortSignal,
): Promise<TLSSocket> =>
  startTls(socket, { serverName: name, verify: verifyCertificate, protocols: offers[version], signal });
