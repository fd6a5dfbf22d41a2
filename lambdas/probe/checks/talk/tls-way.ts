import type { Socket } from 'node:net';

/** How the talk of a protocol gets to TLS from its beginning in the clear. */
export interface TlsWay {
  /** Where such servers listen. */
  readonly port: number;
  /**
   * Says what comes before the handshake; back when the server waits for it.
   *
   * @throws PeerFault when the server does not play its part, the socket's error, or the signal's reason
   */
  askForTls(socket: Socket, signal: AbortSignal): Promise<void>;
  /** Takes leave inside. Never throws. */
  leave(inside: Socket, signal: AbortSignal): Promise<void>;
}
