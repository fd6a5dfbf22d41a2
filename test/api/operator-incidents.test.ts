import { describe, expect, it } from 'vitest';
import type { Incident } from '../../core/incident/incident.ts';
import { addSeconds } from '../../core/instant.ts';
import { openIncident } from '../actions/operators-desk.ts';
import { type Asking, now, openPortal } from './portal-desk.ts';
import { watchedLike } from './two-accounts.ts';

const incident = { ...openIncident(), waiting: { incident: 'token-1' } };
const by = 'Olga Operator';

async function desk(open: Incident = incident) {
  const woken: string[] = [];
  const portal = await openPortal({
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
  await portal.stores.incidents.replaceIncident({ ...open, version: 1 });
  const call = async (deed: string, body?: unknown, more: Asking = {}) => {
    const path = `/operator/incidents/${open.id}/${deed}`;
    const response = await portal.ask(path, { method: 'POST', as: 'olga', body, ...more });
    const text = await response.text();
    return { status: response.status, value: JSON.parse(text) as Record<string, unknown> };
  };
  const trail = async () => (await portal.stores.audit.audit('acme', { limit: 50 })).items;
  return { ...portal, woken, call, trail };
}

describe('POST /operator/incidents/{incident}/actions', () => {
  const actions = [
    { action: 'acknowledge' },
    { action: 'run-runbook', alert: 'https-3', runbook: 'restart-web' },
    { action: 'escalate' },
    { action: 'skip-calls' },
    { action: 'pause', monitor: 'https', until: addSeconds(now, 7200), reason: 'migration' },
    { action: 'resolve' },
  ];
  for (const action of actions) {
    it(`given ${action.action}, then it is done as by a link, in the name of who asked`, async () => {
      const { call, stores, woken, trail } = await desk();
      const { status, value } = await call('actions', action);
      expect([status, value]).toMatchObject([
        200,
        { incident: incident.id, done: true, action: action.action, by, at: now },
      ]);
      expect(await stores.incidents.timeline(incident.id)).toMatchObject([{ kind: 'operator', by }]);
      expect(woken).toEqual(['token-1']);
      expect(await trail()).toMatchObject([
        { deed: `incident.${action.action}`, target: incident.id, who: { name: by }, outcome: 'done' },
      ]);
    });
  }

  it('given the same Idempotency-Key, then the first answer stands; given none, each is its own', async () => {
    const { call } = await desk();
    const headers = { 'idempotency-key': 'deploy-42' };
    const { value: first } = await call('actions', { action: 'skip-calls' }, { headers });
    const later = { at: addSeconds(now, 9), requestId: 'request-2' };
    const { value: second } = await call('actions', { action: 'skip-calls' }, { headers, bindings: later });
    expect([first.done, second.done]).toEqual([true, false]);
    expect({ ...second, done: true }).toEqual(first);
    const third = await call('actions', { action: 'skip-calls' }, { bindings: { requestId: 'request-3' } });
    expect([third.status, third.value.reason]).toEqual([409, 'skipped-already']);
    const another = await call('actions', { action: 'skip-calls' }, { headers, as: 'ada' });
    expect([another.status, another.value.reason]).toEqual([409, 'skipped-already']);
  });

  const resolve = { action: 'resolve' };
  const refusals = [
    { given: 'a customer', status: 403, body: resolve, more: { as: 'hanako' } },
    { given: 'nobody', status: 401, body: resolve, more: { as: undefined } },
    { given: 'a form', status: 415, body: 'x=1', more: { headers: { 'content-type': 'text/plain' } } },
    { given: 'a wild key', status: 400, body: resolve, more: { headers: { 'idempotency-key': 'a b' } } },
    { given: 'no JSON', status: 400, body: '{' },
    { given: 'a list', status: 422, body: [] },
    { given: 'an unknown action', status: 422, body: { action: 'reboot' } },
    { given: 'a field too many', status: 422, body: { ...resolve, force: true } },
    {
      given: 'a hostile alert',
      status: 422,
      body: { action: 'run-runbook', alert: '__proto__', runbook: 'x' },
    },
  ] as const;
  for (const { given, status, body, ...rest } of refusals) {
    it(`given ${given}, then the answer is a problem with ${status}, and nothing changes`, async () => {
      const { call, stores } = await desk();
      const answer = await call('actions', body, 'more' in rest ? rest.more : {});
      expect([answer.status, answer.value.status]).toEqual([status, status]);
      expect((await stores.incidents.incident(incident.id))?.deeds).toBeUndefined();
    });
  }

  it('given two faults, then both fields are named', async () => {
    const { call } = await desk();
    const { value } = await call('actions', {
      action: 'pause',
      monitor: 'HTTPS',
      until: 'noon',
      reason: 'x',
    });
    expect((value.errors as { field: string }[]).map(({ field }) => field)).toEqual(['monitor', 'until']);
  });

  it('given an incident that is not there, then 404; given one on notify, then 409 with the reason, and the trail says so', async () => {
    const onNotify = { ...incident, plan: 'notify' as const };
    const { call, ask, trail } = await desk(onNotify);
    const path = '/operator/incidents/acme.web-1-8/actions';
    expect((await ask(path, { method: 'POST', as: 'olga', body: resolve })).status).toBe(404);
    expect((await call('actions', { action: 'escalate' })).value).toMatchObject({
      status: 409,
      reason: 'plan',
    });
    expect(await trail()).toMatchObject([{ deed: 'incident.escalate', outcome: 'refused' }]);
  });
});

describe('what engineers do', () => {
  const report = { cause: 'The disk was full.', actions: 'Logs were removed.', prevention: 'They rotate.' };
  const well = addSeconds(now, -60);
  const recovered: Incident = {
    ...incident,
    alerts: Object.fromEntries(
      Object.entries(incident.alerts).map(([key, one]) => [
        key,
        { ...one, wellAt: well, wellSummary: one.summary },
      ]),
    ),
  };
  const withEngineers = async (open: Incident) => {
    const opened = await desk({ ...open, plan: 'managed' });
    await opened.stores.onCall.replaceSecondResponse({
      incident: open.id,
      begunAt: now,
      pages: [],
      version: 1,
    });
    return opened;
  };

  it('given a failure, when it is taken and written about, then each is done once, and a report is too early', async () => {
    const { call, stores } = await withEngineers(incident);
    expect((await call('acknowledgement')).value).toEqual({ incident: incident.id, outcome: 'acknowledged' });
    expect((await call('acknowledgement', undefined, { as: 'ada' })).value).toMatchObject({
      status: 409,
      reason: 'already',
    });
    expect((await call('updates', { body: 'We add a disk.' })).status).toBe(200);
    expect((await stores.incidents.incident(incident.id))?.messages).toMatchObject([{ person: by }]);
    expect((await call('cause-report', report)).value).toMatchObject({ status: 409, reason: 'too-early' });
  });

  it('given a recovery, when the report is submitted, then its author is who asked', async () => {
    const { call, stores } = await withEngineers(recovered);
    expect((await call('cause-report', report)).status).toBe(200);
    expect((await stores.onCall.secondResponse(incident.id))?.report?.author).toBe(by);
  });

  const refused = [
    { given: 'a field that is unknown', deed: 'updates', body: { body: 'b', html: 'x' }, status: 422 },
    { given: 'an empty update', deed: 'updates', body: { body: ' ' }, status: 422 },
    { given: 'a report without its parts', deed: 'cause-report', body: {}, status: 422 },
    {
      given: 'an author of somebody else’s name',
      deed: 'cause-report',
      body: { ...report, author: 'J' },
      status: 422,
    },
    { given: 'a deed that is unknown', deed: 'report', body: {}, status: 404 },
  ];
  for (const { given, deed, body, status } of refused) {
    it(`given ${given}, then it is refused with ${status} and nothing changes`, async () => {
      const { call, stores } = await withEngineers(incident);
      const before = [
        await stores.incidents.incident(incident.id),
        await stores.onCall.secondResponse(incident.id),
      ];
      expect((await call(deed, body)).status).toBe(status);
      expect([
        await stores.incidents.incident(incident.id),
        await stores.onCall.secondResponse(incident.id),
      ]).toEqual(before);
    });
  }

  it('given an incident that no engineer was called for, then it says so', async () => {
    const { call } = await desk();
    expect((await call('acknowledgement')).status).toBe(404);
  });
});
