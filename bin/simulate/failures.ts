import type { CheckOutcome, Severity } from '../../core/check-outcome.ts';
import { monitorKey, serverKey } from '../../core/ids.ts';
import type { Instant } from '../../core/instant.ts';
import type { Inventory } from '../../core/inventory/inventory.ts';
import type { Monitor } from '../../core/monitor.ts';

/** Something that is not well for a time, on one server. */
export interface Outage {
  readonly account: string;
  readonly server: string;
  /** Absent when the whole server is gone: liveness checks fail then, and resources cannot be asked for. */
  readonly monitor?: string;
  readonly from: Instant;
  /** Excluded. */
  readonly to: Instant;
  readonly severity: Exclude<Severity, 'ok'>;
}

/** One outage as one monitor meets it, and what became of it. */
export interface Failure {
  readonly monitor: Monitor;
  readonly outage: Outage;
  readonly severity: Exclude<Severity, 'ok'>;
  /** The first check that met it. */
  seenAt?: Instant;
  /** When its repeats had confirmed it, and it joined an incident. */
  believedAt?: Instant;
  mailedAt?: Instant;
  /** Whether that mail was the first of its incident. */
  isFirstMail?: boolean;
}

/** One monitor's failures in the order of their beginnings. */
interface Line {
  readonly failures: Failure[];
  /** The latest end among the failures up to each one: behind it, none can hold. */
  readonly latestEnds: Instant[];
}

const key = ({ account, server, id }: Monitor): string => monitorKey({ account, server, monitor: id });

/** What every monitor of an inventory sees at every instant. Where outages overlap, the later one in the list holds. */
export class Failures {
  readonly #lines = new Map<string, Line>();
  readonly #order = new Map<Outage, number>();

  constructor(inventory: Inventory, outages: readonly Outage[]) {
    const ofServer = Map.groupBy(inventory.monitors, serverKey);
    const met: Failure[] = [];
    for (const [order, outage] of outages.entries()) {
      this.#order.set(outage, order);
      for (const monitor of ofServer.get(serverKey(outage)) ?? []) {
        const severity = severityFor(monitor, outage);
        if (severity !== undefined) met.push({ monitor, outage, severity });
      }
    }
    for (const [name, failures] of Map.groupBy(met, ({ monitor }) => key(monitor))) {
      failures.sort((one, other) => compare(one.outage.from, other.outage.from));
      let latest = '';
      const latestEnds = failures.map(({ outage }) => {
        if (outage.to > latest) latest = outage.to;
        return latest;
      });
      this.#lines.set(name, { failures, latestEnds });
    }
  }

  /** The failure that a check of this monitor meets. */
  at(monitor: Monitor, at: Instant): Failure | undefined {
    const line = this.#lines.get(key(monitor));
    if (line === undefined) return undefined;
    const { failures, latestEnds } = line;
    let found: Failure | undefined;
    for (let index = lastBegun(failures, at); index >= 0; index -= 1) {
      if ((latestEnds[index] ?? '') <= at) break;
      const failure = failures[index];
      if (failure === undefined || failure.outage.to <= at) continue;
      if (found === undefined || this.#rank(failure) > this.#rank(found)) found = failure;
    }
    return found;
  }

  /** All of them. */
  *[Symbol.iterator](): Generator<Failure> {
    for (const { failures } of this.#lines.values()) yield* failures;
  }

  #rank({ outage }: Failure): number {
    return this.#order.get(outage) ?? 0;
  }
}

/** What a check says that met this failure, or none. */
export function outcomeOf(failure: Failure | undefined): CheckOutcome {
  const severity = failure?.severity ?? 'ok';
  return {
    severity,
    summary: { en: `simulated: ${severity}`, ja: `シミュレーション: ${severity}` },
    durationMs: 1,
    values: {},
  };
}

function severityFor(monitor: Monitor, { monitor: only, severity }: Outage): Failure['severity'] | undefined {
  if (only !== undefined) return only === monitor.id ? severity : undefined;
  // A value that nobody answers with is no threshold crossed.
  return monitor.class === 'resource' ? 'unknown' : severity;
}

/** The index of the last failure that has begun; -1 before the first. */
function lastBegun(failures: readonly Failure[], at: Instant): number {
  let low = 0;
  let high = failures.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((failures[middle]?.outage.from ?? '') <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
