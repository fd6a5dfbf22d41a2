import { Logger } from '@aws-lambda-powertools/logger';
import pLimit from 'p-limit';
import pMap from 'p-map';
import { z } from 'zod';
import { type MonitorRef, monitorKey, serverKey } from '../../core/ids.ts';
import { type Instant, toInstant } from '../../core/instant.ts';
import type { WatchedMonitor } from '../../core/monitor.ts';
import { type DueSlot, slotsDueWithin } from '../../core/schedule/due.ts';
import { environment, onFirstEvent, stores, workflows } from '../../platform/environment.ts';
import type { SweepStore } from '../../platform/store/monitor-store.ts';
import type { IncidentPorts } from '../incident/incident-ports.ts';
import { type TellOperators, tellOperatorsFromEnvironment } from '../mail/tell-operators.ts';
import { actOn, refOf } from './act-on-outcome.ts';
import type { CheckPorts } from './check-ports.ts';
import { type Believe, doubtSweep } from './doubt.ts';
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
/** Checks of one server at once, so that a sweep does not flood it. */
const checksPerServer = 8;
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

    const servers = await readDue(
      ports,
      slotsDueWithin(at, minutes, shard, shards, await ports.monitors.occupancy()),
    );
    const believe = await doubtSweep(ports, {
      shard,
      at,
      referenceEndpoints: settings.referenceEndpoints,
      checkedServers: servers.length,
    });
    const report = { ...nothing, ...(await checkServers(ports, servers, at, shard, believe)) };
    await ports.sweeps.saveLastSweep(shard, at);
    ports.log.info('swept', { ...report });
    return report;
  };
}

/** The due monitors, grouped by server. */
async function readDue({ monitors }: SweepPorts, slots: readonly DueSlot[]): Promise<WatchedMonitor[][]> {
  const due = await pMap(slots, (slot) => monitors.due(slot), { concurrency: slotsAtOnce });
  return [...Map.groupBy(due.flat(), ({ monitor }) => serverKey(monitor)).values()];
}

async function checkServers(
  ports: SweepPorts,
  servers: readonly WatchedMonitor[][],
  at: Instant,
  shard: number,
  believe: Believe,
): Promise<Pick<SweepReport, 'checked' | 'failed' | 'unknown' | 'notReached'>> {
  const counts = { checked: 0, failed: 0, unknown: 0, notReached: 0 };
  const startedAt = performance.now();
  const samplesBefore = await readSamples(ports, servers.flat());
  const samplesAfter = new Map<MonitorRef, unknown>();
  const toTell: UnknownMonitor[] = [];
  const metrics = new MetricBatches(ports.metrics);
  const inFlight = pLimit(ports.maxInFlight);

  const checkOne = async (watched: WatchedMonitor): Promise<void> => {
    const { monitor } = watched;
    if (performance.now() - startedAt > startLimitMs) {
      counts.notReached += 1;
      return;
    }
    const ref = refOf(monitor);
    const result = await inFlight(() => ports.runCheck(monitor, at, samplesBefore.get(monitorKey(ref))));
    if (result.sample !== undefined) samplesAfter.set(ref, result.sample);
    const outcome = await believe(monitor, result.outcome);
    metrics.add(toMetric(monitor, at, outcome));
    counts.checked += 1;
    if (outcome.severity === 'unknown') counts.unknown += 1;
    else if (outcome.severity !== 'ok') counts.failed += 1;
    // Held back by our own way out: that is told once for all, not for each monitor.
    if (outcome !== result.outcome) return;
    if (await actOn(ports, watched, outcome, at)) toTell.push({ ref, outcome });
  };
  const faults: unknown[] = [];
  const checkServer = (due: WatchedMonitor[]) =>
    pMap(due, (watched) => checkOne(watched).catch((fault: unknown) => void faults.push(fault)), {
      concurrency: checksPerServer,
    });

  await pMap(servers, checkServer, { concurrency: ports.maxInFlight });
  const lost = await metrics.finish();
  await ports.monitors.saveSamples(samplesAfter);
  if (toTell.length > 0) await ports.tellOperators(unknownNotice(shard, at, toTell));
  if (counts.notReached > 0) await ports.tellOperators(overloadNotice(shard, at, counts.notReached));
  if (lost.count > 0) await ports.tellOperators(metricsLostNotice(shard, at, lost.count, lost.reason));
  // One monitor's fault (the table refused, say) stopped no other; the whole minute is delivered again for it.
  if (faults.length > 0)
    throw new AggregateError(faults, `${faults.length} monitors of shard ${shard} at ${at} failed`);
  return counts;
}

async function readSamples(ports: SweepPorts, due: readonly WatchedMonitor[]): Promise<Map<string, unknown>> {
  const refs = due
    .filter(({ monitor }) => ports.keepsSample(monitor.check))
    .map(({ monitor }) => refOf(monitor));
  return refs.length === 0 ? new Map() : await ports.monitors.samples(refs);
}

export const handler = onFirstEvent(() => {
  const { monitors, incidents, sweeps } = stores();
  const log = new Logger({ serviceName: 'sweep' });
  return createSweep({
    ...checkPortsFromEnvironment(),
    monitors,
    incidents,
    sweeps,
    workflows: workflows(),
    tellOperators: tellOperatorsFromEnvironment(log),
    maxInFlight: Number(environment('MAX_CHECKS_IN_FLIGHT')),
    log,
  });
});
