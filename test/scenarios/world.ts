import { readFileSync } from 'node:fs';
import PostalMime from 'postal-mime';
import type { CheckOutcome, Severity } from '../../core/check-outcome.ts';
import { defaultTiming } from '../../core/detection/default-timing.ts';
import type { Instant } from '../../core/instant.ts';
import type { Inventory } from '../../core/inventory/inventory.ts';
import { type CheckClass, type Monitor, type Timing, timing as timingSchema } from '../../core/monitor.ts';
import { dueSlot } from '../../core/schedule/due.ts';
import type { Plan, Server } from '../../core/server.ts';
import { createEndDetection } from '../../lambdas/detection/end-detection.ts';
import { createCollectInformation } from '../../lambdas/evidence/collect-information.ts';
import { createCloseIncident } from '../../lambdas/incident/close-incident.ts';
import { createJoinIncident } from '../../lambdas/incident/join-incident.ts';
import { createLookAtIncident } from '../../lambdas/incident/look-at-incident.ts';
import { createWaitForNews } from '../../lambdas/incident/wait-for-news.ts';
import { createSendIncidentMail } from '../../lambdas/mail/send-incident-mail.ts';
import { createSendPending } from '../../lambdas/mail/send-pending.ts';
import {
  createTellOperators,
  createTellOperatorsLater,
  type TellOperators,
} from '../../lambdas/mail/tell-operators.ts';
import { createCheckAgain } from '../../lambdas/probe/check-again.ts';
import type { CheckPorts } from '../../lambdas/probe/check-ports.ts';
import { createSweep, type SweepReport } from '../../lambdas/probe/sweep.ts';
import { VirtualClock } from '../../local/virtual-clock.ts';
import { WorkflowEngine } from '../../local/workflows/engine.ts';
import type { MailSender } from '../../platform/mail/mail-sender.ts';
import { createMemoryMetricStore } from '../../platform/metrics/memory.ts';
import { createMemorySecretStore } from '../../platform/secrets/memory.ts';
import { createMemoryStores } from '../../platform/store/memory.ts';
import type { Workflows } from '../../platform/workflows/workflows.ts';

export const account = 'acme';
export const customer = 'tanaka@acme.example';
export const operator = 'desk@msp.example';
const arnOf = (name: string) => `arn:aws:lambda:ap-northeast-1:111111111111:function:${name}`;
const machineArn = (name: string) =>
  `arn:aws:states:ap-northeast-1:111111111111:stateMachine:mimamori-${name}`;

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

/**
 * The whole chain in virtual time: the shipped workflow files, the functions of the cloud, an in-memory table, and
 * check outcomes from a script. No sockets; a day passes in a moment.
 */
export class World {
  readonly clock: VirtualClock;
  readonly stores = createMemoryStores();
  readonly metrics = createMemoryMetricStore();
  readonly mails: SentMail[] = [];
  readonly reports: SweepReport[] = [];
  wayOutWorks = true;
  mailWorks = true;
  /** Severity by monitor and time; ok unless a test says otherwise. */
  script: Script = () => 'ok';
  readonly engine: WorkflowEngine;
  readonly #sweep: (event: unknown) => Promise<SweepReport>;
  readonly #sendPending: (event: unknown) => Promise<unknown>;
  readonly #shards: number;
  readonly #sweeping = new Set<Promise<unknown>>();

