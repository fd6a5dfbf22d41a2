import { createSocket, type Socket } from 'node:dgram';
import type { Datagram } from 'net-snmp';
import type { TargetAddress } from '../network/target-address.ts';

/**
 * A UDP socket connected to one peer, in the shape in which net-snmp takes its sockets.
 *
 * Connected, so that the kernel drops what others send and tells of a closed port at once. It closes once, sends
 * and delivers nothing after that, and calls back no send that was under way: net-snmp would start a timer there.
 */
export class ConnectedDatagram implements Datagram {
  readonly #socket: Socket;
  readonly #listeners = new Map<string, (...args: never[]) => void>();
  #waiting: (() => void)[] | undefined = [];
  #closed = false;

  /**
   * @param accept says whether a message is of use; others are dropped
   * @param onFault hears of socket errors and of messages that could not be read
   */
  constructor(
    peer: TargetAddress & { readonly port: number },
    accept: (message: Buffer) => boolean,
    onFault: (error: unknown) => void,
  ) {
    this.#socket = createSocket(peer.family === 6 ? 'udp6' : 'udp4');
    this.#socket.on('error', onFault);
    this.#socket.on('message', (message) => {
      if (this.#closed || !accept(message)) return;
      try {
        this.#tell('message', message);
      } catch (error) {
        onFault(error);
      }
    });
    // In failure the callback gets the error, which the types leave out.
    this.#socket.connect(peer.port, peer.address, (...[error]: unknown[]) => {
      if (error !== undefined) return onFault(error);
      const waiting = this.#waiting ?? [];
      this.#waiting = undefined;
      for (const send of waiting) send();
    });
  }

  ref(): void {
    if (!this.#closed) this.#socket.ref();
  }

  unref(): void {
    if (!this.#closed) this.#socket.unref();
  }

  on(event: string, listener: (...args: never[]) => void): void {
    this.#listeners.set(event, listener);
  }

  send(
    message: Buffer,
    offset: number,
    length: number,
    _port: number,
    _address: string,
    done: (error: Error | null) => void,
  ): void {
    const send = () => {
      if (this.#closed) return;
      this.#socket.send(message, offset, length, (error) => {
        if (!this.#closed) done(error);
      });
    };
    if (this.#waiting === undefined) send();
    else this.#waiting.push(send);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.close();
    // net-snmp drops its requests and their timers here.
    this.#tell('close');
  }

  #tell(event: string, ...args: unknown[]): void {
    const listener = this.#listeners.get(event) as ((...args: unknown[]) => void) | undefined;
    listener?.(...args);
  }
}
