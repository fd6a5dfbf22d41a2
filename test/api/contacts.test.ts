import { describe, expect, it } from 'vitest';
import type { ContactsView } from '../../core/api/contacts.ts';
import type { Problem } from '../../core/api/problem.ts';
import { accountAt } from '../../lambdas/contacts/account-at.ts';
import { type Asking, bearerOf, now, openPortal } from './portal-desk.ts';
import { apiToken } from './seeded-portal.ts';

const suzuki = {
  name: 'Hanako Suzuki',
  mail: 'suzuki@acme.example',
  phone: '+81312345678',
  language: 'ja',
  alertMail: true,
};
const night = {
  name: 'Night desk',
  mail: 'night@acme.example',
  phone: '+81398765432',
  language: 'en',
  alertMail: true,
};
const taro = { name: 'Taro Yamada', mail: 'taro@acme.example', language: 'ja', alertMail: true };
/** `now` is a Saturday, and Monday the 23rd a holiday: it counts for Tuesday at 10:00 in Tokyo, and a day more. */
const effectiveAt = '2026-11-25T01:00:00.000Z';

async function desk() {
  const portal = await openPortal();
  const call = async (path = '', more: Asking = {}) => {
    const response = await portal.ask(`/contacts${path}`, { as: 'hanako', ...more });
    const text = await response.text();
    return {
      status: response.status,
      value: JSON.parse(text) as ContactsView & Problem,
      etag: response.headers.get('etag') ?? '',
    };
  };
  const put = (contacts: readonly object[], ifMatch: string | undefined, more: Asking = {}) =>
    call('', {
      method: 'PUT',
      body: { contacts },
      headers: ifMatch === undefined ? {} : { 'if-match': ifMatch },
      ...more,
    });
  const operate = async (deed: string, ifMatch?: string) => {
    const response = await portal.ask(`/accounts/acme/contacts/pending/${deed}`, {
      method: 'POST',
      as: 'olga',
      headers: ifMatch === undefined ? {} : { 'if-match': ifMatch },
    });
    return { status: response.status, value: (await response.json()) as ContactsView & Problem };
  };
  const trail = async () => (await portal.stores.audit.audit('acme', { limit: 50 })).items;
  const mailed = async (at: string) =>
    (await accountAt(portal.stores, 'acme', at))?.contacts.map(({ mail }) => mail);
  return { ...portal, call, put, operate, trail, mailed };
}

describe('GET /contacts', () => {
  it('given no change, then the contacts of the inventory are there in calling order', async () => {
    const { call } = await desk();
    expect((await call()).value).toEqual({ contacts: [suzuki, night], version: 0 });
  });

  it('given a token, then it needs the scope, as there are telephone numbers', async () => {
    const { ask, stores } = await desk();
    await stores.identity.createToken(apiToken('reader000001', { scopes: ['read'] }));
    await stores.identity.createToken(apiToken('contacts0001', { scopes: ['contacts'] }));
    expect((await ask('/contacts', { bearer: bearerOf('reader000001') })).status).toBe(403);
    expect((await ask('/contacts', { bearer: bearerOf('contacts0001') })).status).toBe(200);
  });
});

