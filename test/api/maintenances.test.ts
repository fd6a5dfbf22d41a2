import { describe, expect, it } from 'vitest';
import type { MaintenanceView, OccurrenceList } from '../../core/api/maintenances.ts';
import type { Problem } from '../../core/api/problem.ts';
import { addSeconds } from '../../core/instant.ts';
import type { Maintenance } from '../../core/maintenance/maintenance.ts';
import { openIncident } from '../actions/operators-desk.ts';
import { type Asking, bearerOf, now, openPortal } from './portal-desk.ts';
import { apiToken } from './seeded-portal.ts';
import { watchedLike } from './two-accounts.ts';

const hour = 3600;
const request = {
  scope: [{ server: 'web-1' }],
  from: addSeconds(now, hour),
  until: addSeconds(now, 3 * hour),
  reason: 'Database update',
};

async function desk() {
  const portal = await openPortal();
  const call = async <T = MaintenanceView & Problem>(path: string, more: Asking = {}) => {
    const response = await portal.ask(path, { as: 'hanako', ...more });
    const text = await response.text();
    return {
      status: response.status,
      value: JSON.parse(text) as T,
      etag: response.headers.get('etag') ?? '',
    };
  };
  const announce = (change: object = {}, more: Asking = {}) =>
    call('/maintenances', { method: 'POST', body: { ...request, ...change }, ...more });
  const trail = async (account = 'acme') => (await portal.stores.audit.audit(account, { limit: 50 })).items;
  return { ...portal, call, announce, trail };
}

const later = (seconds: number): Asking => ({ bindings: { at: addSeconds(now, seconds) } });

