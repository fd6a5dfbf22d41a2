import { describe, expect, it } from 'vitest';
import { now, openPortal } from './portal-desk.ts';

describe('GET /me', () => {
  it('given a customer, when they ask who they are, then it says their account and what they may do', async () => {
    const { ask } = await openPortal();
    const response = await ask('/me', { as: 'hanako' });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      name: 'Hanako Sato',
      mail: 'hanako@acme.example',
      role: 'customer',
      account: { id: 'acme', name: 'Acme K.K.', timeZone: 'Asia/Tokyo' },
      scopes: ['read', 'maintenance', 'monitors', 'contacts'],
      language: 'ja',
      at: now,
      speed: 1,
    });
  });

  it('given an operator, when they ask, then no account is theirs, and they are told where workflows are', async () => {
    const { ask } = await openPortal();
    const value: unknown = await (await ask('/me', { as: 'olga' })).json();
    expect(value).toMatchObject({ role: 'operator', workflowsUrl: '/workflows' });
    expect(value).not.toHaveProperty('account');
  });

  it('given nobody, when they ask, then they are told to sign in', async () => {
    const { ask } = await openPortal();
    const response = await ask('/me');
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="mimamori"');
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toEqual({
      title: 'Unauthorized',
      status: 401,
      detail: 'sign in, or give an API token: Authorization: Bearer mim_…',
    });
  });
});
