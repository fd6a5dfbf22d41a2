import PostalMime from 'postal-mime';
import { type ChainCall, VirtualChain } from '../../bin/simulate/virtual-chain.ts';
import type { CheckOutcome, Severity } from '../../core/check-outcome.ts';
import { defaultTiming } from '../../core/detection/default-timing.ts';
import type { Instant } from '../../core/instant.ts';
import type { Inventory } from '../../core/inventory/inventory.ts';
import { type CheckClass, type Monitor, type Timing, timing as timingSchema } from '../../core/monitor.ts';
import { dueSlot } from '../../core/schedule/due.ts';
import type { Plan, Server } from '../../core/server.ts';
import type { SweepReport } from '../../lambdas/probe/sweep.ts';
import type { VirtualClock } from '../../local/virtual-clock.ts';
import type { WorkflowEngine } from '../../local/workflows/engine.ts';
import type { MailSender } from '../../platform/mail/mail-sender.ts';
import { createMemoryMetricStore } from '../../platform/metrics/memory.ts';
import type { Stores } from '../../platform/store/stores.ts';

export const account = 'acme';
export const customer = 'tanaka@acme.example';
export const operator = 'desk@msp.example';
/** A mail that left, as its reader sees it. */
export interface SentMail {
  readonly at: Instant;
  readonly to: string;
  readonly state: string;
  readonly incident: string;
  readonly subject: string;
  readonly text: string;
}

export interface MonitorSpec {
  readonly server: string;
  readonly monitor: string;
  readonly class?: CheckClass;
  readonly timing?: Partial<Timing>;
  readonly plan?: Plan;
  readonly service?: string;
}

/** How long things take in virtual time. */
export interface Delays {
  /** A failing check runs into its time limit. */
  readonly failingCheckSeconds?: number;
  readonly collectSeconds?: number;
}

export interface WorldOptions {
  readonly start?: Instant;
  readonly shards?: number;
  readonly delays?: Delays;
  readonly random?: () => number;
}

/** What a monitor would see at an instant. */
export type Script = (monitor: Monitor, at: Instant) => Severity;

function toMonitor(spec: MonitorSpec): Monitor {
  const kind = spec.class ?? 'liveness';
  return {
    account,
    server: spec.server,
    id: spec.monitor,
    check: kind === 'resource' ? 'cpu' : 'tcp',
    class: kind,
    settings: {},
    timing: timingSchema.parse({ ...defaultTiming[kind], ...spec.timing }),
    timeLimitMs: 10_000,
    priority: 5,
    ...(spec.service === undefined ? {} : { service: spec.service }),
    plan: spec.plan ?? 'notify',
    target: { address: '192.0.2.1', reach: 'internet' },
  };
}

export function toInventory(specs: readonly MonitorSpec[]): Inventory {
  const servers = new Map<string, Server>();
  for (const { server, plan } of specs) {
    servers.set(server, {
      account,
      id: server,
      name: server,
      address: '192.0.2.1',
      plan: plan ?? 'notify',
      reach: 'internet',
    });
  }
  return {
    settings: {
      mailFrom: 'watch@msp.example',
      mailFromName: 'Mimamori',
      operators: { mail: [operator], language: 'en' },
      referenceEndpoints: ['reference.example:443'],
    },
    accounts: [
      {
        id: account,
        name: 'Acme',
        timeZone: 'Asia/Tokyo',
        contacts: [{ name: '田中', mail: customer, language: 'ja', alertMail: true }],
      },
    ],
    servers: [...servers.values()],
    monitors: specs.map(toMonitor),
  };
}

/** The whole chain in virtual time, with check outcomes from a script and every mail kept. */
export class World {
  readonly metrics = createMemoryMetricStore();
  readonly mails: SentMail[] = [];
  readonly reports: SweepReport[] = [];
  wayOutWorks = true;
  mailWorks = true;
  /** Severity by monitor and time; ok unless a test says otherwise. */
  script: Script = () => 'ok';
  readonly #chain: VirtualChain;

  constructor({ start = '2026-11-21T00:00:00.000Z', delays = {}, ...options }: WorldOptions = {}) {
    this.#chain = new VirtualChain({
      start,
      ...options,
      maxInFlight: 100,
      checks: {
        metrics: this.metrics,
        verifyWayOut: async () => ({ works: this.wayOutWorks }),
        runCheck: async (monitor, at) => ({
          outcome: outcomeOf(this.wayOutWorks ? this.script(monitor, at) : 'critical'),
        }),
      },
      sender: this.#sender(),
      onCall: (call) => delayOf(call, delays),
      onSweep: (report) => this.reports.push(report),
    });
  }

  get clock(): VirtualClock {
    return this.#chain.clock;
  }

  get stores(): Stores {
    return this.#chain.stores;
  }

  get engine(): WorkflowEngine {
    return this.#chain.engine;
  }

  /** Puts the inventory in place; the monitors keep their state. */
  async watch(specs: readonly MonitorSpec[]): Promise<void> {
    const { version } = await this.stores.inventory.load();
    await this.stores.inventory.replace(version, toInventory(specs));
  }

  /** Lets time pass, with a sweep of every shard in every minute. */
  advanceTo(until: Instant): Promise<void> {
    return this.#chain.advanceTo(until);
  }

  async advance(seconds: number): Promise<void> {
    await this.advanceTo(new Date(this.clock.now() + seconds * 1000).toISOString());
  }

  /** One sweep event out of the order, as an at-least-once schedule may send it. */
  deliver(time: Instant, shard = 0): Promise<SweepReport> {
    return this.#chain.deliver(time, shard);
  }

  mailsTo(address: string): SentMail[] {
    return this.mails.filter(({ to }) => to === address);
  }

  close(): Promise<void> {
    return this.#chain.close();
  }

  #sender(): MailSender {
    let sent = 0;
    return {
      send: async ({ to, raw }) => {
        if (!this.mailWorks) throw new Error('421 try again later');
        sent += 1;
        this.mails.push({ at: new Date(this.clock.now()).toISOString(), to, ...(await readMail(raw)) });
        return { messageId: `<${sent}@mail.example>` };
      },
    };
  }
}

function outcomeOf(severity: Severity): CheckOutcome {
  return {
    severity,
    summary: { en: `seen ${severity}`, ja: `観測 ${severity}` },
    durationMs: 1,
    values: { responseMs: 1 },
  };
}

function delayOf(
  { name, result }: ChainCall,
  { failingCheckSeconds = 0, collectSeconds = 0 }: Delays,
): number {
  if (name === 'CollectInformation') return collectSeconds;
  const failed =
    typeof result === 'object' && result !== null && 'severity' in result && result.severity === 'critical';
  return name === 'CheckAgain' && failed ? failingCheckSeconds : 0;
}

async function readMail(raw: Buffer): Promise<Pick<SentMail, 'state' | 'incident' | 'subject' | 'text'>> {
  const { headers, subject = '', text = '' } = await PostalMime.parse(raw);
  const header = (name: string) => headers.find(({ key }) => key === name)?.value ?? '';
  return { state: header('x-mimamori-state'), incident: header('x-mimamori-incident'), subject, text };
}

/** An instant when the monitors of `server` with this interval are due, at or after `from`. */
export function dueAt(server: string, from: Instant, intervalMinutes = 3): Instant {
  const { phase } = dueSlot({ account, server }, intervalMinutes);
  let minute = Math.ceil(Date.parse(from) / 60_000);
  while (minute % intervalMinutes !== phase) minute += 1;
  return new Date(minute * 60_000).toISOString();
}
