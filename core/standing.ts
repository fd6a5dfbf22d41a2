import { z } from 'zod';
import { pauseAt } from './detection/pause.ts';
import type { Instant } from './instant.ts';
import type { MonitorState } from './monitor.ts';

/**
 * How a monitor or server stands, worst first: what pages and the API say by colour, shape and word. `confirming`: a check
 * failed and is being repeated. `unknown`: it could not be checked for a reason of ours.
 */
export const standings = [
  'critical',
  'confirming',
  'warning',
  'unknown',
  'maintenance',
  'paused',
  'ok',
] as const;
export const standing = z.enum(standings).meta({ id: 'Standing' });
export type Standing = z.output<typeof standing>;

/** How a monitor stands at a moment. What is not acted on says so, whatever its checks see. */
export function standingOf(
  state: MonitorState,
  { at, inMaintenance }: { readonly at: Instant; readonly inMaintenance: boolean },
): Standing {
  if (inMaintenance) return 'maintenance';
  if (pauseAt(state, at) !== undefined) return 'paused';
  if (state.phase === 'confirming') return 'confirming';
  if (state.unknownSince !== undefined) return 'unknown';
  return state.severity;
}

/** The worst of them; `ok` of none. */
export const worstStanding = (all: Iterable<Standing>): Standing => {
  const seen = new Set(all);
  return standings.find((one) => seen.has(one)) ?? 'ok';
};
