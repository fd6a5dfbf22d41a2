import { type monitorKey, serverKey } from '../../core/ids.ts';
import { type Alert, alertKey, type Incident } from '../../core/incident/incident.ts';
import { addSeconds, type Instant, secondsBetween } from '../../core/instant.ts';
import type { Inventory } from '../../core/inventory/inventory.ts';
import { type Machine, machines } from '../../core/machine.ts';
import type { CheckClass, Monitor } from '../../core/monitor.ts';
import type { ExecutionStatus } from '../../local/workflows/engine.ts';
import type { MetricStore } from '../../platform/metrics/metric-store.ts';
import { type Failure, Failures, type Outage, outcomeOf } from './failures.ts';
import { type ChainCall, machineArn, VirtualChain } from './virtual-chain.ts';

export interface SimulationOptions {
  readonly inventory: Inventory;
  readonly outages: readonly Outage[];
  readonly start: Instant;
  readonly end: Instant;
  /** Each check that fails and each log-in takes all the time it may. @default false */
  readonly isSlow?: boolean;
  /** For what workflows draw by lot. */
  readonly random?: () => number;
  /** Told after each simulated day. */
  readonly onDay?: (day: number) => void;
}

/** How long something took, over all cases. Seconds of virtual time. */
export interface Spread {
  readonly count: number;
  readonly p50Seconds: number;
  readonly p99Seconds: number;
  readonly maxSeconds: number;
}

export interface TimeToMail extends Spread {
  /** The longest that is allowed with the default timing; absent for the daily ones, which have no limit. */
  readonly allowedSeconds?: number;
  /** How many took longer; of monitors with a timing of their own none is counted. */
  readonly overAllowed: number;
}

/** What Mimamori did in a simulated time. */
export interface SimulationReport {
  readonly start: Instant;
  readonly end: Instant;
  readonly servers: number;
  readonly monitors: number;
  readonly sweeps: number;
  readonly checks: {
    readonly scheduled: number;
    readonly repeated: number;
    readonly failed: number;
    readonly unknown: number;
    readonly notReached: number;
  };
  /** Outages as monitors met them: one of a server with ten liveness monitors counts ten times. */
  readonly failures: {
    readonly all: number;
    readonly believed: number;
    /** Seen, and over before the repeats. */
    readonly notBelieved: number;
    /** Over before a check came by. */
    readonly neverSeen: number;
    /** Seen at the end, and not judged yet. */
    readonly underWay: number;
  };
  readonly incidents: { readonly opened: number; readonly openAtEnd: number };
  /** Mails that left, by the state in their subject; one for each contact. */
  readonly mails: Readonly<Record<string, number>>;
  /** From the beginning of a failure to the first mail of its incident, by class of check. */
  readonly failureToMail: Readonly<Partial<Record<CheckClass, TimeToMail>>>;
  /** The same for failures that joined an incident that was told already. */
  readonly failureToUpdate: Spread | undefined;
  readonly executions: Readonly<Record<Machine, Readonly<Partial<Record<ExecutionStatus, number>>>>>;
  readonly events: number;
}

/** SPEC 4: at worst, from the failure to the mail. */
const allowedSeconds: Readonly<Partial<Record<CheckClass, number>>> = { liveness: 375, resource: 315 };
/** What the limits hold for. */
const usualInterval: Readonly<Record<CheckClass, number>> = { liveness: 3, resource: 5, daily: 1440 };
/** A log-in to a server that answers, with its commands. */
const logInSeconds = 5;
const dayMs = 86_400_000;
/** Long ended executions are of no use here, and a year of them would fill the memory. */
const keepEndedMs = dayMs;

/**
 * Plays an inventory and its outages through the whole chain in virtual time. Nothing is asked of the network or of the real
 * clock, so the same options give the same report.
 */
export async function simulate(options: SimulationOptions): Promise<SimulationReport> {
  const { start, end, onDay } = options;
  const simulation = new Simulation(options);
  try {
    await simulation.begin();
    const endMs = Date.parse(end);
    let day = 0;
    for (let atMs = Date.parse(start); atMs < endMs; ) {
      atMs = Math.min(atMs + dayMs, endMs);
      await simulation.chain.advanceTo(new Date(atMs).toISOString());
      onDay?.(++day);
    }
    return await simulation.report();
  } finally {
    await simulation.chain.close();
  }
}

type Counts = { scheduled: number; repeated: number; failed: number; unknown: number; notReached: number };

