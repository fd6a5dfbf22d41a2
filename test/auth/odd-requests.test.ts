import { describe, expect, it } from 'vitest';
import { Cookies } from '../../lambdas/auth/cookies.ts';
import { createAuth } from '../../lambdas/auth/serve-auth.ts';
import type { HttpRequest } from '../../lambdas/http/exchange.ts';

const portalUrl = 'https://portal.example';
const state = 'aZ09_-aZ09_-aZ09_-aZ09_-';
const underWay = { state, nonce: 'n'.repeat(20), verifier: 'v'.repeat(43), to: '/' };
const request = (cookies: readonly string[]): HttpRequest => ({
  method: 'GET',
  path: '/auth/callback',
  query: new URLSearchParams(),
  headers: {},
  cookies,
  body: '',
  at: '2026-11-21T09:00:00.000Z',
  requestId: 'r-1',
  sourceAddress: '192.0.2.1',
});

describe('cookies of a portal in the cloud', () => {
  const cookies = new Cookies(portalUrl);

  it('given https, then each is sent by https only, and its name says so to the browser', () => {
    const refresh = cookies.keepRefreshToken('a.b;c d', 60);
    expect(refresh).toBe(
      '__Secure-refresh=a.b%3Bc%20d; Path=/auth; HttpOnly; Secure; SameSite=Strict; Max-Age=60',
    );
    expect(cookies.refreshToken(request([refresh.split(';')[0] ?? '']))).toBe('a.b;c d');
    expect(cookies.forgetRefreshToken()).toContain('Max-Age=0');
    const [kept = ''] = cookies.keepUnderWay(request([]), underWay);
    expect(kept).toMatch(
      /^__Secure-sign-in-[A-Za-z0-9]{1,12}=[A-Za-z0-9_-]+; Path=\/auth; HttpOnly; Secure; SameSite=Lax; Max-Age=600$/,
    );
    expect(cookies.underWay(request([kept.split(';')[0] ?? '']), state)).toEqual(underWay);
  });

  const broken = [
    { given: 'none', value: undefined },
    { given: 'an empty one', value: '' },
    { given: 'what is no base64', value: '%%%' },
    { given: 'what is no JSON', value: Buffer.from('{').toString('base64url') },
    { given: 'another form', value: Buffer.from('{"state":1}').toString('base64url') },
    {
      given: 'another state',
      value: Buffer.from(JSON.stringify({ ...underWay, state: `${state}x` })).toString('base64url'),
    },
    {
      given: 'a field more',
      value: Buffer.from(JSON.stringify({ ...underWay, more: 1 })).toString('base64url'),
    },
  ];
  for (const { given, value } of broken) {
    it(`given ${given}, when a callback is read, then no sign-in was begun here`, () => {
      const name = `__Secure-sign-in-${state.replace(/[^A-Za-z0-9]/g, '').slice(0, 12)}`;
      const sent = value === undefined ? [] : [`${name}=${value}`];
      expect(cookies.underWay(request(sent), state)).toBeUndefined();
    });
  }

  for (const sent of ['__Secure-refresh=', '__Secure-refresh=%E0%A4%A', 'refresh=abc', '=abc', 'abc']) {
    it(`given the cookie ${sent}, then nobody is signed in`, () => {
      expect(cookies.refreshToken(request([sent]))).toBeUndefined();
    });
  }
});

describe('requests that no page of ours sends', () => {
  const log: string[] = [];
  const say = (message: string): void => void log.push(message);
  const auth = createAuth({
    // Nobody listens there: what does not need the provider does not ask it.
    issuer: 'http://localhost:1/oidc',
    clientId: 'portal',
    portalUrl,
    log: { warn: say, error: say },
  });
  const event = (method: string, rawPath: string, more: object = {}) => ({
    rawPath,
    requestContext: { requestId: 'r-1', timeEpoch: 0, http: { method } },
    ...more,
  });

  const cases = [
    {
      given: 'a query of 5,000 letters',
      event: event('GET', '/auth/callback', { rawQueryString: 'x'.repeat(5000) }),
      status: 502,
    },
    {
      given: 'a hundred cookies',
      event: event('GET', '/auth/callback', { cookies: Array(100).fill('a=b') }),
      status: 502,
    },
    { given: 'a callback without a query', event: event('GET', '/auth/callback'), status: 303 },
    {
      given: 'a problem that is none of ours',
      event: event('GET', '/auth/sign-in', { rawQueryString: 'problem=toString' }),
      status: 503,
    },
    { given: 'a provider that nobody reaches', event: event('GET', '/auth/sign-in'), status: 503 },
    { given: 'another path', event: event('GET', '/auth/../x'), status: 404 },
    { given: 'another method', event: event('DELETE', '/auth/session'), status: 404 },
  ];
  for (const { given, event: sent, status } of cases) {
    it(`given ${given}, then the answer is ${status}, and no blank page`, async () => {
      const answer = await auth(sent);
      expect(answer.statusCode).toBe(status);
      if (status !== 303) expect(answer.body.length).toBeGreaterThan(20);
    });
  }

  it('given a provider that nobody reaches, when somebody signs out, then their cookie goes, and they are at the portal', async () => {
    const answer = await auth(
      event('POST', '/auth/sign-out', {
        headers: { origin: portalUrl },
        cookies: ['__Secure-refresh=secret-token'],
      }),
    );
    expect(answer).toMatchObject({
      statusCode: 200,
      body: JSON.stringify({ to: `${portalUrl}/signed-out` }),
    });
    expect(answer.cookies?.[0]).toContain('Max-Age=0');
    expect(log.join('\n')).toMatch(/discovery could not be sent to the provider: TypeError/);
    expect(log.join('\n')).not.toContain('secret-token');
  });
});
