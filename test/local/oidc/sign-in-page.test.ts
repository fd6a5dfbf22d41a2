import { decodeJwt } from 'jose';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { password, SignInBench } from '../../auth/sign-in-bench.ts';

const mail = 'taro@acme.example';
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

describe('the page', () => {
  it('given a browser’s language, then the page has it, and a way to the other, which it keeps', async () => {
    const browser = bench.browser('ja-JP,ja;q=0.9');
    const page = await browser.open('/auth/sign-in');
    expect(page.text).toContain('<html lang="ja">');
    expect(page.text).toContain('<h1>サインイン</h1>');
    const other = /<a href="([^"]+)" lang="en"/.exec(page.text)?.[1] ?? '';
    const english = await browser.open(other);
    expect(english.text).toContain('<h1>Sign in</h1>');
    bench.add(mail);
    const wrong = await browser.submit(english, { mail, password: 'x' });
    expect(wrong.text).toContain('<html lang="en">');
    expect((await browser.submit(wrong, { mail, password }, outside)).url).toBe(`${bench.url}/`);
  });

  it('given its policy, then it runs no script, is framed by nobody, and has nothing inline', async () => {
    const page = await bench.browser().open('/auth/sign-in');
    expect(page.headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.text).not.toMatch(/<script|<style| style=| on[a-z]+=/);
    for (const [, asset = ''] of page.text.matchAll(/(?:href|src)="(\/oidc\/assets\/[^"]+)"/g)) {
      const served = await bench.browser().open(asset);
      expect([asset, served.status]).toEqual([asset, 200]);
    }
    expect((await bench.browser().open('/oidc/assets/..%2fwords.ts')).status).toBe(404);
  });

  it('given what was typed, when it comes back, then it is text', async () => {
    const browser = bench.browser();
    const page = await browser.open('/auth/sign-in');
    const back = await browser.submit(page, { mail: '"><script>alert(1)</script>', password: 'x' });
    expect(back.text).not.toContain('<script');
    expect(back.text).toContain('&quot;&gt;&lt;script&gt;');
  });

  it('given a sign-in that nobody began, or one that is over, then the page says how to begin', async () => {
    const stranger = await bench.browser().open('/oidc/sign-in/abcdef');
    expect(stranger.status).toBe(400);
    expect(stranger.text).toContain('This sign-in has ended');
    const browser = bench.browser();
    const page = await browser.open('/auth/sign-in');
    vi.setSystemTime(Date.now() + 11 * 60_000);
    bench.add(mail);
    const late = await browser.submit(page, { mail, password });
    expect(late.status).toBe(400);
    expect(late.text).toContain('This sign-in has ended');
  });

  it('given a request that the provider cannot take, then the page is ours, and tells nothing of the inside', async () => {
    const refused = await bench.browser('ja').open('/oidc/auth?client_id=nobody');
    expect(refused.status).toBe(400);
    expect(refused.text).toContain('<h1>サインインできませんでした</h1>');
    expect(refused.text).not.toContain('client');
  });

  it('given a redirect to another site, when the provider is asked for it, then it refuses', async () => {
    const query = new URLSearchParams({
      client_id: 'portal',
      response_type: 'code',
      scope: 'openid',
      redirect_uri: 'https://evil.example/',
      code_challenge: 'x'.repeat(43),
      code_challenge_method: 'S256',
    });
    const refused = await bench.browser().open(`/oidc/auth?${query}`);
    expect(refused).toMatchObject({ status: 400, way: [expect.stringContaining('/oidc/auth')] });
  });

  it('given no verifier, when the provider is asked, then it refuses', async () => {
    const redirect_uri = `${bench.url}/auth/callback`;
    const query = new URLSearchParams({
      client_id: 'portal',
      response_type: 'code',
      scope: 'openid',
      redirect_uri,
    });
    const refused = await bench
      .browser()
      .open(`/oidc/auth?${query}`, (url) => url.includes('/auth/callback'));
    expect(new URL(refused.url).searchParams.get('error')).toBe('invalid_request');
  });
});

