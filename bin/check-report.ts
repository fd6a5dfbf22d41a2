import type { CheckOutcome, Severity } from '../core/check-outcome.ts';
import { printable, shown } from '../core/inventory/printable.ts';
import type { CheckStep } from '../lambdas/probe/checks/check-type.ts';

/** How long a step took, counted from the end of the one before. */
export interface TimedStep {
  readonly step: CheckStep;
  readonly ms: number;
}

/** One check as the terminal tells it, and with `--json` as it is. */
export interface CheckReport extends CheckOutcome {
  readonly check: string;
  readonly target: string;
  /** The settings with the defaults filled in. */
  readonly wanted: Readonly<Record<string, unknown>>;
  readonly steps: readonly TimedStep[];
  /** What the command line needs for a check that was refused. */
  readonly mend?: string;
}

/** As the plugins of Nagios end. */
export const exitCodes: Readonly<Record<Severity, number>> = { ok: 0, warning: 1, critical: 2, unknown: 3 };

const stepNames: Readonly<Record<CheckStep, string>> = {
  resolve: 'resolve',
  connect: 'connect',
  tls: 'TLS',
  firstByte: 'first byte',
  lastByte: 'last byte',
};

/** The verdict, what was wanted, what was measured, and where the time went. */
export function renderReport({
  severity,
  summary,
  wanted,
  values,
  steps,
  durationMs,
  mend,
}: CheckReport): string {
  const timing = steps.map(({ step, ms }) => `${stepNames[step]} ${inMs(ms)}`);
  const lines = [
    ['wanted', flatten(wanted).join(', ')],
    [
      'values',
      Object.entries(values)
        .map(([name, value]) => `${name} ${rounded(value)}`)
        .join(', '),
    ],
    ['timing', [...timing, `${inMs(durationMs)} in all`].join(', ')],
    ['mend', mend ?? ''],
  ].filter(([, text]) => text !== '');
  const head = `${severity.toUpperCase().padEnd(8)}  ${printable(summary.en)}`;
  return [head, ...lines.map(([label = '', text = '']) => `  ${label.padEnd(6)}  ${text}`)].join('\n');
}

function flatten(value: unknown, name = ''): string[] {
  if (value === undefined) return [];
  if (typeof value !== 'object' || value === null) return [`${printable(name)} ${shown(value)}`];
  if (Array.isArray(value)) return [`${printable(name)} ${value.map(shown).join(' or ')}`];
  return Object.entries(value).flatMap(([key, inner]) =>
    flatten(inner, name === '' ? key : `${name}.${key}`),
  );
}

/** To a thousandth: more digits are none. */
export const rounded = (value: number): number => Math.round(value * 1000) / 1000;
const inMs = (ms: number): string => `${ms.toFixed(1)} ms`;
