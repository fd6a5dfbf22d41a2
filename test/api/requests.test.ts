import { describe, expect, it } from 'vitest';
import { addSeconds } from '../../core/instant.ts';
import { limits } from '../../lambdas/api/rate-limit.ts';
import { accessToken, now, openPortal, people } from './portal-desk.ts';
import { seededPortal } from './seeded-portal.ts';

describe('the rate limit', () => {
  it('given a person, when they ask too often in a minute, then they are told to wait, and go on in the next', async () => {
    const { ask } = await openPortal();
    const bearer = await accessToken(people.hanako.subject, ['customer']);
    const first = await ask('/me', { bearer });
    expect([
      first.headers.get('x-ratelimit-limit'),
      first.headers.get('x-ratelimit-remaining'),
      first.headers.get('x-ratelimit-reset'),
    ]).toEqual(['300', '299', '55']);
    for (let count = 1; count < limits.principal; count += 1) await ask('/me', { bearer });
    const refused = await ask('/me', { bearer });
    expect([
      refused.status,
      refused.headers.get('retry-after'),
      refused.headers.get('x-ratelimit-remaining'),
    ]).toEqual([429, '55', '0']);
    expect(await refused.json()).toMatchObject({
      status: 429,
      detail: '300 requests in a minute are allowed; go on in 55 s',
    });
    expect((await ask('/me', { as: 'gerd' })).status).toBe(200);
    expect((await ask('/me', { bearer, bindings: { at: addSeconds(now, 55) } })).status).toBe(200);
  });

  const from = (address: string, forwarded?: string) => ({
    bindings: { sourceAddress: address },
    ...(forwarded !== undefined && { headers: { 'x-forwarded-for': forwarded } }),
  });
  /** How many of so many requests were let through to be asked who they are. */
  const letThrough = async (asked: number, origin: (index: number) => ReturnType<typeof from>) => {
    const { ask } = await openPortal();
    let count = 0;
    for (let index = 0; index < asked; index += 1) {
      const response = await ask('/me', { ...origin(index), bearer: 'forged' });
      expect([401, 429]).toContain(response.status);
      if (response.status === 401) count += 1;
    }
    return count;
  };

  it('given an address that tries tokens, then it gets thirty tries a minute', async () => {
    expect(await letThrough(40, () => from('198.51.100.1'))).toBe(limits.address);
  });

  it('given two visitors behind one server of the distribution, then each has a share of their own', async () => {
    expect(await letThrough(80, (index) => from('203.0.113.1', `192.0.2.${index % 2}, 203.0.113.1`))).toBe(
      60,
    );
  });

  it('given somebody who writes another visitor’s address each time, then all of theirs are bounded together', async () => {
    expect(
      await letThrough(limits.relay + 20, (index) =>
        from('198.51.100.9', `10.0.${index >> 8}.${index % 256}`),
      ),
    ).toBe(limits.relay);
  });

  it('given addresses of one network of IPv6, then they are one', async () => {
    expect(await letThrough(40, (index) => from(`2001:db8:0:1::${index.toString(16)}`))).toBe(limits.address);
    expect(await letThrough(40, (index) => from(`2001:db8:0:${index % 2}::1`))).toBe(40);
  });

  it('given the description, which needs no sign-in, then it is counted too', async () => {
    const { ask } = await openPortal();
    for (let count = 0; count < limits.address; count += 1)
      expect((await ask('/openapi.json')).status).toBe(200);
    expect((await ask('/openapi.json')).status).toBe(429);
  });
});

