import type { Text } from '../../../../core/text.ts';
import { explainFailure } from '../talk/tcp-exchange.ts';
import { TlsFailed } from '../talk/tls-exchange.ts';

/** What the server sent is not HTTP, or more of it than anybody needs. */
export class NotHttp extends Error {
  override readonly name = 'NotHttp';
  readonly isTooMuch: boolean;
  constructor(
    message: string,
    { isTooMuch = false, ...options }: ErrorOptions & { isTooMuch?: boolean } = {},
  ) {
    super(message, options);
    this.isTooMuch = isTooMuch;
  }
}

/** The server broke the rules of HTTP/2, or broke the exchange off by them; `code` says how. */
export class Http2BrokenOff extends Error {
  override readonly name = 'Http2BrokenOff';
  readonly code: string;
  constructor(code: string, options?: ErrorOptions) {
    super(`HTTP/2 broken off (${code})`, options);
    this.code = code;
  }
}

/** HTTP/2 is wanted, and the server does not speak it. */
export class NoHttp2 extends Error {
  override readonly name = 'NoHttp2';
}

const noHttp2: Text = { ja: 'は HTTP/2 に対応していません', en: 'does not speak HTTP/2' };

/**
 * Says why there is no answer, as a clause that follows the name of the place.
 *
 * @throws the error itself when it is a fault of ours
 */
export function explainHttpFailure(error: unknown, signal: AbortSignal, isHttp2Needed: boolean): Text {
  if (error instanceof NotHttp) {
    return error.isTooMuch
      ? {
          ja: 'が 16 KiB を超えるヘッダーか、際限のない中間応答を送りました',
          en: 'sent headers of more than 16 KiB, or interim answers without end',
        }
      : { ja: 'の応答は HTTP ではありません', en: 'answered with something that is not HTTP' };
  }
  if (error instanceof Http2BrokenOff) {
    return {
      ja: `が HTTP/2 の通信を打ち切りました(${error.code})`,
      en: `broke off the HTTP/2 exchange (${error.code})`,
    };
  }
  if (error instanceof NoHttp2) return noHttp2;
  // Asked for HTTP/2 alone, a server may refuse the handshake in place of choosing another.
  if (isHttp2Needed && error instanceof TlsFailed && error.code.endsWith('NO_APPLICATION_PROTOCOL')) {
    return noHttp2;
  }
  return explainFailure(error, signal);
}