class Simulation {
  readonly chain: VirtualChain;
  readonly #options: SimulationOptions;
  readonly #failures: Failures;
  readonly #hasLogIn: ReadonlySet<string>;
  /** Failures that were believed, by incident and alert. */
  readonly #believed = new Map<string, Failure>();
  readonly #mails: Record<string, number> = {};
  readonly #checks: Counts = { scheduled: 0, repeated: 0, failed: 0, unknown: 0, notReached: 0 };
  readonly #executions: Record<Machine, Partial<Record<ExecutionStatus, number>>> = {
    detection: {},
    incident: {},
    'first-response': {},
    escalation: {},
    'second-response': {},
  };
  #sweeps = 0;
  #events = 0;
  #incidents = 0;

  constructor(options: SimulationOptions) {
    const { inventory, outages, start, random } = options;
    this.#options = options;
    this.#failures = new Failures(inventory, outages);
    this.#hasLogIn = new Set(
      inventory.servers
        .filter(({ ssh }) => ssh !== undefined)
        .map(({ account, id }) => serverKey({ account, server: id })),
    );
    this.chain = new VirtualChain({
      start,
      keepEndedMs,
      ...(random !== undefined && { random }),
      checks: {
        metrics: forgetful,
        verifyWayOut: async () => ({ works: true }),
        runCheck: async (monitor, at) => ({ outcome: outcomeOf(this.#meet(monitor, at)) }),
      },
      sender: {
        send: async ({ raw }) => {
          const state = headerOf(raw, 'X-Mimamori-State') ?? 'other';
          this.#mails[state] = (this.#mails[state] ?? 0) + 1;
          return { messageId: `<${Object.values(this.#mails).reduce((a, b) => a + b)}@simulated.invalid>` };
        },
      },
      onSweep: ({ skipped, checked, failed, unknown, notReached }) => {
        if (skipped !== undefined) return;
        this.#sweeps += 1;
        this.#checks.scheduled += checked;
        this.#checks.failed += failed;
        this.#checks.unknown += unknown;
        this.#checks.notReached += notReached;
      },
      onCall: (call) => this.#afterCall(call),
      onEnded: ({ stateMachineArn, status, eventCount }) => {
        this.#countExecution(stateMachineArn, status);
        this.#events += eventCount;
      },
    });
  }

  async begin(): Promise<void> {
    const { inventory } = this.#options;
    // A log-in would ask the network for an address; how long it takes is simulated.
    const servers = inventory.servers.map(({ ssh: _, ...server }) => server);
    await this.chain.stores.inventory.replace(0, { ...inventory, servers });
  }

  async report(): Promise<SimulationReport> {
    const { inventory, start, end } = this.#options;
    for (let nextToken: string | undefined; ; ) {
      const page = this.chain.engine.listExecutions({
        statusFilter: 'RUNNING',
        maxResults: 1_000,
        nextToken,
      });
      for (const { executionArn, stateMachineArn } of page.executions) {
        this.#countExecution(stateMachineArn, 'RUNNING');
        const { events } = this.chain.engine.getExecutionHistory({
          executionArn,
          reverseOrder: true,
          maxResults: 1,
        });
        this.#events += events[0]?.id ?? 0;
      }
      nextToken = page.nextToken;
      if (nextToken === undefined) break;
    }
    return {
      start,
      end,
      servers: inventory.servers.length,
      monitors: inventory.monitors.length,
      sweeps: this.#sweeps,
      checks: { ...this.#checks },
      failures: await this.#countFailures(),
      incidents: {
        opened: this.#incidents,
        openAtEnd: (await this.chain.stores.incidents.openIncidents()).length,
      },
      mails: this.#mails,
      ...this.#timesToMail(),
      executions: this.#executions,
      events: this.#events,
    };
  }

  #meet(monitor: Monitor, at: Instant): Failure | undefined {
    const failure = this.#failures.at(monitor, at);
    if (failure !== undefined) failure.seenAt ??= at;
    return failure;
  }

  /** @returns how long the call has taken */
  async #afterCall({ name, payload, result }: ChainCall): Promise<number> {
    const at = new Date(this.chain.clock.now()).toISOString();
    switch (name) {
      case 'CheckAgain': {
        this.#checks.repeated += 1;
        const { monitor: ref } = payload as { monitor: Parameters<typeof monitorKey>[0] };
        const watched = await this.chain.stores.monitors.monitor(ref);
        return watched === undefined ? 0 : this.#checkSeconds(watched.monitor, at);
      }
      case 'JoinIncident': {
        const { incident, leads } = result as { incident?: string; leads: boolean };
        if (incident === undefined) return 0;
        if (leads) this.#incidents += 1;
        await this.#noteBelieved(incident, payload as JoinPayload, at);
        return 0;
      }
      case 'SendIncidentMail': {
        const { incident, mail } = payload as {
          incident: string;
          mail: { number: number; failing: string[] };
        };
        for (const key of mail.failing) {
          const failure = this.#believed.get(`${incident}/${key}`);
          this.#believed.delete(`${incident}/${key}`);
          if (failure === undefined) continue;
          failure.mailedAt ??= at;
          failure.isFirstMail ??= mail.number === 1;
        }
        return 0;
      }
      case 'CollectInformation': {
        const { incident, limitSeconds } = payload as { incident: string; limitSeconds: number };
        const found = await this.chain.stores.incidents.incident(incident);
        return found === undefined ? 0 : await this.#collectSeconds(found, at, limitSeconds);
      }
      default:
        return 0;
    }
  }

  /** A service that is down refuses at once; a server that is gone lets the check run into its limit. */
  #checkSeconds(monitor: Monitor, at: Instant): number {
    const failure = this.#failures.at(monitor, at);
    if (failure?.severity !== 'critical') return 0;
    const isGone = failure.outage.monitor === undefined;
    return isGone || this.#options.isSlow === true ? monitor.timeLimitMs / 1000 : 0;
  }

  async #collectSeconds(incident: Incident, at: Instant, limitSeconds: number): Promise<number> {
    if (!this.#hasLogIn.has(serverKey(incident))) return 0;
    if (this.#options.isSlow === true) return limitSeconds;
    const monitors = await this.chain.stores.monitors.monitorsOf(incident);
    const isGone = monitors.some(({ monitor }) => {
      const failure = this.#failures.at(monitor, at);
      return failure !== undefined && failure.outage.monitor === undefined;
    });
    return isGone ? limitSeconds : Math.min(logInSeconds, limitSeconds);
  }

  async #noteBelieved(incident: string, { monitor, episode, failingSince }: JoinPayload, at: Instant) {
    const watched = await this.chain.stores.monitors.monitor(monitor);
    const failure = watched && this.#failures.at(watched.monitor, failingSince);
    if (failure === undefined) return;
    failure.believedAt ??= at;
    this.#believed.set(`${incident}/${alertKey({ monitor: monitor.monitor, episode })}`, failure);
  }

  #countExecution(arn: string, status: ExecutionStatus): void {
    const machine = machines.find((one) => machineArn(one) === arn);
    if (machine === undefined) throw new Error(`${arn} is of no machine that the chain has`);
    this.#executions[machine][status] = (this.#executions[machine][status] ?? 0) + 1;
  }

  async #countFailures(): Promise<SimulationReport['failures']> {
    const counts = { all: 0, believed: 0, notBelieved: 0, neverSeen: 0, underWay: 0 };
    for (const { monitor, seenAt, believedAt, severity, outage } of this.#failures) {
      // Nothing was to be believed of what could not be judged, or lies outside of the simulated time.
      if (severity === 'unknown' || outage.from >= this.#options.end || outage.to <= this.#options.start)
        continue;
      counts.all += 1;
      if (believedAt !== undefined) counts.believed += 1;
      else if (seenAt === undefined) counts.neverSeen += 1;
      else if (outage.to > this.#options.end && (await this.#isConfirming(monitor))) counts.underWay += 1;
      else counts.notBelieved += 1;
    }
    return counts;
  }

  async #isConfirming({ account, server, id }: Monitor): Promise<boolean> {
    const watched = await this.chain.stores.monitors.monitor({ account, server, monitor: id });
    return watched?.state.phase === 'confirming';
  }

  #timesToMail(): Pick<SimulationReport, 'failureToMail' | 'failureToUpdate'> {
    const first = new Map<CheckClass, { seconds: number; isUsual: boolean }[]>();
    const updates: number[] = [];
    for (const { monitor, outage, mailedAt, isFirstMail } of this.#failures) {
      if (mailedAt === undefined) continue;
      const seconds = secondsBetween(outage.from, mailedAt);
      if (isFirstMail === false) {
        updates.push(seconds);
        continue;
      }
      const ofClass = first.get(monitor.class) ?? [];
      ofClass.push({ seconds, isUsual: monitor.timing.intervalMinutes <= usualInterval[monitor.class] });
      first.set(monitor.class, ofClass);
    }
    const failureToMail: Partial<Record<CheckClass, TimeToMail>> = {};
    for (const [kind, times] of first) {
      const allowed = allowedSeconds[kind];
      const spread = spreadOf(times.map(({ seconds }) => seconds));
      if (spread === undefined) continue;
      failureToMail[kind] = {
        ...spread,
        ...(allowed !== undefined && { allowedSeconds: allowed }),
        overAllowed:
          allowed === undefined
            ? 0
            : times.filter(({ seconds, isUsual }) => isUsual && seconds > allowed).length,
      };
    }
    return { failureToMail, failureToUpdate: spreadOf(updates) };
  }
}

interface JoinPayload {
  readonly monitor: Parameters<typeof monitorKey>[0];
  readonly episode: Alert['episode'];
  readonly failingSince: Instant;
}

/** Nobody looks at graphs here. */
const forgetful: MetricStore = {
  write: async () => [],
  read: async () => [],
  latest: async () => [],
  close: async () => {},
};

function spreadOf(seconds: readonly number[]): Spread | undefined {
  const sorted = [...seconds].sort((a, b) => a - b);
  const at = (part: number) => sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? 0;
  if (sorted.length === 0) return undefined;
  return { count: sorted.length, p50Seconds: at(0.5), p99Seconds: at(0.99), maxSeconds: at(1) };
}

/** A header of our own, which is one line of ASCII. */
function headerOf(raw: Buffer, name: string): string | undefined {
  const head = raw.subarray(0, raw.indexOf('\r\n\r\n')).toString('latin1');
  return new RegExp(`^${name}: (\\S+)`, 'im').exec(head)?.[1];
}

/** The end of a simulation of so many days. */
export const endAfter = (start: Instant, days: number): Instant => addSeconds(start, days * 86_400);
