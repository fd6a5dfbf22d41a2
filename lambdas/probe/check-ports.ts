import type { CheckResult } from '../../core/check-outcome.ts';
import type { Instant } from '../../core/instant.ts';
import type { Monitor } from '../../core/monitor.ts';
import type { MetricStore } from '../../platform/metrics/metric-store.ts';
import type { MonitorStore } from '../../platform/store/monitor-store.ts';

/** Carries out one check. Faults of ours come back as `unknown`; it never throws. */
export type RunCheck = (monitor: Monitor, at: Instant, sample: unknown) => Promise<CheckResult>;

/** Whether at least one of our reference endpoints can be reached. */
export type VerifyWayOut = (endpoints: readonly string[]) => Promise<{ readonly works: boolean }>;

/** What the functions that check work with. */
export interface CheckPorts {
  readonly monitors: MonitorStore;
  readonly metrics: MetricStore;
  readonly runCheck: RunCheck;
  readonly verifyWayOut: VerifyWayOut;
  /** Whether a check type leaves a sample for its next check. */
  readonly keepsSample: (check: string) => boolean;
}
