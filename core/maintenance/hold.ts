import type { Alert, Incident } from '../incident/incident.ts';
import { addSeconds, type Instant, secondsBetween } from '../instant.ts';
import { activeUntil } from './active.ts';
import type { Maintenance } from './maintenance.ts';

/** Monitors that are in maintenance, each with its end: nothing is begun for their alerts until then. */
export type Holds = ReadonlyMap<string, Instant>;

export const noHolds: Holds = new Map();

/** A second look at least so often, should an answer have been lost. */
const longestWaitSeconds = 3600;

/** The monitors of an incident's alerts that are in maintenance at an instant. */
export function holdsOf(
  { server, alerts }: Incident,
  maintenances: readonly Maintenance[],
  at: Instant,
): Holds {
  if (maintenances.length === 0) return noHolds;
  const monitors = new Set(Object.values(alerts).map(({ monitor }) => monitor));
  return new Map(
    [...monitors].flatMap((monitor) => {
      const active = activeUntil(maintenances, { server, monitor }, at);
      return active === undefined ? [] : [[monitor, active.until] as const];
    }),
  );
}

/** True for a failure that goes on in maintenance. */
export const isHeld = ({ monitor, wellAt }: Alert, holds: Holds): boolean =>
  wellAt === undefined && holds.has(monitor);

/** The incident as if what is in maintenance did not fail; to look at, never to be written. */
export const withoutHeld = (incident: Incident, holds: Holds): Incident =>
  holds.size === 0
    ? incident
    : {
        ...incident,
        alerts: Object.fromEntries(Object.entries(incident.alerts).filter(([, one]) => !isHeld(one, holds))),
      };

/** When the first maintenance of these alerts ends; undefined when none is in maintenance. */
export const firstEnd = (alerts: readonly Alert[], holds: Holds): Instant | undefined =>
  alerts.flatMap((one) => (isHeld(one, holds) ? [holds.get(one.monitor) ?? ''] : [])).sort()[0];

/** How long an incident waits for news: until the first maintenance of an open alert ends, an hour at most. */
export function secondsToWait(alerts: readonly Alert[], holds: Holds, at: Instant): number {
  const end = firstEnd(alerts, holds) ?? addSeconds(at, longestWaitSeconds);
  return Math.ceil(Math.min(Math.max(secondsBetween(at, end), 1), longestWaitSeconds));
}

/**
 * Notes which alerts are in maintenance, since when and until when. What failed, was told to nobody and became well in
 * maintenance stays untold: the announced work was the cause.
 *
 * @returns the incident to write, or undefined when it says so already
 */
export function withHolds(incident: Incident, holds: Holds, at: Instant): Incident | undefined {
  if (incident.state === 'closed') return undefined;
  const released = new Set([...releasedFrom(incident, holds).values()].flat());
  const noted = (one: Alert): Alert => {
    if (isUnseen(one) && one.wellAt !== undefined && holds.has(one.monitor))
      return { ...one, recoveryMail: 0 };
    // Calls that had ended meanwhile were not about it: it is left to people from now on.
    const { unrepaired, wellAt, monitor } = one;
    if (wellAt !== undefined || unrepaired === undefined || !released.has(monitor)) return one;
    return { ...one, unrepaired: { ...unrepaired, at } };
  };
  const alerts = Object.fromEntries(Object.entries(incident.alerts).map(([key, one]) => [key, noted(one)]));
  const open = Object.values(alerts).filter((one) => isHeld(one, holds));
  const held = Object.fromEntries(
    open.map(({ monitor }) => [
      monitor,
      { since: incident.held?.[monitor]?.since ?? at, until: holds.get(monitor) ?? at },
    ]),
  );
  const isSame =
    JSON.stringify(held) === JSON.stringify(incident.held ?? {}) &&
    Object.entries(alerts).every(([key, one]) => one === incident.alerts[key]);
  if (isSame) return undefined;
  const { held: _before, ...kept } = incident;
  return {
    ...kept,
    alerts,
    ...(open.length > 0 && { held }),
    version: incident.version + 1,
  };
}

/** Monitors whose maintenance is over while they still fail, by when it began. */
export function releasedFrom({ held = {}, alerts }: Incident, holds: Holds): Map<Instant, string[]> {
  const failing = new Set(
    Object.values(alerts).flatMap((one) => (one.wellAt === undefined ? [one.monitor] : [])),
  );
  return bySince(held, (monitor) => failing.has(monitor) && !holds.has(monitor));
}

/** Monitors in maintenance, by when the incident came to know. */
export const heldSince = ({ held = {} }: Incident): Map<Instant, string[]> => bySince(held, () => true);

function bySince(
  held: NonNullable<Incident['held']>,
  isWanted: (monitor: string) => boolean,
): Map<Instant, string[]> {
  const wanted = Object.entries(held).filter(([monitor]) => isWanted(monitor));
  return new Map(
    [...Map.groupBy(wanted, ([, { since }]) => since)].map(([since, entries]) => [
      since,
      entries.map(([monitor]) => monitor).sort(),
    ]),
  );
}

const isUnseen = ({ problemMail, recoveryMail }: Alert): boolean =>
  problemMail === undefined && recoveryMail === undefined;
