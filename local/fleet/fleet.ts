import { randomInt } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { Plan } from '../../core/server.ts';
import {
  demoAccount,
  demoServers,
  type ListenerName,
  loginUser,
  type ServerBlueprint,
  type ServiceBlueprint,
} from './blueprint.ts';
import { darken } from './dark-ports.ts';
import { type Condition, type Figures, figuresAt } from './figures.ts';
import { fleetInventory, secretsOf } from './fleet-inventory.ts';
import {
  type FleetState,
  newFleetState,
  readFleetState,
  type ServerState,
  settlePorts,
  writeFleetState,
} from './fleet-state.ts';
import { serveHttp, serveLines, serveMysql } from './protocols.ts';
import { answerCommand } from './shell.ts';
import { SnmpAgent } from './snmp-agent.ts';
import { mibOf } from './snmp-objects.ts';
import { sshHost } from './ssh-host.ts';
import { type GateMode, PortTaken, TcpGate } from './tcp-gate.ts';

export interface FleetService {
  readonly name: string;
  /** Id of the monitor that sees it first. */
  readonly monitor: string;
  readonly up: boolean;
  /** Epoch milliseconds on the runtime's clock. */
  readonly brokenSince?: number;
  readonly blueprint: ServiceBlueprint;
}

export interface FleetServer {
  readonly server: string;
  readonly account: string;
  readonly plan: Plan;
  readonly services: readonly FleetService[];
}

/** The demo's simulated servers. */
export interface Fleet {
  /** What to watch, as the YAML text of an inventory. */
  readonly inventory: string;
  /** Values of the secrets that the inventory refers to. */
  readonly secrets: Readonly<Record<string, string>>;
  list(): FleetServer[];
  /** @throws UnknownService */
  break(server: string, service: string): Promise<void>;
  /** @throws UnknownService */
  mend(server: string, service: string): Promise<void>;
  close(): Promise<void>;
}

/** There is no such server in the demo, or no such service on it. */
export class UnknownService extends Error {}

export interface FleetOptions {
  /** The runtime's clock, epoch milliseconds. */
  readonly now: () => number;
  /** Where keys, ports and breaks are kept; without it a restart is a new fleet. */
  readonly stateFile?: string;
  /** Shifts the figures. @default random */
  readonly seed?: number;
}

/** Ports are looked for and then taken; another demo that starts at the same moment may come between. */
const startAttempts = 8;

/**
 * Starts three simulated servers with real listeners on loopback. A port that was taken meanwhile is changed for
 * another, and the inventory says so.
 *
 * @throws Error with the mend when the state cannot be read, or no ports are to be had
 */
export async function startFleet({ now, stateFile, seed }: FleetOptions): Promise<Fleet> {
  const earlier = stateFile === undefined ? undefined : await readFleetState(stateFile);
  const state = earlier ?? newFleetState(now(), seed);
  if (seed !== undefined) state.seed = seed;
  const save = async (): Promise<void> => {
    if (stateFile !== undefined) await writeFleetState(stateFile, state);
  };
  if (earlier === undefined) await settlePorts(state);

  const open = async (attempt: number): Promise<OpenFleet> => {
    const fleet = new OpenFleet(state, now, (server, service) => change(server, service, false));
    try {
      await fleet.open();
      return fleet;
    } catch (error) {
      await fleet.close();
      if (!(error instanceof PortTaken) || attempt === startAttempts) throw error;
      await settlePorts(state, randomInt(100));
      return await open(attempt + 1);
    }
  };
  const { servers, close } = await open(1);
  await save();

  // One change after the other, so that two clicks cannot open what is being closed.
  let queue: Promise<void> = Promise.resolve();
  const change = (serverId: string, service: string, isBroken: boolean): Promise<void> => {
    const turn = queue.then(async () => {
      const server = servers.get(serverId);
      if (server === undefined) {
        throw new UnknownService(
          `there is no server "${serverId}" in the demo fleet; it has ${[...servers.keys()].join(', ')}`,
        );
      }
      await server.setBroken(service, isBroken);
      await save();
    });
    queue = turn.catch(() => undefined);
    return turn;
  };

  return {
    inventory: fleetInventory(state),
    secrets: secretsOf(state),
    list: () => [...servers.values()].map((server) => server.describe()),
    break: (server, service) => change(server, service, true),
    mend: (server, service) => change(server, service, false),
    close: async () => {
      await queue;
      await close();
    },
  };
}

