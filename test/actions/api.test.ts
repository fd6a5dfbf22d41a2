import { describe, expect, it } from 'vitest';
import { addSeconds } from '../../core/instant.ts';
import { apiToken, now, openIncident, operatorsDesk } from './operators-desk.ts';

const by = 'deploy-bot';
const resolve = { action: 'resolve', by };
const problemOf = ({ body }: { body: string }) => JSON.parse(body) as Record<string, unknown>;

describe('the operators’ API', () => {
  const actions = [
    { action: 'acknowledge' },
    { action: 'run-runbook', alert: 'https-3', runbook: 'restart-web' },
    { action: 'escalate' },
    { action: 'skip-calls' },
    { action: 'pause', monitor: 'https', until: addSeconds(now, 7200), reason: 'migration' },
    { action: 'resolve' },
  ];
  for (const action of actions) {
    it(`given ${action.action}, then it is done as by a link`, async () => {
      const desk = await operatorsDesk();
      const { statusCode, body, headers } = await desk.call({ ...action, by });
      expect(statusCode).toBe(200);
      expect(headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'no-store' });
      expect(JSON.parse(body)).toMatchObject({
        incident: 'acme.web-1-7',
        done: true,
        action: action.action,
        by,
        at: now,
      });
      expect(await desk.timeline()).toMatchObject([{ kind: 'operator', by }]);
      expect(desk.woken).toEqual(['token-1']);
    });
  }

  it('given the same Idempotency-Key, then the first answer stands; given none, each is its own', async () => {
    const desk = await operatorsDesk();
    const headers = { 'idempotency-key': 'deploy-42' };
    const first = JSON.parse((await desk.call({ action: 'skip-calls', by }, { headers })).body);
    const second = JSON.parse(
      (await desk.call({ action: 'skip-calls', by: 'x' }, { headers, at: addSeconds(now, 9) })).body,
    );
    expect([first.done, second.done]).toEqual([true, false]);
    expect({ ...second, done: true }).toEqual(first);
    const third = await desk.call({ action: 'skip-calls', by });
    expect([third.statusCode, problemOf(third).reason]).toEqual([409, 'skipped-already']);
  });

  const token = (authorization: string) => ({ headers: { authorization } });
  const refusals = [
    { given: 'no token', status: 401, body: resolve, more: token('') },
    { given: 'another token', status: 401, body: resolve, more: token(`Bearer ${apiToken}x`) },
    {
      given: 'half of the token',
      status: 401,
      body: resolve,
      more: token(`Bearer ${apiToken.slice(0, 20)}`),
    },
    { given: 'Basic', status: 401, body: resolve, more: token(`Basic ${apiToken}`) },
    { given: 'GET', status: 405, body: '', more: { method: 'GET' } },
    { given: 'a form', status: 415, body: 'by=x', more: { headers: { 'content-type': 'text/plain' } } },
    { given: 'a body of a megabyte', status: 413, body: { ...resolve, by: 'x'.repeat(1_000_000) } },
    { given: 'a wild key', status: 400, body: resolve, more: { headers: { 'idempotency-key': 'a b' } } },
    { given: 'no JSON', status: 422, body: '{' },
    { given: 'a list', status: 422, body: [] },
    { given: 'no name', status: 422, body: { action: 'resolve' } },
    { given: 'an unknown action', status: 422, body: { action: 'reboot', by } },
    { given: 'a field too many', status: 422, body: { ...resolve, force: true } },
    {
      given: 'a hostile alert',
      status: 422,
      body: { action: 'run-runbook', alert: '__proto__', runbook: 'x', by },
    },
  ] as const;
  for (const { given, status, body, ...rest } of refusals) {
    it(`given ${given}, then the answer is problem details with ${status}, and nothing changes`, async () => {
      const desk = await operatorsDesk();
      const answer = await desk.call(body, 'more' in rest ? rest.more : {});
      expect(answer.statusCode).toBe(status);
      expect(answer.headers['content-type']).toBe('application/problem+json');
      expect(problemOf(answer)).toMatchObject({ status });
      expect(answer.body).not.toContain(apiToken.slice(0, 12));
      expect((await desk.stored()).deeds).toBeUndefined();
    });
  }

  it('given two faults, then both fields are named', async () => {
    const desk = await operatorsDesk();
    const answer = await desk.call({ action: 'pause', monitor: 'HTTPS', until: 'noon', reason: 'x' });
    expect(JSON.parse(answer.body).errors.map(({ field }: { field: string }) => field)).toEqual([
      'by',
      'monitor',
      'until',
    ]);
  });

  it('given no token in the secret store, or one that is too short, then nobody gets in', async () => {
    const desk = await operatorsDesk();
    for (const value of ['', 'short']) {
      await desk.secrets.putSecretField('operator-api-access-token/token', value);
      expect((await desk.call(resolve, token(`Bearer ${value}`))).statusCode).toBe(401);
    }
  });

  it('given an incident that is not there, then 404; given one on notify, then 409 with the reason', async () => {
    const desk = await operatorsDesk(openIncident('notify'));
    const missing = await desk.send('/api/operator/incidents/acme.web-1-8/actions', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${apiToken}` },
      body: JSON.stringify(resolve),
    });
    expect(missing.statusCode).toBe(404);
    expect(problemOf(await desk.call({ action: 'escalate', by }))).toMatchObject({
      status: 409,
      reason: 'plan',
    });
  });
});
