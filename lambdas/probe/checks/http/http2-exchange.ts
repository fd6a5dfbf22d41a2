import {
  type ClientHttp2Session,
  connect,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
} from 'node:http2';
import type { Socket } from 'node:net';
import { errorCode } from '../../../../platform/network/connection.ts';
import { settleBySignal } from '../talk/settle-by-signal.ts';
import type { HttpHead, HttpRequest } from './exchange.ts';
import { Http2BrokenOff, NotHttp } from './faults.ts';
import { authorityOf } from './url.ts';

/** As in HTTP/1.1. */
const maxInterim = 10;

/**
 * Sends one request by HTTP/2 over a TLS connection that has agreed on it, and waits for the head of the answer.
 *
 * @returns the head, whose `close` ends the session
 * @throws Http2BrokenOff, the socket's error, or the signal's reason; the session is ended then
 * @see RFC 9113
 */
export async function requestByHttp2(
  socket: Socket,
  asked: HttpRequest,
  signal: AbortSignal,
): Promise<HttpHead> {
  const authority = authorityOf(asked);
  const session = connect(`https://${authority}`, {
    createConnection: () => socket,
    // One page is asked for: whatever else a server would like to tell has no room.
    settings: { enablePush: false, maxHeaderListSize: 16_384 },
    maxHeaderListPairs: 100,
    maxSessionMemory: 2,
  });
  try {
    return await request(session, socket, authority, asked, signal);
  } catch (error) {
    session.destroy();
    throw error;
  }
}

function request(
  session: ClientHttp2Session,
  socket: Socket,
  authority: string,
  { method, path, headers, send }: HttpRequest,
  signal: AbortSignal,
): Promise<HttpHead> {
  return settleBySignal(socket, signal, (resolve, reject) => {
    const fail = (error: Error) => reject(asBrokenOff(error));
    session.on('error', fail);
    session.on('goaway', (code) => {
      if (code !== 0) reject(new Http2BrokenOff(`GOAWAY ${code}`));
    });
    const stream = session.request(
      {
        ...headers,
        ':method': method,
        ':scheme': 'https',
        ':authority': authority,
        ':path': path,
        ...(method === 'POST' && { 'content-length': String(Buffer.byteLength(send ?? '')) }),
      },
      { endStream: send === undefined },
    );
    stream.on('response', (answered: IncomingHttpHeaders & IncomingHttpStatusHeader) =>
      resolve({
        status: answered[':status'] ?? 0,
        headers: answered,
        stream,
        close: () => session.destroy(),
      }),
    );
    let interim = 0;
    stream.on('headers', () => {
      interim += 1;
      if (interim > maxInterim) fail(new NotHttp('interim answers without end', { isTooMuch: true }));
    });
    stream.on('error', fail);
    stream.on('close', () =>
      fail(Object.assign(new Error('the stream was closed before an answer'), { code: 'ECONNRESET' })),
    );
    if (send !== undefined) stream.end(send);
  });
}

/** Whatever the library has against an exchange that had begun, the peer gave it the reason. */
function asBrokenOff(error: Error): Error {
  const code = errorCode(error);
  if (code?.startsWith('ERR_HTTP2_') !== true) return error;
  return new Http2BrokenOff(/\bNGHTTP2_[A-Z_]+/.exec(error.message)?.[0] ?? code, { cause: error });
}
