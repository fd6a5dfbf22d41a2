import { readFileSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Instant } from '../../core/instant.ts';
import { type Machine, machines as machineNames } from '../../core/machine.ts';
import { createContactEvent } from '../../lambdas/call/contact-event.ts';
import { createEndCall } from '../../lambdas/call/end-call.ts';
import { createEndEscalation } from '../../lambdas/call/end-escalation.ts';
import { createLookAtCall } from '../../lambdas/call/look-at-call.ts';
import { createNextCall } from '../../lambdas/call/next-call.ts';
import { createPlaceCall } from '../../lambdas/call/place-call.ts';
import { createTakeKey } from '../../lambdas/call/take-key.ts';
import { createEndDetection } from '../../lambdas/detection/end-detection.ts';
import { createCollectInformation } from '../../lambdas/evidence/collect-information.ts';
import type { LogInPorts, OpenSsh } from '../../lambdas/evidence/log-in.ts';
import { createBeginResponse } from '../../lambdas/incident/begin-response.ts';
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
import { createEndSecondResponse } from '../../lambdas/on-call/end-second-response.ts';
import { noEngineerLinks } from '../../lambdas/on-call/engineer-links.ts';
import { createLookAtSecondResponse } from '../../lambdas/on-call/look-at-second-response.ts';
import { createNextPage } from '../../lambdas/on-call/next-page.ts';
import { createPageEngineer } from '../../lambdas/on-call/page-engineer.ts';
import { createRemindOfReport } from '../../lambdas/on-call/remind-of-report.ts';
import { createTellCustomer } from '../../lambdas/on-call/tell-customer.ts';
import { createCheckAgain } from '../../lambdas/probe/check-again.ts';
import type { CheckPorts } from '../../lambdas/probe/check-ports.ts';
import { createSweep, type SweepReport } from '../../lambdas/probe/sweep.ts';
import { createAfterStop } from '../../lambdas/response/after-stop.ts';
import { createChooseRepair } from '../../lambdas/response/choose-repair.ts';
import { createEndFirstResponse } from '../../lambdas/response/end-first-response.ts';
import { createPrepareRepair } from '../../lambdas/response/prepare-repair.ts';
import { createRunStep } from '../../lambdas/response/run-step.ts';
import { createShippedLibrary, type RunbookLibrary } from '../../lambdas/response/runbook-library.ts';
import { createSettleRepair } from '../../lambdas/response/settle-repair.ts';
import { VirtualClock } from '../../local/virtual-clock.ts';
import { type EndedExecution, WorkflowEngine } from '../../local/workflows/engine.ts';
import type { MailSender } from '../../platform/mail/mail-sender.ts';
import { SshFailure } from '../../platform/ssh/ssh-connection.ts';
import { createMemoryStores } from '../../platform/store/memory.ts';
import type { Workflows } from '../../platform/workflows/workflows.ts';
import { confirming, type PhoneScript, VirtualPhone } from './virtual-phone.ts';

const place = { accountId: '111111111111', region: 'ap-northeast-1' };
const functionArn = (name: string) => `arn:aws:lambda:${place.region}:${place.accountId}:function:${name}`;
const machines: readonly Machine[] = [
  'detection',
  'incident',
  'first-response',
  'escalation',
  'second-response',
];
export const machineArn = (machine: Machine): string =>
  `arn:aws:states:${place.region}:${place.accountId}:stateMachine:mimamori-${machine}`;

/** The functions that the workflows call, by the names that their files give them. */
export type ChainFunction =
  | 'CheckAgain'
  | 'EndDetection'
  | 'JoinIncident'
  | 'LookAtIncident'
  | 'BeginResponse'
  | 'WaitForNews'
  | 'CloseIncident'
  | 'SendIncidentMail'
  | 'TellOperators'
  | 'CollectInformation'
  | 'NextCall'
  | 'PlaceCall'
  | 'LookAtCall'
  | 'EndCall'
  | 'EndEscalation'
  | 'ChooseRepair'
  | 'PrepareRepair'
  | 'RunStep'
  | 'SettleRepair'
  | 'EndFirstResponse'
  | 'LookAtSecondResponse'
  | 'NextPage'
  | 'PageEngineer'
  | 'TellCustomer'
  | 'RemindOfReport'
  | 'EndSecondResponse';