describe('PUT /contacts', () => {
  it('given other contacts, when they are asked for, then they wait for a business day, and hold from then on', async () => {
    const { call, put, trail, mailed } = await desk();
    const { status, value } = await put([taro, suzuki], '"0"');
    const pending = { contacts: [taro, suzuki], requestedAt: now, requestedBy: 'Hanako Sato', effectiveAt };
    expect([status, value]).toEqual([202, { contacts: [suzuki, night], pending, version: 1 }]);
    expect((await call()).value).toEqual(value);
    const later = await call('', { bindings: { at: effectiveAt } });
    expect(later.value).toEqual({ contacts: [taro, suzuki], version: 1 });
    expect([await mailed(now), await mailed(effectiveAt)]).toEqual([
      [suzuki.mail, night.mail],
      [taro.mail, suzuki.mail],
    ]);
    const [line] = await trail();
    expect(line).toMatchObject({
      deed: 'contacts.change',
      target: 'acme',
      outcome: 'done',
      before: { contacts: [{ mail: suzuki.mail, phone: '…5678' }, { mail: night.mail }] },
      after: { contacts: [{ mail: taro.mail }, { mail: suzuki.mail }], effectiveAt },
    });
    expect(JSON.stringify(line)).not.toContain('+813');
  });

  it('given one that waits, when another is asked for, then it takes its place', async () => {
    const { put } = await desk();
    await put([taro, suzuki], '"0"');
    const { status, value } = await put([taro], '"1"');
    expect([status, value.contacts, value.pending?.contacts]).toEqual([202, [suzuki, night], [taro]]);
  });

  const stale = [
    { given: 'no version', ifMatch: undefined, status: 428 },
    { given: 'an older version', ifMatch: '"0"', status: 412 },
    { given: 'nonsense', ifMatch: '"x"', status: 400 },
    { given: 'the present version', ifMatch: '"1"', status: 202 },
    { given: 'the bare number', ifMatch: '1', status: 202 },
    { given: 'any', ifMatch: '*', status: 202 },
  ];
  for (const { given, ifMatch, status } of stale)
    it(`given ${given}, when contacts that were changed are changed again, then it answers ${status}`, async () => {
      const { put } = await desk();
      await put([taro, suzuki], '"0"');
      expect((await put([night], ifMatch)).status).toBe(status);
    });

  it('given the ETag of contacts that were withdrawn and asked for anew meanwhile, then it is told so, though the version came again', async () => {
    const { call, put } = await desk();
    const { etag } = await put([taro, suzuki], '"0"');
    await call('/pending', { method: 'DELETE' });
    const { value } = await put([night], '"0"');
    expect(value.version).toBe(1);
    expect((await put([taro], etag)).status).toBe(412);
  });

  const refused = [
    { given: 'nobody', contacts: [], fields: ['contacts'] },
    { given: 'an address that is none', contacts: [{ ...taro, mail: 'taro@' }], fields: ['contacts.0.mail'] },
    {
      given: 'an address with a line break',
      contacts: [{ ...taro, mail: 'taro@acme.example\nBcc: x@y.example' }],
      fields: ['contacts.0.mail'],
    },
    { given: 'a number at home', contacts: [{ ...taro, phone: '0312345678' }], fields: ['contacts.0.phone'] },
    { given: 'one twice', contacts: [taro, { ...taro, name: 'Again' }], fields: ['contacts.1.mail'] },
    { given: 'nobody with alert mail', contacts: [{ ...taro, alertMail: false }], fields: ['contacts'] },
    {
      given: 'too many',
      contacts: Array.from({ length: 21 }, (_, n) => ({ ...taro, mail: `t${n}@acme.example` })),
      fields: ['contacts'],
    },
    { given: 'a field too many', contacts: [{ ...taro, fax: '1' }], fields: ['contacts.0.fax'] },
  ];
  for (const { given, contacts, fields } of refused)
    it(`given ${given}, then it is refused by its field, and nothing is changed`, async () => {
      const { put, stores, trail } = await desk();
      const { status, value } = await put(contacts, '"0"');
      expect([status, value.errors?.map(({ field }) => field)]).toEqual([422, fields]);
      expect(await stores.contacts.contactChange('acme')).toBeUndefined();
      expect(await trail()).toEqual([]);
    });

  it('given the contacts that are there, or that wait, then nothing is to be done', async () => {
    const { put } = await desk();
    const same = await put([suzuki, night], '"0"');
    expect([same.status, same.value.reason]).toEqual([409, 'unchanged']);
    await put([taro], '"0"');
    expect((await put([taro], '"1"')).value.reason).toBe('unchanged');
  });

  it('given two in the same moment, then one is first, and the other is told', async () => {
    const { put, trail } = await desk();
    const both = await Promise.all([put([taro], '"0"'), put([night], '"0"')]);
    expect(both.map(({ status }) => status).sort()).toEqual([202, 412]);
    expect((await trail()).map(({ outcome }) => outcome)).toContain('done');
  });
});

