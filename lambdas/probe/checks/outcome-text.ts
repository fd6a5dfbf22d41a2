/** Pieces of the sentences in which checks say what they saw. */
import type { Severity } from '../../../core/check-outcome.ts';
import type { Text } from '../../../core/text.ts';
import type { Thresholds } from '../../../core/threshold.ts';

/** One decimal, cut and not rounded: 89.96 must not read as the 90 it did not reach. */
export const oneDecimal = (value: number): string => {
  const cut = Math.floor(value * 10) / 10;
  return Number.isInteger(cut) ? String(cut) : cut.toFixed(1);
};

export const wholeMs = (ms: number): string => `${Math.max(1, Math.round(ms))} ms`;

/** `host:port`, an IPv6 address in brackets. */
export const hostPort = (host: string, port: number): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;

/** The threshold that was crossed, or the nearest one that was not, in brackets; empty when there is none. */
export function thresholdText(severity: Severity, { warning, critical }: Thresholds, unit: string): Text {
  const withUnit = (bound: number) => (unit === '' ? String(bound) : `${bound} ${unit}`);
  if (severity === 'critical' && critical !== undefined) {
    return { ja: `(しきい値 ${withUnit(critical)} 以上)`, en: ` (critical from ${withUnit(critical)})` };
  }
  if (severity === 'warning' && warning !== undefined) {
    return { ja: `(警告のしきい値 ${withUnit(warning)} 以上)`, en: ` (warning from ${withUnit(warning)})` };
  }
  const next = warning ?? critical;
  if (next === undefined) return { ja: '', en: '' };
  return { ja: `(しきい値 ${withUnit(next)} 未満)`, en: ` (below ${withUnit(next)})` };
}
