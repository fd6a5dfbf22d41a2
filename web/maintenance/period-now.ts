import type { MaintenanceView } from '../../core/api/maintenances.ts';
import type { Instant } from '../../core/instant.ts';
import type { Period } from './calendar-month.ts';

type Periods = Pick<MaintenanceView, 'current' | 'next'>;

/** The period that holds now; an answer may be some time old. */
export const currentPeriod = ({ current, next }: Periods, now: Instant): Period | undefined =>
  [current, next].find((one) => one !== undefined && one.from <= now && one.until > now);

/** The next one that begins. */
export const nextPeriod = ({ next }: Periods, now: Instant): Period | undefined =>
  next !== undefined && next.from > now ? next : undefined;
