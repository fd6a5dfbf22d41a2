import { exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { addSeconds } from '../../core/instant.ts';
import { remoteKeys } from '../../lambdas/api/key-set.ts';
import {
  accessToken,
  bearerOf,
  clientId,
  issuer,
  now,
  openPortal,
  people,
  publicKey,
} from './portal-desk.ts';
import { apiToken, seededPortal } from './seeded-portal.ts';

const { hanako, olga } = people;
const claims = {
  sub: hanako.subject,
  iss: issuer,
  token_use: 'access',
  client_id: clientId,
  'cognito:groups': ['customer'],
  exp: Math.floor(Date.now() / 1000) + 600,
};
const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const valid = () => accessToken(hanako.subject, ['customer']);
const invalid =
  '{"title":"Unauthorized","status":401,"detail":"the token is not valid here, has expired or was revoked; sign in again, or give another"}';

const stranger = await generateKeyPair('RS256');

describe('an access token', () => {
  const refused: { given: string; token: () => Promise<string> | string }[] = [
    {
      given: 'one that has expired',
      token: () => accessToken(hanako.subject, ['customer'], { exp: Math.floor(Date.now() / 1000) - 1 }),
    },
    {
      given: 'one without an end',
      token: () => accessToken(hanako.subject, ['customer'], {}, { hasEnd: false }),
    },
    {
      given: 'one that holds only later',
      token: () => accessToken(hanako.subject, ['customer'], { nbf: Math.floor(Date.now() / 1000) + 600 }),
    },
    {
      given: 'one of another issuer',
      token: () => accessToken(hanako.subject, ['customer'], { iss: 'https://other.example' }),
    },
    {
      given: 'one for another client',
      token: () => accessToken(hanako.subject, ['customer'], { client_id: 'another' }),
    },
    {
      given: 'an identity token',
      token: () => accessToken(hanako.subject, ['customer'], { token_use: 'id', aud: clientId }),
    },
    { given: 'one without a subject', token: () => accessToken('', ['customer']) },
    {
      given: 'one that another key has signed under our key’s name',
      token: () => accessToken(hanako.subject, ['customer'], {}, { key: stranger.privateKey }),
    },
    {
      given: 'one of a key that the issuer does not have',
      token: () =>
        accessToken(
          hanako.subject,
          ['customer'],
          {},
          { key: stranger.privateKey, header: { alg: 'RS256', kid: 'k2' } },
        ),
    },
    {
      given: 'one without a signature (alg none)',
      token: () => `${base64url({ alg: 'none', kid: 'k1' })}.${base64url(claims)}.`,
    },
    {
      given: 'one whose secret is our public key (HS256)',
      token: async () =>
        new SignJWT(claims)
          .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
          .sign(Buffer.from(await exportSPKI(publicKey.key))),
    },
    {
      given: 'one whose secret is the key as the issuer publishes it',
      token: () =>
        new SignJWT(claims)
          .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
          .sign(Buffer.from(JSON.stringify(publicKey.jwk))),
    },
    {
      given: 'one whose claims were changed',
      token: async () => {
        const [head, , signature] = (await valid()).split('.');
        return [
          head,
          base64url({ ...claims, sub: olga.subject, 'cognito:groups': ['operator'] }),
          signature,
        ].join('.');
      },
    },
    { given: 'half of one', token: async () => (await valid()).slice(0, 200) },
    { given: 'three dots', token: () => '...' },
    { given: 'ten thousand letters', token: () => 'x'.repeat(10_000) },
  ];
  for (const { given, token } of refused) {
    it(`given ${given}, then it is refused in the same words as every other`, async () => {
      const { ask } = await openPortal();
      const response = await ask('/me', { bearer: await token() });
      expect([response.status, await response.text()]).toEqual([401, invalid]);
      expect(response.headers.get('www-authenticate')).toBe('Bearer realm="mimamori", error="invalid_token"');
    });
  }

  const withoutAccess = [
    {
      given: 'somebody whom we do not know',
      subject: 'sub-nobody',
      groups: ['customer'],
      reason: 'no-access',
    },
    {
      given: 'a customer in the group of operators alone',
      subject: hanako.subject,
      groups: ['operator'],
      reason: 'role-differs',
    },
    {
      given: 'an operator whose group was taken away',
      subject: olga.subject,
      groups: [],
      reason: 'role-differs',
    },
    {
      given: 'an operator in the group of customers',
      subject: olga.subject,
      groups: ['customer'],
      reason: 'role-differs',
    },
  ];
  for (const { given, subject, groups, reason } of withoutAccess) {
    it(`given ${given}, then they are known and have no way in`, async () => {
      const { ask } = await openPortal();
      const response = await ask('/me', { bearer: await accessToken(subject, groups) });
      expect([response.status, await response.json()]).toMatchObject([403, { reason }]);
    });
  }

  it('given somebody who was disabled, then the token that they still have is worth nothing', async () => {
    const { ask, stores } = await openPortal();
    const bearer = await valid();
    expect((await ask('/me', { bearer })).status).toBe(200);
    await stores.identity.saveUser({ ...hanako, disabledAt: now });
    expect((await ask('/me', { bearer })).status).toBe(403);
  });

  it('given an account that is no longer watched, then its people are told so', async () => {
    const { ask, stores } = await openPortal();
    await stores.identity.saveUser({ ...hanako, account: 'former' });
    const response = await ask('/overview', { as: 'hanako' });
    expect([response.status, await response.json()]).toMatchObject([403, { reason: 'account-gone' }]);
  });

  it('given an issuer that cannot be reached, then it says to try again, and says not that the token is bad', async () => {
    const { ask } = await openPortal({
      issuer: { issuer, clientId, keys: remoteKeys('http://127.0.0.1:1') },
    });
    const response = await ask('/me', { bearer: await valid() });
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '30']);
  });
});

