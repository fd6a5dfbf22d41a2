import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

/** `closed` refuses, `stalled` accepts and says nothing. */
export type GateMode = 'open' | 'stalled' | 'closed';

const connectionsAtOnce = 200;
const stalledForMs = 300_000;

/** A TCP port of a simulated server that can be opened, closed and stalled while it keeps its number. */
export class TcpGate {
  readonly address: string;
  readonly port: number;
  readonly #serve: (socket: Socket) => void;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #mode: GateMode = 'closed';

  /** @param serve speaks the service's protocol on one connection */
  constructor(address: string, port: number, serve: (socket: Socket) => void) {
    this.address = address;
    this.port = port;
    this.#serve = serve;
  }

  /**
   * Whoever is connected is cut off by a change.
   * @throws PortTaken
   */
  async setMode(mode: GateMode): Promise<void> {
    if (mode === this.#mode) return;
    for (const socket of this.#sockets) socket.destroy();
    if (mode === 'closed') await this.#close();
    else if (this.#server === undefined) await this.#open();
    this.#mode = mode;
  }

  async #open(): Promise<void> {
    const server = createServer((socket) => this.#accept(socket));
    server.maxConnections = connectionsAtOnce;
    await listen(server, this.address, this.port);
    server.on('error', () => undefined);
    this.#server = server;
  }

  async #close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const closed = once(server, 'close');
    server.close();
    await closed;
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    // A peer that resets is no fault of ours, and nothing to tell of.
    socket.on('error', () => undefined);
    if (this.#mode === 'stalled') {
      socket.resume();
      socket.setTimeout(stalledForMs, () => socket.destroy());
    } else this.#serve(socket);
  }
}

/** Another program has the port, or this machine has not the address. */
export class PortTaken extends Error {
  constructor(address: string, port: number, cause: unknown) {
    super(`the demo fleet cannot listen on ${address}:${port}; end the program that has the port`, { cause });
  }
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  const listening = once(server, 'listening');
  server.listen({ host, port, exclusive: true });
  try {
    await listening;
  } catch (error) {
    throw new PortTaken(host, port, error);
  }
}

/** Whether a TCP server may have this port, and this address at all. */
export async function isFree(host: string, port: number): Promise<boolean> {
  const server = createServer();
  try {
    await listen(server, host, port);
  } catch {
    return false;
  }
  const closed = once(server, 'close');
  server.close();
  await closed;
  return true;
}
