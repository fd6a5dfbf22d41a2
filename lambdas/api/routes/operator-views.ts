import pMap from 'p-map';
import { z } from 'zod';
import { incidentSummary as summaryForm } from '../../../core/api/incidents.ts';
import { callView, executionView, healthView, unknownView } from '../../../core/api/operators.ts';
import { pageOf, pageQuery } from '../../../core/api/problem.ts';
import { type Call, maskedPhone } from '../../../core/call/call.ts';
import { addSeconds, type Instant, secondsBetween } from '../../../core/instant.ts';
import { machines } from '../../../core/machine.ts';
import { ascending, byKey, partOf } from '../../../platform/store/cursor.ts';
import { executionStatuses, mostListed } from '../../../platform/workflows/executions.ts';
import type { ApiRoutes } from '../api-routes.ts';
import { examples } from '../examples.ts';
import type { ApiPorts } from '../ports.ts';
import { executionsIn } from '../views/execution-views.ts';
import { incidentSummary } from '../views/incident-views.ts';

const daySeconds = 86_400;
/** A sweep comes every minute and takes less than one: after three something is wrong. */
const lateSeconds = 180;
/** Counts of health end here. */
const mostCounted = 1_000;
/** Health is asked for by every operator's page and reads much, so that one answer stands for all of these seconds. */
const keptSeconds = 10;
const readsAtOnce = 8;

/** What operators see of all accounts at once. */
export function addOperatorViewRoutes(routes: ApiRoutes): void {
  const common = { method: 'get', tag: 'Operators', scope: 'incidents' } as const;

  routes.operators(
    {
      ...common,
      path: '/operator/incidents',
      id: 'listOpenIncidents',
      summary: 'Open incidents of all accounts, by priority, then the longest first',
      query: pageQuery.shape,
      answer: {
        json: pageOf(summaryForm).meta({ id: 'IncidentList' }),
        example: { items: [examples.incidentSummary] },
      },
    },
    async ({ ports, query: { limit, cursor } }) => {
      const open = (await ports.incidents.openIncidents()).map((one) => incidentSummary(one, one.server));
      const keyOf = ({ priority, failingSince, id }: (typeof open)[number]) =>
        `${String(priority).padStart(3, '0')}#${failingSince}#${id}`;
      const page = { limit, ...(cursor !== undefined && { cursor }) };
      const { items, next } = partOf('api-open-incidents', open.sort(byKey(keyOf)), keyOf, page, ascending);
      const names = await namesOf(ports, new Set(items.map(({ account }) => account)));
      return {
        value: {
          items: items.map((one) => ({
            ...one,
            serverName: names.get(`${one.account}.${one.server}`) ?? one.server,
          })),
          next,
        },
      };
    },
  );

  routes.operators(
    {
      ...common,
      path: '/operator/calls',
      id: 'listCalls',
      summary: 'Telephone calls of a day, the newest first; numbers are masked',
      query: {
        ...pageQuery.shape,
        day: z.iso
          .date()
          .optional()
          .meta({ description: 'Of UTC; today without it.', example: '2026-11-21' }),
      },
      answer: {
        json: pageOf(callView).meta({ id: 'CallList' }),
        example: {
          items: [
            {
              id: 'acme.web-1-7-1-1',
              incident: 'acme.web-1-7',
              purpose: 'escalation',
              state: 'ended',
              to: 'Hanako Suzuki',
              phone: '…5678',
              preparedAt: '2026-11-21T03:03:00.000Z',
              placedAt: '2026-11-21T03:03:01.000Z',
              end: 'unanswered',
              endedAt: '2026-11-21T03:03:34.000Z',
            },
          ],
        },
      },
    },
    async ({ ports, at, query: { day = at.slice(0, 10), limit, cursor } }) => {
      const { items, next } = await ports.calls.callsOn(day, {
        limit,
        ...(cursor !== undefined && { cursor }),
      });
      return { value: { items: items.map(callLine), next } };
    },
  );

  routes.operators(
    {
      ...common,
      path: '/operator/unknowns',
      id: 'listUnknownMonitors',
      summary: 'Monitors that cannot be checked for a reason of ours, the longest first',
      query: pageQuery.shape,
      answer: {
        json: pageOf(unknownView).meta({ id: 'UnknownList' }),
        example: {
          items: [
            {
              account: 'acme',
              server: 'db-1',
              monitor: 'disk',
              check: 'disk',
              since: '2026-11-21T01:00:00.000Z',
              summary: { ja: 'SNMP に応答がありません', en: 'SNMP gave no answer' },
            },
          ],
        },
      },
    },
    async ({ ports, query: { limit, cursor } }) => {
      const { items, next } = await ports.directory.unknown({
        limit,
        ...(cursor !== undefined && { cursor }),
      });
      return {
        value: {
          items: items.flatMap(({ monitor: { account, server, id, check }, state }) =>
            state.unknownSince === undefined
              ? []
              : [{ account, server, monitor: id, check, since: state.unknownSince, summary: state.summary }],
          ),
          next,
        },
      };
    },
  );

  routes.operators(
    {
      ...common,
      path: '/operator/workflows',
      id: 'listExecutions',
      summary: 'Executions of the workflows and the step in which each stands, the last started first',
      description: 'There is no next part: the page that `url` leads to has them all.',
      query: {
        machine: z.enum(machines).optional().meta({ description: 'All of them without it.' }),
        status: z.enum(executionStatuses).default('RUNNING'),
        limit: z.coerce.number().int().min(1).max(100).default(50),
      },
      answer: {
        json: pageOf(executionView).meta({ id: 'ExecutionList' }),
        example: {
          items: [
            {
              name: 'acme.web-1-7',
              machine: 'incident',
              status: 'RUNNING',
              startedAt: '2026-11-21T03:00:05.000Z',
              step: 'Wait for news of the incident',
              incident: 'acme.web-1-7',
              url: '/workflows/mimamori-incident%3Aacme.web-1-7',
            },
          ],
        },
      },
    },
    async ({ ports, query }) => ({ value: { items: await executionsIn(ports.executions, query) } }),
  );

  const health = keptFor(keptSeconds, healthOf);
  routes.operators(
    {
      ...common,
      path: '/operator/health',
      id: 'getHealth',
      summary: 'Whether the watcher itself is well; some seconds old at most',
      passing: ['at'],
      answer: {
        json: healthView,
        example: {
          at: '2026-11-21T03:04:05.000Z',
          shards: [{ shard: 0, lastSweep: '2026-11-21T03:03:00.000Z', isLate: false }],
          openIncidents: 1,
          unknownMonitors: 0,
          mails: { waiting: 0, failedLastDay: 0 },
          workflows: [
            {
              machine: 'incident',
              running: 1,
              failedLastDay: 0,
              url: '/workflows/machine/mimamori-incident',
            },
          ],
        },
      },
    },
    async ({ ports, at }) => ({ value: await health(ports, at) }),
  );
}

