import type { FileSystemBlueprint, ProcessBlueprint, ServerBlueprint } from './blueprint.ts';

/** How a simulated server stands: all that its figures depend on beside the time. */
export interface Condition {
  /** Epoch milliseconds. */
  readonly bootedAt: number;
  /** When the SNMP agent was started last; its uptime is the agent's, not the machine's. */
  readonly agentStartedAt: number;
  /** Names of the broken services. */
  readonly broken: ReadonlySet<string>;
  /** Shifts the curves, so that servers and demos differ. */
  readonly seed: number;
}

export interface RunningProcess extends ProcessBlueprint {
  readonly pid: number;
  readonly cpuCentiseconds: number;
}

export interface FileSystemUse extends FileSystemBlueprint {
  readonly usedKiB: number;
}

export interface NetworkInterface {
  readonly index: number;
  readonly name: string;
  readonly mtu: number;
  readonly bitsPerSecond: number;
  readonly physicalAddress: string;
  readonly inOctets: bigint;
  readonly outOctets: bigint;
}

/** What a server would say of itself at one moment; SNMP and the shell both tell it, so that they agree. */
export interface Figures {
  readonly at: number;
  readonly uptimeSeconds: number;
  readonly agentUptimeSeconds: number;
  /** 1, 5 and 15 min. */
  readonly load: readonly [number, number, number];
  /** Share in use now, by core. */
  readonly coreShares: readonly number[];
  /** Hundredths of a second since boot, all cores together. */
  readonly cpuTicks: { readonly user: number; system: number; idle: number; wait: number; softIrq: number };
  readonly memory: {
    readonly totalKiB: number;
    freeKiB: number;
    buffersKiB: number;
    cachedKiB: number;
    sharedKiB: number;
  };
  readonly swap: { readonly totalKiB: number; freeKiB: number };
  readonly fileSystems: readonly FileSystemUse[];
  readonly interfaces: readonly NetworkInterface[];
  readonly processes: readonly RunningProcess[];
}

/** A curve with a known integral: what counts up never falls, also across a restart of the demo. */
interface Wave {
  readonly mean: number;
  readonly swings: readonly { readonly amplitude: number; readonly periodSeconds: number; phase: number }[];
}

/** Two slow swings and a quick one about a mean; never below a twentieth of it. */
function waveAbout(mean: number, seed: number): Wave {
  const phase = (place: number): number => ((seed * 0.618_034 + place * 0.381_966) % 1) * 2 * Math.PI;
  return {
    mean,
    swings: [
      { amplitude: mean * 0.5, periodSeconds: 86_400, phase: phase(1) },
      { amplitude: mean * 0.25, periodSeconds: 3_600, phase: phase(2) },
      { amplitude: mean * 0.2, periodSeconds: 420, phase: phase(3) },
    ],
  };
}

const valueAt = ({ mean, swings }: Wave, seconds: number): number =>
  swings.reduce(
    (sum, { amplitude, periodSeconds, phase }) =>
      sum + amplitude * Math.sin((2 * Math.PI * seconds) / periodSeconds + phase),
    mean,
  );

/** Of the curve from `from` to `to`, in its unit times seconds. */
function integral({ mean, swings }: Wave, from: number, to: number): number {
  return swings.reduce(
    (sum, { amplitude, periodSeconds, phase }) => {
      const turns = (seconds: number): number => (2 * Math.PI * seconds) / periodSeconds + phase;
      return (
        sum + ((amplitude * periodSeconds) / (2 * Math.PI)) * (Math.cos(turns(from)) - Math.cos(turns(to)))
      );
    },
    mean * (to - from),
  );
}

/** Mean of the last `windowSeconds`. */
const meanOver = (wave: Wave, seconds: number, windowSeconds: number): number =>
  integral(wave, seconds - windowSeconds, seconds) / windowSeconds;

/** How full a file system is that a break has filled. */
const filledShare = 0.97;

/**
 * The figures of a server at `at`: a pure function, so that they go on plausibly wherever they are asked for.
 *
 * @param at epoch milliseconds
 */
