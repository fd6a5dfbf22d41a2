import type { Standing } from '../core/standing.ts';

/** Every standing, worst first, as core has them; declared again since core's list comes with the whole of its schemas. */
export const standings = [
  'critical',
  'confirming',
  'warning',
  'unknown',
  'maintenance',
  'paused',
  'ok',
] as const satisfies readonly Standing[];

/** Fails to compile when core has one more. */
export type Unlisted = Exclude<Standing, (typeof standings)[number]> extends never ? true : never;
export const isWhole: Unlisted = true;