describe('requests that are not as they should be', () => {
  const token = { name: 'Grafana', scopes: ['read'] };
  const cases = [
    { given: 'no JSON', path: '/tokens', body: '{', status: 400 },
    {
      given: 'a form',
      path: '/tokens',
      body: 'name=x',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      status: 415,
    },
    {
      given: 'a compressed body',
      path: '/tokens',
      body: token,
      headers: { 'content-encoding': 'gzip' },
      status: 415,
    },
    {
      given: 'a body that is too large',
      path: '/tokens',
      body: token,
      bindings: { isBodyTooLarge: true },
      status: 413,
    },
    { given: 'nothing', path: '/tokens', body: 'null', status: 422, fields: [''] },
    {
      given: 'a key of the language',
      path: '/tokens',
      body: '{"name":"x","scopes":["read"],"__proto__":{"role":"administrator"}}',
      status: 422,
      fields: ['__proto__'],
    },
    {
      given: 'all wrong at once',
      path: '/tokens',
      body: { name: '', scopes: ['fly', 'read'], expiresAt: 'soon', role: 'operator' },
      status: 422,
      fields: ['name', 'scopes.0', 'expiresAt', 'role'],
    },
    {
      given: 'a scope that is not theirs to give',
      path: '/tokens',
      body: { ...token, scopes: ['read', 'incidents', 'users'] },
      status: 422,
      fields: ['scopes.1', 'scopes.2'],
    },
    {
      given: 'an end that has passed',
      path: '/tokens',
      body: { ...token, expiresAt: now },
      status: 422,
      fields: ['expiresAt'],
    },
    { given: 'an unknown query', path: '/servers?sort=name', status: 422, fields: ['query.sort'] },
    { given: 'a query twice', path: '/servers?limit=5&limit=6', status: 422, fields: ['query.limit'] },
    { given: 'a limit of nothing', path: '/servers?limit=0', status: 422, fields: ['query.limit'] },
    {
      given: 'a cursor of another list',
      path: `/incidents?cursor=${Buffer.from('{"list":"servers","after":"x"}').toString('base64url')}`,
      status: 422,
      fields: ['query.cursor'],
    },
    { given: 'a query where there is none', path: '/me?x=1', status: 422, fields: ['query.x'] },
    {
      given: 'a range that ends before it begins',
      path: '/servers/web-1/series?from=2026-11-21T00:00:00.000Z&to=2026-11-20T00:00:00.000Z&points=5',
      status: 422,
      fields: ['query.points'],
    },
    {
      given: 'a range of two years',
      path: '/servers/web-1/series?from=2024-11-21T00:00:00.000Z&to=2026-11-20T00:00:00.000Z&monitor=cpu&monitor=x',
      status: 422,
      fields: ['query.from', 'query.monitor'],
    },
    { given: 'a path that leads nowhere', path: '/nowhere', status: 404 },
    { given: 'an id that cannot be one', path: '/servers/..%2F..%2Fetc', status: 404 },
    {
      given: 'a method that the address does not take',
      path: '/overview',
      method: 'POST',
      body: {},
      status: 405,
      allow: 'GET, HEAD',
    },
    {
      given: 'a method of nobody',
      path: '/tokens',
      method: 'PATCH',
      body: {},
      status: 405,
      allow: 'GET, HEAD, POST',
    },
  ];
  for (const { given, path, body, method, headers, bindings, status, fields, allow } of cases) {
    it(`given ${given}, then it is refused with ${status}${fields === undefined ? '' : ` and names ${fields.join(', ')}`}`, async () => {
      const { ask, stores } = await seededPortal();
      const before = await stores.identity.tokens('acme');
      const response = await ask(path, {
        as: 'hanako',
        method: method ?? (body === undefined ? 'GET' : 'POST'),
        ...(body !== undefined && { body }),
        ...(headers !== undefined && { headers }),
        ...(bindings !== undefined && { bindings }),
      });
      const problem = (await response.json()) as { errors?: { field: string; message: string }[] };
      expect([response.status, problem]).toMatchObject([status, { status }]);
      expect(response.headers.get('content-type')).toBe('application/problem+json');
      expect(response.headers.get('allow')).toBe(allow ?? null);
      expect(problem.errors?.map(({ field }) => field)).toEqual(fields);
      expect(await stores.identity.tokens('acme')).toEqual(before);
    });
  }

  it('given a body with every kind of fault, then each message says what to write', async () => {
    const { ask } = await seededPortal();
    const body = { scopes: ['fly'], expiresAt: 'soon', secret: 'x'.repeat(200) };
    const response = await ask('/tokens', { as: 'hanako', method: 'POST', body });
    expect(await response.json()).toEqual({
      title: 'Unprocessable Content',
      status: 422,
      detail: 'the request is not as it should be; see errors',
      errors: [
        { field: 'name', message: 'is missing; give a text' },
        {
          field: 'scopes.0',
          message:
            'is none of what may stand here; write read, maintenance, monitors, contacts, announcements, incidents, users',
        },
        {
          field: 'expiresAt',
          message: 'is no time; write it in UTC with milliseconds, for example 2026-11-21T03:00:00.000Z',
        },
        { field: 'secret', message: 'this is not known here; leave it out, or look for a slip of the pen' },
      ],
    });
  });

  it('given a fault of ours, then it tells a reference and nothing else, and the log has the cause', async () => {
    const { ask, logged } = await openPortal({
      directory: new Proxy({} as never, {
        get: () => () => Promise.reject(new Error('arn:aws:dynamodb:secret-table is on fire')),
      }),
    });
    const response = await ask('/servers', { as: 'hanako', bindings: { requestId: 'ref-7f3a' } });
    const text = await response.text();
    expect([response.status, JSON.parse(text)]).toMatchObject([500, { reference: 'ref-7f3a' }]);
    expect(text).not.toMatch(/arn|fire|table/);
    expect(JSON.stringify(logged)).toContain('ref-7f3a');
  });
});

describe('ETags', () => {
  it('given the tag of an answer, when it is asked for again, then it answers 304 until something changes', async () => {
    const { ask, stores } = await seededPortal();
    const first = await ask('/overview', { as: 'hanako' });
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^W\/"[\w-]{22}"$/);
    const again = await ask('/overview', {
      as: 'hanako',
      headers: { 'if-none-match': `"x", ${etag}` },
      bindings: { at: addSeconds(now, 15) },
    });
    expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
    await stores.sweeps.saveLastSweep(0, addSeconds(now, 20));
    const later = await ask('/overview', { as: 'hanako', headers: { 'if-none-match': etag } });
    expect(later.status).toBe(200);
    expect(later.headers.get('etag')).not.toBe(etag);
  });

  it('given HEAD, then it answers as GET without a body', async () => {
    const { ask } = await seededPortal();
    const response = await ask('/servers', { as: 'hanako', method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect(response.headers.get('etag')).not.toBeNull();
  });
});