describe('an API token', () => {
  const of = (change: Parameters<typeof apiToken>[1]) => apiToken('abcdefghijkl', change);
  const refused = [
    { given: 'one that was revoked', token: of({ revokedAt: addSeconds(now, -1) }) },
    { given: 'one that ends now', token: of({ expiresAt: now }) },
    { given: 'one of another secret', token: of({ hash: '0'.repeat(64) }) },
    { given: 'one that nobody made', token: apiToken('zzzzzzzzzzzz') },
  ];
  for (const { given, token } of refused) {
    it(`given ${given}, then it is refused in the same words as every other`, async () => {
      const { ask, stores } = await seededPortal();
      await stores.identity.createToken(token);
      const response = await ask('/me', { bearer: bearerOf('abcdefghijkl') });
      expect([response.status, await response.text()]).toEqual([401, invalid]);
    });
  }

  for (const bearer of [
    'mim_',
    'mim_abc_def',
    'mim_ABCDEFGHIJKL_0123456789012345678901',
    `mim_abcdefghijkl_${'x'.repeat(101)}`,
  ]) {
    it(`given ${bearer.slice(0, 30)}, then it is refused without being looked up`, async () => {
      const { ask } = await seededPortal();
      expect((await ask('/me', { bearer })).status).toBe(401);
    });
  }

  it('given one that holds, then its use is noted, and it may what it says', async () => {
    const { ask, stores } = await seededPortal();
    await stores.identity.createToken(of({ expiresAt: addSeconds(now, 1) }));
    const response = await ask('/me', { bearer: bearerOf('abcdefghijkl') });
    expect([response.status, await response.json()]).toMatchObject([
      200,
      { name: 'token abcdefghijkl', role: 'customer', account: { id: 'acme' }, scopes: ['read'] },
    ]);
    expect((await stores.identity.token('abcdefghijkl'))?.lastUsedAt).toBe(now);
  });
});
