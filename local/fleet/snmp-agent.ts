import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { type Agent, type Mib, snmp } from './snmp-objects.ts';
import { PortTaken } from './tcp-gate.ts';

export type SnmpCredentials =
  | { readonly version: '2c'; readonly community: string }
  | { readonly version: '3'; readonly user: string; readonly authKey: string; readonly privKey: string };

export interface SnmpAgentOptions {
  readonly address: string;
  readonly port: number;
  readonly credentials: SnmpCredentials;
  /** Hex; stays the same over restarts, as managers derive keys from it. */
  readonly engineId: string;
  /** Counts the starts: a manager refuses an engine whose time went back in the same boot. */
  readonly boots: number;
  /** The MIB as it stands now. */
  readonly mib: () => Mib;
}

/** Real snmpd caches what is dear to gather; it also keeps a walk from seeing every row at another moment. */
const freshForMs = 500;

/** A real SNMP agent, v2c or v3 authPriv (SHA, AES), read-only, on one UDP port. */
export class SnmpAgent {
  readonly #socket: Socket;
  readonly #agent: Agent;
  readonly #options: SnmpAgentOptions;
  readonly #startedAt = performance.now();
  #builtAt = Number.NEGATIVE_INFINITY;
  #isSilent = false;

  /** @throws PortTaken */
  static async start(options: SnmpAgentOptions): Promise<SnmpAgent> {
    return new SnmpAgent(await bind(options.address, options.port), options);
  }

  private constructor(socket: Socket, options: SnmpAgentOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.on('error', () => undefined);
    this.#agent = snmp.createAgent(
      {
        port: this.port,
        address: options.address,
        engineID: options.engineId,
        // The library neither takes port 0 nor says when it listens or fails to: it is given a socket that does.
        dgramModule: { createSocket: () => this.#boundSocket() },
        accessControlModelType: snmp.AccessControlModelType.Simple,
      },
      // Peers that send rubbish or the wrong password are left without an answer.
      () => undefined,
    );
    this.#agent.engine.engineBoots = options.boots;
    const { credentials } = options;
    const authorizer = this.#agent.getAuthorizer();
    if (credentials.version === '2c') authorizer.addCommunity(credentials.community);
    else {
      authorizer.addUser({
        name: credentials.user,
        level: snmp.SecurityLevel.authPriv,
        authProtocol: snmp.AuthProtocols.sha,
        authKey: credentials.authKey,
        privProtocol: snmp.PrivProtocols.aes,
        privKey: credentials.privKey,
      });
    }
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Keeps the port and answers nothing: a machine that is switched off refuses nothing either. */
  setSilent(isSilent: boolean): void {
    this.#isSilent = isSilent;
  }

  /** The next answer reads the figures anew. */
  refresh(): void {
    this.#builtAt = Number.NEGATIVE_INFINITY;
  }

  async close(): Promise<void> {
    const closed = once(this.#socket, 'close');
    this.#socket.close();
    await closed;
  }

  /** The socket as the library sees it. */
  #boundSocket() {
    const socket = this.#socket;
    return {
      bind: () => undefined,
      on: (event: string, listener: (message: Buffer, from: RemoteInfo) => void) => {
        if (event === 'message') socket.on('message', (message, from) => this.#hear(message, from, listener));
      },
      send: socket.send.bind(socket),
      close: () => undefined,
    };
  }

  #hear(message: Buffer, from: RemoteInfo, answer: (message: Buffer, from: RemoteInfo) => void): void {
    if (this.#isSilent) return;
    const now = performance.now();
    if (now - this.#builtAt >= freshForMs) {
      this.#builtAt = now;
      this.#agent.setMib(this.#options.mib());
    }
    // The library leaves the engine's time standing, and a manager then drops what it says after 150 s.
    this.#agent.engine.engineTime = Math.floor((now - this.#startedAt) / 1000);
    try {
      answer(message, from);
    } catch {
      // A malformed request costs itself and nothing else.
    }
  }
}

async function bind(address: string, port: number): Promise<Socket> {
  const socket = createSocket('udp4');
  try {
    const bound = once(socket, 'listening');
    socket.bind({ address, port, exclusive: true });
    await bound;
    return socket;
  } catch (error) {
    socket.close();
    throw new PortTaken(address, port, error);
  }
}

export async function isUdpFree(address: string, port: number): Promise<boolean> {
  try {
    (await bind(address, port)).close();
    return true;
  } catch {
    return false;
  }
}
