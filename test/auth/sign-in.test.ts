import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { password, SignInBench } from './sign-in-bench.ts';

const mail = 'taro@acme.example';
const hour = 60 * 60_000;
const outside = (url: string): boolean => !/\/(auth|oidc)\//.test(url);

let bench: SignInBench;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  bench = await SignInBench.start();
});
afterEach(async () => {
  await bench[Symbol.asyncDispose]();
  vi.useRealTimers();
});

const later = (ms: number): void => {
  vi.setSystemTime(Date.now() + ms);
};
const tokenIn = (text: string): string => String((JSON.parse(text) as { access_token: string }).access_token);

describe('a sign-in', () => {
  it('given a customer, when they give their password, then they are where they wanted to be, and no address or log had a token', async () => {
    const subject = bench.add(mail);
    const browser = bench.browser();
    const arrived = await browser.signIn(mail, password, '/servers/web-1?from=6h#cpu');
    expect(arrived.url).toBe(`${bench.url}/servers/web-1?from=6h#cpu`);

    const session = await browser.post('/auth/session');
    expect(session.status).toBe(200);
    const { access_token, expires_in } = JSON.parse(session.text) as Record<string, unknown>;
    expect(expires_in).toBe(900);
    const keys = createRemoteJWKSet(new URL(`${bench.url}/oidc/jwks`));
    const { payload } = await jwtVerify(String(access_token), keys, { issuer: `${bench.url}/oidc` });
    expect(payload).toMatchObject({
      sub: subject,
      username: subject,
      client_id: 'portal',
      token_use: 'access',
      'cognito:groups': ['customer'],
      auth_time: expect.any(Number),
    });

    const refresh = /^refresh=([^;]+)/.exec(browser.cookie('refresh') ?? '')?.[1] ?? '';
    expect(refresh.length).toBeGreaterThan(20);
    const seen = [...arrived.way, ...bench.log].join('\n');
    expect(seen).not.toContain(refresh);
    expect(seen).not.toContain(String(access_token).slice(-40));
    expect(seen).not.toContain(password);
  });

  it('given its cookies, then scripts and other sites cannot have them', async () => {
    bench.add(mail);
    const browser = bench.browser();
    await browser.open('/auth/sign-in');
    const [underWay = ''] = browser.cookieNames.filter((name) => name.startsWith('sign-in-'));
    expect(browser.cookie(underWay)).toMatch(/; Path=\/auth; HttpOnly; SameSite=Lax; Max-Age=600$/);
    await browser.signIn(mail, password);
    expect(browser.cookie('refresh')).toMatch(/; Path=\/auth; HttpOnly; SameSite=Strict; Max-Age=2592000$/);
  });

  it('given a page that is loaded again and again, when it asks for a token, then it has one, and each replaces the cookie', async () => {
    bench.add(mail);
    const browser = bench.browser();
    await browser.signIn(mail, password);
    const cookies = new Set([browser.cookie('refresh')]);
    for (let load = 0; load < 3; load += 1) {
      expect((await browser.post('/auth/session')).status).toBe(200);
      cookies.add(browser.cookie('refresh'));
    }
    expect(cookies.size).toBe(4);
  });

  it('given a restart of the machine, when the page asks for a token, then the session goes on', async () => {
    bench.add(mail);
    const browser = bench.browser();
    await browser.signIn(mail, password);
    await bench.end();
    await bench.begin();
    expect((await browser.post('/auth/session')).status).toBe(200);
  });

  it('given three tabs that sign in at once, when each comes back, then each is where it wanted to be', async () => {
    bench.add(mail);
    const browser = bench.browser();
    const pages = [];
    for (const tab of ['/a', '/b', '/c']) pages.push(await browser.open(`/auth/sign-in?to=${tab}`));
    const urls = [];
    for (const page of pages) urls.push((await browser.submit(page, { mail, password }, outside)).url);
    expect(urls).toEqual(['/a', '/b', '/c'].map((path) => `${bench.url}${path}`));
  });

  it('given many sign-ins that were left, when another begins, then the browser keeps four', async () => {
    const browser = bench.browser();
    for (let tab = 0; tab < 8; tab += 1) await browser.open('/auth/sign-in');
    expect(browser.cookieNames.filter((name) => name.startsWith('sign-in-'))).toHaveLength(4);
  });

  const elsewhere = [
    '//evil.example',
    '/\\evil.example',
    '/%09/evil.example',
    '/.//evil.example',
    'https://evil.example/',
    'javascript:alert(1)',
    '/a/..//evil.example',
  ];
  for (const to of elsewhere) {
    it(`given the way back ${to}, when the sign-in is done, then it ends on our own page`, async () => {
      bench.add(mail);
      const { url } = await bench.browser().signIn(mail, password, to.replace('%09', '\t'));
      expect(new URL(url).origin).toBe(bench.url);
      expect(new URL(url).pathname).not.toMatch(/^\/\//);
    });
  }
});

describe('a sign-in that is not as it should be', () => {
  it('given a callback that was used, when it is sent again, then it is refused on a page, in both languages', async () => {
    bench.add(mail);
    const browser = bench.browser();
    const page = await browser.open('/auth/sign-in');
    const atCallback = await browser.submit(page, { mail, password }, (url) =>
      url.includes('/auth/callback'),
    );
    const thief = browser.copy();
    expect((await browser.open(atCallback.url, outside)).url).toBe(`${bench.url}/`);

    const again = await browser.open(atCallback.url);
    expect(again.status).toBe(400);
    expect(again.url).toBe(`${bench.url}/auth/sign-in?problem=over`);
    expect(again.text).toContain('This sign-in is used up');
    const japanese = await browser.open('/auth/sign-in?problem=over&lang=ja');
    expect(japanese.text).toContain('このサインインは使用済みです');

    // With the cookies of before, too: the provider takes a code once, and takes back what it gave for it.
    const stolen = await thief.open(atCallback.url);
    expect(stolen.url).toBe(`${bench.url}/auth/sign-in?problem=over`);
    expect(thief.cookie('refresh')).toBeUndefined();
    expect((await browser.post('/auth/session')).status).toBe(401);
  });

  it('given a state that nobody began, when it comes back, then nothing is asked of the provider', async () => {
    const forged = await bench.browser().open('/auth/callback?code=abc&state=forged-forged-forged-forged');
    expect(forged.url).toBe(`${bench.url}/auth/sign-in?problem=over`);
    expect(bench.log).toEqual([]);
  });

  it('given a state of another browser, when its callback is sent here, then nobody is signed in', async () => {
    bench.add(mail);
    const attacker = bench.browser();
    const page = await attacker.open('/auth/sign-in');
    const { url } = await attacker.submit(page, { mail, password }, (one) => one.includes('/auth/callback'));
    const victim = bench.browser();
    await victim.open('/auth/sign-in');
    expect((await victim.open(url)).url).toBe(`${bench.url}/auth/sign-in?problem=over`);
    expect(victim.cookie('refresh')).toBeUndefined();
  });

  it('given an answer of another provider, when it comes back, then it is not believed', async () => {
    const browser = bench.browser();
    const page = await browser.open('/auth/sign-in', (url) => url.includes('/oidc/auth'));
    const state = new URL(page.url).searchParams.get('state');
    const mixed = await browser.open(
      `/auth/callback?code=abc&state=${state}&iss=${encodeURIComponent('https://evil.example')}`,
    );
    expect(mixed).toMatchObject({ status: 502, url: `${bench.url}/auth/sign-in?problem=invalid` });
  });

  const answers = [
    { error: 'access_denied', status: 403, title: 'You were not signed in' },
    { error: 'login_required', status: 401, title: 'Please sign in again' },
    { error: 'server_error', status: 503, title: 'Signing in does not work at the moment' },
    { error: '<script>alert(1)</script>', status: 502, title: 'The sign-in was stopped' },
  ];
  for (const { error, status, title } of answers) {
    it(`given that the provider answers ${error}, then the page says so with status ${status} and leads on`, async () => {
      const browser = bench.browser();
      const page = await browser.open('/auth/sign-in', (url) => url.includes('/oidc/auth'));
      const query = new URLSearchParams({
        error,
        state: new URL(page.url).searchParams.get('state') ?? '',
        iss: `${bench.url}/oidc`,
      });
      const shown = await browser.open(`/auth/callback?${query}`);
      expect(shown.status).toBe(status);
      expect(shown.text).toContain(`<h1>${title}</h1>`);
      expect(shown.text).toMatch(/<a class="button" href="\/auth\/sign-in/);
      expect(shown.text).not.toContain('<script');
      expect(browser.cookieNames.filter((name) => name.startsWith('sign-in-'))).toEqual([]);
    });
  }

  it('given a provider that is down, when somebody signs in or reloads, then they are told, and stay signed in', async () => {
    bench.add(mail);
    const browser = bench.browser();
    await browser.signIn(mail, password);
    const before = browser.cookie('refresh');
    bench.stopProvider();
    const reload = await browser.post('/auth/session');
    expect(reload.status).toBe(503);
    expect(reload.headers.get('retry-after')).toBe('10');
    expect(browser.cookie('refresh')).toBe(before);
  });

  it('given a provider that was never there, when somebody signs in, then the page says when to try again', async () => {
    bench.stopProvider();
    const shown = await bench.browser('ja').open('/auth/sign-in');
    expect(shown.status).toBe(503);
    expect(shown.headers.get('retry-after')).toBe('60');
    expect(shown.text).toContain('<h1>現在サインインできません</h1>');
  });
});

describe('who may ask for a session', () => {
  const cases: { given: string; headers: (url: string) => Record<string, string>; status: number }[] = [
    { given: 'our own page', headers: (url) => ({ origin: url }), status: 200 },
    {
      given: 'our own page in a browser that says no origin',
      headers: () => ({ 'sec-fetch-site': 'same-origin' }),
      status: 200,
    },
    { given: 'nothing that says where it comes from', headers: () => ({}), status: 403 },
    { given: 'another port of this machine', headers: () => ({ origin: 'http://localhost:1' }), status: 403 },
    { given: 'a page without an origin', headers: () => ({ origin: 'null' }), status: 403 },
    {
      given: 'a site beside ours',
      headers: (url) => ({ origin: url, 'sec-fetch-site': 'same-site' }),
      status: 403,
    },
    { given: 'another site', headers: () => ({ 'sec-fetch-site': 'cross-site' }), status: 403 },
  ];
  for (const { given, headers, status } of cases) {
    it(`given ${given}, then the answer is ${status}, for the session and for the sign-out`, async () => {
      bench.add(mail);
      const browser = bench.browser();
      await browser.signIn(mail, password);
      expect((await browser.post('/auth/session', headers(bench.url))).status).toBe(status);
      expect((await browser.post('/auth/sign-out', headers(bench.url))).status).toBe(status);
    });
  }

  it('given another site’s page, then the web server of one machine refuses before we are asked', async () => {
    const response = await bench.browser().post('/auth/session', { origin: 'https://evil.example' });
    expect(response.status).toBe(403);
  });

  it('given nobody who signed in, then the answer is 401 and says where to sign in', async () => {
    const answer = await bench.browser().post('/auth/session');
    expect(answer.status).toBe(401);
    expect(answer.text).toContain('/auth/sign-in');
  });

  it('given another address or method below /auth, then there is nothing', async () => {
    expect((await bench.browser().open('/auth/session')).status).toBe(404);
    expect((await bench.browser().post('/auth/anything')).status).toBe(404);
  });
});

describe('the end of a session', () => {
  it('given somebody signed in, when they sign out, then cookie and refresh token are worth nothing, and the provider asks again', async () => {
    bench.add(mail);
    const browser = bench.browser();
    await browser.signIn(mail, password);
    const thief = browser.copy();
    const out = await browser.post('/auth/sign-out');
    expect(out.status).toBe(200);
    expect(browser.cookie('refresh')).toBeUndefined();
    expect((await thief.post('/auth/session')).status).toBe(401);

    const { to } = JSON.parse(out.text) as { to: string };
    const asked = await browser.open(to);
    expect(asked.text).toContain('Sign out of Mimamori?');
    const gone = await browser.submit(asked, { logout: 'yes' }, outside);
    expect(gone.url).toBe(`${bench.url}/signed-out`);
    expect((await browser.open('/auth/sign-in')).text).toContain('type="password"');
  });

  const limits = [
    { role: 'customer', goesOnAfter: 29 * 24 * hour, endsAfter: 30 * 24 * hour + 1000 },
    { role: 'operator', goesOnAfter: 11.9 * hour, endsAfter: 12 * hour + 1000 },
    { role: 'administrator', goesOnAfter: 11.9 * hour, endsAfter: 12 * hour + 1000 },
  ] as const;
  for (const { role, goesOnAfter, endsAfter } of limits) {
    it(`given the session of one who is ${role}, when ${endsAfter / hour} hours have passed, then it is over, however often it was renewed`, async () => {
      bench.add(mail, role);
      const browser = bench.browser();
      await browser.signIn(mail, password);
      const beganAt = Date.now();
      later(goesOnAfter / 2);
      expect((await browser.post('/auth/session')).status).toBe(200);
      vi.setSystemTime(beganAt + goesOnAfter);
      expect((await browser.post('/auth/session')).status).toBe(200);
      const thief = browser.copy();
      vi.setSystemTime(beganAt + endsAfter);
      expect((await browser.post('/auth/session')).status).toBe(401);
      expect(browser.cookie('refresh')).toBeUndefined();
      expect((await thief.post('/auth/session')).status).toBe(401);
    });
  }

  it('given an operator, when the cookie is renewed, then it lasts no longer than the session', async () => {
    bench.add(mail, 'operator');
    const browser = bench.browser();
    await browser.signIn(mail, password);
    expect(browser.cookie('refresh')).toMatch(/Max-Age=43200$/);
    later(10 * hour);
    await browser.post('/auth/session');
    expect(browser.cookie('refresh')).toMatch(/Max-Age=7200$/);
  });

  it('given a person who is disabled, when their page renews or they sign in, then they are out, and learn no more than others', async () => {
    const subject = bench.add(mail);
    const browser = bench.browser();
    await browser.signIn(mail, password);
    const user = bench.users.find(subject);
    if (user !== undefined) bench.users.save({ ...user, isEnabled: false });
    expect((await browser.post('/auth/session')).status).toBe(401);
    const page = await bench.browser().open('/auth/sign-in');
    expect((await bench.browser().open('/auth/sign-in')).status).toBe(200);
    const again = bench.browser();
    const form = await again.open('/auth/sign-in');
    const refused = await again.submit(form, { mail, password });
    expect(refused.status).toBe(401);
    expect(refused.text).toContain('do not match');
    expect(page.text).not.toContain(mail);
  });

  it('given a browser whose person is disabled while the provider knows them, when they sign in again, then they are asked for a password', async () => {
    const subject = bench.add(mail);
    const browser = bench.browser();
    await browser.signIn(mail, password);
    const user = bench.users.find(subject);
    if (user !== undefined) bench.users.save({ ...user, isEnabled: false });
    expect((await browser.open('/auth/sign-in')).text).toContain('type="password"');
  });

  it('given a person whose sessions were ended for them, when their page renews, then they are out', async () => {
    const subject = bench.add(mail);
    const browser = bench.browser();
    await browser.signIn(mail, password);
    later(1000);
    bench.users.signOut(subject);
    expect((await browser.post('/auth/session')).status).toBe(401);
    later(1000);
    await browser.signIn(mail, password);
    expect((await browser.post('/auth/session')).status).toBe(200);
  });

  it('given two tabs that renew with one cookie, when the second comes within a minute, then both go on; a stolen one later ends all', async () => {
    bench.add(mail);
    const browser = bench.browser();
    await browser.signIn(mail, password);
    const second = browser.copy();
    const thief = browser.copy();
    expect((await browser.post('/auth/session')).status).toBe(200);
    later(30_000);
    expect((await second.post('/auth/session')).status).toBe(200);
    later(60_000);
    expect((await thief.post('/auth/session')).status).toBe(401);
    expect((await browser.post('/auth/session')).status).toBe(401);
    expect((await second.post('/auth/session')).status).toBe(401);
  });
});

it('given the demo, when somebody clicks a person, then they are that person', async () => {
  const username = bench.add('demo@demo.example');
  bench.offer({ username, name: '佐藤 花子', role: 'customer' });
  const browser = bench.browser('ja');
  const page = await browser.open('/auth/sign-in?to=/servers');
  expect(page.text).toContain('佐藤 花子');
  expect((await browser.submit(page, { demo: username }, outside)).url).toBe(`${bench.url}/servers`);
  const session = await browser.post('/auth/session');
  expect(decodeJwt(tokenIn(session.text)).sub).toBe(username);
});

it('given no demo, when somebody names a person instead of a password, then they are nobody', async () => {
  const username = bench.add(mail);
  const browser = bench.browser();
  const page = await browser.open('/auth/sign-in');
  expect((await browser.submit(page, { demo: username })).status).toBe(401);
});