/** One call of a function by a workflow, and what came back. */
export interface ChainCall {
  readonly name: ChainFunction;
  readonly payload: unknown;
  readonly result: unknown;
}

export type Moment = 'before a function' | 'after a function' | 'idle';

export interface VirtualChainOptions {
  readonly start: Instant;
  /** What checks see, and where their measurements go. */
  readonly checks: Pick<CheckPorts, 'runCheck' | 'verifyWayOut' | 'metrics'>;
  readonly sender: MailSender;
  /** Logs in to servers. @default none can be reached */
  readonly openSsh?: OpenSsh;
  /** What servers are logged in to with. @default every secret is there */
  readonly secrets?: LogInPorts['secrets'];
  /** Whether servers may be logged in to by loopback. @default false */
  readonly localTargetsAllowed?: boolean;
  /** @default those that come with Mimamori */
  readonly runbooks?: RunbookLibrary;
  /** What happens on the contacts' telephones. @default the first who is called confirms */
  readonly phone?: PhoneScript;
  /** Whether the telephone service sends its events. @default true */
  readonly phoneSendsEvents?: boolean;
  /** @default 1 */
  readonly shards?: number;
  readonly maxInFlight?: number;
  /** From 0 up to, not including, 1; for what workflows draw by lot. @default always 0.5 */
  readonly random?: () => number;
  /** How long ended executions are kept in memory. @default 90 days */
  readonly keepEndedMs?: number;
  /** Told of a call that has succeeded, before its workflow is. @returns how many seconds of virtual time it took */
  readonly onCall?: (call: ChainCall) => number | Promise<number>;
  /** Where the workflows' journal lies. @default in memory, and then nothing can be started again */
  readonly workflowFile?: string;
  /**
   * Asked before a function of a workflow runs, after it has run, and whenever all is idle.
   *
   * @returns whether the workflows die at this moment: nobody hears what the function has answered, and they are started
   * again from their journal
   */
  readonly dies?: (moment: Moment) => boolean;
  /** Nobody hears of an execution that was stopped: such events are sent at best effort. */
  readonly losesStatusChanges?: boolean;
  readonly onSweep?: (report: SweepReport) => void;
  readonly onEnded?: (execution: EndedExecution) => void;
}

/**
 * The whole chain in virtual time: the shipped workflow files, the functions of the cloud, an in-memory table, and check
 * outcomes from whoever uses it. No sockets and no real time: a day passes in a moment.
 */
export class VirtualChain {
  readonly clock: VirtualClock;
  readonly stores = createMemoryStores();
  readonly phone: VirtualPhone;
  readonly #options: VirtualChainOptions;
  readonly #sweep: (event: unknown) => Promise<SweepReport>;
  readonly #sendPending: (event: unknown) => Promise<unknown>;
  readonly #shards: number;
  /** Scheduled work that does more than wait for the engine and the clock: it makes mails. */
  readonly #busy = new Set<Promise<unknown>>();
  readonly #faults: unknown[] = [];
  #engine: WorkflowEngine;
  /** Of the functions that the engine calls: they die with it. */
  #life: Life = { isOver: false };
  /** Under way while the workflows are down. */
  #restart: Promise<void> | undefined;

