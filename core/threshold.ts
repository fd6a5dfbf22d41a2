import type { Severity } from './check-outcome.ts';

/** Bounds of a measured value, both optional; a value on the bound has crossed it ("≥ 90 %"). */
export interface Thresholds {
  readonly warning?: number | undefined;
  readonly critical?: number | undefined;
}

/** Judges a value that is bad when high. */
export function judgeHigh(value: number, { warning, critical }: Thresholds): Severity {
  if (critical !== undefined && value >= critical) return 'critical';
  if (warning !== undefined && value >= warning) return 'warning';
  return 'ok';
}

const rank: Record<Severity, number> = { ok: 0, unknown: 1, warning: 2, critical: 3 };

/** The worst of several judgements: critical over warning over unknown over ok; `ok` when there is none. */
export function worst(severities: Iterable<Severity>): Severity {
  let result: Severity = 'ok';
  for (const severity of severities) if (rank[severity] > rank[result]) result = severity;
  return result;
}
