import { isObject } from '../assembly/json.ts';
import type { Assembly } from '../assembly/read-assembly.ts';
import type { Clock } from '../clock.ts';
import { type Functions, functionName } from './functions.ts';
import type { InvocationResult } from './invocation.ts';

export interface UnattendedOptions {
  readonly functions: Pick<Functions, 'invoke'>;
  readonly clock: Clock;
  readonly assembly: Assembly;
  /** Takes what was given up, where the cloud has a dead-letter queue. */
  readonly giveUp: (letter: DeadLetter) => void;
}

/** An event that no attempt could get through. */
export interface DeadLetter {
  readonly at: string;
  readonly function: string;
  /** JSON text. */
  readonly event: string;
  readonly attempts: number;
  readonly error: string;
}

interface Policy {
  readonly retries: number;
  readonly maxAgeMs: number;
}

/** The service's own, where the template says nothing. */
const defaultPolicy: Policy = { retries: 2, maxAgeMs: 6 * 3_600_000 };
/** How long the service waits before the first and the second repeat. */
const retryDelaysMs = [60_000, 120_000];
/** Repeats that wait. One that comes on top is given up at once. */
const maxWaiting = 1_000;

/**
 * Invokes functions for which nobody waits, as schedules do: a failure is repeated as the template says, and what no
 * repeat gets through is given up with a note. Repeats that wait are lost with the process; the next minute's
 * schedule makes up for them.
 */
export class Unattended {
  readonly #options: UnattendedOptions;
  readonly #policies = new Map<string, Policy>();
  #waiting = 0;
  #closed = false;

  constructor(options: UnattendedOptions) {
    this.#options = options;
    for (const { properties } of options.assembly.resources('AWS::Lambda::EventInvokeConfig')) {
      const { FunctionName, MaximumRetryAttempts, MaximumEventAgeInSeconds } = properties;
      this.#policies.set(functionName(String(FunctionName)), {
        retries: Number(MaximumRetryAttempts ?? defaultPolicy.retries),
        maxAgeMs:
          MaximumEventAgeInSeconds === undefined
            ? defaultPolicy.maxAgeMs
            : Number(MaximumEventAgeInSeconds) * 1000,
      });
    }
  }

  /**
   * Resolves when the first attempt has ended, well or not; never rejects.
   *
   * @param function_ name or ARN
   * @param event JSON text
   */
  invoke(function_: string, event: string): Promise<void> {
    return this.#attempt(function_, event, 0, this.#options.clock.now());
  }

  /**
   * Resolves when the function has worked or its event was given up; never when this was closed before, so that whoever
   * keeps the event keeps it.
   */
  deliver(function_: string, event: string): Promise<void> {
    return new Promise((resolve) => {
      void this.#attempt(function_, event, 0, this.#options.clock.now(), resolve);
    });
  }

  /** Repeats nothing more. */
  close(): void {
    this.#closed = true;
  }

  async #attempt(
    function_: string,
    event: string,
    earlier: number,
    firstMs: number,
    settled?: () => void,
  ): Promise<void> {
    const error = await this.#try(function_, event);
    if (error === undefined) settled?.();
    if (error === undefined || this.#closed) return;
    const { clock, giveUp } = this.#options;
    const { retries, maxAgeMs } = this.#policies.get(functionName(function_)) ?? defaultPolicy;
    const delayMs = retryDelaysMs[earlier] ?? retryDelaysMs.at(-1) ?? 0;
    const againMs = clock.now() + delayMs;
    if (earlier >= retries || againMs - firstMs > maxAgeMs || this.#waiting >= maxWaiting) {
      const at = new Date(clock.now()).toISOString();
      giveUp({ at, function: functionName(function_), event, attempts: earlier + 1, error });
      settled?.();
      return;
    }
    this.#waiting++;
    clock.createAlarm().set(againMs, () => {
      this.#waiting--;
      if (!this.#closed) void this.#attempt(function_, event, earlier + 1, firstMs, settled);
    });
  }

  /** @returns what went wrong, if something did */
  async #try(function_: string, event: string): Promise<string | undefined> {
    let result: InvocationResult;
    try {
      result = await this.#options.functions.invoke(function_, event);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
    return 'payload' in result ? undefined : `${result.errorType}: ${result.errorMessage}`;
  }
}

/** One line of the file of dead letters. */
export const deadLetterLine = (letter: DeadLetter): string => {
  const event: unknown = JSON.parse(letter.event);
  return `${JSON.stringify({ ...letter, event: isObject(event) ? event : letter.event })}\n`;
};
