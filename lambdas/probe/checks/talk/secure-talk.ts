import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { CheckContext } from '../check-type.ts';
import { certificateFault, startTls, type TlsFailed } from './tls-exchange.ts';

/** The settings of a check that goes to TLS by a wish in the clear. */
export interface SecureTalkSettings {
  readonly address?: string | undefined;
  readonly tlsName?: string | undefined;
  readonly verifyCertificate: boolean;
}

export interface SecureTalk {
  readonly inside: TLSSocket;
  /** What is wrong with the certificate, if it is verified and something is. */
  readonly fault: TlsFailed | undefined;
}

/**
 * Makes TLS of a talk that began in the clear. A bad certificate does not end it at once: who leaves in the midst of
 * the handshake is an error in the server's log, and MariaDB and MySQL block an address after 100 of them.
 *
 * @throws as startTls
 */
export async function secureTalk(
  socket: Socket,
  { address, tlsName, verifyCertificate }: SecureTalkSettings,
  { target, signal, step }: CheckContext,
): Promise<SecureTalk> {
  const serverName = tlsName ?? address ?? target.address;
  const inside = await startTls(socket, { serverName, verify: false, signal });
  step?.('tls');
  return { inside, fault: verifyCertificate ? certificateFault(inside) : undefined };
}
