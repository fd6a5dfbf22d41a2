import type { BoundedLog } from './bounded-log.ts';
import { type InvocationResult, TooManyRequests } from './invocation.ts';
import { Sandbox, type SandboxSettings } from './sandbox.ts';

export interface LocalFunctionSettings extends SandboxSettings {
  /** How many invocations the template allows at once. */
  readonly reservedConcurrency: number | undefined;
}

/**
 * Invocations of one function at once, as many as a cloud account has by default; others wait their turn. A thousand
 * servers that fail together are all repeated a minute later, and each repeat may wait for its whole time limit.
 */
export const invocationsAtOnce = 1_000;
/** Beyond this many that wait, callers are told to come again: the queue must not eat the memory. */
const maxWaiting = 10_000;

/** One function of the template. Its worker starts with the first invocation, and anew after a crash. */
export class LocalFunction {
  readonly settings: LocalFunctionSettings;
  readonly #log: BoundedLog;
  readonly #sandboxes = new Set<Sandbox>();
  readonly #waiting: (() => void)[] = [];
  #current: Sandbox | undefined;
  #inFlight = 0;
  #closed = false;

  constructor(settings: LocalFunctionSettings, log: BoundedLog) {
    this.settings = settings;
    this.#log = log;
  }

  /**
   * Runs the function once.
   *
   * @param event JSON text
   * @throws TooManyRequests at its reserved concurrency, and when too many wait
   */
  async invoke(event: string): Promise<InvocationResult> {
    const { reservedConcurrency, name } = this.settings;
    if (this.#closed) throw new TooManyRequests(`${name} is stopping`);
    if (reservedConcurrency !== undefined && this.#inFlight >= reservedConcurrency) {
      throw new TooManyRequests('Rate Exceeded.');
    }
    if (this.#inFlight >= invocationsAtOnce) {
      if (this.#waiting.length >= maxWaiting) throw new TooManyRequests('Rate Exceeded.');
      await new Promise<void>((go) => this.#waiting.push(go));
    }
    this.#inFlight++;
    try {
      return await this.#sandbox().run(event);
    } finally {
      this.#inFlight--;
      this.#waiting.shift()?.();
    }
  }

  /** How many invocations run now. */
  get inFlight(): number {
    return this.#inFlight;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#sandboxes].map((sandbox) => sandbox.terminate()));
  }

  #sandbox(): Sandbox {
    for (const sandbox of this.#sandboxes) if (sandbox.isRetired) this.#sandboxes.delete(sandbox);
    if (this.#current === undefined || this.#current.isRetired) {
      this.#current = new Sandbox(this.settings, this.#log);
      this.#sandboxes.add(this.#current);
    }
    return this.#current;
  }
}
