import type { Instant } from '../instant.ts';
import type { Text } from '../text.ts';
import type { Incident } from './incident.ts';

/**
 * Marks a monitor's open alert as well.
 *
 * @returns the incident to write, or undefined when it has no open alert of that monitor (told before, or never joined)
 */
export function recoverAlert(
  incident: Incident,
  monitor: string,
  at: Instant,
  summary: Text,
): Incident | undefined {
  const found = Object.entries(incident.alerts).find(
    ([, one]) => one.monitor === monitor && one.wellAt === undefined,
  );
  if (incident.state === 'closed' || found === undefined) return undefined;
  const [key, alert] = found;
  return {
    ...incident,
    alerts: { ...incident.alerts, [key]: { ...alert, wellAt: at, wellSummary: summary } },
    news: incident.news + 1,
    version: incident.version + 1,
  };
}
