import { describe, expect, it } from 'vitest';
import type { IncidentSummary, IncidentView } from '../../core/api/incidents.ts';
import type { AccountSummary, NamedAccount } from '../../core/api/me.ts';
import type { CallView, ExecutionView, HealthView, UnknownView } from '../../core/api/operators.ts';
import type { PageOf, Problem } from '../../core/api/problem.ts';
import type { Call } from '../../core/call/call.ts';
import type { Incident } from '../../core/incident/incident.ts';
import { addSeconds } from '../../core/instant.ts';
import type { Machine } from '../../core/machine.ts';
import { createMemoryStores } from '../../platform/store/memory.ts';
import type { Execution, Executions } from '../../platform/workflows/executions.ts';
import { type Asking, noExecutions, now, openPortal } from './portal-desk.ts';
import { idsOf, seededPortal } from './seeded-portal.ts';

async function desk(change: Parameters<typeof seededPortal>[0] = {}) {
  const portal = await seededPortal(change);
  const call = async <T>(path: string, more: Asking = {}) => {
    const response = await portal.ask(path, { as: 'olga', ...more });
    return { status: response.status, value: (await response.json()) as T };
  };
  return { ...portal, call };
}

/** Executions that a test says there are. */
const watching = (
  all: readonly (Omit<Execution, 'startedAt'> & { readonly startedAt?: string; readonly step?: string })[],
): Executions & { readonly asked: string[] } => {
  const asked: string[] = [];
  const found = all.map((one) => ({ startedAt: now, ...one }));
  return {
    ...noExecutions,
    asked,
    list: async (machine, { status, limit }) =>
      found.filter((one) => one.machine === machine && one.status === status).slice(0, limit),
    execution: async (machine, name) => found.find((one) => one.machine === machine && one.name === name),
    step: async (machine, name) => {
      asked.push(`${machine} ${name}`);
      const step = found.find((one) => one.machine === machine && one.name === name)?.step;
      return step === undefined ? undefined : { name: step, since: addSeconds(now, -30) };
    },
  };
};
const running = (machine: Machine, name: string, step: string, startedAt = now) =>
  ({ machine, name, status: 'RUNNING', startedAt, step }) as const;

describe('GET /accounts', () => {
  type List = PageOf<AccountSummary>;

  it('given two accounts with a failure each, then both are there with what wants to be looked at', async () => {
    const { call } = await desk();
    expect((await call<List>('/accounts')).value).toEqual({
      items: [
        { id: 'acme', name: 'Acme K.K.', servers: 2, troubled: 1, openIncidents: 1 },
        { id: 'globex', name: 'Globex GmbH', servers: 2, troubled: 1, openIncidents: 1 },
      ],
    });
  });

  it('given announced maintenance, then what fails in it wants nothing', async () => {
    const { call } = await desk();
    const at = addSeconds(now, 3700);
    const { value } = await call<List>('/accounts?q=ACME', { bindings: { at } });
    expect(value.items).toMatchObject([{ id: 'acme', troubled: 0, openIncidents: 1 }]);
  });

  it('given a part of a name, and pages of one, then each comes once', async () => {
    const { call } = await desk();
    expect((await call<List>('/accounts?q=gmbh')).value.items.map(({ id }) => id)).toEqual(['globex']);
    const { value: first } = await call<List>('/accounts?limit=1');
    const { value: rest } = await call<List>(`/accounts?limit=1&cursor=${first.next}`);
    expect([...first.items, ...rest.items].map(({ id }) => id)).toEqual(['acme', 'globex']);
    expect(rest.next).toBeUndefined();
  });
});

describe('GET /accounts/{account}', () => {
  it('given an account, then its name and the zone of its times are told', async () => {
    const { call } = await desk();
    expect((await call<NamedAccount>('/accounts/globex')).value).toEqual({
      id: 'globex',
      name: 'Globex GmbH',
      timeZone: 'Europe/Berlin',
    });
  });
});

