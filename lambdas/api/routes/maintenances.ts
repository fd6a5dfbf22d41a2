import pMap from 'p-map';
import { z } from 'zod';
import {
  type MaintenanceView,
  maintenanceRequest,
  maintenanceView,
  occurrenceList,
} from '../../../core/api/maintenances.ts';
import { pageOf, pageQuery } from '../../../core/api/problem.ts';
import { addSeconds, type Instant, instant, secondsBetween } from '../../../core/instant.ts';
import {
  judgeMaintenance,
  type MaintenanceSurroundings,
} from '../../../core/maintenance/judge-maintenance.ts';
import {
  type Maintenance,
  type MaintenanceRequest,
  maintenance,
} from '../../../core/maintenance/maintenance.ts';
import { currentOccurrence, lastUntil, nextOccurrence } from '../../../core/maintenance/occurrences.ts';
import { ascending, byKey, byKeyDown, descending, partOf } from '../../../platform/store/cursor.ts';
import { maintenanceChanged } from '../../maintenance/maintenance-changed.ts';
import type { AccountView } from '../account-view.ts';
import type { ApiRoutes, AskedOfAccount } from '../api-routes.ts';
import { audited } from '../audited.ts';
import { examples } from '../examples.ts';
import { newId } from '../new-token.ts';
import { nothingHere, Refusal, unprocessable } from '../refusal.ts';
import { changedMeanwhile, ifMatchHeader, matchVersion, versionTag } from '../versions.ts';
import { maintenancesIn, occurrenceViews } from '../views/occurrence-views.ts';

const daySeconds = 86_400;
const longestRangeDays = 400;
const keptDays = 400;
/** A calendar is filled a month at a time, so that hundreds of daily rules are not expanded over a year for nothing. */
const stepDays = 31;
const mostOccurrences = 1_000;
const readsAtOnce = 16;
/** Writers that may be first while one ends a maintenance. */
const tries = 10;

const requestExample = {
  scope: [{ server: 'db-1' }],
  from: '2026-11-22T17:00:00.000Z',
  until: '2026-11-22T19:00:00.000Z',
  recurrence: { rule: 'FREQ=WEEKLY;BYDAY=MO', timeZone: 'Asia/Tokyo' },
  reason: 'Database update',
};
const example = {
  ...requestExample,
  id: 'k3j9x0a7q2mz',
  account: 'acme',
  createdAt: '2026-11-20T03:00:00.000Z',
  createdBy: 'Hanako Sato',
  version: 1,
  next: { from: requestExample.from, until: requestExample.until },
};
const params = { maintenance: maintenance.shape.id.meta({ example: example.id }) };

