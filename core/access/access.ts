import type { ServerRef } from '../ids.ts';
import type { Instant } from '../instant.ts';
import type { Monitor } from '../monitor.ts';
import { dueSlot } from '../schedule/due.ts';
import type { Text } from '../text.ts';

/** Something that a first response would fail at. */
export interface AccessFinding {
  /** What it is of, within its server: `ssh`, `snmp`, `runbook/restart-web`. While it stays it is told once. */
  readonly key: string;
  readonly text: Text;
}

/** What the last verification of a server found. */
export interface AccessState {
  readonly verifiedAt: Instant;
  readonly findings: readonly AccessFinding[];
}

/** So often servers are verified; each of them once a day. */
export const verificationMinutes = 15;
const dayMinutes = 24 * 60;

/** Whether a server's turn lies in the quarter of an hour of an instant: spread evenly, and the same one every day. */
export function isTurnOf(ref: ServerRef, at: Instant): boolean {
  const quarter = (minute: number) => Math.floor(minute / verificationMinutes);
  const minuteOfDay = Math.floor(Date.parse(at) / 60_000) % dayMinutes;
  return quarter(dueSlot(ref, dayMinutes).phase) === quarter(minuteOfDay);
}

/** Findings of which one at least is there whenever nobody could log in. */
const isLogIn = ({ key }: AccessFinding): boolean => key === 'ssh' || key === 'host-key';
const isSeenByLogIn = ({ key }: AccessFinding): boolean => key.startsWith('runbook/');

/**
 * What is told of a verification: what is there that was not before, and what no longer is. Where nobody could log in,
 * nothing that only a log-in shows is taken for mended.
 *
 * @returns also `findings`, what holds from now on
 */
export function compareFindings(
  before: readonly AccessFinding[],
  now: readonly AccessFinding[],
): {
  readonly appeared: readonly AccessFinding[];
  readonly gone: readonly AccessFinding[];
  readonly findings: readonly AccessFinding[];
} {
  const lacks = (all: readonly AccessFinding[]) => (one: AccessFinding) =>
    !all.some(({ key }) => key === one.key);
  const isLockedOut = now.some(isLogIn);
  const left = before.filter(lacks(now));
  return {
    appeared: now.filter(lacks(before)),
    gone: left.filter((one) => !isLockedOut || !(isLogIn(one) || isSeenByLogIn(one))),
    findings: [...now, ...left.filter((one) => isLockedOut && isSeenByLogIn(one))],
  };
}

/** A runbook as a monitor would run it. */
export interface AssignedRunbook {
  readonly runbook: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** What first responses of a server's monitors may run; what several would run alike is there once. */
export function assignedRunbooks(monitors: readonly Pick<Monitor, 'response'>[]): AssignedRunbook[] {
  const found = new Map<string, AssignedRunbook>();
  for (const { response } of monitors) {
    if (response === undefined) continue;
    const { custom, standard, parameters } = response;
    for (const runbook of [...custom, ...(standard === undefined ? [] : [standard])]) {
      const sorted = Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1));
      found.set(JSON.stringify([runbook, sorted]), { runbook, parameters });
    }
  }
  return [...found.values()];
}
