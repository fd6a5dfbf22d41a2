import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import pLimit, { type LimitFunction } from 'p-limit';
import pMap from 'p-map';
import { z } from 'zod';
import { type MonitorRef, monitorKey, serverKey } from '../../core/ids.ts';
import { addSeconds, type Instant, toInstant } from '../../core/instant.ts';
import type { Maintenance } from '../../core/maintenance/maintenance.ts';
import type { WatchedMonitor } from '../../core/monitor.ts';
import { type DueSlot, slotsDueWithin } from '../../core/schedule/due.ts';
import { type PacedSlots, pace } from '../../core/schedule/pace.ts';
import { defaultMaxConnections } from '../../core/server.ts';
import { environment, onFirstEvent, stores, workflows } from '../../platform/environment.ts';
import type { SweepStore } from '../../platform/store/monitor-store.ts';
import type { IncidentPorts } from '../incident/incident-ports.ts';
import { type TellOperators, tellOperatorsFromEnvironment } from '../mail/tell-operators.ts';
import { actOn, refOf } from './act-on-outcome.ts';
import type { CheckPorts } from './check-ports.ts';
import { type Doubt, doubtSweep } from './doubt.ts';
import { MetricBatches } from './metric-batches.ts';
import { checkPortsFromEnvironment } from './ports-from-environment.ts';
import { metricsLostNotice, overloadNotice, type UnknownMonitor, unknownNotice } from './sweep-notices.ts';
import { toMetric } from './to-metric.ts';

const sweepEvent = z.object({
  time: z.iso.datetime(),
  shard: z.int().nonnegative(),
  shards: z.int().positive(),
  /** Sweeps what was due in the last minutes too: the first sweep after a start, which nobody should have to wait for. */
  minutes: z.int().min(1).max(15).default(1),
});

export interface SweepPorts extends CheckPorts, IncidentPorts {
  readonly sweeps: SweepStore;
  readonly tellOperators: TellOperators;
  /** Checks that may be under way at once: sockets are limited. */
  readonly maxInFlight: number;
  /** Lets time pass between the parts of a sweep. */
  readonly pause: (ms: number) => Promise<unknown>;
  /** Milliseconds that only go on, at the pace of `pause`. @default performance.now */
  readonly now?: () => number;
  readonly log: Pick<Logger, 'info' | 'error'>;
}

/** What a sweep did. Counts of monitors. */
export interface SweepReport {
  readonly at: Instant;
  readonly shard: number;
  readonly skipped?: 'swept before' | 'no inventory';
  readonly checked: number;
  readonly failed: number;
  readonly unknown: number;
  /** Due, but out of time. */
  readonly notReached: number;
}

/** Slots read at once; each is one query. */
const slotsAtOnce = 16;
/** No check starts later than this into its minute: the next sweep is near. */
const startLimitMs = 48_000;

/** Checks what is due in one minute for one shard, and acts on what changed. */
export function createSweep(ports: SweepPorts): (event: unknown) => Promise<SweepReport> {
  return async (event) => {
    const { time, shard, shards, minutes } = sweepEvent.parse(event);
    const at = toInstant(time);
    const nothing: SweepReport = { at, shard, checked: 0, failed: 0, unknown: 0, notReached: 0 };
    // A schedule may deliver twice, and late: what this shard has swept, or swept past, is not swept again.
    const last = await ports.sweeps.lastSweep(shard);
    if (last !== undefined && at <= last) return { ...nothing, skipped: 'swept before' };
    const settings = await ports.monitors.settings();
    if (settings === undefined) return { ...nothing, skipped: 'no inventory' };

    const occupancy = await ports.monitors.occupancy();
    const paced = pace(slotsDueWithin(at, minutes, shard, shards, occupancy), occupancy);
    const doubt = await doubtSweep(ports, { shard, at, referenceEndpoints: settings.referenceEndpoints });
    const report = { ...nothing, ...(await checkPaced(ports, paced, at, shard, doubt)) };
    await ports.sweeps.saveLastSweep(shard, at);
    ports.log.info('swept', { ...report });
    return report;
  };
}

type Counts = Pick<SweepReport, 'checked' | 'failed' | 'unknown' | 'notReached'>;

