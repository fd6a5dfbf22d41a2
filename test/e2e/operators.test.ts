import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IncidentView } from '../../core/api/incidents.ts';
import type { MaintenanceView } from '../../core/api/maintenances.ts';
import type { ExecutionView, HealthView, MadeUser } from '../../core/api/operators.ts';
import type { PageOf } from '../../core/api/problem.ts';
import type { ServerView } from '../../core/api/servers.ts';
import { addSeconds } from '../../core/instant.ts';
import { RunningMimamori, until } from './running-mimamori.ts';

let mimamori: RunningMimamori;
beforeAll(async () => {
  mimamori = await RunningMimamori.prepare({ speed: 30 });
  await mimamori.start();
});
afterAll(async () => {
  await mimamori?.stop();
  mimamori?.remove();
});

type Role = Parameters<RunningMimamori['api']>[0];
async function asked<T>(role: Role, path: string, method = 'GET', body?: unknown): Promise<T> {
  const response = await mimamori.api(role, path, method, body);
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

describe('the desk of the operators, on one machine', () => {
  it('given a service that is broken, when an operator looks, then the workflow is there with its step, and its page too', async () => {
    await mimamori.post('/local/fleet/web-1/web/break');
    const found = await until('an execution of the incident', async () => {
      const { items } = await asked<PageOf<ExecutionView>>('operator', 'operator/workflows?machine=incident');
      return items.find(
        ({ step, incident }) => step === 'Wait for news of the incident' && incident !== undefined,
      );
    });
    expect(found).toMatchObject({ machine: 'incident', status: 'RUNNING' });
    expect(await mimamori.page(found.url)).toContain('Wait for news');
    const [incident] = (await asked<PageOf<IncidentView>>('operator', 'operator/incidents')).items;
    expect(incident).toMatchObject({ id: found.incident, account: 'demo', state: 'open' });
    const { executions } = await asked<IncidentView>('operator', `accounts/demo/incidents/${found.incident}`);
    expect(executions?.map(({ machine, status }) => `${machine} ${status}`)).toEqual(
      expect.arrayContaining(['incident RUNNING', 'detection SUCCEEDED']),
    );
    const health = await asked<HealthView>('operator', 'operator/health');
    expect(health.shards.every(({ isLate }) => !isLate)).toBe(true);
    expect(health.workflows.find(({ machine }) => machine === 'incident')?.running).toBeGreaterThan(0);
    expect(await mimamori.page(health.workflows[0]?.url ?? '')).toContain('detection');
    expect((await asked<PageOf<unknown>>('operator', 'accounts')).items).toMatchObject([
      { id: 'demo', troubled: 1, openIncidents: 1 },
    ]);
  });

  it('given the same, when its customer announces maintenance, then the running incident holds still until it is ended', async () => {
    const { at } = await asked<{ at: string }>('customer', 'me');
    const made = await asked<MaintenanceView>('customer', 'maintenances', 'POST', {
      scope: [{ server: 'web-1' }],
      from: at,
      until: addSeconds(at, 86_400),
      reason: 'work on the web server',
    });
    const line = (text: string) =>
      until(`a line that has "${text}"`, async () => {
        const [incident] = (await asked<PageOf<IncidentView>>('operator', 'operator/incidents')).items;
        const view = await asked<IncidentView>('customer', `incidents/${incident?.id}`);
        return view.timeline.find(({ summary }) => summary.en.includes(text));
      });
    await line('in announced maintenance');
    const server = await asked<ServerView>('customer', 'servers/web-1');
    expect(server.standing).toBe('maintenance');
    await asked('customer', `maintenances/${made.id}`, 'DELETE');
    await line('The response goes on');
  });

  it('given a monitor that fails, when an operator pauses it, then it is paused, and resumes when that is ended', async () => {
    const path = 'accounts/demo/servers/web-1/monitors/web/pause';
    const { at } = await asked<{ at: string }>('operator', 'me');
    await asked('operator', path, 'PUT', { until: addSeconds(at, 86_400), reason: 'under repair' });
    const standing = async () =>
      (await asked<ServerView>('customer', 'servers/web-1')).monitors.find(({ id }) => id === 'web');
    expect(await standing()).toMatchObject({ standing: 'paused', pause: { reason: 'under repair' } });
    await asked('operator', path, 'DELETE');
    expect((await standing())?.pause).toBeUndefined();
  });

  it('given an administrator, when they add somebody and remove them, then both the pool and the portal know', async () => {
    const mail = 'taro@demo.example';
    const person = { mail, name: 'Taro', role: 'customer', account: 'demo', language: 'en' };
    const made = await asked<MadeUser>('administrator', 'operator/users', 'POST', person);
    const list = async () =>
      (await asked<PageOf<MadeUser>>('administrator', 'operator/users')).items.map((one) => one.mail);
    expect(await list()).toContain(mail);
    const again = await mimamori.api('administrator', 'operator/users', 'POST', person);
    expect(again.status).toBe(409);
    await asked('administrator', `operator/users/${made.subject}`, 'DELETE');
    expect(await list()).not.toContain(mail);
  });
});
