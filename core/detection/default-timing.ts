import type { CheckClass, Timing } from '../monitor.ts';

/** The timings of SPEC 4 by class of check; an inventory may set each of them for a monitor. */
export const defaultTiming: Readonly<Record<CheckClass, Timing>> = {
  liveness: {
    intervalMinutes: 3,
    confirmations: 2,
    confirmationSpacingSeconds: 60,
    dedupSeconds: 30,
    collectSeconds: 30,
  },
  // A crossed threshold is alerted at once: no repeats, no window, and a collection short enough for 5 min 15 s.
  resource: {
    intervalMinutes: 5,
    confirmations: 0,
    confirmationSpacingSeconds: 60,
    dedupSeconds: 0,
    collectSeconds: 8,
  },
  daily: {
    intervalMinutes: 1440,
    confirmations: 2,
    confirmationSpacingSeconds: 60,
    dedupSeconds: 30,
    collectSeconds: 30,
  },
};