/** Reads and checks each part of what is due in its second. A part that takes long holds up no other. */
async function checkPaced(
  ports: SweepPorts,
  paced: readonly PacedSlots[],
  at: Instant,
  shard: number,
  doubt: Doubt,
): Promise<Counts> {
  const now = ports.now ?? (() => performance.now());
  const startedAt = now();
  const sweeping: Sweeping = {
    counts: { checked: 0, failed: 0, unknown: 0, notReached: 0 },
    metrics: new MetricBatches(ports.metrics),
    inFlight: pLimit(ports.maxInFlight),
    isLate: () => now() - startedAt > startLimitMs,
    doubt,
    maintenances: maintenanceReader(ports, at),
    toTell: [],
    faults: [],
  };
  const parts: Promise<void>[] = [];
  for (const { second, slots } of paced) {
    const leftMs = second * 1000 - (now() - startedAt);
    if (leftMs > 0) await ports.pause(leftMs);
    const part = checkSlots(ports, sweeping, slots, addSeconds(at, second));
    parts.push(part.catch((fault: unknown) => void sweeping.faults.push(fault)));
  }
  await Promise.all(parts);

  const { counts, metrics, toTell, faults } = sweeping;
  const lost = await metrics.finish();
  if (toTell.length > 0) await ports.tellOperators(unknownNotice(shard, at, toTell));
  if (counts.notReached > 0) await ports.tellOperators(overloadNotice(shard, at, counts.notReached));
  if (lost.count > 0) await ports.tellOperators(metricsLostNotice(shard, at, lost.count, lost.reason));
  // One monitor's fault (the table refused, say) stopped no other; the whole minute is delivered again for it.
  if (faults.length > 0)
    throw new AggregateError(faults, `${faults.length} faults in the sweep of shard ${shard} at ${at}`);
  return counts;
}

/** What the parts of one sweep share. */
interface Sweeping {
  readonly counts: { -readonly [Name in keyof Counts]: number };
  readonly metrics: MetricBatches;
  readonly inFlight: LimitFunction;
  /** Whether no further check may begin. */
  readonly isLate: () => boolean;
  readonly doubt: Doubt;
  readonly maintenances: (account: string) => Promise<readonly Maintenance[]>;
  readonly toTell: UnknownMonitor[];
  readonly faults: unknown[];
}

/** @param at when these are scheduled, to the second */
async function checkSlots(
  ports: SweepPorts,
  sweeping: Sweeping,
  slots: readonly DueSlot[],
  at: Instant,
): Promise<void> {
  const due = (await pMap(slots, (slot) => ports.monitors.due(slot), { concurrency: slotsAtOnce })).flat();
  const servers = [...Map.groupBy(due, ({ monitor }) => serverKey(monitor)).values()];
  sweeping.doubt.expect(servers.length);
  const samplesBefore = await readSamples(ports, due);
  const samplesAfter = new Map<MonitorRef, unknown>();

  const checkOne = async (watched: WatchedMonitor): Promise<void> => {
    const { counts } = sweeping;
    if (sweeping.isLate()) {
      counts.notReached += 1;
      return;
    }
    const { monitor } = watched;
    const ref = refOf(monitor);
    const result = await sweeping.inFlight(() =>
      ports.runCheck(monitor, at, samplesBefore.get(monitorKey(ref))),
    );
    if (result.sample !== undefined) samplesAfter.set(ref, result.sample);
    const outcome = await sweeping.doubt.believe(monitor, result.outcome);
    sweeping.metrics.add(toMetric(monitor, at, outcome));
    counts.checked += 1;
    if (outcome.severity === 'unknown') counts.unknown += 1;
    else if (outcome.severity !== 'ok') counts.failed += 1;
    // Held back by our own way out: that is told once for all, not for each monitor.
    if (outcome !== result.outcome) return;
    if (await actOn(ports, watched, outcome, at, sweeping.maintenances))
      sweeping.toTell.push({ ref, outcome });
  };
  const checkServer = (monitors: readonly WatchedMonitor[]) =>
    pMap(
      monitors,
      (watched) => checkOne(watched).catch((fault: unknown) => void sweeping.faults.push(fault)),
      { concurrency: monitors[0]?.monitor.target.maxConnections ?? defaultMaxConnections },
    );

  await pMap(servers, checkServer, { concurrency: ports.maxInFlight });
  await ports.monitors.saveSamples(samplesAfter);
}

/**
 * Reads an account's maintenances once in a sweep, when something of it fails. What cannot be read holds nothing back: an
 * alert too many is better than one too few.
 */
function maintenanceReader(
  { maintenance, log }: SweepPorts,
  at: Instant,
): (account: string) => Promise<readonly Maintenance[]> {
  const read = new Map<string, Promise<readonly Maintenance[]>>();
  return (account) => {
    const known = read.get(account);
    if (known !== undefined) return known;
    const reading = maintenance.maintenances(account, at).catch((cause: unknown) => {
      log.error('the maintenances could not be read; failures are acted upon', { account, cause });
      return [];
    });
    read.set(account, reading);
    return reading;
  };
}

async function readSamples(ports: SweepPorts, due: readonly WatchedMonitor[]): Promise<Map<string, unknown>> {
  const refs = due
    .filter(({ monitor }) => ports.keepsSample(monitor.check))
    .map(({ monitor }) => refOf(monitor));
  return refs.length === 0 ? new Map() : await ports.monitors.samples(refs);
}

export const handler = onFirstEvent(() => {
  const { monitors, incidents, sweeps, maintenance } = stores();
  const log = new Logger({ serviceName: 'sweep' });
  return createSweep({
    ...checkPortsFromEnvironment(),
    monitors,
    incidents,
    sweeps,
    maintenance,
    workflows: workflows(),
    tellOperators: tellOperatorsFromEnvironment(log),
    maxInFlight: Number(environment('MAX_CHECKS_IN_FLIGHT')),
    pause,
    log,
  });
});
