import { z } from 'zod';
import type { CheckOutcome } from '../../core/check-outcome.ts';
import { behindBrokenWayOut } from '../../core/detection/burst.ts';
import { monitorKey, monitorRef } from '../../core/ids.ts';
import { instant } from '../../core/instant.ts';
import { onFirstEvent } from '../../platform/environment.ts';
import type { CheckPorts } from './check-ports.ts';
import { checkPortsFromEnvironment } from './ports-from-environment.ts';
import { toMetric } from './to-metric.ts';

const checkAgainEvent = z.strictObject({ monitor: monitorRef, at: instant });

/** Nothing is left to fail: the detection ends. */
const noLongerWatched: CheckOutcome = {
  severity: 'ok',
  summary: {
    en: 'This monitor was taken out of the inventory.',
    ja: 'この監視項目は監視対象から外されました。',
  },
  durationMs: 0,
  values: {},
};

/** Repeats one check for a detection. A failure is told only after our own way out was seen to work. */
export function createCheckAgain(ports: CheckPorts): (event: unknown) => Promise<CheckOutcome> {
  return async (event) => {
    const { monitor: ref, at } = checkAgainEvent.parse(event);
    const watched = await ports.monitors.monitor(ref);
    if (watched === undefined) return noLongerWatched;
    const { monitor } = watched;
    const sample = ports.keepsSample(monitor.check)
      ? (await ports.monitors.samples([ref])).get(monitorKey(ref))
      : undefined;
    const { outcome } = await ports.runCheck(monitor, at, sample);
    const believed = await doubt(ports, outcome);
    await ports.metrics.write([toMetric(monitor, at, believed)]);
    return believed;
  };
}

async function doubt({ monitors, verifyWayOut }: CheckPorts, outcome: CheckOutcome): Promise<CheckOutcome> {
  if (outcome.severity !== 'critical') return outcome;
  const settings = await monitors.settings();
  const { works } = await verifyWayOut(settings?.referenceEndpoints ?? []);
  return works ? outcome : behindBrokenWayOut(outcome);
}

export const handler = onFirstEvent(() => createCheckAgain(checkPortsFromEnvironment()));
