import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPages } from '../../../local/pages/pages.ts';
import { type Sample, sampleSources } from './sample-sources.ts';

let sample: Sample;
let quiet: Sample;
let app: ReturnType<typeof createPages>;

beforeAll(async () => {
  [sample, quiet] = await Promise.all([sampleSources(), sampleSources({ isQuiet: true })]);
  app = createPages(sample.sources);
});
afterAll(() => Promise.all([sample.close(), quiet.close()]));

const browser = { accept: 'text/html,application/xhtml+xml', host: 'localhost:8080' };

async function get(path: string, headers: Record<string, string> = {}, of = app) {
  const response = await of.request(`http://localhost:8080${path}`, { headers: { ...browser, ...headers } });
  return { response, body: await response.text() };
}

const post = (path: string, headers: Record<string, string> = {}) =>
  app.request(`http://localhost:8080${path}`, {
    method: 'POST',
    headers: { host: 'localhost:8080', ...headers },
  });

describe('every page', () => {
  const pages = [
    {
      path: '/mail',
      says: ['[Mimamori PROBLEM] demo web-1', 'miller@demo.example', '2 mails', 'RECOVERED|UPDATE'],
    },
    { path: '/mail/2', says: ['1 of 2', '2 of 2', 'src="/mail/2/html"', 'lang="ja"'] },
    { path: '/mail/2?view=text', says: ['株式会社デモ商店', 'プロセス nginx'] },
    { path: '/mail/2?view=headers', says: ['x-mimamori-incident', 'in-reply-to'] },
    { path: '/mail/4', says: ['The agent gave no memory figures.'] },
    {
      path: '/workflows',
      says: ['demo.web-1.web-3', 'mimamori-detection', 'Running', 'Failed', '8 min 0 s so far|8 min so far'],
    },
    { path: '/workflows?status=FAILED', says: ['failed-once'] },
    {
      path: '/workflows/mimamori-detection:demo.web-1.web-3',
      says: ['Wait before the repeat', 'TaskStateEntered', '&quot;episode&quot;: 3', 'ExecutionSucceeded'],
    },
    { path: '/workflows/sweep:failed-once', says: ['Probe.NoEgress', 'ExecutionFailed'] },
    {
      path: '/fleet',
      says: [
        'Break app on web-1',
        'Mend web on web-1',
        'aria-current="step"',
        'From break to mail: 9 s to 18 s',
        'See the incident',
      ],
    },
  ];
  for (const { path, says } of pages) {
    it(`given a browser, when ${path} is asked for, then it is a whole page under the strict policy`, async () => {
      const { response, body } = await get(path);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('text/html; charset=UTF-8');
      expect(response.headers.get('content-security-policy')).toBe(
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      );
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      for (const said of says) expect(body).toMatch(pattern(said));
      expect(body).toMatch(/^<!doctype html>\n<html lang="en">/);
      expect(body.match(/<h1/g)).toHaveLength(1);
      expect(body, 'nothing inline that the policy would refuse').not.toMatch(
        /<style|\sstyle=|\son[a-z]+=|<script>/,
      );
      expect(body).not.toContain('undefined');
      expect(body).not.toContain('[object');
    });
  }

  it('given the addresses on the pages, when each is followed, then it leads somewhere', async () => {
    const seen = new Set<string>();
    const waiting = ['/fleet'];
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      if (seen.has(path) || seen.size > 150 || isOfPortal(path)) continue;
      seen.add(path);
      const { response, body } = await get(path);
      expect(response.status, path).toBe(200);
      if (!response.headers.get('content-type')?.startsWith('text/html') || path.endsWith('/html')) continue;
      for (const [, found = ''] of body.matchAll(/(?:href|src|data-live)="(\/[^"]*)"/g)) {
        waiting.push(found.replaceAll('&amp;', '&'));
      }
    }
    expect(seen.size).toBeGreaterThan(40);
  });

  it('given what the portal shows, when pages lead there, then to the reader’s own address of it', async () => {
    const leads = async (path: string) =>
      [...(await get(path)).body.matchAll(/href="([^"]*)"/g)]
        .map(([, found = '']) => found)
        .filter((found) => found.startsWith('/') && found !== '/' && isOfPortal(found));
    expect(new Set(await leads('/fleet'))).toEqual(
      new Set(['/servers/web-1', '/servers/db-1', '/servers/mail-1', '/incidents/demo.web-1-2']),
    );
    expect(await leads('/mail/2')).toEqual(['/incidents/demo.web-1-2']);
    const raw = Buffer.from(
      'X-Mimamori-Audience: operators\r\nX-Mimamori-Account: demo\r\nX-Mimamori-Incident: demo.web-1-2\r\nSubject: copy\r\n\r\n.',
    );
    const { id } = await sample.sources.mailbox.receive({
      raw,
      from: 'a@b.example',
      to: ['c@d.example'],
      at: 0,
    });
    expect(await leads(`/mail/${id}`)).toEqual(['/accounts/demo/incidents/demo.web-1-2']);
  });

  it('given a page, when its ids are counted, then each is there once', async () => {
    for (const path of ['/fleet', '/mail/2', '/workflows/sweep:failed-once']) {
      const { body } = await get(path);
      const ids = [...body.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
      expect(ids.filter((id, place) => ids.indexOf(id) !== place)).toEqual([]);
    }
  });

  it('given a fragment, when it is asked for, then it is the live part of its page and no more', async () => {
    for (const path of ['/mail', '/mail/2', '/workflows', '/fleet']) {
      const { body } = await get(path);
      const live = body.match(/data-live="([^"]*)"/)?.[1]?.replaceAll('&amp;', '&') ?? 'none';
      const part = await get(live);
      expect(part.response.status, live).toBe(200);
      expect(part.body).not.toContain('<html');
      expect(body).toContain(part.body);
    }
  });

  it('given a served file, when it is asked for by its mark, then browsers may keep it for good', async () => {
    const { body } = await get('/mail');
    const paths = [...body.matchAll(/(?:href|src)="(\/local\/assets\/[^"]*)"/g)].map(
      ([, path]) => path ?? '',
    );
    expect(new Set(paths).size).toBe(4);
    for (const path of new Set(paths)) {
      const { response } = await get(path);
      expect(response.status).toBe(200);
      expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    }
    expect((await get('/local/assets/000000000000/style.css')).response.status).toBe(404);
    expect((await get('/local/assets/..%2f..%2fpages.ts/x')).response.status).toBe(404);
  });
});

