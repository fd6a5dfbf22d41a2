import { alertKey, type Incident } from '../incident/incident.ts';
import type { RepairAttempt, Unrepaired } from '../incident/response.ts';
import type { Instant } from '../instant.ts';
import { needsRepair } from './choose-repair.ts';
import type { Repair } from './repair.ts';

/**
 * Notes what became of a repair, and that what an operator asked for was done.
 *
 * @param attempt undefined when nothing was tried, as it was well before
 * @returns the incident to write, or undefined when it says so already
 */
export function noteRepair(
  incident: Incident,
  { alert: key, number, requested }: Pick<Repair, 'alert' | 'number' | 'requested'>,
  attempt: RepairAttempt | undefined,
): Incident | undefined {
  const alert = incident.alerts[key];
  const isNoted = alert?.attempts?.some((one) => one.number === number) ?? false;
  const adds = attempt !== undefined && alert !== undefined && !isNoted;
  const answers = requested !== undefined && incident.response?.requested?.at === requested.at;
  if (!adds && !answers) return undefined;
  const after = answers ? withoutRequest(incident) : incident;
  return {
    ...after,
    ...(adds && {
      alerts: {
        ...incident.alerts,
        [key]: { ...alert, attempts: [...(alert.attempts ?? []), attempt].slice(-attemptsKept) },
      },
    }),
    version: incident.version + 1,
  };
}

/** An operator who asks again and again must not grow the incident beyond what an item of the table holds. */
const attemptsKept = 20;

/** Takes back what an operator asked for. @returns undefined when nothing was asked for */
export const forgetRequest = (incident: Incident): Incident | undefined =>
  incident.response?.requested === undefined
    ? undefined
    : { ...withoutRequest(incident), version: incident.version + 1 };

function withoutRequest(incident: Incident): Incident {
  if (incident.response === undefined) return incident;
  const { requested: _done, ...response } = incident.response;
  return { ...incident, response };
}

/** Keys of all alerts that a first response still has to look at. */
export const alertsToRepair = (incident: Incident): string[] =>
  Object.values(incident.alerts).filter(needsRepair).map(alertKey);

/**
 * Leaves alerts to people.
 *
 * @returns the incident to write, or undefined when each of them is well or left already
 */
export function leaveToPeople(
  incident: Incident,
  keys: readonly string[],
  reason: Unrepaired['reason'],
  at: Instant,
): Incident | undefined {
  const left = Object.entries(incident.alerts).filter(
    ([key, one]) => keys.includes(key) && one.wellAt === undefined && one.unrepaired === undefined,
  );
  if (left.length === 0) return undefined;
  return {
    ...incident,
    alerts: {
      ...incident.alerts,
      ...Object.fromEntries(left.map(([key, one]) => [key, { ...one, unrepaired: { at, reason } }])),
    },
    version: incident.version + 1,
  };
}
