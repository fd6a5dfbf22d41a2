import type { CheckOutcome } from '../../core/check-outcome.ts';
import type { Instant } from '../../core/instant.ts';
import type { Monitor } from '../../core/monitor.ts';
import type { MetricRecord } from '../../platform/metrics/metric-store.ts';

/** One point of a monitor's graphs. A check that could not be judged leaves a gap: a severity and no values. */
export const toMetric = (monitor: Monitor, at: Instant, outcome: CheckOutcome): MetricRecord => ({
  account: monitor.account,
  server: monitor.server,
  monitor: monitor.id,
  check: monitor.check,
  at,
  severity: outcome.severity,
  values: outcome.values,
});