/** The pages answer below these words; everything else is the portal. */
const isOfPortal = (path: string): boolean => !/^\/(mail|phone|fleet|workflows|local)\b/.test(path);

const pattern = (text: string): RegExp =>
  new RegExp(
    text
      .split('|')
      .map((one) => one.replace(/[.*+?^${}()[\]\\]/g, '\\$&'))
      .join('|'),
  );

describe('language', () => {
  const cases = [
    { given: 'no wish', headers: {}, query: '', lang: 'en' },
    { given: 'a Japanese browser', headers: { 'accept-language': 'ja,en-US;q=0.9' }, query: '', lang: 'ja' },
    { given: 'weights', headers: { 'accept-language': 'ja;q=0.3, en;q=0.8' }, query: '', lang: 'en' },
    {
      given: 'a language we have not',
      headers: { 'accept-language': 'de,fr;q=0.9,ja;q=0.1' },
      query: '',
      lang: 'ja',
    },
    { given: 'rubbish', headers: { 'accept-language': ';;q=,ja;q=x' }, query: '', lang: 'en' },
    {
      given: 'a cookie against the browser',
      headers: { 'accept-language': 'ja', cookie: 'mimamori-language=en' },
      query: '',
      lang: 'en',
    },
    {
      given: 'a query against the cookie',
      headers: { cookie: 'mimamori-language=en' },
      query: '?lang=ja',
      lang: 'ja',
    },
    { given: 'a query of no language', headers: {}, query: '?lang="><script>', lang: 'en' },
  ];
  for (const { given, headers, query, lang } of cases) {
    it(`given ${given}, when the page is asked for, then it is in ${lang}`, async () => {
      const { body } = await get(`/fleet${query}`, headers);
      expect(body).toContain(`<html lang="${lang}">`);
      expect(body).toContain(lang === 'ja' ? 'いま起きていること' : 'What is happening');
    });
  }

  it('given ?lang, when the page is asked for, then the choice is remembered, and only then', async () => {
    const chosen = await get('/mail?lang=ja');
    expect(chosen.response.headers.get('set-cookie')).toBe(
      'mimamori-language=ja; Max-Age=31536000; Path=/; HttpOnly; SameSite=Lax',
    );
    expect((await get('/mail')).response.headers.get('set-cookie')).toBeNull();
  });

  it('given a page with a query, when the other language is chosen, then the rest of the query stays', async () => {
    const { body } = await get('/workflows?status=FAILED');
    expect(body).toContain('href="/workflows?status=FAILED&amp;lang=ja"');
  });
});