  constructor({
    start = '2026-11-21T00:00:00.000Z',
    shards = 1,
    delays = {},
    random = () => 0.5,
  }: WorldOptions = {}) {
    this.clock = new VirtualClock(Date.parse(start));
    this.#shards = shards;
    const functions = this.#functions();
    this.engine = WorkflowEngine.open({
      file: ':memory:',
      clock: this.clock,
      synchronous: 'NORMAL',
      accountId: '111111111111',
      region: 'ap-northeast-1',
      random,
      tasks: {
        invokeFunction: async ({ functionName, payload, parked }) => {
          const run = functions[functionName];
          if (run === undefined)
            throw new Error(`the workflow calls ${functionName}, which the world does not have`);
          try {
            const result = await run(payload);
            const seconds = delayOf(functionName, result, delays);
            if (seconds > 0) await parked(this.#after(seconds));
            return { payload: result };
          } catch (error) {
            const { name, message } = error instanceof Error ? error : new Error(String(error));
            return {
              functionError: 'Unhandled',
              cause: JSON.stringify({ errorType: name, errorMessage: message }),
            };
          }
        },
      },
    });
    for (const name of ['detection', 'incident']) {
      const asl = readFileSync(new URL(`../../statemachines/${name}.asl.json`, import.meta.url), 'utf8');
      const definition: unknown = JSON.parse(
        asl
          .replaceAll('${IncidentMachineArn}', machineArn('incident'))
          .replaceAll(/\$\{(\w+)Arn\}/g, (_, key: string) => arnOf(key)),
      );
      this.engine.registerMachine({ arn: machineArn(name), name: `mimamori-${name}`, definition });
    }
    this.#sweep = createSweep({
      ...this.#checkPorts(),
      ...this.stores,
      workflows: this.#workflows(),
      tellOperators: this.#tellLater(),
      maxInFlight: 100,
      // A sweep takes no virtual time.
      pause: async () => {},
      log: silent,
    });
    this.#sendPending = createSendPending(this.#mailPorts());
    this.#scheduleNext();
  }

  /** Puts the inventory in place; the monitors keep their state. */
  async watch(specs: readonly MonitorSpec[]): Promise<void> {
    const { version } = await this.stores.inventory.load();
    await this.stores.inventory.replace(version, toInventory(specs));
  }

  /** Lets time pass, with a sweep of every shard in every minute. */
  async advanceTo(until: Instant): Promise<void> {
    await this.clock.advanceTo(Date.parse(until), () => this.#settle());
  }

  async advance(seconds: number): Promise<void> {
    await this.advanceTo(new Date(this.clock.now() + seconds * 1000).toISOString());
  }

  /** One sweep event out of the order, as an at-least-once schedule may send it. */
  async deliver(time: Instant, shard = 0): Promise<SweepReport> {
    const report = await this.#sweep({ time, shard, shards: this.#shards });
    await this.#settle();
    return report;
  }

  mailsTo(address: string): SentMail[] {
    return this.mails.filter(({ to }) => to === address);
  }

  close(): Promise<void> {
    return this.engine.close();
  }

  #scheduleNext(): void {
    const alarm = this.clock.createAlarm();
    const next = (Math.floor(this.clock.now() / 60_000) + 1) * 60_000;
    const fire = (due: number) => {
      const time = new Date(due).toISOString();
      for (let shard = 0; shard < this.#shards; shard += 1) {
        this.#run(
          this.#sweep({ time, shard, shards: this.#shards }).then((report) => this.reports.push(report)),
        );
      }
      this.#run(this.#sendPending({ time }));
      alarm.set(due + 60_000, () => fire(due + 60_000));
    };
    alarm.set(next, () => fire(next));
  }

  #run(scheduled: Promise<unknown>): void {
    this.#sweeping.add(scheduled);
    void scheduled.finally(() => this.#sweeping.delete(scheduled));
  }

  async #settle(): Promise<void> {
    while (this.#sweeping.size > 0) await Promise.all(this.#sweeping);
    await this.engine.whenIdle();
  }

  #after(seconds: number): Promise<void> {
    return new Promise((resolve) => this.clock.createAlarm().set(this.clock.now() + seconds * 1000, resolve));
  }

  #checkPorts(): CheckPorts {
    return {
      monitors: this.stores.monitors,
      metrics: this.metrics,
      keepsSample: () => false,
      verifyWayOut: async () => ({ works: this.wayOutWorks }),
      runCheck: async (monitor, at) => ({
        outcome: outcomeOf(this.wayOutWorks ? this.script(monitor, at) : 'critical'),
      }),
    };
  }

  #tellLater(): TellOperators {
    return createTellOperatorsLater({ ...this.stores, log: silent });
  }

  #mailPorts() {
    return { ...this.stores, sender: this.#sender(), log: silent };
  }

  #functions(): Record<string, (event: unknown) => Promise<unknown>> {
    const ports = { ...this.stores, workflows: this.#workflows() };
    return Object.fromEntries(
      Object.entries({
        CheckAgain: createCheckAgain(this.#checkPorts()),
        EndDetection: createEndDetection(ports),
        JoinIncident: createJoinIncident(ports),
        LookAtIncident: createLookAtIncident(ports),
        WaitForNews: createWaitForNews(ports),
        CloseIncident: createCloseIncident(ports),
        SendIncidentMail: createSendIncidentMail(this.#mailPorts()),
        TellOperators: createTellOperators(this.#mailPorts()),
        CollectInformation: createCollectInformation({
          ...this.stores,
          secrets: createMemorySecretStore(),
          tellOperators: this.#tellLater(),
          openSsh: () => Promise.reject(new Error('no server of this world has a log-in')),
          localTargetsAllowed: false,
        }),
      }).map(([name, run]) => [arnOf(name), run as (event: unknown) => Promise<unknown>]),
    );
  }

  #workflows(): Workflows {
    return {
      start: async (machine, name, input) => {
        try {
          await this.engine.startExecution({
            stateMachineArn: machineArn(machine),
            name,
            input: JSON.stringify(input),
          });
          return 'started';
        } catch (error) {
          if (isNamed(error, 'ExecutionAlreadyExists')) return 'exists';
          throw error;
        }
      },
      succeed: async (taskToken, output) => {
        try {
          await this.engine.sendTaskSuccess({ taskToken, output: JSON.stringify(output) });
          return 'told';
        } catch (error) {
          if (isNamed(error, 'TaskTimedOut') || isNamed(error, 'TaskDoesNotExist')) return 'nobody-waits';
          throw error;
        }
      },
    };
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

const silent = { info: () => {}, warn: () => {}, error: () => {} };

const isNamed = (error: unknown, name: string): boolean => error instanceof Error && error.name === name;

function outcomeOf(severity: Severity): CheckOutcome {
  return {
    severity,
    summary: { en: `seen ${severity}`, ja: `観測 ${severity}` },
    durationMs: 1,
    values: { responseMs: 1 },
  };
}

function delayOf(
  functionName: string,
  result: unknown,
  { failingCheckSeconds = 0, collectSeconds = 0 }: Delays,
): number {
  if (functionName === arnOf('CollectInformation')) return collectSeconds;
  const failed =
    typeof result === 'object' && result !== null && 'severity' in result && result.severity === 'critical';
  return functionName === arnOf('CheckAgain') && failed ? failingCheckSeconds : 0;
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