describe('DELETE /contacts/pending', () => {
  it('given a change that waits, when it is taken back, then the contacts stay', async () => {
    const { call, put, mailed, trail } = await desk();
    await put([taro], '"0"');
    const { status, value } = await call('/pending', { method: 'DELETE', headers: { 'if-match': '"1"' } });
    expect([status, value]).toEqual([200, { contacts: [suzuki, night], version: 0 }]);
    expect(await mailed(effectiveAt)).toEqual([suzuki.mail, night.mail]);
    expect((await trail()).map(({ deed }) => deed)).toContain('contacts.withdraw');
  });

  it('given an earlier change that has taken effect, when the next is taken back, then the earlier one goes on', async () => {
    const { call, put, mailed } = await desk();
    await put([taro], '"0"');
    const then = { bindings: { at: effectiveAt } };
    expect((await put([night], '"1"', then)).status).toBe(202);
    const { value } = await call('/pending', { method: 'DELETE', ...then });
    expect(value).toEqual({ contacts: [taro], version: 3 });
    expect(await mailed('2026-12-20T00:00:00.000Z')).toEqual([taro.mail]);
  });

  it('given nothing that waits, or another version, then it is refused', async () => {
    const { call, put } = await desk();
    const none = await call('/pending', { method: 'DELETE' });
    expect([none.status, none.value.reason]).toEqual([409, 'nothing-pending']);
    await put([taro], '"0"');
    expect((await call('/pending', { method: 'DELETE', headers: { 'if-match': '"0"' } })).status).toBe(412);
    const late = await call('/pending', { method: 'DELETE', bindings: { at: effectiveAt } });
    expect([late.status, late.value.reason]).toEqual([409, 'nothing-pending']);
  });
});

describe('POST /accounts/{account}/contacts/pending', () => {
  it('given a change that waits, when an operator expedites it, then it holds at once', async () => {
    const { put, operate, mailed, trail } = await desk();
    await put([taro], '"0"');
    expect(await operate('expedite', '"1"')).toEqual({
      status: 200,
      value: { contacts: [taro], version: 2 },
    });
    expect(await mailed(now)).toEqual([taro.mail]);
    expect((await trail()).find(({ deed }) => deed === 'contacts.expedite')).toMatchObject({
      who: { name: 'Olga Operator' },
      before: { contacts: [{ mail: suzuki.mail }, { mail: night.mail }], pending: [{ mail: taro.mail }] },
      after: { contacts: [{ mail: taro.mail }] },
    });
    expect((await operate('expedite', '"2"')).value.reason).toBe('nothing-pending');
  });

  it('given that the customer has asked for others meanwhile, when an operator expedites, then they look again', async () => {
    const { put, operate } = await desk();
    await put([taro], '"0"');
    await put([night], '"1"');
    expect((await operate('expedite', '"1"')).status).toBe(412);
    expect((await operate('expedite')).status).toBe(428);
  });

  it('given a change that waits, when an operator rejects it, then it is gone', async () => {
    const { put, operate, mailed } = await desk();
    await put([taro], '"0"');
    expect(await operate('reject')).toMatchObject({
      status: 200,
      value: { contacts: [suzuki, night], version: 0 },
    });
    expect(await mailed(effectiveAt)).toEqual([suzuki.mail, night.mail]);
  });

  it('given a customer, then neither is for them', async () => {
    const { ask } = await desk();
    for (const deed of ['expedite', 'reject'])
      expect(
        (await ask(`/accounts/acme/contacts/pending/${deed}`, { method: 'POST', as: 'hanako' })).status,
      ).toBe(403);
  });
});