export function figuresAt(server: ServerBlueprint, condition: Condition, at: number): Figures {
  const now = at / 1000;
  const booted = Math.min(condition.bootedAt / 1000, now);
  const { cores } = server;
  const cpu = waveAbout(server.cpuShare, condition.seed);
  const busyTicks = integral(cpu, booted, now) * cores * 100;
  const upSeconds = now - booted;
  const waitTicks = upSeconds * cores * 0.6;
  const used = server.memoryKiB * (0.42 + 0.5 * valueAt(waveAbout(0.12, condition.seed + 1), now));
  const cachedKiB = Math.round(server.memoryKiB * 0.24);
  const buffersKiB = Math.round(server.memoryKiB * 0.03);
  return {
    at,
    uptimeSeconds: upSeconds,
    agentUptimeSeconds: Math.max(0, now - condition.agentStartedAt / 1000),
    load: [meanOver(cpu, now, 60) * cores, meanOver(cpu, now, 300) * cores, meanOver(cpu, now, 900) * cores],
    coreShares: Array.from({ length: cores }, (_, core) =>
      Math.min(1, meanOver(waveAbout(server.cpuShare, condition.seed + core), now, 60)),
    ),
    cpuTicks: {
      user: Math.floor(busyTicks * 0.72),
      system: Math.floor(busyTicks * 0.25),
      softIrq: Math.floor(busyTicks * 0.03),
      wait: Math.floor(waitTicks),
      idle: Math.floor(upSeconds * cores * 100 - busyTicks - waitTicks),
    },
    memory: {
      totalKiB: server.memoryKiB,
      freeKiB: Math.round(server.memoryKiB - used - cachedKiB - buffersKiB),
      buffersKiB,
      cachedKiB,
      sharedKiB: Math.round(server.memoryKiB * 0.01),
    },
    swap: { totalKiB: server.swapKiB, freeKiB: Math.round(server.swapKiB * 0.98) },
    fileSystems: server.fileSystems.map((one) => ({ ...one, usedKiB: usedOf(one, condition, now) })),
    interfaces: interfacesOf(server, condition, booted, now),
    processes: processesOf(server, condition, upSeconds),
  };
}

function usedOf(fileSystem: FileSystemBlueprint, { broken, seed }: Condition, now: number): number {
  const isFilled = fileSystem.filledBy !== undefined && broken.has(fileSystem.filledBy);
  const drift = valueAt(waveAbout(0.01, seed + fileSystem.path.length), now);
  return Math.round(fileSystem.sizeKiB * (isFilled ? filledShare : fileSystem.usedShare + drift));
}

function interfacesOf(
  server: ServerBlueprint,
  { seed }: Condition,
  booted: number,
  now: number,
): NetworkInterface[] {
  const octets = (bytesPerSecond: number, shift: number): bigint =>
    BigInt(Math.floor(integral(waveAbout(bytesPerSecond, seed + shift), booted, now)));
  const looped = octets(9_000, 5);
  return [
    {
      index: 1,
      name: 'lo',
      mtu: 65_536,
      bitsPerSecond: 10_000_000,
      physicalAddress: '00:00:00:00:00:00',
      inOctets: looped,
      outOctets: looped,
    },
    {
      index: 2,
      name: 'eth0',
      mtu: 1_500,
      bitsPerSecond: 1_000_000_000,
      // A locally administered address, as virtual machines have.
      physicalAddress: `52:54:00:4d:00:${server.id.length.toString(16).padStart(2, '0')}`,
      inOctets: octets(server.inBytesPerSecond, 3),
      outOctets: octets(server.outBytesPerSecond, 4),
    },
  ];
}

function processesOf(server: ServerBlueprint, { broken }: Condition, upSeconds: number): RunningProcess[] {
  return server.processes
    .map((process, place) => ({
      ...process,
      pid: place === 0 ? 1 : 300 + place * 47,
      cpuCentiseconds: Math.floor(upSeconds * (process.residentKiB > 50_000 ? 6 : 0.2)),
    }))
    .filter(({ service }) => service === undefined || !broken.has(service));
}
