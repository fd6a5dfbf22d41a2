import type { Severity } from '../../core/check-outcome.ts';
import { addSeconds, type Instant } from '../../core/instant.ts';
import type { Script } from './world.ts';

/** A monitor that is not well from one instant (included) to another (excluded). */
export interface Trouble {
  readonly server: string;
  readonly monitor: string;
  readonly from: Instant;
  readonly to?: Instant;
  readonly severity?: Severity;
}

/** Everything is ok but for the troubles; a later one in the list wins. */
export const troubled =
  (troubles: readonly Trouble[]): Script =>
  (monitor, at) => {
    const now = troubles.findLast(
      (one) =>
        one.server === monitor.server &&
        one.monitor === monitor.id &&
        one.from <= at &&
        (one.to === undefined || at < one.to),
    );
    return now === undefined ? 'ok' : (now.severity ?? 'critical');
  };

/** `+90 s` after an instant. */
export const after = addSeconds;
