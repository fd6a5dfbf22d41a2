import { printable } from '../core/inventory/printable.ts';
import type { Runbook } from '../core/runbook/form.ts';
import { readable } from '../core/runbook/plan-steps.ts';
import type { Rehearsal, RehearsedStep } from '../lambdas/response/rehearse-runbook.ts';

/** `restart-web  1  http, https  Restarts the web server…`, one line for each. */
export function renderList(runbooks: readonly Runbook[]): string {
  const widthOf = (text: (runbook: Runbook) => string) =>
    Math.max(...runbooks.map((each) => text(each).length));
  const checks = (runbook: Runbook) => runbook.checks.join(', ');
  const [idWidth, checksWidth] = [widthOf(({ id }) => id), widthOf(checks)];
  return runbooks
    .map(
      (each) =>
        `${each.id.padEnd(idWidth)}  ${each.version}  ${checks(each).padEnd(checksWidth)}  ${each.purpose.en}`,
    )
    .join('\n');
}

/** A runbook as a reviewer reads it. */
export function renderRunbook({
  id,
  version,
  purpose,
  checks,
  parameters,
  sudo,
  steps,
  verification,
}: Runbook): string {
  const lines = [`${id}, version ${version}: ${purpose.en}`, purpose.ja, `For: ${checks.join(', ')}`];
  for (const [name, { type, purpose: why, units, default: given }] of Object.entries(parameters)) {
    const choice =
      units === undefined ? '' : `; Debian: ${units.debian.join(', ')}; Red Hat: ${units.redhat.join(', ')}`;
    lines.push(`Parameter ${name} (${type}): ${why.en}${given === undefined ? '' : ` (${given})`}${choice}`);
  }
  lines.push('Steps:');
  for (const [
    index,
    { title, family, init, command, asRoot, changes, timeLimitSeconds },
  ] of steps.entries()) {
    const where = [family, init].filter((word) => word !== undefined).join(', ');
    const marks = [where, changes ? 'changes the server' : '', `${timeLimitSeconds} s`].filter(
      (word) => word !== '',
    );
    lines.push(
      `  ${index + 1}. ${title.en} (${marks.join('; ')})`,
      `     ${asRoot ? 'sudo ' : ''}${command.join(' ')}`,
    );
  }
  if (verification !== undefined) {
    lines.push(`Then: the check that failed, after ${verification.afterSeconds} s`);
  }
  if (sudo.length > 0) lines.push('By sudo:', ...sudo.map((line) => `  ${line}`));
  return lines.join('\n');
}

const words: Readonly<Record<RehearsedStep['outcome'], string>> = {
  'went-well': 'ran',
  failed: 'FAILED',
  permitted: 'not run; sudo would allow it',
  refused: 'NOT ALLOWED by sudo; run the install script on the server again',
  'not-run': 'not run, as it changes the server',
};

/** What a rehearsal saw, step by step. */
export function renderRehearsal(runbook: Runbook, server: string, rehearsal: Rehearsal): string {
  const { facts, values, found, steps, isReady } = rehearsal;
  const family = facts.family === 'debian' ? 'Debian' : 'Red Hat';
  const lines = [
    `${runbook.id}, version ${runbook.version}, on ${server}: ${family} family, ${facts.init === 'sysv' ? 'SysV init' : 'systemd'}`,
  ];
  for (const [name, value] of values) {
    const others = found.get(name)?.map(({ unit, state }) => `${unit} ${state}`) ?? [];
    lines.push(`${name}: ${value}${others.length === 0 ? '' : ` (on the server: ${others.join(', ')})`}`);
  }
  for (const [index, rehearsed] of steps.entries()) lines.push(...stepLines(index + 1, rehearsed));
  lines.push(
    isReady
      ? 'Ready: nothing that was looked at stands in its way. Nothing was changed.'
      : 'Not ready: see the steps above. Nothing was changed.',
  );
  return lines.join('\n');
}

const mostLines = 12;

function stepLines(number: number, { step, outcome, result }: RehearsedStep): string[] {
  const ended =
    result === undefined || outcome === 'permitted'
      ? ''
      : ` (${endOf(result)}, ${result.durationMs.toFixed(0)} ms)`;
  const output = (outcome === 'permitted' ? '' : (result?.output ?? ''))
    .trimEnd()
    .split('\n')
    .filter((line) => line !== '');
  const more = output.length > mostLines ? [`     | … ${output.length - mostLines} lines more`] : [];
  return [
    `  ${number}. ${step.title.en}: ${words[outcome]}${ended}`,
    `     ${printable(readable(step))}`,
    ...output.slice(0, mostLines).map((line) => `     | ${printable(line)}`),
    ...more,
  ];
}

const endOf = ({ exitCode, timedOut, truncated }: NonNullable<RehearsedStep['result']>): string =>
  timedOut
    ? 'took too long'
    : exitCode === undefined
      ? truncated
        ? 'printed too much'
        : 'the connection was lost'
      : `exit code ${exitCode}`;