/** 監視停止: announced maintenance. */
export function addMaintenanceRoutes(routes: ApiRoutes): void {
  routes.account(
    {
      method: 'get',
      path: '/maintenances',
      id: 'listMaintenances',
      tag: 'Maintenance',
      summary: 'Maintenance that holds or comes, the nearest first; or what is over',
      scope: 'read',
      query: {
        ...pageQuery.shape,
        state: z.enum(['unfinished', 'over']).default('unfinished').meta({
          description:
            '`over`: what has ended in the last 400 days, or was called off, the latest begin first.',
        }),
      },
      answer: {
        json: pageOf(maintenanceView).meta({ id: 'MaintenanceList' }),
        example: { items: [example] },
      },
    },
    async ({ view, at, query: { state, limit, cursor } }) => {
      const page = { limit, ...(cursor !== undefined && { cursor }) };
      if (state === 'over') {
        const range = { from: addSeconds(at, -keptDays * daySeconds), to: at };
        const all = (await maintenancesIn(view, range.from, range.to, at)).filter((one) => isOver(one, at));
        const keyOf = ({ from, id }: Maintenance) => `${from}#${id}`;
        const { items, next } = partOf('api-past', all.sort(byKeyDown(keyOf)), keyOf, page, descending);
        return { value: { items: items.map((one) => viewOf(one, at)), next } };
      }
      const all = (await view.maintenances(at))
        .filter((one) => !isOver(one, at))
        .map((one) => viewOf(one, at));
      const keyOf = ({ id, current, next }: MaintenanceView) => `${(current ?? next)?.from}#${id}`;
      return { value: partOf('api-maintenances', all.sort(byKey(keyOf)), keyOf, page, ascending) };
    },
  );

  routes.account(
    {
      method: 'post',
      path: '/maintenances',
      id: 'announceMaintenance',
      tag: 'Maintenance',
      summary: 'Announces maintenance of servers or monitors, once or recurring',
      description:
        'In maintenance checks and graphs go on, and nothing is alerted or responded to. Rules are those of RFC 5545, by the wall clock of their time zone.',
      scope: 'maintenance',
      body: { schema: maintenanceRequest, example: requestExample },
      answer: { json: maintenanceView, status: 201, example },
    },
    async (asked) => {
      const { view, at, body, principal, account } = asked;
      await judge(view, body, at);
      const made: Maintenance = {
        ...body,
        id: newId(),
        account,
        createdAt: at,
        createdBy: principal.name,
        version: 1,
      };
      await audited(asked, { deed: 'maintenance.announce', target: made.id }, async () => {
        if (!(await view.replaceMaintenance(made, lastUntil(made))))
          throw new Error(`maintenance id ${made.id} was taken`);
        return { value: undefined, after: shortened(made) };
      });
      await tellIncidents(asked);
      return answerOf(made, at);
    },
  );

  routes.account(
    {
      method: 'get',
      path: '/maintenances/occurrences',
      id: 'listMaintenanceOccurrences',
      tag: 'Maintenance',
      summary: 'Each period of maintenance that reaches into a range, for calendars',
      scope: 'read',
      query: {
        from: instant.meta({ description: 'Included.', example: '2026-11-01T00:00:00.000Z' }),
        to: instant.meta({
          description: 'Excluded; 400 days after `from` at most.',
          example: '2026-12-01T00:00:00.000Z',
        }),
      },
      answer: {
        json: occurrenceList,
        example: { items: [examples.occurrence], isCut: false },
      },
    },
    async ({ view, at, query: { from, to } }) => {
      const seconds = secondsBetween(from, to);
      if (seconds <= 0)
        throw unprocessable([{ field: 'query.to', message: 'is not after from; give a later time' }]);
      if (seconds > longestRangeDays * daySeconds)
        throw unprocessable([
          {
            field: 'query.to',
            message: `is more than ${longestRangeDays} days after from; ask for less at once`,
          },
        ]);
      const all = await maintenancesIn(view, from, to, at);
      return { value: occurrencesIn(all, from, to) };
    },
  );

  routes.account(
    {
      method: 'get',
      path: '/maintenances/{maintenance}',
      id: 'getMaintenance',
      tag: 'Maintenance',
      summary: 'One announced maintenance',
      scope: 'read',
      params,
      answer: { json: maintenanceView, example },
    },
    async ({ view, at, params: { maintenance: id } }) => answerOf(await known(view, id), at),
  );

  routes.account(
    {
      method: 'put',
      path: '/maintenances/{maintenance}',
      id: 'changeMaintenance',
      tag: 'Maintenance',
      summary: 'Changes a maintenance; what has begun keeps its scope, begin and rule',
      scope: 'maintenance',
      params,
      headers: ifMatchHeader,
      body: { schema: maintenanceRequest, example: requestExample },
      refusals: [409, 412, 428],
      answer: { json: maintenanceView, example: { ...example, version: 2 } },
    },
    async (asked) => {
      const {
        view,
        at,
        body,
        header,
        params: { maintenance: id },
      } = asked;
      const before = await known(view, id);
      matchVersion(header('if-match'), before.version);
      if (isOver(before, at)) throw over();
      await judge(view, body, at, before);
      const { recurrence: _before, ...kept } = before;
      const after: Maintenance = { ...kept, ...body, version: before.version + 1 };
      await audited(
        asked,
        { deed: 'maintenance.change', target: id, before: shortened(before) },
        async () => {
          if (!(await view.replaceMaintenance(after, lastUntil(after)))) throw changedMeanwhile();
          return { value: undefined, after: shortened(after) };
        },
      );
      await tellIncidents(asked);
      return answerOf(after, at);
    },
  );

  routes.account(
    {
      method: 'delete',
      path: '/maintenances/{maintenance}',
      id: 'endMaintenance',
      tag: 'Maintenance',
      summary: 'Ends a maintenance now, or calls it off; what still fails is detected as usual',
      scope: 'maintenance',
      params,
      refusals: [409],
      answer: {
        json: maintenanceView,
        example: {
          ...example,
          next: undefined,
          endedAt: '2026-11-21T03:04:05.000Z',
          endedBy: 'Hanako Sato',
          version: 2,
        },
      },
    },
    async (asked) => {
      const {
        view,
        at,
        principal,
        params: { maintenance: id },
      } = asked;
      const before = await known(view, id);
      if (isOver(before, at)) throw over();
      const ended = await audited(
        asked,
        { deed: 'maintenance.end', target: id, before: shortened(before) },
        async () => {
          const after = await end(view, before, { endedAt: at, endedBy: principal.name });
          return { value: after, after: shortened(after) };
        },
      );
      await tellIncidents(asked);
      return answerOf(ended, at);
    },
  );
}