  constructor(options: VirtualChainOptions) {
    const { start, shards = 1, maxInFlight = 400 } = options;
    this.#options = options;
    this.#shards = shards;
    this.clock = new VirtualClock(Date.parse(start));
    this.phone = this.#createPhone();
    this.#engine = this.#openEngine();
    this.#sweep = createSweep({
      ...this.#checkPorts(),
      ...this.stores,
      workflows: this.#workflows(),
      tellOperators: this.#tellLater(),
      maxInFlight,
      pause: (ms) => this.#after(ms),
      now: () => this.clock.now(),
      log: silent,
    });
    this.#sendPending = createSendPending(this.#mailPorts());
    this.#scheduleNext();
  }

  /**
   * Lets time pass, with a sweep of every shard in every minute.
   *
   * @throws what a sweep threw: a fault of ours
   */
  async advanceTo(until: Instant): Promise<void> {
    await this.clock.advanceTo(Date.parse(until), () => this.#settle());
  }

  /** One sweep event out of the order, as an at-least-once schedule may send it. */
  async deliver(time: Instant, shard = 0): Promise<SweepReport> {
    const report = await this.#sweep({ time, shard, shards: this.#shards });
    await this.#settle();
    return report;
  }

  get engine(): WorkflowEngine {
    return this.#engine;
  }

  /** For whoever acts on the chain from outside, as the API does. */
  get workflows(): Workflows {
    return this.#workflows();
  }

  close(): Promise<void> {
    return this.engine.close();
  }

  #openEngine(): WorkflowEngine {
    const { workflowFile = ':memory:', random = () => 0.5, keepEndedMs, onEnded } = this.#options;
    const engine = WorkflowEngine.open({
      file: workflowFile,
      clock: this.clock,
      synchronous: 'NORMAL',
      ...place,
      random,
      tasks: { invokeFunction: this.#invoker() },
      ...(keepEndedMs !== undefined && { keepEndedMs }),
      onEnded: (execution) => {
        this.#tidyUp(execution);
        onEnded?.(execution);
      },
    });
    for (const machine of machines) {
      engine.registerMachine({
        arn: machineArn(machine),
        name: `mimamori-${machine}`,
        definition: readDefinition(machine),
      });
    }
    return engine;
  }

  /** Whether the workflows die now; then they are down, and start again in a moment. */
  #dies(moment: Moment): boolean {
    if (this.#restart !== undefined || this.#options.dies?.(moment) !== true) return false;
    this.#life.isOver = true;
    this.#restart = this.#whileBusy(
      this.engine.close().then(() => {
        this.#engine = this.#openEngine();
        this.#restart = undefined;
      }),
    );
    return true;
  }

  #scheduleNext(): void {
    const alarm = this.clock.createAlarm();
    const next = (Math.floor(this.clock.now() / 60_000) + 1) * 60_000;
    const fire = (due: number) => {
      const time = new Date(due).toISOString();
      for (let shard = 0; shard < this.#shards; shard += 1) {
        this.#sweep({ time, shard, shards: this.#shards }).then(this.#options.onSweep, this.#fail);
      }
      const sending = this.#sendPending({ time }).catch(this.#fail);
      this.#busy.add(sending);
      void sending.finally(() => this.#busy.delete(sending));
      alarm.set(due + 60_000, () => fire(due + 60_000));
    };
    alarm.set(next, () => fire(next));
  }

  readonly #fail = (fault: unknown): void => void this.#faults.push(fault);

  /** Beside its checks, a sweep needs no more than a turn, the engine and the clock, as the stores are in memory. */
  async #settle(): Promise<void> {
    await nextTurn();
    while (this.#busy.size > 0) {
      await Promise.all(this.#busy);
      await nextTurn();
    }
    const { engine } = this;
    await engine.whenIdle();
    if (engine !== this.engine || this.#restart !== undefined || this.#dies('idle')) return this.#settle();
    if (this.#faults.length > 0) throw this.#faults.shift();
  }

  #after(ms: number): Promise<void> {
    return new Promise((resolve) => this.clock.createAlarm().set(this.clock.now() + ms, resolve));
  }

  #invoker() {
    const life = { isOver: false };
    this.#life = life;
    const functions = this.#functions(life);
    const byArn = new Map(
      (Object.keys(functions) as ChainFunction[]).map((name) => [functionArn(name), name]),
    );
    return async (call: {
      functionName: string;
      payload: unknown;
      parked: <T>(work: Promise<T>) => Promise<T>;
    }) => {
      const { functionName, payload, parked } = call;
      const name = byArn.get(functionName);
      if (name === undefined)
        throw new Error(`the workflow calls ${functionName}, which the chain does not have`);
      try {
        if (this.#dies('before a function')) return await parked(never);
        const result = await functions[name](payload);
        if (this.#dies('after a function')) return await parked(never);
        const seconds = (await this.#options.onCall?.({ name, payload, result })) ?? 0;
        if (seconds > 0) await parked(this.#after(seconds * 1000));
        return { payload: result };
      } catch (error) {
        const { name: errorType, message } = error instanceof Error ? error : new Error(String(error));
        return {
          functionError: 'Unhandled',
          cause: JSON.stringify({ errorType, errorMessage: message }),
        };
      }
    };
  }

  #checkPorts(): CheckPorts {
    const { checks } = this.#options;
    return {
      monitors: this.stores.monitors,
      keepsSample: () => false,
      ...checks,
      // Real checks take real time, in which this clock must not move on.
      runCheck: (...given) => this.#whileBusy(checks.runCheck(...given)),
    };
  }

  #whileBusy<T>(work: Promise<T>): Promise<T> {
    this.#busy.add(work);
    return work.finally(() => this.#busy.delete(work));
  }

  #tellLater(): TellOperators {
    return createTellOperatorsLater({ ...this.stores, log: silent });
  }

  #mailPorts() {
    return { ...this.stores, sender: this.#options.sender, log: silent };
  }

  #functions(life: Life): Record<ChainFunction, (event: unknown) => Promise<unknown>> {
    const stores = mortalAll(this.stores, life);
    const telephone = mortal(this.phone, life);
    const ports = { ...stores, workflows: mortal(this.#workflows(), life) };
    const { sender, openSsh = unreachable } = this.#options;
    const mailPorts = { ...stores, sender: mortal(sender, life), log: silent };
    const logIn = {
      ...this.#logIn(),
      openSsh: async (...given: Parameters<OpenSsh>) => mortal(await openSsh(...given), life),
    };
    return {
      CheckAgain: createCheckAgain(this.#checkPorts()),
      EndDetection: createEndDetection(ports),
      JoinIncident: createJoinIncident(ports),
      LookAtIncident: createLookAtIncident(ports),
      BeginResponse: createBeginResponse(ports),
      WaitForNews: createWaitForNews(ports),
      CloseIncident: createCloseIncident(ports),
      SendIncidentMail: createSendIncidentMail(mailPorts),
      TellOperators: createTellOperators(mailPorts),
      CollectInformation: createCollectInformation({ ...ports, ...logIn }),
      NextCall: createNextCall({ ...ports, telephone }),
      PlaceCall: createPlaceCall({ ...ports, telephone }),
      LookAtCall: createLookAtCall({ ...ports, telephone }),
      EndCall: createEndCall({ ...ports, telephone, log: silent }),
      EndEscalation: createEndEscalation({ ...ports, tellOperators: this.#tellLater() }),
      ChooseRepair: createChooseRepair(ports),
      PrepareRepair: createPrepareRepair({
        ...ports,
        ...logIn,
        library: this.#runbooks(),
        checkAgain: createCheckAgain(this.#checkPorts()),
      }),
      RunStep: createRunStep({ ...ports, ...logIn }),
      SettleRepair: createSettleRepair({ ...ports, checkAgain: createCheckAgain(this.#checkPorts()) }),
      EndFirstResponse: createEndFirstResponse(ports),
      LookAtSecondResponse: createLookAtSecondResponse(ports),
      NextPage: createNextPage(ports),
      PageEngineer: createPageEngineer({
        ...mailPorts,
        telephone,
        links: noEngineerLinks,
      }),
      TellCustomer: createTellCustomer(ports),
      RemindOfReport: createRemindOfReport({ ...mailPorts, links: noEngineerLinks }),
      EndSecondResponse: createEndSecondResponse(ports),
    };
  }

  #createPhone(): VirtualPhone {
    const { phone: script = () => confirming, phoneSendsEvents = true } = this.#options;
    const ports = { ...this.stores, workflows: this.#workflows() };
    return new VirtualPhone({
      clock: this.clock,
      script,
      sendsEvents: phoneSendsEvents,
      takeEvent: (event) => this.#settleLater(() => createContactEvent(ports)(event)),
      takeKey: (event) => this.#settleLater(() => createTakeKey(ports)(event)),
    });
  }

  /** What fails is called once more, as by the services that call these functions. */
  #settleLater(work: () => Promise<unknown>): void {
    const settled = work().catch(work).catch(this.#fail);
    this.#busy.add(settled);
    void settled.finally(() => this.#busy.delete(settled));
  }

  #logIn() {
    const {
      openSsh = unreachable,
      secrets = { read: async (ref: string) => `the secret ${ref}` },
      localTargetsAllowed = false,
    } = this.#options;
    return {
      secrets,
      openSsh,
      tellOperators: this.#tellLater(),
      localTargetsAllowed,
    };
  }

  #runbooks(): RunbookLibrary {
    return this.#options.runbooks ?? createShippedLibrary(new URL('../../runbooks/', import.meta.url));
  }

  /** As the rule for status changes of executions does. */
  #tidyUp({ stateMachineArn, executionArn, status }: EndedExecution): void {
    if (this.#options.losesStatusChanges) return;
    if (status === 'SUCCEEDED' || stateMachineArn === machineArn('detection')) return;
    const tidying = this.#afterStop(executionArn).catch(this.#fail);
    this.#busy.add(tidying);
    void tidying.finally(() => this.#busy.delete(tidying));
  }

  async #afterStop(executionArn: string): Promise<void> {
    const { stateMachineArn, name, status, input } = this.engine.describeExecution({
      executionArn,
    });
    const ports = {
      ...this.stores,
      workflows: this.#workflows(),
      tellOperators: this.#tellLater(),
      telephone: this.phone,
      log: silent,
    };
    await createAfterStop(ports)({
      time: new Date(this.clock.now()).toISOString(),
      detail: { executionArn, stateMachineArn, name, status, input },
    });
  }

  #workflows(): Workflows {
    return {
      start: async (machine, name, input) => {
        await this.#restart;
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
      isRunning: async (machine, name) => {
        await this.#restart;
        const executionArn = `${machineArn(machine).replace(':stateMachine:', ':execution:')}:${name}`;
        try {
          return this.engine.describeExecution({ executionArn }).status === 'RUNNING';
        } catch (error) {
          if (isNamed(error, 'ExecutionDoesNotExist')) return false;
          throw error;
        }
      },
      succeed: async (taskToken, output) => {
        await this.#restart;
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
}

const unreachable: OpenSsh = ({ address, port }) =>
  Promise.reject(new SshFailure('unreachable', `${address}:${port} could not be reached by SSH`));

/** Of one process. */
interface Life {
  isOver: boolean;
}

/** What was running in a process that has died. */
const never = new Promise<never>(() => {});

/** A port through which a process that has died does nothing any more. All that it offers is asynchronous. */
function mortal<Port extends object>(port: Port, life: Life): Port {
  return new Proxy(port, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...given: unknown[]): unknown => (life.isOver ? never : Reflect.apply(value, target, given));
    },
  });
}

const mortalAll = <Ports extends object>(ports: Ports, life: Life): Ports =>
  new Proxy(ports, { get: (target, name) => mortal(Reflect.get(target, name, target) as object, life) });

const silent = { info: () => {}, warn: () => {}, error: () => {} };

const isNamed = (error: unknown, name: string): boolean => error instanceof Error && error.name === name;

/** `first-response` of `FirstResponse`, as the workflow files write it. */
function machineNamed(name: string): Machine {
  const found = machineNames.find((machine) => machine.replaceAll('-', '') === name.toLowerCase());
  if (found === undefined) throw new Error(`a workflow file names ${name}, which no machine is called`);
  return found;
}

/** The shipped file, with the names that the template would put in. */
function readDefinition(machine: Machine): unknown {
  const file = new URL(`../../statemachines/${machine}.asl.json`, import.meta.url);
  return JSON.parse(
    readFileSync(file, 'utf8')
      .replaceAll(/\$\{(\w+)MachineArn\}/g, (_, name: string) => machineArn(machineNamed(name)))
      .replaceAll(/\$\{(\w+)Arn\}/g, (_, name: string) => functionArn(name)),
  );
}