describe('POST /maintenances', () => {
  it('given a server and a time to come, when it is announced, then it stands with its next period, and in the trail', async () => {
    const { announce, call, trail, stores } = await desk();
    const { status, value, etag } = await announce();
    expect([status, value]).toEqual([
      201,
      {
        ...request,
        id: expect.stringMatching(/^[a-z0-9]{12}$/),
        account: 'acme',
        createdAt: now,
        createdBy: 'Hanako Sato',
        version: 1,
        next: { from: request.from, until: request.until },
      },
    ]);
    expect(etag).toMatch(/^W\/"1\./);
    expect((await stores.maintenance.maintenances('acme', now)).map(({ id }) => id)).toEqual([value.id]);
    expect((await call(`/maintenances/${value.id}`)).value).toEqual(value);
    expect(await trail()).toMatchObject([
      {
        deed: 'maintenance.announce',
        target: value.id,
        outcome: 'done',
        who: { kind: 'person', name: 'Hanako Sato' },
        after: { scope: ['web-1'], reason: 'Database update' },
      },
    ]);
  });

  it('given an operator who looks at an account, when they announce, then it is that account’s', async () => {
    const { ask, trail } = await desk();
    const body = { ...request, scope: [{ server: 'secret-project', monitors: ['ssh'] }] };
    const response = await ask('/accounts/globex/maintenances', { method: 'POST', as: 'olga', body });
    expect([response.status, await response.json()]).toMatchObject([
      201,
      { account: 'globex', createdBy: 'Olga Operator' },
    ]);
    expect(await trail('globex')).toHaveLength(1);
    expect(await trail('acme')).toEqual([]);
  });

  it('given an incident that runs on the server, when maintenance of it is announced, then its workflow is woken', async () => {
    const open = { ...openIncident(), waiting: { incident: 'token-1' } };
    const woken: string[] = [];
    const { ask, stores } = await openPortal({
      watched: watchedLike(open),
      workflows: {
        start: async () => 'started',
        isRunning: async () => true,
        succeed: async (token) => {
          woken.push(token);
          return 'told';
        },
      },
    });
    await stores.incidents.replaceIncident({ ...open, version: 1 });
    const body = { ...request, from: now };
    expect((await ask('/maintenances', { method: 'POST', as: 'hanako', body })).status).toBe(201);
    expect(woken).toEqual(['token-1']);
    expect((await stores.incidents.incident(open.id))?.news).toBe(open.news + 1);
  });

  it('given that incidents cannot be told, when it is announced, then it stands all the same, and the fault is logged', async () => {
    const { ports } = await openPortal();
    const { ask, logged, stores } = await openPortal({
      incidents: { ...ports.incidents, openIncidents: () => Promise.reject(new Error('no table')) },
    });
    expect((await ask('/maintenances', { method: 'POST', as: 'hanako', body: request })).status).toBe(201);
    expect(await stores.maintenance.maintenances('acme', now)).toHaveLength(1);
    expect(JSON.stringify(logged)).toContain('incidents were not told of a changed maintenance');
  });

  const refused = [
    { given: 'an end before its begin', change: { until: request.from }, fields: ['until'] },
    { given: 'a begin that has passed', change: { from: addSeconds(now, -hour) }, fields: ['from'] },
    { given: 'more than 31 days', change: { until: addSeconds(now, 40 * 24 * hour) }, fields: ['until'] },
    {
      given: 'another account’s server, as one that is nobody’s',
      change: { scope: [{ server: 'web-1' }, { server: 'secret-project' }, { server: 'no-such' }] },
      fields: ['scope.1.server', 'scope.2.server'],
    },
    {
      given: 'a monitor that the server does not have',
      change: { scope: [{ server: 'web-1', monitors: ['https', 'nope'] }] },
      fields: ['scope.0.monitors.1'],
    },
    {
      given: 'a rule with a slip',
      change: { recurrence: { rule: 'FREQ=WEKLY', timeZone: 'Asia/Tokyo' } },
      fields: ['recurrence.rule'],
    },
    {
      given: 'a zone that is none',
      change: { recurrence: { rule: 'FREQ=WEEKLY', timeZone: 'Asia/Edo' } },
      fields: ['recurrence.timeZone'],
    },
    {
      given: 'no reason and a field too many',
      change: { reason: ' ', account: 'globex' },
      fields: ['reason', 'account'],
    },
  ];
  for (const { given, change, fields } of refused)
    it(`given ${given}, when it is announced, then every fault is told with its field, and nothing is changed`, async () => {
      const { announce, stores, trail } = await desk();
      const { status, value } = await announce(change);
      expect(status).toBe(422);
      expect(value.errors?.map(({ field }) => field)).toEqual(fields);
      expect(await stores.maintenance.maintenances('acme', now)).toEqual([]);
      expect(await trail()).toEqual([]);
    });

  it('given a token with another scope, then it may read and not announce', async () => {
    const { stores, ask } = await desk();
    await stores.identity.createToken(apiToken('reader000001', { scopes: ['read'] }));
    const bearer = bearerOf('reader000001');
    expect((await ask('/maintenances', { bearer })).status).toBe(200);
    const response = await ask('/maintenances', { method: 'POST', bearer, body: request });
    expect([response.status, await response.json()]).toMatchObject([403, { reason: 'scope-missing' }]);
  });

  it('given a scope that is far larger than the trail has room for, when it is announced, then the trail has its beginning', async () => {
    const { announce, trail } = await desk();
    const scope = [{ server: 'web-1', monitors: ['https', 'cpu', 'disk'] }, { server: 'db-1' }];
    expect((await announce({ scope })).status).toBe(201);
    expect(await trail()).toMatchObject([
      { after: { scope: ['web-1: 3 monitors, https cpu disk', 'db-1'] } },
    ]);
  });
});

describe('GET /maintenances', () => {
  it('given some that hold, come, recur and are over, when listed, then the nearest comes first, page by page, and what is over is apart', async () => {
    const { announce, call } = await desk();
    const weekly = { recurrence: { rule: 'FREQ=DAILY', timeZone: 'Asia/Tokyo' }, reason: 'daily' };
    await announce({ ...weekly, from: addSeconds(now, 2 * hour), until: addSeconds(now, 3 * hour) });
    await announce({ reason: 'holds', from: now });
    await announce({ reason: 'comes', from: addSeconds(now, 26 * hour), until: addSeconds(now, 27 * hour) });
    await announce({ reason: 'is over then', from: now, until: addSeconds(now, 60) });
    type List = { items: MaintenanceView[]; next?: string };
    const { value: first } = await call<List>('/maintenances?limit=2', later(120));
    expect(first.items.map(({ reason }) => reason)).toEqual(['holds', 'daily']);
    expect(first.items[0]?.current).toEqual({ from: now, until: request.until });
    const { value: rest } = await call<List>(`/maintenances?limit=2&cursor=${first.next}`, later(120));
    expect(rest).toMatchObject({ items: [{ reason: 'comes' }] });
    expect(rest.next).toBeUndefined();
    const { value: over } = await call<List>('/maintenances?state=over', later(120));
    expect(over.items.map(({ reason }) => reason)).toEqual(['is over then']);
    expect((await call<List>('/maintenances', { as: 'gerd' })).value.items).toEqual([]);
  });

  it('given the clocks of Berlin go forward, when a nightly rule is shown, then 02:00 stays 02:00', async () => {
    const { ask } = await desk();
    const body = {
      scope: 'account',
      from: '2027-03-27T01:00:00.000Z',
      until: '2027-03-27T02:00:00.000Z',
      recurrence: { rule: 'FREQ=DAILY', timeZone: 'Europe/Berlin' },
      reason: 'backup',
    };
    const made = await ask('/maintenances', { method: 'POST', as: 'gerd', body });
    expect(made.status).toBe(201);
    const range = 'from=2027-03-27T00:00:00.000Z&to=2027-03-31T00:00:00.000Z';
    const list = (await (
      await ask(`/maintenances/occurrences?${range}`, { as: 'gerd' })
    ).json()) as OccurrenceList;
    expect(list.items.map(({ from }) => from)).toEqual([
      '2027-03-27T01:00:00.000Z',
      // 02:00 is not there that night.
      '2027-03-28T01:00:00.000Z',
      '2027-03-29T00:00:00.000Z',
      '2027-03-30T00:00:00.000Z',
    ]);
    expect(list.isCut).toBe(false);
  });
});

describe('GET /maintenances/occurrences', () => {
  const occurrences = (from: string, to: string) => `/maintenances/occurrences?from=${from}&to=${to}`;

  it('given a period longer than a step of the calendar, when a year is asked for, then it comes once', async () => {
    const { announce, call } = await desk();
    await announce({ until: addSeconds(now, 30 * 24 * hour) });
    const { value } = await call<OccurrenceList>(occurrences(now, addSeconds(now, 399 * 24 * hour)));
    expect(value.items).toHaveLength(1);
  });

  it('given hundreds of daily rules, when 400 days are asked for, then a thousand periods are answered, in order, and soon', async () => {
    const { stores, call } = await desk();
    for (let number = 0; number < 300; number += 1) {
      const one: Maintenance = {
        ...request,
        id: `m${String(number).padStart(11, '0')}`,
        account: 'acme',
        from: addSeconds(request.from, number),
        until: addSeconds(request.from, number + 60),
        recurrence: { rule: 'FREQ=DAILY', timeZone: 'Asia/Tokyo' },
        createdAt: now,
        createdBy: 'x',
        version: 1,
      };
      await stores.maintenance.replaceMaintenance(one, undefined);
    }
    const startedAt = performance.now();
    const { status, value } = await call<OccurrenceList>(occurrences(now, addSeconds(now, 400 * 24 * hour)));
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    expect([status, value.items.length, value.isCut]).toEqual([200, 1_000, true]);
    const begins = value.items.map(({ from }) => from);
    expect(begins).toEqual([...begins].sort());
    // Nothing before the end of what is shown was left out.
    expect(new Set(begins.slice(0, 900)).size).toBe(900);
  });

  const refused = [
    { given: 'no range', query: '', fields: ['query.from', 'query.to'] },
    {
      given: 'an end before the begin',
      query: `?from=${now}&to=${addSeconds(now, -1)}`,
      fields: ['query.to'],
    },
    {
      given: 'more than 400 days',
      query: `?from=${now}&to=${addSeconds(now, 400 * 24 * hour + 1)}`,
      fields: ['query.to'],
    },
    { given: 'a day in place of a time', query: `?from=2026-11-01&to=${now}`, fields: ['query.from'] },
  ];
  for (const { given, query, fields } of refused)
    it(`given ${given}, then it is refused by its field`, async () => {
      const { call } = await desk();
      const { status, value } = await call(`/maintenances/occurrences${query}`);
      expect([status, value.errors?.map(({ field }) => field)]).toEqual([422, fields]);
    });
});

describe('PUT /maintenances/{maintenance}', () => {
  const put = (body: object, ifMatch?: string): Asking => ({
    method: 'PUT',
    body,
    headers: ifMatch === undefined ? {} : { 'if-match': ifMatch },
  });

  it('given the version that was read, when it is changed, then it is so, with both in the trail', async () => {
    const { announce, call, trail } = await desk();
    const { value: made, etag } = await announce({
      recurrence: { rule: 'FREQ=DAILY', timeZone: 'Asia/Tokyo' },
    });
    const change = { ...request, reason: 'Longer', until: addSeconds(now, 4 * hour) };
    const { status, value } = await call(`/maintenances/${made.id}`, put(change, etag));
    expect([status, value]).toMatchObject([
      200,
      { ...change, id: made.id, version: 2, createdBy: 'Hanako Sato' },
    ]);
    expect(value.recurrence).toBeUndefined();
    expect((await trail()).find(({ deed }) => deed === 'maintenance.change')).toMatchObject({
      before: { reason: 'Database update', version: 1 },
      after: { reason: 'Longer', version: 2 },
    });
  });

  it('given two who read the same, when both write, then the second is told to read again', async () => {
    const { announce, call } = await desk();
    const { value: made } = await announce();
    const path = `/maintenances/${made.id}`;
    expect((await call(path, put({ ...request, reason: 'one' }, '"1"'))).status).toBe(200);
    const { status, value } = await call(path, put({ ...request, reason: 'two' }, '"1"'));
    expect([status, value.reason]).toEqual([412, 'changed']);
    expect((await call(path)).value.reason).toBe('one');
    expect((await call(path, put(request))).status).toBe(428);
    expect((await call(path, put(request, 'yesterday’s'.replace('’', '')))).status).toBe(400);
  });

  it('given one that has begun, when its scope is changed, then it keeps it; its end may be moved', async () => {
    const { announce, call } = await desk();
    const { value: made } = await announce({ from: now });
    const path = `/maintenances/${made.id}`;
    const other = { ...request, from: now, scope: [{ server: 'db-1' }] };
    const { status, value } = await call(path, { ...put(other, '"1"'), ...later(60) });
    expect([status, value.errors?.map(({ field }) => field)]).toEqual([422, ['scope']]);
    const longer = { ...request, from: now, until: addSeconds(now, 9 * hour) };
    expect((await call(path, { ...put(longer, '"1"'), ...later(60) })).status).toBe(200);
  });

  it('given one that is over, then it stays as it was', async () => {
    const { announce, call } = await desk();
    const { value: made } = await announce({ from: now, until: addSeconds(now, 60) });
    const { status, value } = await call(`/maintenances/${made.id}`, {
      ...put(request, '"1"'),
      ...later(60),
    });
    expect([status, value.reason]).toEqual([409, 'over']);
  });
});

describe('DELETE /maintenances/{maintenance}', () => {
  it('given one that holds, when it is ended, then it holds from then on no more', async () => {
    const { announce, call, trail } = await desk();
    const { value: made } = await announce({ from: now });
    const path = `/maintenances/${made.id}`;
    const { status, value } = await call(path, { method: 'DELETE', ...later(600) });
    const endedAt = addSeconds(now, 600);
    expect([status, value]).toMatchObject([200, { endedAt, endedBy: 'Hanako Sato', version: 2 }]);
    expect(value.current ?? value.next).toBeUndefined();
    expect((await call<{ items: unknown[] }>('/maintenances', later(600))).value.items).toEqual([]);
    const line = (await trail()).find(({ deed }) => deed === 'maintenance.end');
    expect(line).toMatchObject({ before: { version: 1 }, after: { endedAt } });
    const again = await call(path, { method: 'DELETE', ...later(601) });
    expect([again.status, again.value.reason]).toEqual([409, 'over']);
  });

  it('given one that is yet to come, when it is called off, then it never holds', async () => {
    const { announce, call } = await desk();
    const { value: made } = await announce({ recurrence: { rule: 'FREQ=DAILY', timeZone: 'Asia/Tokyo' } });
    expect((await call(`/maintenances/${made.id}`, { method: 'DELETE' })).status).toBe(200);
    const range = `from=${now}&to=${addSeconds(now, 10 * 24 * hour)}`;
    expect((await call<OccurrenceList>(`/maintenances/occurrences?${range}`)).value.items).toEqual([]);
  });

  it('given another who changes it in the same moment, when it is ended, then both stand', async () => {
    const { announce, ask, stores } = await desk();
    const { value: made } = await announce();
    const { current: _c, next: _n, ...stored } = made;
    const portal = await openPortal({
      maintenance: {
        ...stores.maintenance,
        maintenances: (...all) => stores.maintenance.maintenances(...all),
        past: (...all) => stores.maintenance.past(...all),
        maintenance: (...all) => stores.maintenance.maintenance(...all),
        replaceMaintenance: async (after, until) => {
          if (after.version === 2)
            await stores.maintenance.replaceMaintenance(
              { ...(stored as Maintenance), reason: 'another was first', version: 2 },
              stored.until,
            );
          return stores.maintenance.replaceMaintenance(after, until);
        },
      },
    });
    const response = await portal.ask(`/maintenances/${made.id}`, { method: 'DELETE', as: 'hanako' });
    expect([response.status, await response.json()]).toMatchObject([
      200,
      { reason: 'another was first', endedAt: now, version: 3 },
    ]);
    expect((await ask(`/maintenances/${made.id}`, { as: 'hanako' })).status).toBe(200);
  });
});
