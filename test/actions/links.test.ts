import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Incident, incident as incidentForm } from '../../core/incident/incident.ts';
import { addSeconds } from '../../core/instant.ts';
import { monitorState } from '../../core/monitor.ts';
import { withMethods } from '../mail/post-office.ts';
import { alertedState, now, openIncident, operatorsDesk } from './operators-desk.ts';

const who = { name: '鈴木 一郎' };
const pause = { ...who, for: '60', reason: 'deployment' };

describe('opening a link', () => {
  it('given a link, when it is opened, looked at by HEAD or fetched ahead, then it asks and nothing changes', async () => {
    const desk = await operatorsDesk();
    const before = await desk.stored();
    for (const [kind, subject] of [
      ['acknowledge', ''],
      ['run-runbook', 'https-3/restart-web'],
      ['escalate', ''],
      ['skip-calls', ''],
      ['pause', 'https'],
      ['resolve', ''],
    ] as const) {
      const path = await desk.linkTo(kind, subject);
      const asked = await desk.open(path);
      expect([kind, asked.statusCode]).toEqual([kind, 200]);
      expect(asked.body).toContain('<form method="post"');
      expect(asked.body).toContain('acme.web-1-7');
      expect(asked.body).toContain('受注サーバー');
      const head = await desk.open(path, { method: 'HEAD', headers: { 'sec-purpose': 'prefetch' } });
      expect([head.statusCode, head.body]).toEqual([200, '']);
    }
    expect(await desk.stored()).toEqual(before);
    expect(await desk.timeline()).toEqual([]);
    expect(desk.woken).toEqual([]);
  });

  it('given a page, then nothing keeps, frames, runs in or follows it', async () => {
    const desk = await operatorsDesk();
    const { headers, body } = await desk.open(await desk.linkTo('escalate'));
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex, nofollow',
      'x-content-type-options': 'nosniff',
    });
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]{44}'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    );
    expect(body).not.toMatch(/<script|<img|(src|href)="(?!\?|data:,")/);
  });

  it('given the operators’ language and another one asked for, then the page speaks it', async () => {
    const desk = await operatorsDesk();
    const path = await desk.linkTo('pause', 'https');
    expect((await desk.open(path)).body).toContain('<html lang="en">');
    const japanese = await desk.open(path, { query: 'lang=ja' });
    expect(japanese.body).toContain('<html lang="ja">');
    expect(japanese.body).toContain('監視項目 https を一時停止');
    expect(japanese.body).toContain('action="?lang=ja"');
  });

  it('given hostile texts of a customer’s server, then they are only read', async () => {
    const incident = openIncident();
    const [key, alert] = Object.entries(incident.alerts)[0] ?? [];
    if (key === undefined || alert === undefined) throw new Error('no alert');
    const summary = { en: '<script>alert(1)</script>', ja: '"><img src=x>' };
    const desk = await operatorsDesk({ ...incident, alerts: { [key]: { ...alert, summary } } });
    const { body } = await desk.open(await desk.linkTo('resolve'));
    expect(body).toContain('&lt;script&gt;');
    expect(body).not.toContain('<script>');
    const answered = await desk.post(await desk.linkTo('resolve'), { name: '<b>"Eve"</b>\r\nX: y' });
    expect(answered.body).toContain('&lt;b&gt;&quot;Eve&quot;&lt;/b&gt; X: y');
  });
});

it('given any name and reason, then the incident and the pause stay within their schemas', async () => {
  const texts = fc.oneof(fc.string({ unit: 'binary', maxLength: 400 }), fc.constant('👩‍👩‍👧‍👦'.repeat(100)));
  await fc.assert(
    fc.asyncProperty(texts, texts, async (name, reason) => {
      const desk = await operatorsDesk();
      const { statusCode } = await desk.post(await desk.linkTo('pause', 'https'), {
        name,
        reason,
        for: '60',
      });
      expect([200, 422]).toContain(statusCode);
      const stored = incidentForm.parse(await desk.stored());
      if (statusCode === 200) expect(stored.deeds?.[0]?.by).not.toMatch(/\p{Cc}/u);
      monitorState.parse(await desk.stateOf('https'));
    }),
    { numRuns: 60 },
  );
});

