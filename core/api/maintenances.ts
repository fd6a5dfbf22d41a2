import { z } from 'zod';
import { instant } from '../instant.ts';
import { maintenance, maintenanceRequest, maintenanceScope } from '../maintenance/maintenance.ts';

export { maintenanceRequest };
export const maintenanceView = maintenance
  .extend({
    /** The one that holds now. */
    current: z.object({ from: instant, until: instant }).optional(),
    /** The next one to come. */
    next: z.object({ from: instant, until: instant }).optional(),
  })
  .meta({ id: 'Maintenance' });
export type MaintenanceView = z.output<typeof maintenanceView>;

/** One period, for calendars and graphs. */
export const occurrenceView = z
  .object({ id: z.string(), from: instant, until: instant, reason: z.string(), scope: maintenanceScope })
  .meta({ id: 'MaintenanceOccurrence' });
export type OccurrenceView = z.output<typeof occurrenceView>;

/** The periods of a range, in order of their begin. */
export const occurrenceList = z
  .object({
    items: z.array(occurrenceView),
    /** There are more than these 1,000: ask for a shorter range. */
    isCut: z.boolean(),
  })
  .meta({ id: 'MaintenanceOccurrences' });
export type OccurrenceList = z.output<typeof occurrenceList>;
