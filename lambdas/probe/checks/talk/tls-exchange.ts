import { constants } from 'node:crypto';
import { isIP, type Socket } from 'node:net';
import { connect, createSecureContext, type SecureContext, type TLSSocket } from 'node:tls';
import type { Instant } from '../../../../core/instant.ts';
import type { Text } from '../../../../core/text.ts';
import { errorCode } from '../../../../platform/network/connection.ts';

export interface TlsWish {
  /** What the server is called in its certificate and, unless it is an IP address, in SNI. */
  readonly serverName: string;
  /** False takes every certificate. */
  readonly verify: boolean;
  /** What may be spoken inside, by ALPN, best first; the socket's `alpnProtocol` has the server's choice. */
  readonly protocols?: readonly string[];
  readonly signal: AbortSignal;
}

/** On what a TLS handshake failed. */
export type TlsFault = 'expired' | 'not-yet-valid' | 'wrong-name' | 'untrusted' | 'revoked' | 'protocol';

/** The TLS handshake failed. The code is that of the library; `explainTlsFailure` puts it in words. */
export class TlsFailed extends Error {
  override readonly name = 'TlsFailed';
  readonly fault: TlsFault;
  readonly code: string;
  constructor(fault: TlsFault, code: string, options?: ErrorOptions) {
    super(`TLS handshake failed: ${fault} (${code})`, options);
    this.fault = fault;
    this.code = code;
  }
}

const certificateFaults: Readonly<Record<string, TlsFault>> = {
  CERT_HAS_EXPIRED: 'expired',
  CERT_NOT_YET_VALID: 'not-yet-valid',
  ERR_TLS_CERT_ALTNAME_INVALID: 'wrong-name',
  HOSTNAME_MISMATCH: 'wrong-name',
  CERT_REVOKED: 'revoked',
  EPROTO: 'protocol',
};

const ignore = () => {};

/** Made once: the list of trusted authorities is long. */
let trust: SecureContext | undefined;

/**
 * Makes a TLS connection out of an open one, from implicit TLS or after STARTTLS. Bytes of the peer that wait unread
 * in the socket go into the handshake: they can break it, never pass for what was said inside.
 *
 * @returns the TLS socket; it closes with the one it was made of, and later errors of it need no listener
 * @throws TlsFailed, the socket's error, or the signal's reason; both sockets are closed then
 * @see RFC 8446
 */
export function startTls(
  socket: Socket,
  { serverName, verify, protocols, signal }: TlsWish,
): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    if (socket.destroyed) return reject(closedTooEarly());
    // A check lasts seconds: who wants to shake hands again and again has nothing good in mind.
    trust ??= createSecureContext({ secureOptions: constants.SSL_OP_NO_RENEGOTIATION });
    const tls = connect({
      socket,
      secureContext: trust,
      // An address has no place in SNI; the certificate is compared with it all the same.
      servername: isIP(serverName) === 0 ? serverName : '',
      host: serverName,
      rejectUnauthorized: verify,
      ...(protocols !== undefined && { ALPNProtocols: [...protocols] }),
    });
    const settle = (failure?: { readonly reason: unknown }) => {
      tls.removeListener('secureConnect', onSecure);
      tls.removeListener('error', onError);
      tls.removeListener('close', onClose);
      signal.removeEventListener('abort', onAbort);
      tls.on('error', ignore);
      if (failure === undefined) return resolve(tls);
      tls.destroy();
      socket.destroy();
      reject(failure.reason);
    };
    const onSecure = () => settle();
    const onError = (error: Error) => settle({ reason: asTlsFailure(error) });
    const onClose = () => settle({ reason: closedTooEarly() });
    const onAbort = () => settle({ reason: signal.reason });
    tls.on('secureConnect', onSecure);
    tls.on('error', onError);
    tls.on('close', onClose);
    signal.addEventListener('abort', onAbort);
  });
}

