import { describe, expect, it } from 'vitest';
import type { Problem } from '../../core/api/problem.ts';
import type { PauseView } from '../../core/api/servers.ts';
import { addSeconds } from '../../core/instant.ts';
import { openIncident } from '../actions/operators-desk.ts';
import { type Asking, bearerOf, now, openPortal } from './portal-desk.ts';
import { apiToken } from './seeded-portal.ts';
import { watchedLike } from './two-accounts.ts';

const ref = { account: 'acme', server: 'web-1', monitor: 'https' };
const path = '/accounts/acme/servers/web-1/monitors/https/pause';
const until = addSeconds(now, 7200);
const wanted = { until, reason: 'Migration' };
const paused = { by: 'operator', since: now, until, reason: 'Migration', who: 'Olga Operator' };
const incident = { ...openIncident(), waiting: { incident: 'token-1' } };

async function desk(isIncidentOpen = false) {
  const woken: string[] = [];
  const portal = await openPortal({
    ...(isIncidentOpen && { watched: watchedLike(incident) }),
    workflows: {
      start: async () => 'started',
      isRunning: async () => true,
      succeed: async (token) => {
        woken.push(token);
        return 'told';
      },
    },
  });
  if (isIncidentOpen) await portal.stores.incidents.replaceIncident({ ...incident, version: 1 });
  const call = async (method: 'PUT' | 'DELETE', more: Asking = {}) => {
    const body = method === 'PUT' ? { body: wanted } : {};
    const response = await portal.ask(path, { method, as: 'olga', ...body, ...more });
    const text = await response.text();
    return {
      status: response.status,
      value: (text === '' ? undefined : JSON.parse(text)) as PauseView & Problem,
    };
  };
  const state = async () => (await portal.stores.monitors.monitor(ref))?.state;
  const trail = async () => (await portal.stores.audit.audit('acme', { limit: 50 })).items;
  return { ...portal, woken, call, state, trail };
}

describe('PUT …/pause', () => {
  it('given a monitor, when it is paused, then it is so in the name of who asked, with both in the trail', async () => {
    const { call, state, trail } = await desk();
    expect(await call('PUT')).toEqual({ status: 200, value: paused });
    expect((await state())?.pause).toEqual(paused);
    const shorter = { body: { ...wanted, until: addSeconds(now, 60) }, as: 'ada' } as const;
    expect((await call('PUT', shorter)).value).toMatchObject({
      until: shorter.body.until,
      who: 'Ada Administrator',
    });
    const lines = await trail();
    expect(lines.find(({ who }) => who.name === 'Ada Administrator')).toMatchObject({
      deed: 'monitor.pause',
      target: 'acme.web-1.https',
      before: { pause: paused },
      after: { pause: { until: shorter.body.until } },
      outcome: 'done',
    });
  });

  it('given an incident that runs for its failure, when it is paused, then the incident has it on its timeline and looks anew', async () => {
    const { call, state, stores, woken } = await desk(true);
    expect((await call('PUT')).value).toMatchObject(paused);
    expect((await state())?.pause).toEqual(paused);
    expect(await stores.incidents.timeline(incident.id)).toMatchObject([
      { kind: 'operator', by: 'Olga Operator' },
    ]);
    expect((await stores.incidents.incident(incident.id))?.deeds).toMatchObject([
      { action: 'pause', subject: 'https' },
    ]);
    expect(woken).toEqual(['token-1']);
    const later = { bindings: { requestId: 'request-2', at: addSeconds(now, 60) } };
    expect((await call('DELETE', later)).status).toBe(204);
    expect((await state())?.pause).toBeUndefined();
    expect(woken).toEqual(['token-1', 'token-1']);
  });

  const refused = [
    { given: 'an end that has passed', body: { ...wanted, until: now }, fields: ['until'] },
    {
      given: 'more than 31 days',
      body: { ...wanted, until: addSeconds(now, 31 * 86_400 + 1) },
      fields: ['until'],
    },
    { given: 'no reason', body: { until, reason: ' \n' }, fields: ['reason'] },
    { given: 'neither', body: {}, fields: ['until', 'reason'] },
    { given: 'whose it is', body: { ...wanted, by: 'escalation' }, fields: ['by'] },
  ];
  for (const { given, body, fields } of refused)
    it(`given ${given}, then it is refused by its field, and nothing is changed`, async () => {
      const { call, state, trail } = await desk();
      const { status, value } = await call('PUT', { body });
      expect([status, value.errors?.map(({ field }) => field)]).toEqual([422, fields]);
      expect((await state())?.pause).toBeUndefined();
      expect(await trail()).toEqual([]);
    });

  it('given a sweep that writes the state in the same moment, then both stand', async () => {
    const { stores } = await openPortal();
    let isFirst = true;
    const portal = await openPortal({
      monitors: new Proxy(stores.monitors, {
        get: (target, name) => {
          const value: unknown = Reflect.get(target, name);
          if (name !== 'replaceState') return typeof value === 'function' ? value.bind(target) : value;
          return async (...all: Parameters<typeof target.replaceState>) => {
            const [of, before] = all;
            if (isFirst) await target.replaceState(of, before, { ...before, unknownSince: now });
            isFirst = false;
            return target.replaceState(...all);
          };
        },
      }),
    });
    const response = await portal.ask(path, { method: 'PUT', as: 'olga', body: wanted });
    expect(response.status).toBe(200);
    expect((await stores.monitors.monitor(ref))?.state).toMatchObject({ unknownSince: now, pause: paused });
  });

  it('given a customer, or a token without the scope, then it is not theirs to do', async () => {
    const { ask, call, stores } = await desk();
    expect((await call('PUT', { as: 'hanako' })).status).toBe(403);
    expect(
      (await ask('/servers/web-1/monitors/https/pause', { method: 'PUT', as: 'hanako', body: wanted }))
        .status,
    ).toBe(404);
    const { account: _none, ...msp } = apiToken('watcher00001', { role: 'operator', scopes: ['read'] });
    await stores.identity.createToken(msp);
    const { status, value } = await call('PUT', { as: undefined, bearer: bearerOf('watcher00001') });
    expect([status, value.reason]).toEqual([403, 'scope-missing']);
  });

  it('given a monitor that is not there, then it is said', async () => {
    const { ask } = await desk();
    const other = path.replace('https', 'nope');
    expect((await ask(other, { method: 'PUT', as: 'olga', body: wanted })).status).toBe(404);
    expect((await ask(other, { method: 'DELETE', as: 'olga' })).status).toBe(404);
  });
});

describe('DELETE …/pause', () => {
  it('given a pause, when it is ended, then its next failure counts; ending it again does nothing', async () => {
    const { call, state, trail } = await desk();
    await call('PUT');
    expect((await call('DELETE')).status).toBe(204);
    expect((await state())?.pause).toBeUndefined();
    expect((await call('DELETE')).status).toBe(204);
    const resumed = (await trail()).filter(({ deed }) => deed === 'monitor.resume');
    expect(resumed).toMatchObject([{ before: { pause: paused }, outcome: 'done' }]);
    expect(resumed[0]?.after).toBeUndefined();
  });

  it('given a pause whose end has passed, when it is ended during an incident, then it is away all the same', async () => {
    const { call, state } = await desk(true);
    await call('PUT');
    const late = { bindings: { requestId: 'request-2', at: addSeconds(until, 60) } };
    expect((await call('DELETE', late)).status).toBe(204);
    expect((await state())?.pause).toBeUndefined();
  });
});