describe('a wrong password', () => {
  it('given a name that exists and one that does not, then the answer is the same', async () => {
    bench.add(mail);
    const answers = [];
    for (const name of [mail, 'nobody@acme.example']) {
      const browser = bench.browser();
      const page = await browser.open('/auth/sign-in');
      const { status, text } = await browser.submit(page, { mail: name, password: 'not-this-one' });
      answers.push([status, text.replaceAll(name, 'NAME').replace(/\/oidc\/sign-in\/[^"?]+/g, 'HERE')]);
    }
    expect(answers[0]?.[0]).toBe(401);
    expect(answers[0]).toEqual(answers[1]);
    expect(bench.log.join('\n')).not.toContain('not-this-one');
  });

  it('given six of them, when the right one follows at once, then it waits like any other, and counts after the wait', async () => {
    bench.add(mail);
    const browser = bench.browser();
    let page = await browser.open('/auth/sign-in');
    for (let times = 0; times < 6; times += 1) {
      vi.setSystemTime(Date.now() + 1000);
      page = await browser.submit(page, { mail, password: 'x' });
    }
    expect(page.status).toBe(401);
    const waits = await browser.submit(page, { mail, password });
    expect(waits.status).toBe(429);
    expect(waits.headers.get('retry-after')).toBe('2');
    expect(waits.text).toContain('Wait 2 seconds');
    vi.setSystemTime(Date.now() + 2000);
    expect((await browser.submit(waits, { mail, password }, outside)).url).toBe(`${bench.url}/`);
  });

  it('given many at once, when they are guessed side by side, then few are looked at', async () => {
    bench.add(mail);
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => token({ username: mail, password: 'x' })),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(5);
    expect(statuses.filter((status) => status === 429 || status === 503).length).toBeGreaterThanOrEqual(35);
  });
});

describe('a password to begin with', () => {
  const chosen = 'Hoshi-no-Ginka-1934';
  const begin = (): string => {
    const subject = bench.add(mail);
    const user = bench.users.find(subject);
    if (user !== undefined) bench.users.save({ ...user, mustChangePassword: true });
    return subject;
  };

  it('given it, when somebody signs in, then they choose another first, and the old one is worth nothing after', async () => {
    begin();
    const browser = bench.browser();
    const page = await browser.open('/auth/sign-in?to=/servers');
    const change = await browser.submit(page, { mail, password });
    expect(change.text).toContain('Choose a password of your own');
    expect(change.text).not.toContain(password);
    const done = await browser.submit(change, { mail, password, 'new-password': chosen }, outside);
    expect(done.url).toBe(`${bench.url}/servers`);
    expect((await token({ username: mail, password })).status).toBe(401);
    expect((await token({ username: mail, password: chosen })).status).toBe(200);
  });

  const refused = [
    { given: 'the same again', wished: password },
    { given: 'a short one', wished: 'Aa1-Aa1-Bb' },
    { given: 'one with the own name in it', wished: 'Taro-no-Ginka-1934' },
    { given: 'one kind of letters', wished: 'abcdefghijklmnop' },
  ];
  for (const { given, wished } of refused) {
    it(`given ${given}, when it is chosen, then it is refused with what is wanted, and nothing has changed`, async () => {
      const subject = begin();
      const browser = bench.browser();
      const page = await browser.submit(await browser.open('/auth/sign-in'), { mail, password });
      const again = await browser.submit(page, { mail, password, 'new-password': wished });
      expect(again.status).toBe(422);
      expect(again.text).toContain('12 characters or more');
      expect(again.text).not.toContain(wished);
      expect(bench.users.find(subject)?.mustChangePassword).toBe(true);
    });
  }

  it('given it, when a script asks for a token, then it is told to choose another', async () => {
    begin();
    const answer = await token({ username: mail, password });
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('sign in at');
  });
});

const token = (body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${bench.url}/local/token`, {
    method: 'POST',
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

describe('POST /local/token', () => {
  const names = [mail, 'TARO@acme.example', 'taro'];
  for (const username of names) {
    it(`given the name ${username}, then the token says who it is, as one of the sign-in does`, async () => {
      const subject = bench.add(mail, 'operator');
      const answer = await token({ username, password });
      expect(answer.status).toBe(200);
      const { access_token } = (await answer.json()) as { access_token: string };
      const browser = bench.browser();
      await browser.signIn(mail, password);
      const session = await browser.post('/auth/session');
      const fromSignIn = decodeJwt(
        String((JSON.parse(session.text) as { access_token: string }).access_token),
      );
      const changing = { jti: expect.any(String), origin_jti: expect.any(String), iat: expect.any(Number) };
      const { aud: _resource, ...wanted } = fromSignIn;
      expect(decodeJwt(access_token)).toEqual({
        ...wanted,
        ...changing,
        exp: expect.any(Number),
        auth_time: expect.any(Number),
      });
      expect(decodeJwt(access_token)).toMatchObject({ sub: subject, 'cognito:groups': ['operator'] });
    });
  }

  it('given a first part that two people have, then it is nobody', async () => {
    bench.add(mail);
    bench.add('taro@other.example');
    expect((await token({ username: 'taro', password })).status).toBe(401);
  });

  const refusals = [
    { given: 'a wrong password', body: { username: mail, password: 'x' }, status: 401 },
    { given: 'no password', body: { username: mail }, status: 400 },
    { given: 'what is no JSON', body: 'username=x', status: 400 },
    { given: 'ten thousand letters', body: { username: mail, password: 'x'.repeat(10_000) }, status: 400 },
  ];
  for (const { given, body, status } of refusals) {
    it(`given ${given}, then the answer is ${status}, and says no secret`, async () => {
      bench.add(mail);
      const answer = await token(body);
      expect(answer.status).toBe(status);
      expect(await answer.text()).not.toContain(password);
    });
  }

  it('given a page of another site, then it is refused', async () => {
    bench.add(mail);
    expect((await token({ username: mail, password }, { origin: 'https://evil.example' })).status).toBe(403);
  });

  it('given a GET, then it says how to ask', async () => {
    expect((await fetch(`${bench.url}/local/token`)).status).toBe(405);
  });
});