describe('hostile content', () => {
  const scripted = '<script>alert(1)</script>';

  it('given scripts in outputs, inputs and causes, when the pages are read, then they are text', async () => {
    for (const path of ['/workflows/sweep:failed-once', '/mail/4']) {
      const { body } = await get(path);
      expect(body).not.toContain(scripted);
      expect(body).not.toContain('<b>');
      expect(body).toMatch(/&lt;(script|b)&gt;/);
    }
  });

  it('given a hostile mail, when it is opened, then its document may do nothing and the page shows text', async () => {
    const { id } = await sample.sources.mailbox.receive({
      raw: Buffer.from(
        `From: "${scripted}" <x@example.jp>\r\nSubject: ${scripted}\r\nX-Mimamori-State: ${scripted}\r\nX-Mimamori-Incident: "><img src=x>\r\nContent-Language: "><b>\r\nContent-Type: text/html\r\n\r\n<form action=//evil.example><script>top.location='//evil.example'</script><meta http-equiv=refresh content="0;url=//evil.example">`,
      ),
      from: 'x@example.jp',
      to: [`"${scripted}"@example.jp`],
      at: 0,
    });
    for (const path of [`/mail/${id}`, `/mail/${id}?view=headers`, '/mail', '/fleet']) {
      const { body } = await get(path);
      expect(body).not.toContain(scripted);
      expect(body).not.toContain('<img src=x');
      expect(body).toContain('&lt;script&gt;');
    }
    const page = await get(`/mail/${id}`);
    expect(page.body).toContain('sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"');
    const frame = await get(`/mail/${id}/html`);
    expect(frame.response.headers.get('content-security-policy')).toBe(
      "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'",
    );
  });

  it('given a mail, when it is downloaded, then it is the message as an attachment', async () => {
    const response = await app.request('http://localhost:8080/mail/1/raw');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="mail-1.eml"');
    expect(Buffer.from(await response.arrayBuffer())).toEqual(sample.sources.mailbox.raw('1'));
  });
});

describe('what is not there', () => {
  const paths = [
    '/nowhere',
    '/',
    '/server/demo/web-1',
    '/incident/demo.web-1-2',
    '/%22%3E%3Cscript%3E',
    '/mail/999',
    '/mail/999/html',
    '/mail/4/html',
    '/mail/999/raw',
    '/workflows/none:none',
    '/workflows?next=rubbish',
    '/workflows/mimamori-detection:demo.web-1.web-3/event/999999',
    '/workflows/machine/none',
    '/workflows?machine=none',
  ];
  for (const path of paths) {
    it(`given no ${path}, when a browser asks, then the page says what to do`, async () => {
      const { response, body } = await get(path);
      expect([response.status, body]).toEqual([404, expect.stringContaining('There is no such page')]);
      expect(body).not.toContain('<script>');
    });
  }

  it('given no such page, when a script asks, then it gets a problem in JSON', async () => {
    const response = await app.request('http://localhost:8080/nowhere');
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toEqual({
      title: 'Not Found',
      status: 404,
      detail: 'there is nothing at /nowhere',
    });
  });

  it('given a store that fails, when a page needs it, then the reader gets a reference and not the fault', async () => {
    const told: unknown[] = [];
    const { error } = console;
    console.error = (...parts) => told.push(parts);
    const broken = createPages({
      ...sample.sources,
      watch: { ...sample.sources.watch, server: () => Promise.reject(new Error('secret-table is gone')) },
    });
    try {
      const { response, body } = await get('/fleet', {}, broken);
      expect(response.status).toBe(500);
      const reference = body.match(/reference ([0-9a-f]{8})/)?.[1] ?? 'none';
      expect(body).not.toContain('secret-table');
      expect(JSON.stringify(told)).toContain(reference);
    } finally {
      console.error = error;
    }
  });
});

describe('empty states', () => {
  const cases = [
    { path: '/mail', says: 'No mail yet' },
    { path: '/workflows', says: 'No executions yet' },
    { path: '/workflows?status=FAILED', says: 'No execution fits this filter.' },
    { path: '/fleet', says: 'Nothing has happened yet' },
  ];
  for (const { path, says } of cases) {
    it(`given nothing yet, when ${path} is opened, then it says so`, async () => {
      expect((await get(path, {}, createPages(quiet.sources))).body).toContain(says);
    });
  }

  it('given no fleet, when its pages are asked for, then they are not there and nothing leads to them', async () => {
    const { fleet: _fleet, ...sources } = quiet.sources;
    const without = createPages(sources);
    expect((await get('/mail', {}, without)).body).not.toContain('/fleet');
    for (const path of ['/fleet', '/local/fleet']) {
      const response = await without.request(`http://localhost:8080${path}`);
      expect(await response.json()).toMatchObject({ status: 404 });
    }
    const broken = await without.request('http://localhost:8080/local/fleet/web-1/web/break', {
      method: 'POST',
    });
    expect(broken.status).toBe(404);
  });
});

