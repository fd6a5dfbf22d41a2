import { type IncomingMessage, request } from 'node:http';
import { isIP, type Socket } from 'node:net';
import { createSecureContext, type SecureContext, connect as startTls, type TLSSocket } from 'node:tls';
import { openConnection } from '../../../platform/network/connection.ts';
import type { TargetAddress } from '../../../platform/network/target-address.ts';
import type { CheckContext } from './check-type.ts';

export interface HttpRequest {
  readonly isSecure: boolean;
  /** Where the connection goes. */
  readonly to: TargetAddress;
  readonly port: number;
  /** What the server is called: in the Host header, in SNI and in its certificate. */
  readonly name: string;
  readonly path: string;
  readonly verifyCertificate: boolean;
  /** Read so much of the body; zero leaves it. */
  readonly maxBodyBytes: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  readonly bodyEnd: 'whole' | 'cut' | 'left';
  /** Milliseconds since the start: connection, TLS handshake, headers. */
  readonly connectMs: number;
  readonly tlsMs?: number;
  readonly firstByteMs: number;
}

/** What the server sent is not HTTP. */
export class NotHttp extends Error {
  override readonly name = 'NotHttp';
}

/** The TLS handshake failed; `code` says on what. */
export class TlsFailed extends Error {
  override readonly name = 'TlsFailed';
  readonly code: string;
  constructor(code: string, options?: ErrorOptions) {
    super(`TLS handshake failed (${code})`, options);
    this.code = code;
  }
}

/**
 * Asks once, over a connection of its own to the address that was resolved; closes it whatever happens.
 *
 * @throws NotHttp, TlsFailed, the socket's error, or the signal's reason
 */
export async function askHttp(
  asked: HttpRequest,
  { signal, step }: Pick<CheckContext, 'signal' | 'step'>,
): Promise<HttpAnswer> {
  const startedAt = performance.now();
  const plain = await openConnection({ ...asked.to, port: asked.port }, signal);
  let socket: Socket = plain;
  try {
    const connectMs = performance.now() - startedAt;
    step?.('connect');
    let tlsMs: number | undefined;
    if (asked.isSecure) {
      socket = await secure(plain, asked, signal);
      tlsMs = performance.now() - startedAt;
      step?.('tls');
    }
    const response = await sendRequest(socket, asked, signal);
    const firstByteMs = performance.now() - startedAt;
    step?.('firstByte');
    const { body, bodyEnd } = await readBody(response, asked.maxBodyBytes, signal);
    if (bodyEnd === 'whole') step?.('lastByte');
    const { statusCode = 0, headers } = response;
    const times = { connectMs, ...(tlsMs !== undefined && { tlsMs }), firstByteMs };
    return { status: statusCode, headers, body, bodyEnd, ...times };
  } finally {
    socket.destroy();
    plain.destroy();
  }
}

/** Made once: the list of trusted authorities is long. */
let trust: SecureContext | undefined;

function secure(socket: Socket, asked: HttpRequest, signal: AbortSignal): Promise<TLSSocket> {
  trust ??= createSecureContext();
  const tls = startTls({
    socket,
    secureContext: trust,
    // An address has no place in SNI; the certificate is compared with it all the same.
    servername: isIP(asked.name) === 0 ? asked.name : '',
    host: asked.name,
    ALPNProtocols: ['http/1.1'],
    rejectUnauthorized: asked.verifyCertificate,
  });
  return settleBy(tls, signal, (resolve, reject) => {
    const onError = (error: Error & { code?: string }) => {
      const isTls = /^(ERR_SSL|ERR_TLS|CERT_|UNABLE_|DEPTH_|SELF_|EPROTO|HOSTNAME)/.test(error.code ?? '');
      reject(isTls ? new TlsFailed(error.code ?? '', { cause: error }) : error);
    };
    tls.on('secureConnect', () => resolve(tls));
    tls.on('error', onError);
    tls.on('close', () => onError(Object.assign(new Error('closed'), { code: 'ECONNRESET' })));
  });
}

/** Codes of the HTTP parser begin so. */
const parserCodes = 'HPE_';

function sendRequest(socket: Socket, asked: HttpRequest, signal: AbortSignal): Promise<IncomingMessage> {
  const standardPort = asked.isSecure ? 443 : 80;
  const host = isIP(asked.name) === 6 ? `[${asked.name}]` : asked.name;
  const ask = request({
    createConnection: () => socket,
    method: 'GET',
    path: asked.path,
    setDefaultHeaders: false,
    headers: {
      Host: asked.port === standardPort ? host : `${host}:${asked.port}`,
      'User-Agent': 'mimamori-monitoring',
      Accept: '*/*',
      'Accept-Encoding': 'identity',
      Connection: 'close',
    },
  });
  return settleBy(socket, signal, (resolve, reject) => {
    ask.on('response', resolve);
    ask.on('upgrade', () => reject(new NotHttp('the server changed the protocol unasked')));
    ask.on('error', (error: Error & { code?: string }) => {
      const isParse = error.code?.startsWith(parserCodes) === true;
      reject(isParse ? new NotHttp(`not HTTP (${error.code})`, { cause: error }) : error);
    });
    ask.end();
  });
}

function readBody(
  response: IncomingMessage,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Pick<HttpAnswer, 'body' | 'bodyEnd'>> {
  response.on('error', () => {});
  if (maxBytes === 0) return Promise.resolve({ body: Buffer.alloc(0), bodyEnd: 'left' });
  const chunks: Buffer[] = [];
  let length = 0;
  return settleBy(response.socket, signal, (resolve, reject) => {
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length < maxBytes) return;
      response.pause();
      resolve({ body: Buffer.concat(chunks).subarray(0, maxBytes), bodyEnd: 'cut' });
    });
    response.on('end', () => resolve({ body: Buffer.concat(chunks), bodyEnd: 'whole' }));
    response.on('error', reject);
  });
}

/** A promise that the signal rejects, too; the socket is destroyed then, and no listener stays on the signal. */
function settleBy<T>(
  socket: Socket,
  signal: AbortSignal,
  start: (resolve: (value: T) => void, reject: (error: unknown) => void) => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => {
      reject(signal.reason);
      socket.destroy();
    };
    signal.addEventListener('abort', onAbort);
    const free = () => signal.removeEventListener('abort', onAbort);
    start(
      (value) => {
        free();
        resolve(value);
      },
      (error) => {
        free();
        reject(error);
      },
    );
    if (signal.aborted) onAbort();
  });
}
