import { randomUUID } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { BoundedLog } from './bounded-log.ts';
import {
  failed,
  type InvocationFailure,
  type InvocationResult,
  type WorkerMessage,
  type WorkerSettings,
} from './invocation.ts';

export interface SandboxSettings extends WorkerSettings {
  readonly environment: Readonly<Record<string, string>>;
  readonly timeLimitMs: number;
}

/** Loading the bundle is not part of the function's time limit, and has the service's own limit. */
const loadLimitMs = 10_000;

/**
 * The least heap a worker gets. A worker serves many invocations, where the service gives each its own memory;
 * the template's figure counts where it is higher.
 */
const leastHeapMb = 256;

/**
 * How much a worker allocates before it looks for what is garbage. By itself each took over 100 MB, and there are a
 * dozen: a burst of a thousand incidents made 1.8 GB of them.
 */
const youngHeapMb = 16;

interface InFlight {
  readonly requestId: string;
  readonly settle: (result: InvocationResult) => void;
  limit: NodeJS.Timeout | undefined;
}

/**
 * One worker thread that holds one function.
 *
 * The service gives each invocation a sandbox of its own; here invocations of a function share a worker, as they
 * wait for sockets and hardly compute. When one of them runs out of time it is answered at once and the sandbox
 * takes no further ones: it ends as soon as the others are through, at the latest by their own limits.
 */
export class Sandbox {
  readonly #settings: SandboxSettings;
  readonly #log: BoundedLog;
  readonly #worker: Worker;
  readonly #inFlight = new Map<number, InFlight>();
  readonly #waiting: (() => void)[] = [];
  #nextId = 1;
  #state: 'loading' | 'ready' | 'retired' = 'loading';
  #loadLimit: NodeJS.Timeout;

  constructor(settings: SandboxSettings, log: BoundedLog) {
    this.#settings = settings;
    this.#log = log;
    const { codePath, handler, name, arn, memoryMb, environment } = settings;
    this.#worker = new Worker(new URL('./function-worker.ts', import.meta.url), {
      name,
      workerData: { codePath, handler, name, arn, memoryMb } satisfies WorkerSettings,
      env: environment,
      execArgv: [],
      stdout: true,
      stderr: true,
      resourceLimits: {
        maxOldGenerationSizeMb: Math.max(memoryMb, leastHeapMb),
        maxYoungGenerationSizeMb: youngHeapMb,
      },
    });
    for (const stream of [this.#worker.stdout, this.#worker.stderr]) {
      stream.on('data', (piece: Buffer) => log.write(piece));
    }
    this.#loadLimit = setTimeout(() => {
      this.#end(
        failed('Sandbox.Timedout', `Init timed out after ${(loadLimitMs / 1000).toFixed(2)} seconds`),
      );
    }, loadLimitMs);
    this.#worker.on('message', (message: WorkerMessage) => this.#hear(message));
    this.#worker.on('error', (error) => this.#end(crashOf(error, memoryMb)));
    this.#worker.on('exit', (code) => {
      this.#end(failed('Runtime.ExitError', `Runtime exited with error: exit status ${code}`));
    });
  }

  /** Takes no further invocations. */
  get isRetired(): boolean {
    return this.#state === 'retired';
  }

  /** @param event JSON text */
  run(event: string): Promise<InvocationResult> {
    const id = this.#nextId++;
    const requestId = randomUUID();
    const { timeLimitMs } = this.#settings;
    return new Promise((settle) => {
      const inFlight: InFlight = { requestId, settle, limit: undefined };
      this.#inFlight.set(id, inFlight);
      const start = (): void => {
        inFlight.limit = setTimeout(() => this.#timeOut(id), timeLimitMs);
        this.#worker.postMessage({ id, requestId, event, timeLimitMs });
      };
      if (this.#state === 'ready') start();
      else this.#waiting.push(start);
    });
  }

  async terminate(): Promise<void> {
    this.#end(failed('Runtime.ExitError', 'Runtime exited: the one-machine runtime is stopping'));
    await this.#worker.terminate();
  }

  #hear(message: WorkerMessage): void {
    if (message.kind === 'ready') {
      clearTimeout(this.#loadLimit);
      if (this.#state === 'loading') this.#state = 'ready';
      for (const start of this.#waiting.splice(0)) start();
    } else if (message.kind === 'broken') {
      this.#end(message.result);
    } else {
      this.#settle(message.id, message.result);
    }
  }

  #timeOut(id: number): void {
    const inFlight = this.#inFlight.get(id);
    if (inFlight === undefined) return;
    this.#state = 'retired';
    const seconds = (this.#settings.timeLimitMs / 1000).toFixed(2);
    const message = `RequestId: ${inFlight.requestId} Error: Task timed out after ${seconds} seconds`;
    this.#settle(id, failed('Sandbox.Timedout', message));
  }

  #settle(id: number, result: InvocationResult): void {
    const inFlight = this.#inFlight.get(id);
    if (inFlight === undefined) return;
    this.#inFlight.delete(id);
    clearTimeout(inFlight.limit);
    if ('functionError' in result) this.#log.write(failureLine(inFlight.requestId, result));
    inFlight.settle(result);
    if (this.#state === 'retired' && this.#inFlight.size === 0) void this.#worker.terminate();
  }

  /** The worker is gone, or has to go: everything that is in flight gets the reason. */
  #end(reason: InvocationResult): void {
    this.#state = 'retired';
    clearTimeout(this.#loadLimit);
    this.#waiting.length = 0;
    if (this.#inFlight.size === 0) void this.#worker.terminate();
    for (const id of [...this.#inFlight.keys()]) this.#settle(id, reason);
  }
}

/** As in the cloud, a failed invocation is told in the function's own log: whoever called may not tell of it. */
const failureLine = (requestId: string, { errorType, errorMessage, trace }: InvocationFailure): string =>
  `${JSON.stringify({ level: 'ERROR', message: 'Invoke Error', requestId, errorType, errorMessage, trace })}\n`;

function crashOf(error: unknown, memoryMb: number): InvocationResult {
  if (!(error instanceof Error)) return failed('string', String(error));
  if ('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return failed('Runtime.OutOfMemory', `Runtime exited: it needed more than its ${memoryMb} MB of memory`);
  }
  return failed(error.name, error.message, error.stack?.split('\n') ?? []);
}