describe('GET /operator/incidents', () => {
  type List = PageOf<IncidentSummary>;

  it('given open incidents of several accounts, then the most important comes first, then the oldest, page by page', async () => {
    const { call, stores } = await desk();
    const seeded = await stores.incidents.incident(idsOf.acme.incident);
    if (seeded === undefined) throw new Error('nothing is seeded');
    const [[key, alert] = ['', undefined]] = Object.entries(seeded.alerts);
    if (alert === undefined) throw new Error('it has no alert');
    const add = (server: string, priority: number, seconds: number, change: Partial<Incident> = {}) =>
      stores.incidents.replaceIncident({
        ...seeded,
        id: `acme.${server}-9`,
        server,
        number: 9,
        alerts: { [key]: { ...alert, priority, failingSince: addSeconds(now, -seconds) } },
        ...change,
      });
    await add('db-1', 1, 30);
    await add('old', 9, 90_000);
    await add('older', 9, 99_000);
    await add('closed', 1, 60, { state: 'closed', closedAt: now });
    const { value: first } = await call<List>('/operator/incidents?limit=3');
    const { value: rest } = await call<List>(`/operator/incidents?limit=3&cursor=${first.next}`);
    expect([...first.items, ...rest.items].map(({ id }) => id)).toEqual([
      'acme.db-1-9',
      idsOf.acme.incident,
      idsOf.globex.incident,
      'acme.older-9',
      'acme.old-9',
    ]);
    expect(first.items.map(({ serverName }) => serverName)).toEqual([
      'Database',
      'Web server',
      'Secret project',
    ]);
  });
});

describe('GET /operator/calls', () => {
  it('given calls of two days, then those of the day are there, and no number in full', async () => {
    const { call, stores } = await desk();
    const prepared = (id: string, preparedAt: string): Call => ({
      id,
      incident: idsOf.acme.incident,
      purpose: 'escalation',
      round: 1,
      number: Number(id.at(-1)),
      to: { name: 'Hanako Suzuki', phone: '+81312345678', language: 'ja' },
      report: 'web-1 fails',
      state: 'prepared',
      preparedAt,
      version: 1,
    });
    await stores.calls.replaceCall(prepared('acme.web-1-1-1-1', addSeconds(now, -60)));
    await stores.calls.replaceCall(prepared('acme.web-1-1-1-2', addSeconds(now, -30)));
    await stores.calls.replaceCall(prepared('acme.web-1-1-1-3', addSeconds(now, -86_400)));
    const { value } = await call<PageOf<CallView>>('/operator/calls');
    expect(value.items.map(({ id }) => id)).toEqual(['acme.web-1-1-1-2', 'acme.web-1-1-1-1']);
    expect(value.items[0]).toMatchObject({ to: 'Hanako Suzuki', phone: '…5678', purpose: 'escalation' });
    const yesterday = await call<PageOf<CallView>>('/operator/calls?day=2026-11-20&limit=1');
    expect(yesterday.value.items.map(({ id }) => id)).toEqual(['acme.web-1-1-1-3']);
    expect(JSON.stringify([value, yesterday])).not.toMatch(/\+81|web-1 fails/);
    const wrong = await call<Problem>('/operator/calls?day=today');
    expect([wrong.status, wrong.value.errors?.[0]?.field]).toEqual([422, 'query.day']);
  });
});

describe('GET /operator/unknowns', () => {
  it('given monitors that could not be checked, then the longest comes first', async () => {
    const { call, stores } = await desk();
    const summary = { ja: '応答なし', en: 'no answer' };
    for (const [monitor, seconds] of [
      ['cpu', 600],
      ['disk', 6000],
    ] as const) {
      const ref = { account: 'acme', server: 'web-1', monitor };
      const before = (await stores.monitors.monitor(ref))?.state;
      if (before === undefined) throw new Error('it is not watched');
      await stores.monitors.replaceState(ref, before, {
        ...before,
        summary,
        unknownSince: addSeconds(now, -seconds),
      });
    }
    const { value } = await call<PageOf<UnknownView>>('/operator/unknowns');
    expect(value.items).toEqual([
      {
        account: 'acme',
        server: 'web-1',
        monitor: 'disk',
        check: 'disk',
        since: addSeconds(now, -6000),
        summary,
      },
      {
        account: 'acme',
        server: 'web-1',
        monitor: 'cpu',
        check: 'cpu',
        since: addSeconds(now, -600),
        summary,
      },
    ]);
  });
});

