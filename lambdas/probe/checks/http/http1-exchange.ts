import { type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { settleBySignal } from '../talk/settle-by-signal.ts';
import type { HttpHead, HttpRequest } from './exchange.ts';
import { NotHttp } from './faults.ts';
import { authorityOf } from './url.ts';

/** More answers before the answer than any server has a use for. */
const maxInterim = 10;

/**
 * Sends one request by HTTP/1.1 and waits for the head of the answer. A fault in the body that follows destroys its
 * stream with NotHttp.
 *
 * @throws NotHttp, the socket's error, or the signal's reason
 * @see RFC 9112
 */
export function requestByHttp1(socket: Socket, asked: HttpRequest, signal: AbortSignal): Promise<HttpHead> {
  const { method, path, headers, send } = asked;
  const ask = request({
    createConnection: () => socket,
    method,
    path,
    setDefaultHeaders: false,
    headers: {
      host: authorityOf(asked),
      ...headers,
      ...(method === 'POST' && { 'content-length': Buffer.byteLength(send ?? '') }),
      connection: 'close',
    },
  });
  return settleBySignal(socket, signal, (resolve, reject) => {
    let answer: IncomingMessage | undefined;
    ask.on('response', (response) => {
      answer = response;
      response.on('error', () => {});
      resolve({ status: response.statusCode ?? 0, headers: response.headers, stream: response });
    });
    let interim = 0;
    ask.on('information', () => {
      interim += 1;
      if (interim > maxInterim) ask.destroy(new NotHttp('interim answers without end', { isTooMuch: true }));
    });
    ask.on('upgrade', () => reject(new NotHttp('the server changed the protocol unasked')));
    ask.on('error', (error) => {
      // What comes behind the end of the answer is nobody's business.
      if (answer?.complete === true) return;
      const fault = asNotHttp(error);
      if (fault instanceof NotHttp) answer?.destroy(fault);
      reject(fault);
    });
    ask.end(send);
  });
}

/** Codes of the HTTP parser begin with HPE. */
function asNotHttp(error: Error & { code?: string }): Error {
  if (error.code?.startsWith('HPE_') !== true) return error;
  const isTooMuch = error.code === 'HPE_HEADER_OVERFLOW';
  return new NotHttp(`not HTTP (${error.code})`, { cause: error, isTooMuch });
}