async function known(view: AccountView, id: string): Promise<Maintenance> {
  const found = await view.maintenance(id);
  if (found === undefined) throw nothingHere();
  return found;
}

/** Ends it as it stands, whoever changes it in the same moment. */
async function end(
  view: AccountView,
  read: Maintenance,
  ending: { readonly endedAt: Instant; readonly endedBy: string },
): Promise<Maintenance> {
  let before = read;
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const after: Maintenance = { ...before, ...ending, version: before.version + 1 };
    if (await view.replaceMaintenance(after, lastUntil(after))) return after;
    before = await known(view, read.id);
    if (isOver(before, ending.endedAt)) throw over();
  }
  throw new Error(`maintenance ${read.id} was changed by others ${tries} times in a row; try again`);
}

const over = (): Refusal =>
  new Refusal(409, 'this maintenance is over and stays as it was; announce another', { reason: 'over' });

function isOver(one: Maintenance, at: Instant): boolean {
  const last = lastUntil(one);
  return last !== undefined && last <= at;
}

/** @throws Refusal 422 with all that is wrong with a request */
async function judge(
  view: AccountView,
  request: MaintenanceRequest,
  at: Instant,
  before?: Maintenance,
): Promise<void> {
  const [servers, unfinished] = await Promise.all([serversOf(view, request), view.maintenances(at)]);
  const problems = judgeMaintenance(request, {
    at,
    servers,
    unfinished: unfinished.filter(({ id }) => id !== before?.id).length,
    ...(before !== undefined && { before }),
  });
  if (problems.length > 0)
    throw unprocessable(
      problems.map(({ field, message }) => ({ field: field.replace(/\[(\d+)\]/g, '.$1'), message })),
    );
}

/** The account's servers, with the monitors of those of which some are named. */
async function serversOf(
  view: AccountView,
  { scope }: MaintenanceRequest,
): Promise<MaintenanceSurroundings['servers']> {
  if (scope === 'account') return [];
  const servers = (await view.servers()).map(({ id }) => id);
  const inParts = new Set(scope.flatMap(({ server, monitors }) => (monitors === undefined ? [] : [server])));
  return pMap(
    servers,
    async (id) => ({
      id,
      monitors: inParts.has(id) ? (await view.monitorsOf(id)).map(({ monitor }) => monitor.id) : [],
    }),
    { concurrency: readsAtOnce },
  );
}

function occurrencesIn(all: readonly Maintenance[], from: Instant, to: Instant) {
  const found = new Map<string, ReturnType<typeof occurrenceViews>[number]>();
  for (let begin = from; begin < to && found.size <= mostOccurrences; ) {
    const next = addSeconds(begin, stepDays * daySeconds);
    const finish = next < to ? next : to;
    for (const one of occurrenceViews(all, begin, finish, mostOccurrences + 1))
      found.set(`${one.from}#${one.id}`, one);
    begin = finish;
  }
  const items = [...found.values()].sort(byKey(({ from: start, id }) => `${start}#${id}`));
  return { items: items.slice(0, mostOccurrences), isCut: items.length > mostOccurrences };
}

function viewOf(one: Maintenance, at: Instant): MaintenanceView {
  const current = currentOccurrence(one, at);
  const next = nextOccurrence(one, at);
  return { ...one, ...(current !== undefined && { current }), ...(next !== undefined && { next }) };
}

function answerOf(one: Maintenance, at: Instant) {
  const value = viewOf(one, at);
  return { value, headers: { etag: versionTag(one.version, value) } };
}

const mostShown = 100;

/** For the trail, which has room for a change of ordinary size. */
const shortened = ({ scope, ...one }: Maintenance) => ({
  ...one,
  scope:
    scope === 'account'
      ? scope
      : [
          ...scope
            .slice(0, mostShown)
            .map(({ server, monitors }) =>
              monitors === undefined
                ? server
                : `${server}: ${monitors.length} monitors, ${monitors.slice(0, 3).join(' ')}`,
            ),
          ...(scope.length > mostShown ? [`and ${scope.length - mostShown} more`] : []),
        ],
});

/** Running incidents look at it within the hour by themselves, so that the change stands also where telling them fails. */
async function tellIncidents({
  ports,
  account,
  requestId,
}: Pick<AskedOfAccount, 'ports' | 'account' | 'requestId'>) {
  try {
    await maintenanceChanged(ports, account);
  } catch (error) {
    ports.log.error('incidents were not told of a changed maintenance', { account, requestId, cause: error });
  }
}
