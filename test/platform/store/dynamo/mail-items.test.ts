import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { OutgoingMail } from '../../../../core/mail/outgoing-mail.ts';
import { createDynamoStores } from '../../../../platform/store/dynamo/stores.ts';
import { startTableOnDynalite, type TableOnDynalite } from '../table-on-dynalite.ts';

let table: TableOnDynalite;
beforeAll(async () => {
  table = await startTableOnDynalite();
  await table.createTable('mails');
});
afterAll(() => table[Symbol.asyncDispose]());

const at = '2026-11-21T00:00:00.000Z';

it.each([
  {
    given: 'a pending mail',
    number: 1,
    changes: { state: 'pending' },
    expires: undefined,
    list: 'mail#pending',
  },
  // 400 days after it was sent at 00:01, and after it was written at 00:00.
  {
    given: 'a sent mail',
    number: 2,
    changes: { state: 'sent', sentAt: '2026-11-21T00:01:00.000Z' },
    expires: `${Date.UTC(2027, 11, 26, 0, 1) / 1000}`,
    list: undefined,
  },
  {
    given: 'a mail that failed',
    number: 3,
    changes: { state: 'failed' },
    expires: `${Date.UTC(2027, 11, 26) / 1000}`,
    list: 'mail#failed',
  },
] as const)(
  'given $given, when it lies in the table, then it ends after $expires and stands in the list as $list',
  async ({ number, changes, expires, list }) => {
    const mail: OutgoingMail = {
      thread: 'acme.web-1-1',
      number,
      to: 'a@acme.example',
      at,
      subject: '',
      text: '',
      html: '',
      headers: {},
      attempts: 0,
      ...changes,
    };
    await createDynamoStores({ client: table.client, table: 'mails' }).outbox.enqueue(mail);
    const Key = { pk: { S: 'mail#acme.web-1-1' }, sk: { S: `a@acme.example#0000000${number}` } };
    const { Item } = await table.client.send(new GetItemCommand({ TableName: 'mails', Key }));
    expect(Item?.expires?.N).toBe(expires);
    expect(Item?.gsi2pk?.S).toBe(list);
  },
);
