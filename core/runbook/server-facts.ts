import type { InitSystem, OsFamily } from './form.ts';

/** What of a server decides which steps are for it. */
export interface ServerFacts {
  readonly family: OsFamily;
  readonly init: InitSystem;
}

/** Questions to a server, each answered by its exit code alone; 0 says yes. */
export const factQuestions = {
  systemd: ['test', '-d', '/run/systemd/system'],
  debian: ['test', '-e', '/etc/debian_version'],
  // Amazon Linux has only the second one.
  redhat: ['test', '-e', '/etc/redhat-release'],
  system: ['test', '-e', '/etc/system-release'],
} as const satisfies Record<string, readonly string[]>;
export type FactQuestion = keyof typeof factQuestions;

/** @returns undefined for a system of neither family */
export function factsFrom(yes: ReadonlySet<FactQuestion>): ServerFacts | undefined {
  const init = yes.has('systemd') ? 'systemd' : 'sysv';
  if (yes.has('debian')) return { family: 'debian', init };
  return yes.has('redhat') || yes.has('system') ? { family: 'redhat', init } : undefined;
}
