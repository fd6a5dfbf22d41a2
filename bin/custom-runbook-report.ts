import { printable } from '../core/inventory/printable.ts';
import { noPaint, type Paint } from '../core/inventory/render-difference.ts';
import {
  type CustomRunbook,
  customKey,
  type DraftState,
  type RunbookDeed,
  type RunbookVersion,
} from '../core/runbook/custom.ts';
import { aroundChanges, differByLine } from '../core/runbook/line-difference.ts';

/** A version that waits, with what a reviewer needs beside it. */
export interface WaitingVersion {
  readonly runbook: CustomRunbook;
  readonly version: RunbookVersion;
  readonly text: string;
  /** Why the rules would not let it run. */
  readonly faults: readonly string[];
  /** Root commands that the version in use does not have. */
  readonly newSudo: readonly string[];
}

const linesAround = 3;

/** A version that waits for review, beside the one in use. */
export function renderWaiting(
  { runbook, version: { version, deeds }, text, faults, newSudo }: WaitingVersion,
  paint: Paint = noPaint,
): string {
  const key = customKey(runbook);
  const { inUse } = runbook;
  const [submitted] = deeds;
  const lines = [
    `${key} version ${version}, submitted by ${printable(submitted?.by ?? 'nobody')} at ${submitted?.at}`,
    inUse === undefined
      ? 'No version is in use. The whole file:'
      : `What changes of version ${inUse.version}, which is in use:`,
  ];
  for (const line of aroundChanges(differByLine(inUse?.text ?? '', text), linesAround)) {
    if (line.kind === 'left-out')
      lines.push(`  … ${line.lines} ${line.lines === 1 ? 'line' : 'lines'} as before`);
    else if (line.kind === 'same') lines.push(`  ${printable(line.text)}`);
    else if (line.kind === 'added') lines.push(paint.add(`+ ${printable(line.text)}`));
    else lines.push(paint.remove(`- ${printable(line.text)}`));
  }
  if (newSudo.length > 0) {
    lines.push(
      'New by sudo; the servers need a new run of the install script:',
      ...newSudo.map((line) => `  ${printable(line)}`),
    );
  }
  if (faults.length > 0) {
    lines.push('It cannot be approved:', ...faults);
    lines.push(`mimamori runbook reject ${key} --version ${version} --by NAME --note WHY`);
  } else {
    lines.push(`mimamori runbook approve ${key} --version ${version} --by NAME`);
  }
  return lines.join('\n');
}

const states: Readonly<Record<DraftState, string>> = {
  draft: 'waits for review',
  approved: 'in use',
  rejected: 'rejected',
  retired: 'not in use any more',
};

/** All versions of a runbook with all that was done with them, the latest last. */
export function renderVersions(runbook: CustomRunbook): string {
  return [
    customKey(runbook),
    ...runbook.versions.flatMap(({ version, state, deeds }) => [
      `  ${version}  ${states[state]}`,
      ...deeds.map((deed) => `    ${deedLine(deed)}`),
    ]),
  ].join('\n');
}

const deedLine = ({ deed, by, at, note }: RunbookDeed): string =>
  `${at} ${deed} by ${printable(by)}${note === undefined ? '' : `: ${printable(note)}`}`;