describe('what each link does', () => {
  type Check = (desk: Awaited<ReturnType<typeof operatorsDesk>>) => Promise<void>;
  const cases: {
    kind: Parameters<Awaited<ReturnType<typeof operatorsDesk>>['linkTo']>[0];
    subject?: string;
    fields?: Record<string, string>;
    incident?: Incident;
    says: string;
    then: Check;
  }[] = [
    {
      kind: 'acknowledge',
      says: 'Acknowledged the incident.',
      then: async ({ stored }) =>
        expect((await stored()).deeds).toMatchObject([{ action: 'acknowledge', by: '鈴木 一郎', at: now }]),
    },
    {
      kind: 'run-runbook',
      subject: 'https-3/restart-web',
      says: 'Asked for runbook restart-web to be run for alert https-3.',
      then: async ({ stored }) =>
        expect((await stored()).response?.requested).toEqual({
          alert: 'https-3',
          runbook: 'restart-web',
          by: '鈴木 一郎',
          at: now,
        }),
    },
    {
      kind: 'escalate',
      incident: {
        ...openIncident(),
        response: { rounds: 2, skipCalls: true, calls: { end: 'accepted', at: now } },
      },
      says: 'Escalated at once.',
      then: async ({ stored }) => {
        const { alerts, response } = await stored();
        expect(Object.values(alerts).map(({ unrepaired }) => unrepaired)).toEqual([
          { at: now, reason: 'operator' },
          { at: now, reason: 'operator' },
        ]);
        expect(response).toEqual({ rounds: 2 });
      },
    },
    {
      kind: 'skip-calls',
      says: 'Skipped the calls.',
      then: async ({ stored }) => expect((await stored()).response).toEqual({ rounds: 0, skipCalls: true }),
    },
    {
      kind: 'pause',
      subject: 'https',
      fields: pause,
      says: 'Paused monitor https until 2026-11-20T19:20:00.000Z. Reason: deployment',
      then: async ({ stateOf }) => {
        expect(await stateOf('https')).toMatchObject({
          phase: 'alerted',
          pause: {
            by: 'operator',
            since: now,
            until: addSeconds(now, 3600),
            reason: 'deployment',
            who: '鈴木 一郎',
          },
        });
        expect((await stateOf('mysql'))?.pause).toBeUndefined();
      },
    },
    {
      kind: 'resolve',
      says: 'Marked the incident resolved.',
      then: async ({ stored, stateOf }) => {
        expect(Object.values((await stored()).alerts).map(({ wellAt }) => wellAt)).toEqual([now, now]);
        expect(await stateOf('https')).toEqual({ phase: 'well', episode: 3, severity: 'ok', since: now });
        expect(await stateOf('mysql')).toEqual({ phase: 'well', episode: 1, severity: 'ok', since: now });
      },
    },
  ];
  for (const { kind, subject = '', fields = who, incident, says, then } of cases) {
    it(`given ${kind}, when its form is sent, then it is done, on the timeline, and the workflow knows`, async () => {
      const desk = await operatorsDesk(incident);
      const { news } = await desk.stored();
      const done = await desk.post(await desk.linkTo(kind, subject), fields);
      expect(done.statusCode).toBe(200);
      expect(done.body).toContain('<h1>Done</h1>');
      expect(done.body).toContain('By 鈴木 一郎, Sat 2026-11-21 03:20:00 Japan Standard Time.');
      await then(desk);
      expect(await desk.timeline()).toMatchObject([
        { kind: 'operator', by: '鈴木 一郎', at: now, summary: { en: says } },
      ]);
      expect((await desk.stored()).news).toBe(news + 1);
      expect((await desk.stored()).deeds?.some(({ isUnfinished }) => isUnfinished)).toBe(false);
      expect(desk.woken).toEqual(['token-1']);
    });
  }

  it('given a paused monitor, when it is resumed, then the pause is gone', async () => {
    const desk = await operatorsDesk();
    await desk.post(await desk.linkTo('pause', 'https'), pause);
    const done = await desk.post(await desk.linkTo('resume', 'https', 'mail-2'), who);
    expect(done.statusCode).toBe(200);
    expect(await desk.stateOf('https')).toEqual(alertedState(3));
  });
});