const closedTooEarly = () =>
  Object.assign(new Error('the connection was closed before the TLS handshake'), { code: 'ECONNRESET' });

/** Errors of the connection below stay what they are. */
function asTlsFailure(error: Error): Error {
  const code = errorCode(error) ?? '';
  const known = certificateFaults[code];
  if (known !== undefined) return new TlsFailed(known, code, { cause: error });
  if (code.startsWith('ERR_SSL_')) return new TlsFailed('protocol', code, { cause: error });
  // What is left with a `_` are the names that OpenSSL has for a chain it does not believe.
  const isOfChain = code.includes('_') && !code.startsWith('ERR_');
  return isOfChain ? new TlsFailed('untrusted', code, { cause: error }) : error;
}

/**
 * Days until the certificate of the server ends, with their fraction; negative when it has ended.
 *
 * @returns undefined when the server showed none
 */
export function daysLeft(tls: TLSSocket, at: Instant): number | undefined {
  const endsAt = tls.getPeerX509Certificate()?.validToDate;
  return endsAt === undefined ? undefined : (endsAt.getTime() - Date.parse(at)) / 86_400_000;
}

/** What is wrong with the certificate of a connection that was made without verifying it. */
export function certificateFault(tls: TLSSocket): TlsFailed | undefined {
  if (tls.authorized) return undefined;
  // The types say Error, the runtime gives the code of what is wrong.
  const error: unknown = tls.authorizationError;
  const code = typeof error === 'string' ? error : 'UNSPECIFIED';
  return new TlsFailed(certificateFaults[code] ?? 'untrusted', code);
}

const faultTexts: Readonly<Record<Exclude<TlsFault, 'untrusted' | 'protocol'>, Text>> = {
  expired: { ja: '証明書の有効期限が切れています', en: 'its certificate has expired' },
  'not-yet-valid': { ja: '証明書がまだ有効ではありません', en: 'its certificate is not valid yet' },
  'wrong-name': {
    ja: '証明書がこのホスト名のものではありません',
    en: 'its certificate is for another host name',
  },
  revoked: { ja: '証明書が失効しています', en: 'its certificate was revoked' },
};

const untrustedTexts: Readonly<Record<string, Text>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: { ja: '自己署名証明書です', en: 'its certificate is self-signed' },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: {
    ja: '証明書が知られていない認証局のものか、中間証明書が足りません',
    en: 'its certificate comes from an unknown authority, or the one between is missing',
  },
  SELF_SIGNED_CERT_IN_CHAIN: {
    ja: '証明書が知られていない認証局のものです',
    en: 'its certificate comes from an unknown authority',
  },
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: {
    ja: '証明書が知られていない認証局のものです',
    en: 'its certificate comes from an unknown authority',
  },
};

/** Codes for bytes that are no TLS at all: the service talks plainly, or speaks another protocol. */
const notTlsCodes = new Set(['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG']);

/** Says on what a handshake failed, as a clause that follows the name of the place. */
export function explainTlsFailure({ fault, code }: TlsFailed): Text {
  const reason = reasonOf(fault, code);
  return {
    ja: `との TLS 接続に失敗しました: ${reason.ja}`,
    en: `failed in the TLS handshake: ${reason.en}`,
  };
}

/** Says what is wrong with a certificate, as a clause of its own. */
export const explainCertificateFault = ({ fault, code }: TlsFailed): Text => reasonOf(fault, code);

function reasonOf(fault: TlsFault, code: string): Text {
  if (fault === 'untrusted') {
    return (
      untrustedTexts[code] ?? {
        ja: `証明書を信頼できません(${code})`,
        en: `its certificate is not trusted (${code})`,
      }
    );
  }
  if (fault !== 'protocol') return faultTexts[fault];
  return notTlsCodes.has(code)
    ? { ja: `応答が TLS ではありません(${code})`, en: `what it sent is not TLS (${code})` }
    : { ja: code, en: code };
}
