import { createHash } from 'node:crypto';
import { monitorKey, serverKey } from '../../core/ids.ts';
import type { Instant } from '../../core/instant.ts';
import type { Inventory } from '../../core/inventory/inventory.ts';
import type { Outage } from './failures.ts';

/** How often things fail, and for how long: both as chance has it, around these means. */
export interface FailureModel {
  /** The same seed gives the same failures to the same servers and monitors, whatever else the inventory has. */
  readonly seed: number;
  /** Of a whole server. */
  readonly failuresPerServerDay: number;
  /** Of one monitor alone. */
  readonly failuresPerMonitorDay: number;
  readonly meanMinutes: number;
}

const dayMs = 86_400_000;

/** Draws outages from `from` (included) to `to` (excluded). An outage may last longer than that. */
export function drawOutages(
  { servers, monitors }: Inventory,
  model: FailureModel,
  { from, to }: { readonly from: Instant; readonly to: Instant },
): Outage[] {
  const { seed, failuresPerServerDay, failuresPerMonitorDay, meanMinutes } = model;
  const draw = (name: string, perDay: number): Pick<Outage, 'from' | 'to' | 'severity'>[] => {
    const random = lots(`${seed}/${name}`);
    const found: Pick<Outage, 'from' | 'to' | 'severity'>[] = [];
    if (perDay === 0) return found;
    const endMs = Date.parse(to);
    let atMs = Date.parse(from) + exponential(random, dayMs / perDay);
    while (atMs < endMs) {
      const untilMs = atMs + Math.max(1_000, exponential(random, meanMinutes * 60_000));
      found.push({ from: toInstant(atMs), to: toInstant(untilMs), severity: 'critical' });
      atMs = untilMs + exponential(random, dayMs / perDay);
    }
    return found;
  };
  return [
    ...monitors.flatMap(({ account, server, id }) =>
      draw(monitorKey({ account, server, monitor: id }), failuresPerMonitorDay).map((one) => ({
        account,
        server,
        monitor: id,
        ...one,
      })),
    ),
    // Last, so that they hold over what fails by itself: nothing answers.
    ...servers.flatMap(({ account, id }) =>
      draw(serverKey({ account, server: id }), failuresPerServerDay).map((one) => ({
        account,
        server: id,
        ...one,
      })),
    ),
  ];
}

/** Numbers from 0 up to, not including, 1; the same for the same name. */
export function lots(name: string): () => number {
  let count = 0;
  return () => {
    const digest = createHash('sha256').update(`${name}/${count}`).digest();
    count += 1;
    return digest.readUIntBE(0, 6) / 2 ** 48;
  };
}

/** A time until something that may happen at every moment alike. */
const exponential = (random: () => number, meanMs: number): number => -Math.log(1 - random()) * meanMs;

const toInstant = (ms: number): Instant => new Date(Math.round(ms)).toISOString();