describe('a link that was used', () => {
  it('given it acted, when it is opened or sent again by anybody, then who did it and when is said', async () => {
    const desk = await operatorsDesk();
    const path = await desk.linkTo('skip-calls');
    await desk.post(path, who);
    const after = await desk.stored();
    const later = { at: addSeconds(now, 600) };
    for (const again of [
      await desk.open(path, later),
      await desk.post(path, { name: 'Somebody Else' }, { ...later }),
    ]) {
      expect(again.statusCode).toBe(200);
      expect(again.body).toContain('<h1>Done already</h1>');
      expect(again.body).toContain('By 鈴木 一郎, Sat 2026-11-21 03:20:00 Japan Standard Time.');
    }
    expect(await desk.stored()).toEqual(after);
    expect(await desk.timeline()).toHaveLength(1);
  });

  it('given a monitor that was resumed since, when the old pause is sent again, then it stays resumed', async () => {
    const desk = await operatorsDesk();
    const path = await desk.linkTo('pause', 'https');
    await desk.post(path, pause);
    await desk.post(await desk.linkTo('resume', 'https'), who);
    await desk.post(path, pause);
    expect((await desk.stateOf('https'))?.pause).toBeUndefined();
  });

  it('given two forms at once, a hundred times, then one acts', async () => {
    for (let round = 0; round < 100; round += 1) {
      const desk = await operatorsDesk();
      const path = await desk.linkTo('run-runbook', 'https-3/restart-web');
      const answers = await Promise.all([
        desk.post(path, { name: 'One' }),
        desk.post(path, { name: 'Two' }),
        desk.post(path, { name: 'Three' }),
      ]);
      expect(answers.filter(({ body }) => body.includes('<h1>Done</h1>'))).toHaveLength(1);
      expect((await desk.stored()).deeds).toHaveLength(1);
      expect(await desk.timeline()).toHaveLength(1);
    }
  });

  it('given a function that died after the first write, when the link is sent again, then the monitors follow', async () => {
    const desk = await operatorsDesk();
    const { monitors } = desk;
    const dying = withMethods(monitors, { replaceState: () => Promise.reject(new Error('killed')) });
    const { createOperatorActions } = await import('../../lambdas/actions/operator-actions.ts');
    const broken = createOperatorActions({ ...desk, monitors: dying });
    const path = await desk.linkTo('resolve');
    const event = {
      rawPath: path,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'name=One',
      requestContext: { requestId: 'r', timeEpoch: Date.parse(now), http: { method: 'POST' } },
    };
    expect((await broken(event)).statusCode).toBe(500);
    expect(desk.logged.join()).not.toContain(path.slice(-40));
    expect((await desk.stateOf('https'))?.phase).toBe('alerted');
    const again = await desk.post(path, { name: 'Two' });
    expect(again.body).toContain('By One,');
    expect((await desk.stateOf('https'))?.phase).toBe('well');
    expect((await desk.timeline()).map(({ by }) => by)).toEqual(['One']);
  });
});

