import type { InitSystem } from './form.ts';

/** How a service of a server stands. */
export interface FoundUnit {
  readonly unit: string;
  readonly state: 'failed' | 'stopped' | 'running' | 'switched-off';
}

/** What tells whether a service is there and how it stands; it changes nothing. */
export const unitQuestion = (unit: string, init: InitSystem): readonly string[] =>
  init === 'systemd'
    ? ['systemctl', 'show', '-p', 'LoadState', '-p', 'ActiveState', '-p', 'UnitFileState', `${unit}.service`]
    : ['test', '-x', `/etc/init.d/${unit}`];

/**
 * Reads the answer to `unitQuestion`.
 *
 * @returns undefined when there is no such service, or it is masked
 * @see systemctl(1), org.freedesktop.systemd1(5) for the states
 */
export function readUnit(
  unit: string,
  init: InitSystem,
  { exitCode, output }: { readonly exitCode?: number; readonly output: string },
): FoundUnit | undefined {
  if (exitCode !== 0) return undefined;
  // An init script tells nothing of its service that all of them tell alike.
  if (init === 'sysv') return { unit, state: 'running' };
  const value = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(output)?.[1]?.trim() ?? '';
  if (value('LoadState') !== 'loaded') return undefined;
  const active = value('ActiveState');
  if (active === 'failed') return { unit, state: 'failed' };
  if (active !== 'inactive') return { unit, state: 'running' };
  return { unit, state: value('UnitFileState') === 'disabled' ? 'switched-off' : 'stopped' };
}

const rank = { failed: 0, stopped: 1, running: 2 } as const;

/**
 * Which of a server's services to treat: one that failed, then one that should run and does not, then the first that
 * runs. One that is switched off is never started: somebody wanted it so.
 *
 * @param found in the order of the runbook
 */
export function chooseUnit(found: readonly FoundUnit[]): string | undefined {
  let best: { readonly unit: string; readonly rank: number } | undefined;
  for (const { unit, state } of found) {
    if (state === 'switched-off') continue;
    if (best === undefined || rank[state] < best.rank) best = { unit, rank: rank[state] };
  }
  return best?.unit;
}
