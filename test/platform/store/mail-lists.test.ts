import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { OutgoingMail } from '../../../core/mail/outgoing-mail.ts';
import type { Outbox } from '../../../platform/store/outbox.ts';
import { kindsOfStores } from './kinds.ts';

const { kinds, close } = kindsOfStores();
afterAll(close);

const day = (number: number) => `2026-11-2${number}T00:00:00.000Z`;
const mail = (thread: string, number: number, changes: Partial<OutgoingMail> = {}): OutgoingMail => ({
  thread,
  number,
  to: 'b@acme.example',
  at: day(number),
  subject: `${thread} ${number}`,
  text: 'long',
  html: 'long',
  headers: {},
  state: 'pending',
  attempts: 0,
  ...changes,
});
const line = ({ text: _text, html: _html, headers: _headers, ...rest }: OutgoingMail) => rest;

describe.each(kinds)('lists of mails in $kind', ({ create }) => {
  let outbox: Outbox;
  beforeEach(async () => {
    outbox = (await create()).outbox;
  });

  it('given nothing waits, when it is counted, then it is none', async () => {
    expect(await outbox.waiting()).toEqual({ count: 0 });
  });

  it('given mails that wait, were sent and failed, when lists are read, then each is where it belongs', async () => {
    const waits = [mail('a', 2), mail('b', 1)];
    const failed = [
      mail('a', 3, { state: 'failed', attempts: 2, lastError: '550 unknown' }),
      mail('b', 4, { state: 'failed' }),
      mail('c', 1, { state: 'failed' }),
    ];
    const sent = mail('a', 1, { state: 'sent', attempts: 1, sentAt: day(5), messageId: '<1@x>' });
    for (const one of [...waits, ...failed, sent]) await outbox.enqueue(one);
    expect(await outbox.waiting()).toEqual({ count: 2, oldest: line(mail('b', 1)) });
    expect(await outbox.failedSince(day(2), 10)).toEqual(
      [failed[1], failed[0]].map((one) => one && line(one)),
    );
    expect(await outbox.failedSince(day(1), 1)).toEqual([line(mail('b', 4, { state: 'failed' }))]);
    await outbox.save(mail('b', 1, { state: 'sent', attempts: 1, sentAt: day(6) }));
    expect(await outbox.waiting()).toEqual({ count: 1, oldest: line(mail('a', 2)) });
  });

  it('given mails of a thread to two addresses, when they are read, then they come by number, without their texts', async () => {
    const all = [
      mail('a', 10),
      mail('a', 2),
      mail('a', 2, { to: 'a@acme.example' }),
      mail('a-2', 1),
      mail('b', 1),
    ];
    for (const one of all) await outbox.enqueue(one);
    expect(await outbox.mailsOf('a')).toEqual([all[2], all[1], all[0]].map((one) => one && line(one)));
    expect(await outbox.mailsOf('c')).toEqual([]);
  });

  it('given more than is counted, when it is counted, then the count ends at its bound, and so does the thread', async () => {
    const many = Array.from({ length: 310 }, (_, number) => mail('a', number, { at: day(1) }));
    for (let start = 0; start < many.length; start += 50) {
      await Promise.all(many.slice(start, start + 50).map((one) => outbox.enqueue(one)));
    }
    expect((await outbox.waiting()).count).toBe(200);
    expect(await outbox.mailsOf('a')).toHaveLength(300);
  });
});
