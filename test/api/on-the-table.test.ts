import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ContactsView } from '../../core/api/contacts.ts';
import type { MaintenanceView } from '../../core/api/maintenances.ts';
import type { PageOf } from '../../core/api/problem.ts';
import { addSeconds } from '../../core/instant.ts';
import { createDynamoStores } from '../../platform/store/dynamo/stores.ts';
import { startTableOnDynalite, type TableOnDynalite } from '../platform/store/table-on-dynalite.ts';
import { type Asking, now, openPortal } from './portal-desk.ts';

let tables: TableOnDynalite;
beforeAll(async () => {
  tables = await startTableOnDynalite();
});
afterAll(() => tables[Symbol.asyncDispose]());

let count = 0;
async function desk() {
  count += 1;
  const table = `api-${count}`;
  await tables.createTable(table);
  const portal = await openPortal({}, createDynamoStores({ client: tables.client, table }));
  const call = async <T>(path: string, more: Asking = {}) => {
    const response = await portal.ask(path, { as: 'hanako', ...more });
    const text = await response.text();
    return { status: response.status, value: (text === '' ? undefined : JSON.parse(text)) as T };
  };
  return { ...portal, call };
}
const taro = { name: 'Taro', mail: 'taro@acme.example', language: 'ja', alertMail: true };

describe('given the stores of the table', () => {
  it('when contacts are changed, taken back, and changed again, then each is as in memory', async () => {
    const { call } = await desk();
    const put = (version: number): Asking => ({
      method: 'PUT',
      body: { contacts: [taro] },
      headers: { 'if-match': `"${version}"` },
    });
    expect((await call<ContactsView>('/contacts', put(0))).value).toMatchObject({ version: 1, pending: {} });
    expect((await call('/contacts', put(0))).status).toBe(412);
    expect((await call<ContactsView>('/contacts/pending', { method: 'DELETE' })).value.version).toBe(0);
    expect((await call<ContactsView>('/contacts')).value.pending).toBeUndefined();
    expect((await call<ContactsView>('/contacts', put(0))).value.version).toBe(1);
  });

  it('when maintenance is announced, changed and ended, then it goes from what comes to what is over', async () => {
    const { call } = await desk();
    const body = {
      scope: [{ server: 'web-1' }],
      from: addSeconds(now, 3600),
      until: addSeconds(now, 7200),
      recurrence: { rule: 'FREQ=WEEKLY', timeZone: 'Asia/Tokyo' },
      reason: 'x',
    };
    const { value: made } = await call<MaintenanceView>('/maintenances', { method: 'POST', body });
    const path = `/maintenances/${made.id}`;
    const change = { method: 'PUT', body: { ...body, reason: 'y' }, headers: { 'if-match': '"1"' } };
    expect((await call<MaintenanceView>(path, change)).value).toMatchObject({ reason: 'y', version: 2 });
    expect((await call(path, change)).status).toBe(412);
    const list = async (query = '') =>
      (await call<PageOf<MaintenanceView>>(`/maintenances${query}`)).value.items.map(({ id }) => id);
    expect([await list(), await list('?state=over')]).toEqual([[made.id], []]);
    expect((await call(path, { method: 'DELETE' })).status).toBe(200);
    expect([await list(), await list('?state=over')]).toEqual([[], [made.id]]);
  });

  it('when operators and administrators look round, then every list is answered', async () => {
    const { call } = await desk();
    for (const path of [
      '/accounts',
      '/operator/incidents',
      '/operator/calls',
      '/operator/unknowns',
      '/operator/health',
      '/announcements',
    ])
      expect((await call(path, { as: 'olga' })).status, path).toBe(200);
    for (const path of ['/operator/users', '/operator/tokens', '/operator/audit'])
      expect((await call(path, { as: 'ada' })).status, path).toBe(200);
  });
});