describe('GET /operator/workflows', () => {
  type List = PageOf<ExecutionView>;
  const all = [
    running('incident', 'acme.web-1-1', 'Wait for news', addSeconds(now, -600)),
    running('escalation', 'acme.web-1-1-escalation-2', 'Let it ring', addSeconds(now, -60)),
    running('second-response', 'acme.web-1-1-engineers-3', 'Page an engineer', addSeconds(now, -90)),
    running('detection', 'acme.web-1.https-3', 'Check again', addSeconds(now, -30)),
    {
      machine: 'first-response',
      name: 'acme.a-engineers-1-first-response-1',
      status: 'FAILED',
      endedAt: now,
      step: 'Run the step',
    },
    { machine: 'detection', name: 'acme.web-1.cpu-1', status: 'SUCCEEDED', endedAt: now },
  ] as const;

  it('given executions of several machines, then those that run are there with their step and incident, the last first', async () => {
    const { call } = await desk({ executions: watching(all) });
    const { value } = await call<List>('/operator/workflows');
    expect(value.items.map(({ machine, step, incident }) => [machine, step, incident])).toEqual([
      ['detection', 'Check again', undefined],
      ['escalation', 'Let it ring', 'acme.web-1-1'],
      ['second-response', 'Page an engineer', 'acme.web-1-1'],
      ['incident', 'Wait for news', 'acme.web-1-1'],
    ]);
    expect(value.items[3]?.url).toBe('/workflows/incident:acme.web-1-1');
  });

  it('given a machine and a status, then these alone are there; of what went well no step is asked for', async () => {
    const executions = watching(all);
    const { call } = await desk({ executions });
    const { value: failed } = await call<List>('/operator/workflows?status=FAILED&machine=first-response');
    expect(failed.items).toMatchObject([
      { status: 'FAILED', step: 'Run the step', incident: 'acme.a-engineers-1' },
    ]);
    const { value: well } = await call<List>('/operator/workflows?status=SUCCEEDED');
    expect(well.items).toMatchObject([{ name: 'acme.web-1.cpu-1' }]);
    expect(executions.asked).toEqual(['first-response acme.a-engineers-1-first-response-1']);
  });

  it('given more than are shown at once, then the last started are, and no more are looked at', async () => {
    const many = Array.from({ length: 300 }, (_, number) =>
      running('incident', `acme.web-1-${number}`, 'Wait for news', addSeconds(now, -number)),
    );
    const executions = watching(many);
    const { call } = await desk({ executions });
    expect((await call<List>('/operator/workflows')).value.items).toHaveLength(50);
    expect(executions.asked).toHaveLength(50);
    const refused = await call<Problem>('/operator/workflows?limit=1000&machine=none');
    expect([refused.status, refused.value.errors?.map(({ field }) => field).sort()]).toEqual([
      422,
      ['query.limit', 'query.machine'],
    ]);
  });
});