describe('GET /local/mail', () => {
  it('given three mails and an inbox row, when a script asks, then it gets an array with the newest last', async () => {
    const response = await app.request('http://localhost:8080/local/mail?limit=4');
    const mails = (await response.json()) as Record<string, unknown>[];
    expect(Object.keys(mails[0] ?? {})).toEqual([
      'id',
      'at',
      'from',
      'to',
      'subject',
      'text',
      'html',
      'headers',
    ]);
    expect(mails.map(({ id }) => Number(id))).toEqual(
      mails.map(({ id }) => Number(id)).toSorted((a, b) => a - b),
    );
    const after = await app.request('http://localhost:8080/local/mail?after=1&limit=1');
    expect(await after.json()).toMatchObject([{ id: '2', to: ['sato@demo.example'] }]);
  });
});

describe('the demo fleet by HTTP', () => {
  it('given the fleet, when a script asks, then it gets servers, plans and services', async () => {
    const response = await app.request('http://localhost:8080/local/fleet');
    expect(await response.json()).toMatchObject([
      {
        server: 'web-1',
        plan: 'notify',
        services: [
          { name: 'web', monitor: 'web', up: false },
          { name: 'app', monitor: 'app', up: true },
          { name: 'agent', monitor: 'agent', up: true },
        ],
      },
      { server: 'db-1', plan: 'respond' },
      { server: 'mail-1', plan: 'managed' },
    ]);
  });

  const isUp = (server: string, name: string) =>
    sample.sources.fleet
      .list()
      .find((one) => one.server === server)
      ?.services.find((one) => one.name === name)?.up;

  it('given a script, when it breaks and mends, then that is done and told', async () => {
    const broken = await post('/local/fleet/mail-1/smtp/break');
    expect(await broken.json()).toEqual({ server: 'mail-1', service: 'smtp', up: false });
    expect(isUp('mail-1', 'smtp')).toBe(false);
    const mended = await post('/local/fleet/mail-1/smtp/mend');
    expect(await mended.json()).toEqual({ server: 'mail-1', service: 'smtp', up: true });
    expect(isUp('mail-1', 'smtp')).toBe(true);
  });

  it('given a browser without scripts, when its form is sent, then it comes back to the switch', async () => {
    const headers = { ...browser, origin: 'http://localhost:8080', 'sec-fetch-site': 'same-origin' };
    const response = await post('/local/fleet/mail-1/ssh/break', headers);
    expect([response.status, response.headers.get('location')]).toEqual([303, '/fleet#switch-mail-1-ssh']);
    await sample.sources.fleet.mend('mail-1', 'ssh');
  });

  const strangers = [
    {
      given: "another site's form",
      headers: { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
    },
    { given: 'another port of this machine', headers: { origin: 'http://localhost:3000' } },
    { given: 'a sandboxed page', headers: { origin: 'null' } },
    { given: 'a sister site', headers: { 'sec-fetch-site': 'same-site' } },
  ];
  for (const { given, headers } of strangers) {
    it(`given ${given}, when it asks to break something, then it is refused`, async () => {
      const response = await post('/local/fleet/db-1/mysql/break', headers as Record<string, string>);
      expect(response.status).toBe(403);
      expect(await response.json()).toMatchObject({ title: 'Forbidden', status: 403 });
      expect(isUp('db-1', 'mysql')).toBe(true);
    });
  }

  const wrong = [
    {
      path: '/local/fleet/web-9/web/break',
      detail: 'there is no server "web-9" in the demo fleet; it has web-1, db-1, mail-1',
    },
    {
      path: '/local/fleet/web-1/nfs/mend',
      detail: 'there is no service "nfs" on web-1; it has web, app, agent',
    },
    { path: '/local/fleet/web-1/web/explode', detail: 'there is nothing at /local/fleet/web-1/web/explode' },
  ];
  for (const { path, detail } of wrong) {
    it(`given POST ${path}, when it is sent, then the problem says what there is`, async () => {
      const response = await post(path);
      expect(response.headers.get('content-type')).toBe('application/problem+json');
      expect(await response.json()).toEqual({ title: 'Not Found', status: 404, detail });
    });
  }

  it('given GET on a switch, when it is followed, then nothing is broken', async () => {
    expect((await get('/local/fleet/db-1/mysql/break')).response.status).toBe(404);
    expect(isUp('db-1', 'mysql')).toBe(true);
  });
});
