import type { z } from 'zod';
import type { CatalogueEntry } from '../../../core/catalogue.ts';
import type { CheckResult } from '../../../core/check-outcome.ts';
import type { Heartbeat } from '../../../core/heartbeat/heartbeat.ts';
import type { SecretRef } from '../../../core/ids.ts';
import type { Instant } from '../../../core/instant.ts';
import type { Monitor } from '../../../core/monitor.ts';
import type { TargetAddress } from '../../../platform/network/target-address.ts';

/** What a check passes on its way, in this order where all of them are passed. */
export type CheckStep = 'resolve' | 'connect' | 'tls' | 'firstByte' | 'lastByte';

/** What a check is given beside its settings. */
export interface CheckContext {
  /** The scheduled time. */
  readonly at: Instant;
  readonly target: Monitor['target'];
  /** Ends the check; the caller holds the time limit, one for all check types. Its reason is `TimeLimitReached`. */
  readonly signal: AbortSignal;
  /** What the last check of this monitor left, if it left anything. */
  readonly sample?: unknown;
  /** @throws SecretMissing */
  secret(ref: SecretRef): Promise<string>;
  /**
   * Resolves a host once, by the rules for the server's reach; connect to the answer, never to the name.
   * @param family the only kind of address that will do; any without it
   * @throws AddressRefused, NameNotFound, FamilyMissing
   */
  resolve(host: string, family?: 4 | 6): Promise<TargetAddress>;
  /**
   * The calls of the customer's job; undefined before the first.
   * @throws where there is no monitor behind the check, as at the terminal
   */
  heartbeat(): Promise<Heartbeat | undefined>;
  /** Told when a step is done, if somebody looks on; sweeps do not. */
  readonly step?: (done: CheckStep) => void;
}

/** The time limit of a check has passed. */
export class TimeLimitReached extends Error {
  readonly timeLimitMs: number;
  constructor(timeLimitMs: number) {
    super(`time limit of ${timeLimitMs} ms reached`);
    this.timeLimitMs = timeLimitMs;
  }
}

/** A check type: how it is configured and how it is done, in one file. */
export interface CheckType extends CatalogueEntry {
  /** True when it leaves a sample for the next check. */
  readonly keepsSample: boolean;
  /** @throws for faults of this machine, of ours, and of the settings; never for a target that is down */
  run(settings: Readonly<Record<string, unknown>>, context: CheckContext): Promise<CheckResult>;
}

/** Joins a settings schema and its check, so that they cannot drift apart. */
export function checkType<S extends z.ZodObject>(
  entry: Omit<CatalogueEntry, 'settings' | 'needs'> & {
    needs?: CatalogueEntry['needs'];
    keepsSample?: boolean;
  },
  settings: S,
  check: (settings: z.output<S>, context: CheckContext) => Promise<CheckResult>,
): CheckType {
  return {
    needs: [],
    keepsSample: false,
    ...entry,
    settings,
    run: async (given, context) => check(settings.parse(given), context),
  };
}