describe('GET …/incidents/{incident}, for operators', () => {
  it('given executions of an incident, then each is there with its step, and a customer sees none', async () => {
    const executions = watching([
      running('incident', idsOf.acme.incident, 'Wait for news'),
      running('escalation', `${idsOf.acme.incident}-escalation-1`, 'Let it ring'),
      running('second-response', `${idsOf.acme.incident}-engineers`, 'Go on in a new execution'),
      running('second-response', `${idsOf.acme.incident}-engineers-2`, 'Page an engineer'),
      { machine: 'detection', name: 'acme.web-1.https-3', status: 'SUCCEEDED', endedAt: now },
    ]);
    const { call, stores } = await desk({ executions });
    const before = await stores.incidents.incident(idsOf.acme.incident);
    if (before === undefined) throw new Error('nothing is seeded');
    const response = { rounds: 1, secondResponse: { since: now } };
    await stores.incidents.replaceIncident({ ...before, response, version: before.version + 1 });
    const { value } = await call<IncidentView>(`/accounts/acme/incidents/${idsOf.acme.incident}`);
    expect(value.executions?.map(({ machine, status, step }) => [machine, status, step])).toEqual([
      ['incident', 'RUNNING', 'Wait for news'],
      ['escalation', 'RUNNING', 'Let it ring'],
      ['detection', 'SUCCEEDED', undefined],
      ['second-response', 'RUNNING', 'Page an engineer'],
    ]);
    const { value: theirs } = await call<IncidentView>(`/incidents/${idsOf.acme.incident}`, { as: 'hanako' });
    expect(theirs.executions).toBeUndefined();
  });
});

describe('GET /operator/health', () => {
  it('given a watcher that is well but for a workflow that failed, then its figures are there', async () => {
    const { call } = await desk({
      executions: watching([
        running('incident', 'acme.web-1-1', 'Wait for news'),
        { machine: 'escalation', name: 'a', status: 'FAILED', endedAt: addSeconds(now, -3600) },
        { machine: 'escalation', name: 'b', status: 'TIMED_OUT', endedAt: addSeconds(now, -60) },
        { machine: 'escalation', name: 'c', status: 'FAILED', endedAt: addSeconds(now, -90_000) },
        { machine: 'escalation', name: 'd', status: 'ABORTED', endedAt: now },
      ]),
    });
    const { value } = await call<HealthView>('/operator/health');
    expect(value).toMatchObject({
      at: now,
      shards: [{ shard: 0, lastSweep: addSeconds(now, -5), isLate: false }],
      openIncidents: 2,
      unknownMonitors: 0,
      mails: { waiting: 4, oldestWaiting: addSeconds(now, -480), failedLastDay: 0 },
    });
    expect(
      value.workflows.map(({ machine, running: count, failedLastDay }) => [machine, count, failedLastDay]),
    ).toEqual([
      ['detection', 0, 0],
      ['incident', 1, 0],
      ['first-response', 0, 0],
      ['escalation', 0, 2],
      ['second-response', 0, 0],
    ]);
  });

  it('given a shard that was not swept for minutes, and one whose way out is gone, then it is said', async () => {
    const { call, stores } = await desk({ shards: 2 });
    await stores.sweeps.saveLastSweep(1, addSeconds(now, -181));
    await stores.sweeps.saveWayOut({ shard: 0, downSince: addSeconds(now, -30) });
    expect((await call<HealthView>('/operator/health')).value.shards).toEqual([
      { shard: 0, lastSweep: addSeconds(now, -5), isLate: false, wayOutDownSince: addSeconds(now, -30) },
      { shard: 1, lastSweep: addSeconds(now, -181), isLate: true },
    ]);
  });

  it('given several who look in the same seconds, then it is read once; after them, anew; a fault is not kept', async () => {
    let reads = 0;
    let isBroken = true;
    const { call } = await desk({
      executions: {
        ...noExecutions,
        list: async () => {
          reads += 1;
          if (isBroken) throw new Error('throttled');
          return [];
        },
      },
    });
    expect((await call('/operator/health')).status).toBe(500);
    isBroken = false;
    reads = 0;
    await Promise.all([call('/operator/health'), call('/operator/health'), call('/operator/health')]);
    const once = reads;
    expect(once).toBe(15);
    await call('/operator/health', { bindings: { at: addSeconds(now, 9) } });
    expect(reads).toBe(once);
    await call('/operator/health', { bindings: { at: addSeconds(now, 10) } });
    expect(reads).toBe(2 * once);
  });
});

it('given no inventory yet, then nothing is late', async () => {
  const { ask } = await openPortal({ monitors: createMemoryStores().monitors });
  const value = (await (await ask('/operator/health', { as: 'olga' })).json()) as HealthView;
  expect(value.shards).toEqual([{ shard: 0, isLate: false }]);
});