/** The servers of one start, and the reference endpoint. */
class OpenFleet {
  readonly servers: ReadonlyMap<string, DemoServer>;
  readonly #reference: TcpGate;

  constructor(
    state: FleetState,
    now: () => number,
    mend: (server: string, service: string) => Promise<void>,
  ) {
    this.#reference = new TcpGate('127.0.0.1', state.referencePort, (socket) => socket.end());
    this.servers = new Map(
      demoServers.map((blueprint) => [
        blueprint.id,
        new DemoServer(blueprint, state, now, (service) => mend(blueprint.id, service)),
      ]),
    );
  }

  /** @throws PortTaken */
  async open(): Promise<void> {
    await this.#reference.setMode('open');
    for (const server of this.servers.values()) await server.settle();
  }

  close = async (): Promise<void> => {
    const servers = [...this.servers.values()];
    await Promise.all([this.#reference.setMode('closed'), ...servers.map((one) => one.close())]);
  };
}

/** One simulated server: its ports, its agent, and what is broken on it. */
class DemoServer {
  readonly #blueprint: ServerBlueprint;
  readonly #fleet: FleetState;
  readonly #state: ServerState;
  readonly #now: () => number;
  readonly #gates = new Map<ListenerName, TcpGate>();
  #agent: SnmpAgent | undefined;
  #darkness: { close(): Promise<void> } | undefined;

  constructor(
    blueprint: ServerBlueprint,
    fleet: FleetState,
    now: () => number,
    mend: (service: string) => Promise<void>,
  ) {
    const state = fleet.servers[blueprint.id];
    if (state === undefined) {
      throw new Error(
        `the state of the demo fleet has no server ${blueprint.id}; remove it to start a new demo`,
      );
    }
    this.#blueprint = blueprint;
    this.#fleet = fleet;
    this.#state = state;
    this.#now = now;
    const protocols: Partial<Record<ListenerName, ConstructorParameters<typeof TcpGate>[2]>> = {
      http: serveHttp(blueprint.id),
      app: serveLines('READY demo-app 4.2', 'BYE', 'ERROR unknown command'),
      mysql: serveMysql('5.5.5-10.11.14-MariaDB-0+deb12u2'),
      smtp: serveLines(`220 ${blueprint.id} ESMTP Postfix`, '221 2.0.0 Bye', '502 5.5.2 Error: command'),
      ssh: sshHost({
        hostKey: state.hostKey,
        user: loginUser,
        userKey: fleet.loginKey.public,
        answer: async (command) => {
          const answer = answerCommand(command, {
            server: blueprint,
            figures: this.#figures(),
            address: state.address,
            ports: state.ports,
            brokenSince: new Map(Object.entries(state.broken)),
          });
          // Whoever restarts a service hears of it when it runs again.
          if (answer.mends !== undefined) await mend(answer.mends);
          return answer;
        },
      }),
    };
    for (const [listener, port] of Object.entries(state.ports)) {
      const serve = protocols[listener as ListenerName];
      if (serve !== undefined)
        this.#gates.set(listener as ListenerName, new TcpGate(state.address, port, serve));
    }
  }

  describe(): FleetServer {
    const { id, plan, services } = this.#blueprint;
    return {
      server: id,
      account: demoAccount,
      plan,
      services: services.map((blueprint) => {
        const brokenSince = this.#state.broken[blueprint.name];
        const { name, monitor } = blueprint;
        return {
          name,
          monitor,
          up: brokenSince === undefined,
          ...(brokenSince === undefined ? {} : { brokenSince }),
          blueprint,
        };
      }),
    };
  }

  /** @throws UnknownService */
  async setBroken(name: string, isBroken: boolean): Promise<void> {
    const service = this.#blueprint.services.find((one) => one.name === name);
    if (service === undefined) {
      const known = this.#blueprint.services.map((one) => one.name).join(', ');
      throw new UnknownService(`there is no service "${name}" on ${this.#blueprint.id}; it has ${known}`);
    }
    const { broken } = this.#state;
    if (isBroken === (broken[name] !== undefined)) return;
    if (isBroken) broken[name] = this.#now();
    else {
      delete broken[name];
      const now = this.#now();
      if (service.breakage === 'goes-dark') this.#state.bootedAt = now;
      if (service.breakage === 'goes-dark' || service.listener === 'snmp') this.#state.agentStartedAt = now;
    }
    await this.settle();
  }

  /** Brings every listener to where the broken services say it should be. */
  async settle(): Promise<void> {
    const isDark = this.#services().some(({ breakage, isBroken }) => isBroken && breakage === 'goes-dark');
    if (isDark) {
      await Promise.all([...this.#gates.values()].map((gate) => gate.setMode('closed')));
      this.#darkness ??= await darken([...this.#gates.values()]);
      await this.#startAgent();
    } else {
      await this.#darkness?.close();
      this.#darkness = undefined;
      for (const [listener, gate] of this.#gates) await gate.setMode(this.#modeOf(listener));
      if (this.#modeOf('snmp') === 'open') await this.#startAgent();
      else await this.#stopAgent();
    }
    this.#agent?.setSilent(isDark);
    this.#agent?.refresh();
    // Connections that were cut off are told so before the caller goes on.
    await setImmediate();
  }

  async close(): Promise<void> {
    await this.#darkness?.close();
    this.#darkness = undefined;
    await Promise.all([...this.#gates.values()].map((gate) => gate.setMode('closed')));
    await this.#stopAgent();
  }

  #services(): { isBroken: boolean; breakage: ServiceBlueprint['breakage']; listener: string | undefined }[] {
    return this.#blueprint.services.map(({ name, breakage, listener }) => ({
      isBroken: this.#state.broken[name] !== undefined,
      breakage,
      listener,
    }));
  }

  #modeOf(listener: ListenerName): GateMode {
    const broken = this.#services().find((service) => service.isBroken && service.listener === listener);
    if (broken === undefined) return 'open';
    return broken.breakage === 'stalls' ? 'stalled' : 'closed';
  }

  async #startAgent(): Promise<void> {
    const { address, ports, engineId, snmpSecrets } = this.#state;
    if (this.#agent !== undefined || ports.snmp === undefined) return;
    const { community, authKey, privKey } = snmpSecrets;
    this.#state.engineBoots += 1;
    this.#agent = await SnmpAgent.start({
      address,
      port: ports.snmp,
      engineId,
      boots: this.#state.engineBoots,
      credentials:
        this.#blueprint.snmpVersion === '2c'
          ? { version: '2c', community }
          : { version: '3', user: loginUser, authKey, privKey },
      mib: () => mibOf(this.#blueprint, this.#figures()),
    });
  }

  async #stopAgent(): Promise<void> {
    const agent = this.#agent;
    this.#agent = undefined;
    await agent?.close();
  }

  #figures(): Figures {
    const { bootedAt, agentStartedAt, broken } = this.#state;
    const condition: Condition = {
      bootedAt,
      agentStartedAt,
      broken: new Set(Object.keys(broken)),
      seed: this.#fleet.seed + demoServers.indexOf(this.#blueprint),
    };
    return figuresAt(this.#blueprint, condition, this.#now());
  }
}
