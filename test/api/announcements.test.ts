import { describe, expect, it } from 'vitest';
import type { AnnouncementView } from '../../core/api/announcements.ts';
import type { PageOf, Problem } from '../../core/api/problem.ts';
import { addSeconds } from '../../core/instant.ts';
import { type Asking, now, openPortal } from './portal-desk.ts';

const request = {
  kind: 'maintenance',
  title: { ja: 'ネットワーク機器の交換', en: 'Network equipment is replaced' },
  body: { ja: '数秒の切断があります。', en: 'Connections break for some seconds.' },
  zones: ['tk1a'],
  from: addSeconds(now, 3600),
  until: addSeconds(now, 7200),
};

async function desk() {
  const portal = await openPortal();
  const call = async <T = AnnouncementView & Problem>(path: string, more: Asking = {}) => {
    const response = await portal.ask(path, { as: 'olga', ...more });
    return {
      status: response.status,
      value: (await response.json()) as T,
      etag: response.headers.get('etag') ?? '',
    };
  };
  const announce = (change: object = {}) =>
    call('/announcements', { method: 'POST', body: { ...request, ...change } });
  const trail = async () => (await portal.stores.audit.audit(undefined, { limit: 50 })).items;
  return { ...portal, call, announce, trail };
}

describe('announcements', () => {
  it('given an operator who announces, then every customer sees it, on the overview too, and it is in the trail', async () => {
    const { announce, call, trail } = await desk();
    const { status, value } = await announce();
    const made = { ...request, id: value.id, createdAt: now, updatedAt: now, version: 1 };
    expect([status, value]).toEqual([201, made]);
    for (const as of ['hanako', 'gerd', 'olga'] as const) {
      expect((await call('/announcements', { as })).value).toEqual({ items: [made] });
      expect((await call(`/announcements/${value.id}`, { as })).value).toEqual(made);
    }
    expect((await call('/accounts/acme/announcements')).value).toEqual({ items: [made] });
    expect(
      (await call<{ announcements: unknown[] }>('/overview', { as: 'hanako' })).value.announcements,
    ).toEqual([made]);
    expect(await trail()).toMatchObject([
      { deed: 'announcement.make', target: value.id, outcome: 'done', after: { title: request.title } },
    ]);
  });

  it('given the version that was read, when it is changed, then it is so; given an older one, then not', async () => {
    const { announce, call, trail } = await desk();
    const { value: made, etag } = await announce();
    const { until: _open, ...open } = { ...request, kind: 'failure' };
    const put = (ifMatch?: string): Asking => ({
      method: 'PUT',
      body: open,
      headers: ifMatch === undefined ? {} : { 'if-match': ifMatch },
      bindings: { at: addSeconds(now, 60) },
    });
    const { status, value } = await call(`/announcements/${made.id}`, put(etag));
    expect([status, value]).toEqual([
      200,
      { ...open, id: made.id, createdAt: now, updatedAt: addSeconds(now, 60), version: 2 },
    ]);
    expect((await call(`/announcements/${made.id}`, put('"1"'))).status).toBe(412);
    expect((await call(`/announcements/${made.id}`, put())).status).toBe(428);
    const [line] = (await trail()).filter(
      ({ outcome, deed }) => deed === 'announcement.change' && outcome === 'done',
    );
    expect(line).toMatchObject({ before: { kind: 'maintenance' }, after: { kind: 'failure' } });
  });

  it('given one that is withdrawn, then customers see it no longer, operators do, and it stays as it was', async () => {
    const { announce, call } = await desk();
    const { value: made } = await announce();
    await announce({ kind: 'information' });
    const path = `/announcements/${made.id}`;
    expect((await call(path, { method: 'DELETE' })).value).toMatchObject({ withdrawnAt: now, version: 2 });
    expect((await call(path, { as: 'hanako' })).status).toBe(404);
    const kinds = async (as: 'hanako' | 'olga') =>
      (await call<PageOf<AnnouncementView>>('/announcements', { as })).value.items
        .map(({ kind }) => kind)
        .sort();
    expect(await kinds('hanako')).toEqual(['information']);
    expect(await kinds('olga')).toEqual(['information', 'maintenance']);
    const again = await call(path, { method: 'DELETE' });
    expect([again.status, again.value.reason]).toEqual([409, 'withdrawn']);
    const changed = await call(path, { method: 'PUT', body: request, headers: { 'if-match': '"2"' } });
    expect([changed.status, changed.value.reason]).toEqual([409, 'withdrawn']);
  });

  it('given several, when they are listed, then the latest begin comes first, page by page', async () => {
    const { announce, call } = await desk();
    for (const hours of [1, 3, 2]) await announce({ from: addSeconds(now, hours * 600), until: undefined });
    const { value: first } = await call<PageOf<AnnouncementView>>('/announcements?limit=2');
    expect(first.items.map(({ from }) => from)).toEqual([addSeconds(now, 1800), addSeconds(now, 1200)]);
    const { value: rest } = await call<PageOf<AnnouncementView>>(`/announcements?cursor=${first.next}`);
    expect(rest.items).toHaveLength(1);
  });

  const refused = [
    { given: 'an end before the begin', change: { until: now }, fields: ['until'] },
    { given: 'one language', change: { title: { ja: '題' } }, fields: ['title.en'] },
    {
      given: 'an empty text and an unknown kind',
      change: { kind: 'rumour', body: { ja: ' ', en: 'x' } },
      fields: ['kind', 'body.ja'],
    },
    { given: 'an id of one’s own', change: { id: 'aaaaaaaaaaaa' }, fields: ['id'] },
  ];
  for (const { given, change, fields } of refused)
    it(`given ${given}, then it is refused by its field`, async () => {
      const { announce, call } = await desk();
      const { status, value } = await announce(change);
      expect([status, value.errors?.map(({ field }) => field)]).toEqual([422, fields]);
      expect((await call<PageOf<unknown>>('/announcements')).value.items).toEqual([]);
    });

  it('given the longest texts in two languages, when they are changed, then the trail has their beginnings', async () => {
    const { announce, call, trail } = await desk();
    const body = { ja: '長'.repeat(4000), en: 'é'.repeat(4000) };
    const { status, value: made } = await announce({
      body,
      zones: Array.from({ length: 20 }, () => '区'.repeat(60)),
    });
    expect(status).toBe(201);
    const change = { method: 'PUT', body: { ...request, body }, headers: { 'if-match': '"1"' } };
    expect((await call(`/announcements/${made.id}`, change)).status).toBe(200);
    for (const line of await trail())
      expect(line).toMatchObject({ outcome: 'done', after: { title: request.title } });
  });

  it('given a customer, then they announce nothing', async () => {
    const { call, announce } = await desk();
    const { value: made } = await announce();
    const asks: [string, string][] = [
      ['POST', '/announcements'],
      ['PUT', `/announcements/${made.id}`],
      ['DELETE', `/announcements/${made.id}`],
    ];
    for (const [method, path] of asks)
      expect(
        (await call(path, { method, as: 'hanako', ...(method !== 'DELETE' && { body: request }) })).status,
      ).toBe(403);
  });
});

describe('GET /monitoring-addresses', () => {
  it('given anybody who signed in, then they see where checks come from', async () => {
    const { call } = await desk();
    const wanted = { addresses: ['203.0.113.7'] };
    expect((await call('/monitoring-addresses', { as: 'hanako' })).value).toEqual(wanted);
    expect((await call('/monitoring-addresses')).value).toEqual(wanted);
    expect((await call('/accounts/acme/monitoring-addresses')).value).toEqual(wanted);
  });
});
