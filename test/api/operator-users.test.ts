import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MadeUser, UserView } from '../../core/api/operators.ts';
import type { PageOf, Problem } from '../../core/api/problem.ts';
import type { TokenView } from '../../core/api/tokens.ts';
import type { ApiToken, TokenScope } from '../../core/identity/principal.ts';
import { addSeconds } from '../../core/instant.ts';
import { createCognitoDirectory } from '../../platform/directory/cognito.ts';
import { createMemoryStores } from '../../platform/store/memory.ts';
import { poolId } from '../local/oidc/sample-people.ts';
import { Workbench } from '../local/workflows/workbench.ts';
import { serveWorkflows } from '../local/workflows/workflow-gateway.ts';
import { type Asking, accessToken, bearerOf, now, openPortal, people } from './portal-desk.ts';
import { apiToken } from './seeded-portal.ts';

// The pool of one machine, behind Cognito's own protocol.
const bench = new Workbench({ functions: {} });
let gateway: Awaited<ReturnType<typeof serveWorkflows>>;
let client: CognitoIdentityProviderClient;
beforeAll(async () => {
  gateway = await serveWorkflows(bench);
  client = new CognitoIdentityProviderClient({
    endpoint: `http://127.0.0.1:${gateway.port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
});
afterAll(async () => {
  client.destroy();
  await gateway.close();
  await bench.close();
});

let number = 0;
async function desk(change: Parameters<typeof openPortal>[0] = {}) {
  const directory = createCognitoDirectory(client, poolId);
  const portal = await openPortal({ people: directory, ...change });
  const call = async <T = MadeUser & Problem>(path: string, more: Asking = {}) => {
    const response = await portal.ask(path, { as: 'ada', ...more });
    const text = await response.text();
    return { status: response.status, value: (text === '' ? undefined : JSON.parse(text)) as T };
  };
  number += 1;
  const person = {
    mail: `taro-${number}@acme.example`,
    name: 'Taro Yamada',
    role: 'customer',
    account: 'acme',
    language: 'ja',
  };
  const add = (more: object = {}) =>
    call('/operator/users', { method: 'POST', body: { ...person, ...more } });
  const trail = async (account?: string) => (await portal.stores.audit.audit(account, { limit: 50 })).items;
  return { ...portal, directory, call, add, person, trail };
}

describe('POST /operator/users', () => {
  it('given a customer, when they are added, then they are in the pool and known to us, and the password is shown this once', async () => {
    const { add, person, directory, stores, trail, call, ask } = await desk();
    const { status, value } = await add({ mail: person.mail.toUpperCase() });
    const { password, ...made } = value;
    expect([status, made]).toEqual([201, { ...person, subject: expect.any(String), createdAt: now }]);
    expect(password.length).toBeGreaterThanOrEqual(20);
    expect(await directory.find(person.mail)).toEqual({
      subject: made.subject,
      mail: person.mail,
      isEnabled: true,
    });
    expect(await stores.identity.user(made.subject)).toEqual(made);
    const [line] = await trail('acme');
    expect(line).toMatchObject({ deed: 'user.create', target: person.mail, outcome: 'done', after: made });
    expect(JSON.stringify([line, (await call<unknown>('/operator/users')).value])).not.toContain(password);
    const bearer = await accessToken(made.subject, ['customer']);
    expect(await (await ask('/me', { bearer })).json()).toMatchObject({
      account: { id: 'acme' },
      role: 'customer',
    });
  });

  it('given an address that signs in already, then nothing is changed, and it is told', async () => {
    const { add, trail } = await desk();
    await add();
    const { status, value } = await add({ name: 'Another' });
    expect([status, value.reason]).toEqual([409, 'mail-taken']);
    expect((await trail('acme')).map(({ outcome }) => outcome).sort()).toEqual(['done', 'refused']);
  });

  it('given that our record cannot be written, when somebody is added, then the pool does not keep them either', async () => {
    const { identity } = createMemoryStores();
    const { add, person, directory, logged } = await desk({
      identity: new Proxy(identity, {
        get: (target, name) => {
          if (name === 'saveUser')
            return async (user: UserView) => {
              if (user.mail.startsWith('taro')) throw new Error('the table is away');
              return target.saveUser(user);
            };
          if (name === 'user')
            return async (subject: string) => Object.values(people).find((one) => one.subject === subject);
          const value: unknown = Reflect.get(target, name);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      }),
    });
    const { status } = await add();
    expect(status).toBe(500);
    expect(await directory.find(person.mail)).toBeUndefined();
    expect(JSON.stringify(logged)).not.toContain('password');
  });

  const refused = [
    { given: 'a customer of nobody', change: { account: undefined }, fields: ['account'] },
    {
      given: 'a customer of an account that is not there',
      change: { account: 'nowhere' },
      fields: ['account'],
    },
    { given: 'an operator of an account', change: { role: 'operator' }, fields: ['account'] },
    { given: 'no address and no name', change: { mail: 'taro', name: ' ' }, fields: ['mail', 'name'] },
    { given: 'an unknown role', change: { role: 'owner' }, fields: ['role'] },
    { given: 'a password of one’s own', change: { password: 'secret' }, fields: ['password'] },
    { given: 'a name of two lines', change: { name: 'A\nB' }, fields: ['name'] },
  ];
  for (const { given, change, fields } of refused)
    it(`given ${given}, then it is refused by its field, and nobody is added`, async () => {
      const { add, person, directory } = await desk();
      const { status, value } = await add(change);
      expect([status, value.errors?.map(({ field }) => field)]).toEqual([422, fields]);
      expect(await directory.find(person.mail)).toBeUndefined();
    });
});

describe('/operator/users/{subject}', () => {
  it('given somebody who is disabled, then their token is worth nothing at once; enabled, it is again', async () => {
    const { add, call, ask, directory, person, trail } = await desk();
    const { value: made } = await add();
    const bearer = await accessToken(made.subject, ['customer']);
    const path = `/operator/users/${made.subject}`;
    const { status, value } = await call(`${path}/disable`, { method: 'POST' });
    expect([status, value]).toMatchObject([200, { mail: person.mail, disabledAt: now }]);
    expect((await ask('/overview', { bearer })).status).toBe(403);
    expect(await directory.find(person.mail)).toMatchObject({ isEnabled: false });
    expect((await call(`${path}/enable`, { method: 'POST' })).value.disabledAt).toBeUndefined();
    expect((await ask('/overview', { bearer })).status).toBe(200);
    expect((await trail('acme')).find(({ deed }) => deed === 'user.disable')).toMatchObject({
      before: { mail: person.mail },
      after: { disabledAt: now },
      outcome: 'done',
    });
  });

  it('given somebody who is removed, then they are nowhere, and the address is free', async () => {
    const { add, call, directory, person, stores } = await desk();
    const { value: made } = await add();
    expect((await call(`/operator/users/${made.subject}`, { method: 'DELETE' })).status).toBe(204);
    expect([await directory.find(person.mail), await stores.identity.user(made.subject)]).toEqual([
      undefined,
      undefined,
    ]);
    expect((await call(`/operator/users/${made.subject}`, { method: 'DELETE' })).status).toBe(404);
    expect((await add()).value.subject).not.toBe(made.subject);
  });

  it('given an administrator, when they would lock themselves out, then another has to do it', async () => {
    const { call, stores } = await desk();
    for (const [method, deed] of [
      ['DELETE', ''],
      ['POST', '/disable'],
    ] as const) {
      const { status, value } = await call(`/operator/users/${people.ada.subject}${deed}`, { method });
      expect([status, value.reason]).toEqual([409, 'yourself']);
    }
    await stores.identity.createToken(msp('manager00001', ['users'], 'administrator'));
    const bearer = bearerOf('manager00001');
    const last = await call(`/operator/users/${people.ada.subject}`, {
      method: 'DELETE',
      as: undefined,
      bearer,
    });
    expect([last.status, last.value.reason]).toEqual([409, 'last-administrator']);
    expect(await stores.identity.user(people.ada.subject)).toEqual(people.ada);
  });
});

describe('GET /operator/users', () => {
  it('given people of several accounts and of the MSP, then all are one list by address, page by page, or those of one account', async () => {
    const { call } = await desk();
    type List = PageOf<UserView>;
    const { value: first } = await call<List>('/operator/users?limit=3');
    const { value: rest } = await call<List>(`/operator/users?limit=3&cursor=${first.next}`);
    expect([...first.items, ...rest.items].map(({ mail }) => mail)).toEqual(
      Object.values(people)
        .map(({ mail }) => mail)
        .sort(),
    );
    const { value: ofAcme } = await call<List>('/operator/users?account=acme');
    expect(ofAcme.items).toEqual([people.hanako]);
  });

  it('given operators and customers, then all of administration is closed to them', async () => {
    const { ask } = await desk();
    for (const as of ['olga', 'hanako'] as const)
      for (const path of ['users', 'tokens', 'audit'])
        expect((await ask(`/operator/${path}`, { as })).status).toBe(403);
  });
});

const msp = (id: string, scopes: TokenScope[], role: 'operator' | 'administrator'): ApiToken => {
  const { account: _none, ...token } = apiToken(id, { scopes, role });
  return token;
};

describe('/operator/tokens', () => {
  const make = (body: object): Asking => ({ method: 'POST', body });

  it('given scopes of operators, when a token is made, then it sees every account and manages nobody, until it is revoked', async () => {
    const { call, ask, stores, trail } = await desk();
    const { status, value } = await call<TokenView & { token: string }>(
      '/operator/tokens',
      make({ name: 'Ticket system', scopes: ['read', 'incidents'] }),
    );
    expect([status, value.scopes]).toEqual([201, ['read', 'incidents']]);
    expect(await stores.identity.token(value.id)).toMatchObject({
      role: 'operator',
      createdBy: 'Ada Administrator',
    });
    const { token: bearer } = value;
    expect((await ask('/accounts/globex/overview', { bearer })).status).toBe(200);
    expect((await ask('/operator/users', { bearer })).status).toBe(403);
    expect((await call<PageOf<TokenView>>('/operator/tokens')).value.items.map(({ id }) => id)).toEqual([
      value.id,
    ]);
    expect((await ask('/tokens', { as: 'hanako' })).status).toBe(200);
    expect((await call(`/operator/tokens/${value.id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await ask('/accounts/globex/overview', { bearer })).status).toBe(401);
    expect((await call(`/operator/tokens/${value.id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await trail()).map(({ deed, outcome }) => `${deed} ${outcome}`).sort()).toEqual([
      'token.make done',
      'token.revoke done',
    ]);
    expect(JSON.stringify(await trail())).not.toMatch(/[0-9a-f]{64}/);
  });

  it('given users among the scopes, then it is an administrator’s; an end that has passed is refused', async () => {
    const { call, stores } = await desk();
    const { value } = await call<TokenView>('/operator/tokens', make({ name: 'People', scopes: ['users'] }));
    expect(await stores.identity.token(value.id)).toMatchObject({ role: 'administrator' });
    const late = await call(
      '/operator/tokens',
      make({ name: 'x', scopes: ['read'], expiresAt: addSeconds(now, -1) }),
    );
    expect([late.status, late.value.errors?.map(({ field }) => field)]).toEqual([422, ['expiresAt']]);
  });

  it('given a customer’s token, then it is not the MSP’s to see or to revoke here', async () => {
    const { call, stores } = await desk();
    await stores.identity.createToken(apiToken('acmetoken001'));
    expect((await call<PageOf<TokenView>>('/operator/tokens')).value.items).toEqual([]);
    expect((await call('/operator/tokens/acmetoken001', { method: 'DELETE' })).status).toBe(404);
    expect((await stores.identity.token('acmetoken001'))?.revokedAt).toBeUndefined();
  });

  it('given fifty valid ones, then another is refused', async () => {
    const { call, stores } = await desk();
    for (let count = 0; count < 50; count += 1)
      await stores.identity.createToken(msp(`many${String(count).padStart(8, '0')}`, ['read'], 'operator'));
    const { status, value } = await call('/operator/tokens', make({ name: 'x', scopes: ['read'] }));
    expect([status, value.reason]).toEqual([409, 'too-many']);
  });
});

describe('GET /operator/audit', () => {
  it('given changes of accounts and of the MSP, then all are there, the newest first, page by page', async () => {
    const { call } = await desk();
    const at = (seconds: number): Asking => ({ bindings: { at: addSeconds(now, seconds) } });
    const body = { scope: 'account', from: addSeconds(now, 3600), until: addSeconds(now, 7200), reason: 'x' };
    await call('/maintenances', { method: 'POST', as: 'hanako', body, ...at(1) });
    await call('/maintenances', { method: 'POST', as: 'gerd', body, ...at(2) });
    await call('/operator/tokens', { method: 'POST', body: { name: 'x', scopes: ['read'] }, ...at(3) });
    type List = PageOf<{ account?: string; deed: string }>;
    const { value: first } = await call<List>('/operator/audit?limit=2');
    expect(first.items.map(({ account, deed }) => [account, deed])).toEqual([
      [undefined, 'token.make'],
      ['globex', 'maintenance.announce'],
    ]);
    const { value: rest } = await call<List>(`/operator/audit?limit=2&cursor=${first.next}`);
    expect(rest.items.map(({ account }) => account)).toEqual(['acme']);
    const { value: range } = await call<List>(
      `/operator/audit?from=${addSeconds(now, 2)}&to=${addSeconds(now, 3)}`,
    );
    expect(range.items.map(({ account }) => account)).toEqual(['globex']);
  });
});
