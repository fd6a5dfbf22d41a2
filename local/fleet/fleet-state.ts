import { randomBytes, randomInt } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { demoServers, type ListenerName } from './blueprint.ts';
import { newSshKeyPair } from './openssh-key.ts';
import { isUdpFree } from './snmp-agent.ts';
import { isFree } from './tcp-gate.ts';

const port = z.int().min(1).max(65_535);

const serverState = z.strictObject({
  address: z.string(),
  ports: z.partialRecord(z.enum(['http', 'app', 'mysql', 'smtp', 'ssh', 'snmp']), port),
  /** OpenSSH private key; its fingerprint is pinned in the inventory. */
  hostKey: z.string(),
  engineId: z.string(),
  /** How often the SNMP agent was started: a manager refuses an engine whose time went back in the same boot. */
  engineBoots: z.int().nonnegative(),
  /** Community of v2c, or the keys of v3. */
  snmpSecrets: z.strictObject({ community: z.string(), authKey: z.string(), privKey: z.string() }),
  /** Epoch milliseconds on the runtime's clock, as all times here. */
  bootedAt: z.number(),
  agentStartedAt: z.number(),
  /** Since when, by name of the broken service. */
  broken: z.record(z.string(), z.number()),
});

/** What must survive a restart: the inventory pins addresses and keys, and a break stays a break. */
export const fleetState = z.strictObject({
  version: z.literal(1),
  seed: z.int(),
  /** A port that is never broken: it shows the sweep that our own way out works. */
  referencePort: port,
  loginKey: z.strictObject({ private: z.string(), public: z.string() }),
  servers: z.record(z.string(), serverState),
});
export type FleetState = z.output<typeof fleetState>;
export type ServerState = z.output<typeof serverState>;

/**
 * @returns undefined when there is none yet
 * @throws Error with the mend when the file is there and is not a state
 */
export async function readFleetState(file: string): Promise<FleetState | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new Error(`${file} cannot be read; give this user the right to, or remove it to start a new demo`, {
      cause: error,
    });
  }
  try {
    return fleetState.parse(JSON.parse(text));
  } catch (error) {
    throw new Error(`${file} is not the state of a demo fleet; remove it to start a new demo`, {
      cause: error,
    });
  }
}

/** Written aside and renamed, as a half-written state would cost the keys. It holds private keys: mode 0600. */
export async function writeFleetState(file: string, state: FleetState): Promise<void> {
  const aside = `${file}.new`;
  await writeFile(aside, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  await rename(aside, file);
}

/** A server that was never started looks as if it had run for weeks. */
const pretendedUptimeMs = 23 * 86_400_000;

/** Keys and seeds of a new fleet; its addresses and ports are still to be settled. */
export function newFleetState(now: number, seed = randomInt(1_000_000)): FleetState {
  const servers = demoServers.map(({ id }, place): [string, ServerState] => {
    const bootedAt = now - pretendedUptimeMs - place * 7_000_000;
    return [
      id,
      {
        address: addressOf(place),
        ports: {},
        hostKey: newSshKeyPair(id).private,
        engineId: `8000b98304${randomBytes(12).toString('hex')}`,
        engineBoots: 0,
        snmpSecrets: { community: password(), authKey: password(), privKey: password() },
        bootedAt,
        agentStartedAt: bootedAt + 9_000,
        broken: {},
      },
    ];
  });
  return {
    version: 1,
    seed,
    referencePort: wantedReferencePort,
    loginKey: newSshKeyPair('mimamori-demo'),
    servers: Object.fromEntries(servers),
  };
}

const password = (): string => randomBytes(18).toString('base64url');
const wantedReferencePort = 7001;

/** Linux answers on all of 127/8; elsewhere the servers share 127.0.0.1 and differ by port. */
const addressOf = (place: number): string => `127.41.0.${11 + place}`;
const sharedAddress = '127.0.0.1';

/**
 * Gives every listener a port that is free now. A port that is set and free stays: the inventory has it.
 *
 * @param from 0 looks from the wanted ports on; higher, from there, so that two that look at once part ways
 */
export async function settlePorts(state: FleetState, from = 0): Promise<void> {
  const taken = new Set<string>();
  for (const server of demoServers) {
    const own = state.servers[server.id];
    if (own === undefined) continue;
    if (!(await isFree(own.address, 0))) own.address = sharedAddress;
    for (const [name, wanted] of Object.entries(server.ports)) {
      const listener = name as ListenerName;
      const probe = listener === 'snmp' ? isUdpFree : isFree;
      own.ports[listener] = await freePort({
        address: own.address,
        set: own.ports[listener],
        wanted,
        from,
        taken,
        probe,
      });
    }
  }
  const { referencePort: set } = state;
  state.referencePort = await freePort({
    address: sharedAddress,
    set,
    wanted: wantedReferencePort,
    from,
    taken,
    probe: isFree,
  });
}

interface PortSearch {
  readonly address: string;
  readonly set: number | undefined;
  readonly wanted: number;
  readonly from: number;
  readonly taken: Set<string>;
  readonly probe: (address: string, port: number) => Promise<boolean>;
}

/** All lie below the ports that the system gives to outgoing connections. */
const portSteps = 200;
const highestPort = 32_000;

async function freePort({ address, set, wanted, from, taken, probe }: PortSearch): Promise<number> {
  const steps = Array.from({ length: portSteps }, (_, step) => wanted + ((from + step) % portSteps) * 100);
  const candidates = [...(set === undefined ? [] : [set]), ...steps].filter((port) => port <= highestPort);
  for (const candidate of candidates) {
    const key = `${address}:${candidate}`;
    if (taken.has(key) || !(await probe(address, candidate))) continue;
    taken.add(key);
    return candidate;
  }
  throw new Error(
    `the demo fleet found no free port from ${wanted} on at ${address}; end other demos on this machine, or start with --no-demo`,
  );
}
