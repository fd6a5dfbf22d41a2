import { type BusinessCalendar, defaultCalendar } from '../../core/calendar/business-calendar.ts';
import type { Instant } from '../../core/instant.ts';
import { type Engineer, onCallAt } from '../../core/on-call/rota.ts';
import type { Settings } from '../../core/settings.ts';

export interface Duty {
  /** In the order in which they are paged. */
  readonly engineers: readonly Engineer[];
  readonly calendar: BusinessCalendar;
}

/** Who is on call at an instant, and the days the MSP works on; without a rota the operators' desk is paged. */
export const dutyAt = ({ onCall, calendar = defaultCalendar }: Settings, at: Instant): Duty => ({
  engineers: onCall === undefined ? [] : onCallAt(onCall, at),
  calendar,
});
