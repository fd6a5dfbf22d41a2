import { z } from 'zod';
import { offeredActions } from '../../../core/action/offered-actions.ts';
import { incidentView, incidentSummary as summaryForm } from '../../../core/api/incidents.ts';
import { pageOf, pageQuery } from '../../../core/api/problem.ts';
import { isOperator } from '../../../core/identity/scopes.ts';
import { serverId } from '../../../core/ids.ts';
import type { Incident } from '../../../core/incident/incident.ts';
import type { Evidence } from '../../../core/incident/timeline.ts';
import { type Instant, instant } from '../../../core/instant.ts';
import type { Part } from '../../../platform/store/directory-store.ts';
import type { MailLine } from '../../../platform/store/outbox.ts';
import type { AccountView } from '../account-view.ts';
import type { ApiRoutes } from '../api-routes.ts';
import { examples } from '../examples.ts';
import { nothingHere } from '../refusal.ts';
import { executionsOf } from '../views/execution-views.ts';
import { incidentSummary } from '../views/incident-views.ts';

const most = { evidence: 20, timeline: 1_000 };
/** Parts that are read to fill one page: what a filter leaves out must not end the list early, nor cost without end. */
const partsRead = 8;

export const incidentParam = z
  .string()
  .max(100)
  .regex(/^[a-z0-9.-]+$/)
  .meta({ example: 'acme.web-1-7' });

/** Incidents and what was done about them. */
export function addIncidentRoutes(routes: ApiRoutes): void {
  routes.account(
    {
      method: 'get',
      path: '/incidents',
      id: 'listIncidents',
      tag: 'Incidents',
      summary: 'Incidents, the newest first',
      description:
        'With a filter a part may have fewer incidents than `limit`, or none; the list goes on while there is `next`.',
      scope: 'read',
      query: {
        ...pageQuery.shape,
        state: z.enum(['open', 'closed']).optional().meta({ description: 'All of them without it.' }),
        server: serverId.optional().meta({ description: 'Those of one server.', example: 'web-1' }),
        from: instant
          .optional()
          .meta({ description: 'Opened then or later.', example: '2026-11-01T00:00:00.000Z' }),
        to: instant
          .optional()
          .meta({ description: 'Opened before then.', example: '2026-12-01T00:00:00.000Z' }),
      },
      answer: {
        json: pageOf(summaryForm).meta({ id: 'IncidentList' }),
        example: { items: [examples.incidentSummary] },
      },
    },
    async ({ view, query }) => {
      const [names, { items, next }] = await Promise.all([serverNames(view), filtered(view, query)]);
      return {
        value: {
          items: items.map((one) => incidentSummary(one, names.get(one.server) ?? one.server)),
          next,
        },
      };
    },
  );

  routes.account(
    {
      method: 'get',
      path: '/incidents/{incident}',
      id: 'getIncident',
      tag: 'Incidents',
      summary: 'One incident with its timeline, what was collected, and its mails',
      scope: 'read',
      params: { incident: incidentParam },
      answer: {
        json: incidentView,
        example: {
          ...examples.incidentSummary,
          timeline: [
            {
              at: '2026-11-21T03:00:05.000Z',
              key: 'joined-https-3',
              kind: 'joined',
              summary: { ja: 'アラート https が加わりました', en: 'alert https joined' },
            },
          ],
          evidence: [],
          mails: [
            {
              at: '2026-11-21T03:00:40.000Z',
              to: 'suzuki@acme.example',
              subject: '[障害] web-1',
              state: 'sent',
            },
          ],
        },
      },
    },
    async ({ ports, view, principal, at, params: { incident: id } }) => {
      const incident = await view.incident(id);
      if (incident === undefined) throw nothingHere();
      const [server, timeline, evidence, mails, monitors, executions] = await Promise.all([
        view.server(incident.server),
        view.timeline(incident),
        evidenceOf(view, incident),
        mailsOf(view, incident, isOperator(principal)),
        isOperator(principal) ? view.monitorsOf(incident.server) : [],
        isOperator(principal) ? executionsOf(ports.executions, incident) : undefined,
      ]);
      return {
        value: {
          ...incidentSummary(incident, server?.name ?? incident.server),
          timeline: timeline.slice(-most.timeline).map(({ incident: _, ...entry }) => entry),
          evidence: evidence.map(({ incident: _, ...one }) => one),
          mails: mails.map(({ at: writtenAt, to, subject, state }) => ({
            at: writtenAt,
            to,
            subject,
            state,
          })),
          actions: isOperator(principal) ? offeredActions(incident, monitors, at) : undefined,
          executions,
        },
      };
    },
  );
}

export const serverNames = async (view: AccountView): Promise<Map<string, string>> =>
  new Map((await view.servers()).map(({ id, name }) => [id, name]));

interface IncidentQuery {
  readonly state?: Incident['state'] | undefined;
  readonly server?: string | undefined;
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

async function filtered(view: AccountView, query: IncidentQuery): Promise<Part<Incident>> {
  const { state, server, from, to, limit } = query;
  const isWanted = (one: Incident) =>
    (state === undefined || one.state === state) &&
    (from === undefined || one.openedAt >= from) &&
    (to === undefined || one.openedAt < to);
  const read = (page: { limit: number; cursor?: string }): Promise<Part<Incident>> =>
    server === undefined
      ? view.incidents({ ...page, ...(from !== undefined && { from }), ...(to !== undefined && { to }) })
      : view.incidentsOfServer(server, page);
  const found: Incident[] = [];
  let cursor = query.cursor;
  for (let part = 0; part < partsRead; part += 1) {
    // Never more than is missing: the cursor stands behind all that was read.
    const { items, next } = await read({
      limit: limit - found.length,
      ...(cursor !== undefined && { cursor }),
    });
    found.push(...items.filter(isWanted));
    if (next === undefined) return { items: found };
    cursor = next;
    if (found.length >= limit) break;
  }
  return { items: found, ...(cursor !== undefined && { next: cursor }) };
}

/** What was collected for its mails: the newest ones, oldest first. */
async function evidenceOf(view: AccountView, incident: Incident): Promise<Evidence[]> {
  const first = Math.max(1, incident.mails - most.evidence + 1);
  const numbers = Array.from(
    { length: Math.max(0, incident.mails - first + 1) },
    (_, index) => first + index,
  );
  const found = await Promise.all(numbers.map((number) => view.evidence(incident, number)));
  return found.filter((one) => one !== undefined);
}

async function mailsOf(view: AccountView, incident: Incident, withOperators: boolean): Promise<MailLine[]> {
  const all = [
    ...(await view.mailsOf(incident)),
    ...(withOperators ? await view.operatorsMailsOf(incident) : []),
  ];
  return all.sort((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at)));
}
