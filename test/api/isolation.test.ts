import { describe, expect, it } from 'vitest';
import { tokenScope } from '../../core/identity/principal.ts';
import { isTenants, paramsOf } from './path-parameters.ts';
import { bearerOf } from './portal-desk.ts';
import {
  apiToken,
  type DescribedRoute,
  describedRoutes,
  idsOf,
  requestOf,
  seededPortal,
} from './seeded-portal.ts';
import { marked } from './two-accounts.ts';

const routes = await describedRoutes(await seededPortal());
const named = ({ method, path }: DescribedRoute) => `${method} ${path}`;
const isForOperators = ({ path }: DescribedRoute) => /^\/(accounts|operator)(\/|$)/.test(path);
const isPublic = ({ operation }: DescribedRoute) => operation.security?.length === 0;

const bytesOf = async (response: Response) => [response.status, await response.text()] as const;

it('given the description, then it has every route that there is', () => {
  expect(routes.length).toBeGreaterThan(25);
  expect(new Set(routes.map(({ operation }) => operation.operationId)).size).toBe(routes.length);
});

describe('given a customer of acme', () => {
  for (const route of routes.filter((one) => isTenants(one.path) && !isForOperators(one))) {
    it(`when ${named(route)} is asked with globex’s ids, then it answers as for what does not exist, to the byte`, async () => {
      const { ask } = await seededPortal();
      const foreign = requestOf(route, paramsOf('globex'));
      const absent = requestOf(route, paramsOf('nobody'));
      const [status, text] = await bytesOf(await ask(foreign.path, { ...foreign.asking, as: 'hanako' }));
      expect([403, 404]).toContain(status);
      expect([status, text]).toEqual(
        await bytesOf(await ask(absent.path, { ...absent.asking, as: 'hanako' })),
      );
    });
  }

  for (const route of routes.filter(isForOperators)) {
    it(`when ${named(route)} is asked, whatever it names, then it is refused with the same words, and nothing is read for it`, async () => {
      const portal = await seededPortal();
      const { identity } = portal.stores;
      // Whatever else is read throws, and a fault of ours would be 500.
      const blind = new Proxy(portal.ports, {
        get: (ports, name) =>
          ['identity', 'issuer', 'log'].includes(String(name))
            ? Reflect.get(ports, name)
            : new Proxy({}, { get: () => () => Promise.reject(new Error(`${String(name)} was read`)) }),
      });
      const { ask } = await seededPortal({ ...blind, identity, portalUrl: '', workflowsUrl: '' });
      const answers = await Promise.all(
        (['acme', 'globex', 'nobody'] as const).map(async (tenant) => {
          const { path, asking } = requestOf(route, paramsOf(tenant));
          return bytesOf(await ask(path, { ...asking, as: 'hanako' }));
        }),
      );
      expect(answers[0]?.[0]).toBe(403);
      expect(answers).toEqual(Array(3).fill(answers[0]));
    });
  }

  it('when every route was tried with globex’s ids, then globex is as before', async () => {
    const { ask, stores } = await seededPortal();
    const state = async () => ({
      token: await stores.identity.token(idsOf.globex.token),
      maintenances: await stores.maintenance.maintenance('globex', idsOf.globex.maintenance),
      incident: await stores.incidents.incident(idsOf.globex.incident),
      timeline: await stores.incidents.timeline(idsOf.globex.incident),
      monitors: await stores.monitors.monitorsOf({ account: 'globex', server: 'secret-project' }),
      contacts: await stores.contacts.contactChange('globex'),
      trail: await stores.audit.audit('globex', { limit: 100 }),
    });
    const before = await state();
    for (const route of routes) {
      const { path, asking } = requestOf(route, paramsOf('globex'));
      await ask(path, { ...asking, as: 'hanako' });
    }
    expect(await state()).toEqual(before);
  });

  it('when everything of theirs is read, then nothing of globex, no secret and no telephone number is in it, but those of their contacts', async () => {
    const { ask } = await seededPortal();
    // The PDF is drawn of the report, which is read here, with a font that these tests do not load.
    const reads = routes.filter(
      (one) => one.method === 'GET' && !isForOperators(one) && !isPublic(one) && !one.path.endsWith('/pdf'),
    );
    let answered = 0;
    for (const route of reads) {
      const { path, asking } = requestOf(route, paramsOf('acme'));
      const response = await ask(path, { ...asking, as: 'hanako' });
      const text = Buffer.from(await response.arrayBuffer()).toString('latin1');
      expect([200, 404], `${named(route)}: ${text.slice(0, 300)}`).toContain(response.status);
      answered += response.status === 200 ? 1 : 0;
      for (const secret of marked.secrets)
        expect(text, `${named(route)} has ${secret}`).not.toContain(secret);
      expect(text, `${named(route)} has globex`).not.toMatch(/globex|secret-project|desk@msp/i);
      const phones = route.path === '/contacts' ? [] : marked.phones;
      for (const phone of phones) expect(text, `${named(route)} has ${phone}`).not.toContain(phone);
      expect(text).not.toMatch(/\$2|[0-9a-f]{64}/);
    }
    expect(answered).toBeGreaterThan(reads.length / 2);
  });
});

describe('given nobody', () => {
  for (const route of routes.filter((one) => !isPublic(one))) {
    it(`when ${named(route)} is asked, then it says to sign in, and nothing else`, async () => {
      const { ask } = await seededPortal();
      const { path, asking } = requestOf(route, paramsOf('acme'));
      const response = await ask(path, asking);
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe('Bearer realm="mimamori"');
    });
  }
});

describe('given a token', () => {
  for (const route of routes.filter((one) => !isPublic(one))) {
    const { scope } = route;
    it(`when ${named(route)} is asked without ${scope ?? 'a person'}, then it is refused before anything is done`, async () => {
      const { ask, stores } = await seededPortal();
      const others = tokenScope.options.filter((one) => one !== scope);
      await stores.identity.createToken({
        id: 'others000001',
        name: 'all but one',
        role: 'administrator',
        scopes: others,
        hash: apiToken('others000001').hash,
        createdAt: '2026-11-01T00:00:00.000Z',
        createdBy: 'Ada',
      });
      const { path, asking } = requestOf(route, paramsOf('acme'));
      const response = await ask(path, { ...asking, bearer: bearerOf('others000001') });
      expect(response.status).toBe(403);
      expect(await response.json()).toMatchObject({
        reason: scope === undefined ? 'person-only' : 'scope-missing',
      });
    });
  }

  it('of a customer, when it is given scopes of operators, then they are worth nothing', async () => {
    const { ask, stores } = await seededPortal();
    await stores.identity.createToken(
      apiToken('greedy000001', { scopes: ['incidents', 'users', 'announcements'] }),
    );
    const bearer = bearerOf('greedy000001');
    const act = { method: 'POST', bearer, body: { action: 'resolve' } };
    expect((await ask(`/operator/incidents/${idsOf.acme.incident}/actions`, act)).status).toBe(403);
    expect((await ask('/overview', { bearer })).status).toBe(403);
  });
});
