import { randomBytes, randomInt } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import ssh2 from 'ssh2';
import { z } from 'zod';
import { demoServers, type ListenerName, type ServerBlueprint } from './blueprint.ts';
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

/** Keys, addresses and ports of a new fleet. */
export async function newFleetState(now: number, seed = randomInt(1_000_000)): Promise<FleetState> {
  const taken = new Set<string>();
  const servers: FleetState['servers'] = {};
  for (const [place, server] of demoServers.entries()) {
    const address = await addressFor(place);
    const bootedAt = now - pretendedUptimeMs - place * 7_000_000;
    servers[server.id] = {
      address,
      ports: await portsFor(server, address, taken),
      hostKey: ssh2.utils.generateKeyPairSync('ed25519').private,
      engineId: `8000b98304${randomBytes(12).toString('hex')}`,
      engineBoots: 0,
      snmpSecrets: { community: password(), authKey: password(), privKey: password() },
      bootedAt,
      agentStartedAt: bootedAt + 9_000,
      broken: {},
    };
  }
  const { private: privateKey, public: publicKey } = ssh2.utils.generateKeyPairSync('ed25519');
  return {
    version: 1,
    seed,
    referencePort: await freePort('127.0.0.1', 7001, taken),
    loginKey: { private: privateKey, public: publicKey },
    servers,
  };
}

const password = (): string => randomBytes(18).toString('base64url');

/** Linux answers on all of 127/8; elsewhere the servers share 127.0.0.1 and differ by port. */
async function addressFor(place: number): Promise<string> {
  const own = `127.41.0.${11 + place}`;
  return (await isFree(own, 0)) ? own : '127.0.0.1';
}

async function portsFor(
  server: ServerBlueprint,
  address: string,
  taken: Set<string>,
): Promise<ServerState['ports']> {
  const ports: ServerState['ports'] = {};
  for (const [listener, wanted] of Object.entries(server.ports)) {
    const probe = listener === 'snmp' ? isUdpFree : isFree;
    ports[listener as ListenerName] = await freePort(address, wanted, taken, probe);
  }
  return ports;
}

/** The wanted port or one near it; all lie below the ports that the system gives to outgoing connections. */
async function freePort(
  address: string,
  wanted: number,
  taken: Set<string>,
  probe: (address: string, port: number) => Promise<boolean> = isFree,
): Promise<number> {
  for (let step = 0; step < 200; step++) {
    const candidate = wanted + step * 100;
    if (candidate > 32_000) break;
    const key = `${address}:${candidate}`;
    if (taken.has(key) || !(await probe(address, candidate))) continue;
    taken.add(key);
    return candidate;
  }
  throw new Error(
    `the demo fleet found no free port near ${wanted} on ${address}; end other demos on this machine, or start with --no-demo`,
  );
}
