import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoStores } from '../../../platform/store/dynamo/stores.ts';
import { createMemoryStores } from '../../../platform/store/memory.ts';
import { startTableOnDynalite, type TableOnDynalite } from './table-on-dynalite.ts';

let table: TableOnDynalite;
beforeAll(async () => {
  table = await startTableOnDynalite();
  await table.createTable('access');
});
afterAll(() => table[Symbol.asyncDispose]());

const kinds = [
  { kind: 'memory', create: () => createMemoryStores().access },
  { kind: 'dynamo', create: () => createDynamoStores({ client: table.client, table: 'access' }).access },
];

const web1 = { account: 'acme', server: 'web-1' };
const failed = {
  verifiedAt: '2026-11-21T03:00:00.000Z',
  findings: [{ key: 'ssh', text: { en: 'refused', ja: '拒否' } }],
};
const well = { verifiedAt: '2026-11-22T03:00:00.000Z', findings: [] };

describe.each(kinds)('the access store in $kind', ({ create }) => {
  it('given verifications of a server, when it is read, then the last one is told, and of another server none', async () => {
    const access = create();
    expect(await access.access(web1)).toBeUndefined();
    for (const state of [failed, well]) {
      await access.saveAccess(web1, state);
      expect(await access.access(web1)).toEqual(state);
    }
    expect(await access.access({ ...web1, server: 'web-2' })).toBeUndefined();
  });
});