const callLine = ({ to: { name, phone }, ...call }: Call) => ({
  ...call,
  to: name,
  phone: maskedPhone(phone),
});

/** Names of servers by `account.server`. */
async function namesOf(
  { directory }: Pick<ApiPorts, 'directory'>,
  accounts: ReadonlySet<string>,
): Promise<Map<string, string>> {
  const lists = await pMap(
    accounts,
    async (account) =>
      (await directory.servers(account)).map(({ id, name }) => [`${account}.${id}`, name] as const),
    { concurrency: readsAtOnce },
  );
  return new Map(lists.flat());
}

async function healthOf(ports: ApiPorts, at: Instant): Promise<z.input<typeof healthView>> {
  const dayAgo = addSeconds(at, -daySeconds);
  const [settings, shards, open, unknown, waiting, failed, workflows] = await Promise.all([
    ports.monitors.settings(),
    Promise.all(
      Array.from({ length: ports.shards }, async (_, shard) => ({
        shard,
        lastSweep: await ports.sweeps.lastSweep(shard),
        wayOutDownSince: (await ports.sweeps.wayOut(shard)).downSince,
      })),
    ),
    ports.incidents.openIncidents(),
    ports.directory.unknown({ limit: mostCounted }),
    ports.outbox.waiting(),
    ports.outbox.failedSince(dayAgo, mostCounted),
    Promise.all(machines.map((machine) => workflowHealth(ports.executions, machine, dayAgo))),
  ]);
  return {
    at,
    shards: shards.map((one) => ({ ...one, isLate: isLate(one.lastSweep, settings !== undefined, at) })),
    openIncidents: open.length,
    unknownMonitors: unknown.items.length,
    mails: { waiting: waiting.count, oldestWaiting: waiting.oldest?.at, failedLastDay: failed.length },
    workflows,
  };
}

/** Before there is an inventory nothing is swept. */
const isLate = (last: Instant | undefined, hasInventory: boolean, at: Instant): boolean =>
  last === undefined ? hasInventory : secondsBetween(last, at) > lateSeconds;

async function workflowHealth(
  executions: ApiPorts['executions'],
  machine: (typeof machines)[number],
  since: Instant,
) {
  const [running, ...failed] = await Promise.all(
    (['RUNNING', 'FAILED', 'TIMED_OUT'] as const).map((status) =>
      executions.list(machine, { status, limit: mostListed }),
    ),
  );
  const recent = failed.flat().filter(({ endedAt }) => endedAt !== undefined && endedAt >= since);
  return {
    machine,
    running: running?.length ?? 0,
    failedLastDay: Math.min(recent.length, mostCounted),
    url: executions.machineUrl(machine),
  };
}

/** The same answer for those who ask within some seconds of each other. */
function keptFor<T>(
  seconds: number,
  read: (ports: ApiPorts, at: Instant) => Promise<T>,
): (ports: ApiPorts, at: Instant) => Promise<T> {
  let kept: { readonly at: Instant; readonly value: Promise<T> } | undefined;
  return (ports, at) => {
    if (kept !== undefined && Math.abs(secondsBetween(kept.at, at)) < seconds) return kept.value;
    const value = read(ports, at);
    const mine = { at, value };
    kept = mine;
    value.catch(() => {
      if (kept === mine) kept = undefined;
    });
    return value;
  };
}
