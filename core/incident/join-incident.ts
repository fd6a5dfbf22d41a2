import { incidentId, type ServerRef } from '../ids.ts';
import type { Plan } from '../server.ts';
import { type Alert, alertKey, type Incident } from './incident.ts';

/** A join is one conditional write of `after`; `unchanged` when the incident says it already. */
export type Join =
  | { readonly kind: 'opened'; readonly after: Incident }
  | { readonly kind: 'joined'; readonly after: Incident }
  | { readonly kind: 'unchanged'; readonly after: Incident };

/**
 * Puts a confirmed alert into the server's open incident, or opens the next one.
 *
 * @param latest the server's incident with the highest number; undefined when it never had one
 */
export function joinIncident(
  latest: Incident | undefined,
  server: ServerRef & { plan: Plan },
  alert: Alert,
): Join {
  const key = alertKey(alert);
  if (latest !== undefined && latest.alerts[key] !== undefined) return { kind: 'unchanged', after: latest };
  if (latest === undefined || latest.state === 'closed') {
    const number = (latest?.number ?? 0) + 1;
    const { account, server: name, plan } = server;
    return {
      kind: 'opened',
      after: {
        id: incidentId(server, number),
        account,
        server: name,
        number,
        plan,
        state: 'open',
        openedAt: alert.joinedAt,
        leader: key,
        alerts: { [key]: alert },
        mails: 0,
        news: 1,
        version: 1,
      },
    };
  }
  // A failure that eased before it was confirmed leaves the warning that was told: nothing is told twice.
  const isOpen = Object.values(latest.alerts).some(
    (one) => one.monitor === alert.monitor && one.wellAt === undefined,
  );
  if (isOpen && alert.severity === 'warning') return { kind: 'unchanged', after: latest };
  const { news, version } = latest;
  const alerts = { ...forgetOldest(closeEarlierEpisodes(latest, alert)), [key]: alert };
  return { kind: 'joined', after: { ...latest, alerts, news: news + 1, version: version + 1 } };
}

/** A monitor has one open alert at most: a warning that became critical is followed by its new alert. */
function closeEarlierEpisodes(incident: Incident, alert: Alert): Incident['alerts'] {
  return Object.fromEntries(
    Object.entries(incident.alerts).map(([key, earlier]) => {
      const superseded = earlier.monitor === alert.monitor && earlier.wellAt === undefined;
      if (!superseded) return [key, earlier];
      // Its recovery is not news: the monitor still fails, and the new alert says so.
      return [key, { ...earlier, wellAt: alert.joinedAt, wellSummary: alert.summary, recoveryMail: 0 }];
    }),
  );
}

/** A monitor that flaps for weeks must not grow its incident beyond what one item of the table holds. */
const alertsKept = 60;

/** Leaves out the oldest alerts that are well and told; the timeline still has them. */
function forgetOldest(alerts: Incident['alerts']): Incident['alerts'] {
  const entries = Object.entries(alerts);
  const surplus = entries.length - alertsKept;
  if (surplus <= 0) return alerts;
  const settled = entries
    .filter(([, one]) => one.recoveryMail !== undefined)
    .sort(([, a], [, b]) => a.joinedAt.localeCompare(b.joinedAt))
    .slice(0, surplus)
    .map(([key]) => key);
  return Object.fromEntries(entries.filter(([key]) => !settled.includes(key)));
}
