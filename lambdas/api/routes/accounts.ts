import pMap from 'p-map';
import { z } from 'zod';
import { account as accountForm, namedAccount } from '../../../core/api/me.ts';
import { pageOf, pageQuery } from '../../../core/api/problem.ts';
import type { Instant } from '../../../core/instant.ts';
import { type Standing, standingOf } from '../../../core/standing.ts';
import { ascending, partOf } from '../../../platform/store/cursor.ts';
import type { ApiRoutes } from '../api-routes.ts';
import type { ApiPorts } from '../ports.ts';
import { MaintenanceNow } from '../views/server-views.ts';

const readsAtOnce = 8;

/** お客様一覧: every account, and what one is called, for operators. */
export function addAccountRoutes(routes: ApiRoutes): void {
  routes.operators(
    {
      method: 'get',
      path: '/accounts',
      id: 'listAccounts',
      tag: 'Operators',
      summary: 'Accounts, and how many of their servers and incidents want to be looked at, sorted by id',
      description: '`troubled` counts servers that fail, are being confirmed, warn or cannot be checked.',
      scope: 'read',
      query: {
        ...pageQuery.shape,
        q: z
          .string()
          .max(100)
          .optional()
          .meta({ description: 'A part of the id or the name.', example: 'acme' }),
      },
      answer: {
        json: pageOf(accountForm).meta({ id: 'AccountList' }),
        example: { items: [{ id: 'acme', name: 'Acme', servers: 12, troubled: 1, openIncidents: 1 }] },
      },
    },
    async ({ ports, at, query: { q = '', limit, cursor } }) => {
      const sought = q.trim().toLowerCase();
      const [all, open] = await Promise.all([ports.directory.accounts(), ports.incidents.openIncidents()]);
      const found = all.filter(({ id, name }) =>
        [id, name].some((text) => text.toLowerCase().includes(sought)),
      );
      const page = { limit, ...(cursor !== undefined && { cursor }) };
      const { items, next } = partOf('api-accounts', found, ({ id }) => id, page, ascending);
      return {
        value: {
          items: await pMap(
            items,
            async ({ id, name, servers }) => ({
              id,
              name,
              servers,
              troubled: await countTroubled(ports, id, at),
              openIncidents: open.filter(({ account }) => account === id).length,
            }),
            { concurrency: readsAtOnce },
          ),
          next,
        },
      };
    },
  );

  routes.operatorsOfAccount(
    {
      method: 'get',
      path: '',
      id: 'getAccount',
      tag: 'Operators',
      summary: 'Name and time zone of an account',
      scope: 'read',
      answer: { json: namedAccount, example: { id: 'acme', name: 'Acme', timeZone: 'Asia/Tokyo' } },
    },
    async ({ view: { account } }) => ({
      value: { id: account.id, name: account.name, timeZone: account.timeZone },
    }),
  );
}

const wanting: ReadonlySet<Standing> = new Set(['critical', 'confirming', 'warning', 'unknown']);

async function countTroubled(
  { directory, maintenance }: Pick<ApiPorts, 'directory' | 'maintenance'>,
  account: string,
  at: Instant,
): Promise<number> {
  const troubled = await directory.troubled(account);
  if (troubled.length === 0) return 0;
  const maintained = new MaintenanceNow(await maintenance.maintenances(account, at), at);
  const servers = troubled.flatMap(({ monitor: { server, id }, state }) =>
    wanting.has(standingOf(state, { at, inMaintenance: maintained.covers(server, id) })) ? [server] : [],
  );
  return new Set(servers).size;
}
