import PostalMime from 'postal-mime';
import type { z } from 'zod';
import { type ChainCall, type Moment, VirtualChain } from '../../bin/simulate/virtual-chain.ts';
import type { PhoneScript, RungPhone } from '../../bin/simulate/virtual-phone.ts';
import type { Contact } from '../../core/account.ts';
import type { CheckOutcome, Severity } from '../../core/check-outcome.ts';
import { defaultTiming } from '../../core/detection/default-timing.ts';
import type { Instant } from '../../core/instant.ts';
import type { Inventory } from '../../core/inventory/inventory.ts';
import {
  type CheckClass,
  type Monitor,
  monitorResponse,
  type Timing,
  timing as timingSchema,
} from '../../core/monitor.ts';
import { dueSlot } from '../../core/schedule/due.ts';
import type { Plan, Server } from '../../core/server.ts';
import type { Settings } from '../../core/settings.ts';
import type { SweepReport } from '../../lambdas/probe/sweep.ts';
import type { RunbookLibrary } from '../../lambdas/response/runbook-library.ts';
import type { VirtualClock } from '../../local/virtual-clock.ts';
import type { WorkflowEngine } from '../../local/workflows/engine.ts';
import type { MailSender } from '../../platform/mail/mail-sender.ts';
import { createMemoryMetricStore } from '../../platform/metrics/memory.ts';
import type { CommandResult, SshConnection } from '../../platform/ssh/ssh-connection.ts';
import type { Stores } from '../../platform/store/stores.ts';
import type { Workflows } from '../../platform/workflows/workflows.ts';

export const account = 'acme';
export const customer = 'tanaka@acme.example';
export const operator = 'desk@msp.example';
/** Of no test network, which probes refuse; nothing is sent there. */
const address = '9.9.9.9';
const hostKey = `SHA256:${'A'.repeat(43)}`;

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
  /** 1 is highest. @default 5 */
  readonly priority?: number;
  /** What a first response would do. */
  readonly response?: z.input<typeof monitorResponse>;
  /** Whether its server can be logged in to. */
  readonly ssh?: boolean;
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
  /** What happens on the contacts' telephones. @default the first who is called confirms */
  readonly phone?: PhoneScript;
  readonly phoneSendsEvents?: boolean;
  /** @default those that come with Mimamori */
  readonly runbooks?: RunbookLibrary;
  /** @default in memory, and then nothing can be started again */
  readonly workflowFile?: string;
  readonly losesStatusChanges?: boolean;
}

/** A command that a server was given, as a shell would show it without its quotes. */
export interface SentCommand {
  readonly at: Instant;
  readonly line: string;
}

/** What a server answers to a command; what is not given is as if all went well. */
export type Shell = (line: string, at: Instant) => Partial<CommandResult> | undefined;

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
    priority: spec.priority ?? 5,
    ...(spec.service === undefined ? {} : { service: spec.service }),
    ...(spec.response === undefined ? {} : { response: monitorResponse.parse(spec.response) }),
    plan: spec.plan ?? 'notify',
    target: { address, reach: 'internet' },
  };
}

const contacts: readonly Contact[] = [{ name: '田中', mail: customer, language: 'ja', alertMail: true }];

export function toInventory(
  specs: readonly MonitorSpec[],
  called: readonly Contact[] = contacts,
  more: Partial<Settings> = {},
): Inventory {
  const servers = new Map<string, Server>();
  for (const { server, plan, ssh = false } of specs) {
    servers.set(server, {
      account,
      id: server,
      name: server,
      address,
      plan: plan ?? 'notify',
      reach: 'internet',
      ...(ssh && { ssh: { port: 22, user: 'mimamori', key: 'acme/web-1-ssh-key', hostKey } }),
    });
  }
  return {
    settings: {
      mailFrom: 'watch@msp.example',
      mailFromName: 'Mimamori',
      operators: { mail: [operator], language: 'en' },
      referenceEndpoints: ['reference.example:443'],
      ...more,
    },
    accounts: [
      {
        id: account,
        name: 'Acme',
        timeZone: 'Asia/Tokyo',
        contacts: [...called],
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
  /** Commands that were sent to servers, evidence left out. */
  readonly commands: SentCommand[] = [];
  /** Answers of the servers' shells, before those of a Debian server whose nginx failed. */
  shell: Shell = () => undefined;
  /** Throws what a log-in fails with. */
  logIn: (at: Instant) => void = () => {};
  /** Whether a function dies after its work is done and before its workflow hears of it. */
  crash: (call: ChainCall) => boolean = () => false;
  /** Whether the workflows die at this moment, and start again. */
  dies: (moment: Moment) => boolean = () => false;
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
      openSsh: async () => this.#connect(),
      dies: (moment) => this.dies(moment),
      onCall: (call) => {
        if (this.crash(call)) throw new Error(`${call.name} was killed`);
        return delayOf(call, delays);
      },
      onSweep: (report) => this.reports.push(report),
    });
  }

  get clock(): VirtualClock {
    return this.#chain.clock;
  }

  get stores(): Stores {
    return this.#chain.stores;
  }

  /** Every telephone that rang, in order. */
  get rung(): RungPhone[] {
    return this.#chain.phone.rung;
  }

  get workflows(): Workflows {
    return this.#chain.workflows;
  }

  get engine(): WorkflowEngine {
    return this.#chain.engine;
  }

  /** Puts the inventory in place; the monitors keep their state. */
  async watch(
    specs: readonly MonitorSpec[],
    called?: readonly Contact[],
    more?: Partial<Settings>,
  ): Promise<void> {
    const { version } = await this.stores.inventory.load();
    await this.stores.inventory.replace(version, toInventory(specs, called, more));
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

  #now(): Instant {
    return new Date(this.clock.now()).toISOString();
  }

  #connect(): SshConnection {
    this.logIn(this.#now());
    return {
      run: async (command) => {
        const line = command.replaceAll("'", '');
        const isEvidence = !command.startsWith("'");
        const at = this.#now();
        if (!isEvidence) this.commands.push({ at, line });
        const answer = this.shell(line, at) ?? debianServer(line) ?? { exitCode: 0 };
        return { output: '', truncated: false, timedOut: false, durationMs: 1, ...answer };
      },
      close: () => {},
    };
  }

  #sender(): MailSender {
    let sent = 0;
    return {
      send: async ({ to, raw }) => {
        if (!this.mailWorks) throw new Error('421 try again later');
        sent += 1;
        this.mails.push({ at: this.#now(), to, ...(await readMail(raw)) });
        return { messageId: `<${sent}@mail.example>` };
      },
    };
  }
}

/** With systemd and an nginx that failed; it has no other service. */
function debianServer(line: string): Partial<CommandResult> | undefined {
  if (/^test -e .etc.(redhat-release|system-release)$/.test(line)) return { exitCode: 1 };
  if (!line.startsWith('systemctl show')) return undefined;
  const isThere = line.endsWith(' nginx.service');
  const output = isThere
    ? 'LoadState=loaded\nActiveState=failed\nUnitFileState=enabled\n'
    : 'LoadState=not-found\nActiveState=inactive\nUnitFileState=\n';
  return { exitCode: 0, output };
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