describe('a link that does not pass', () => {
  it('given any change of one bit, then it is as if nothing were there', async () => {
    const desk = await operatorsDesk();
    const path = await desk.linkTo('run-runbook', 'https-3/restart-web');
    const start = '/operator/actions/'.length;
    const before = await desk.stored();
    await fc.assert(
      fc.asyncProperty(fc.nat(path.length - start - 1), fc.nat(6), async (place, bit) => {
        const bytes = Buffer.from(path);
        bytes[start + place] = (bytes[start + place] ?? 0) ^ (1 << bit);
        const forged = bytes.toString('latin1');
        for (const answer of [await desk.open(forged), await desk.post(forged, who)]) {
          expect(answer.statusCode).toBe(404);
          expect(answer.body).not.toMatch(/acme|web-1|restart-web/);
        }
      }),
      { numRuns: 400 },
    );
    expect(await desk.stored()).toEqual(before);
  });

  it('given parts of two good links put together, or a field written anew, then it does not pass', async () => {
    const desk = await operatorsDesk();
    const good = [
      await desk.linkTo('pause', 'https'),
      await desk.linkTo('resolve'),
      await desk.linkTo('resolve', '', 'mail-2'),
      await desk.linkTo('resolve', '', 'mail-1', addSeconds(now, 1)),
    ].map((path) => path.split('/').at(-1)?.split('.') ?? []);
    for (const [one, [key, claims]] of good.entries()) {
      for (const [other, [, , mac]] of good.entries()) {
        const { statusCode } = await desk.open(`/operator/actions/${key}.${claims}.${mac}`);
        expect(statusCode).toBe(one === other ? 200 : 404);
      }
    }
    const [key = '', claims = '', mac] = good[1] ?? [];
    await fc.assert(
      fc.asyncProperty(fc.nat(4), fc.oneof(fc.string(), fc.nat()), async (field, value) => {
        const fields: unknown[] = JSON.parse(Buffer.from(claims, 'base64url').toString());
        fc.pre(fields[field] !== value);
        fields[field] = value;
        const text = Buffer.from(JSON.stringify(fields)).toString('base64url');
        expect((await desk.open(`/operator/actions/${key}.${text}.${mac}`)).statusCode).toBe(404);
      }),
    );
  });

  it('given anything else in its place, then it does not pass and nothing throws', async () => {
    const desk = await operatorsDesk();
    const parts = fc.oneof(
      fc.base64String(),
      fc.string(),
      fc.constantFrom('k1', 'current', 'k2', '__proto__'),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(parts, { maxLength: 5 }), async (given) => {
        const { statusCode } = await desk.post(`/operator/actions/${given.join('.')}`, who);
        expect(statusCode).toBe(404);
      }),
    );
  });

  it('given 72 hours, then it works to the last second and is said to be expired after', async () => {
    const desk = await operatorsDesk();
    const path = await desk.linkTo('resolve');
    expect((await desk.open(path, { at: addSeconds(now, 72 * 3600 - 1) })).statusCode).toBe(200);
    const late = { at: addSeconds(now, 72 * 3600) };
    expect((await desk.open(path, late)).statusCode).toBe(410);
    const expired = await desk.post(path, who, late);
    expect(expired.statusCode).toBe(410);
    expect(expired.body).not.toContain('acme');
    expect((await desk.stored()).deeds).toBeUndefined();
  });

  it('given a new key, then links of the old one pass until it is taken away', async () => {
    const desk = await operatorsDesk();
    const old = await desk.linkTo('resolve');
    await desk.secrets.putSecretField('operator-action-links/k2', 'second key');
    await desk.secrets.putSecretField('operator-action-links/current', 'k2');
    const fresh = await desk.linkTo('escalate');
    expect(fresh).toContain('/k2.');
    expect((await desk.open(old)).statusCode).toBe(200);
    expect((await desk.open(fresh)).statusCode).toBe(200);
  });

  const forms = [
    { given: 'no name', then: 422, fields: { name: ' ' }, says: 'Give your name' },
    { given: 'no reason for a pause', then: 422, fields: { ...pause, reason: '' }, says: 'Give the reason' },
    {
      given: 'a length that is not offered',
      then: 422,
      fields: { ...pause, for: '5' },
      says: 'choose how long',
    },
    {
      given: 'another content type',
      then: 415,
      more: { headers: { 'content-type': 'text/plain' } },
      says: 'Nothing was changed',
    },
    { given: 'a megabyte', then: 413, fields: { name: 'x'.repeat(1_000_000) }, says: 'Nothing was changed' },
    { given: 'DELETE', then: 405, more: { method: 'DELETE' }, says: 'Open the link' },
  ];
  for (const { given, then, fields = pause, more, says } of forms) {
    it(`given a form with ${given}, then it is refused with ${then} and nothing changes`, async () => {
      const desk = await operatorsDesk();
      const answer = await desk.post(await desk.linkTo('pause', 'https'), fields, more);
      expect(answer.statusCode).toBe(then);
      expect(answer.body).toContain(says);
      expect((await desk.stored()).deeds).toBeUndefined();
    });
  }

  it('given an incident that is gone or another path, then no link tells of it', async () => {
    const desk = await operatorsDesk();
    const url = await desk.links.url(
      { kind: 'resolve', incident: 'acme.web-1-8', subject: '', nonce: 'm' },
      now,
    );
    expect((await desk.open(new URL(url).pathname)).statusCode).toBe(404);
    expect((await desk.open('/operator/other')).statusCode).toBe(404);
    expect((await desk.open('/')).statusCode).toBe(404);
  });
});
