import { describe, expect, it } from 'vitest';
import { addSeconds } from '../../core/instant.ts';
import type { OutgoingMail } from '../../core/mail/outgoing-mail.ts';
import { createSendPending } from '../../lambdas/mail/send-pending.ts';
import { createTellOperatorsLater } from '../../lambdas/mail/tell-operators.ts';
import { failedAt } from '../core/mail/example-incident.ts';
import { desk, type MailWorld, mailWorld, secondDesk } from './post-office.ts';

const mailOf = (thread: string, to: string, second = 0): OutgoingMail => ({
  thread,
  number: 1,
  to,
  at: addSeconds(failedAt, second),
  subject: `[Mimamori PROBLEM] ${thread}`,
  text: 'text\n',
  html: '<p>text</p>\n',
  headers: { 'X-Mimamori-State': 'PROBLEM' },
  state: 'pending',
  attempts: 0,
});

const threads = (count: number) =>
  Array.from({ length: count }, (_, index) => `acme.web-${String(index).padStart(3, '0')}-1`);

async function fill(world: MailWorld, count: number) {
  for (const [index, thread] of threads(count).entries()) {
    await world.outbox.enqueue(mailOf(thread, `c${index}@acme.example`, index));
  }
}

const run = (world: MailWorld, minute: number) =>
  createSendPending(world)({ time: addSeconds(failedAt, minute * 60) });
const minutes = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('the schedule', () => {
  it('given nothing is pending, then nothing is done, not even the settings are read', async () => {
    const world = await mailWorld([]);
    const broken = { ...world, monitors: { settings: () => Promise.reject(new Error('read')) } };
    expect(await createSendPending(broken)({ time: failedAt })).toEqual({ sent: 0, failed: 0 });
  });

  it('given pending mails, then they leave oldest first, a hundred in a run', async () => {
    const world = await mailWorld([]);
    await fill(world, 120);
    expect(await run(world, 5)).toEqual({ sent: 100, failed: 0 });
    expect(await run(world, 6)).toEqual({ sent: 20, failed: 0 });
    expect(await run(world, 7)).toEqual({ sent: 0, failed: 0 });
    expect(world.office.delivered).toHaveLength(120);
    const firstRun = new Set(world.office.delivered.slice(0, 100).map(({ to }) => to));
    expect(firstRun).toEqual(new Set(minutes(0, 99).map((index) => `c${index}@acme.example`)));
  });

  it('given a scheduled time without milliseconds, as the service writes it, then it is understood', async () => {
    const world = await mailWorld([]);
    await fill(world, 1);
    expect(await createSendPending(world)({ time: '2026-11-20T18:20:00Z' })).toEqual({ sent: 1, failed: 0 });
    const [mail] = await world.outbox.thread('acme.web-000-1', 'c0@acme.example');
    expect(mail).toMatchObject({ state: 'sent', sentAt: '2026-11-20T18:20:00.000Z' });
    await expect(createSendPending(world)({ time: 'soon' })).rejects.toThrow(/"time"/);
  });

  it('given two runs at once, then each mail leaves once', async () => {
    const world = await mailWorld([]);
    await fill(world, 30);
    await Promise.all([run(world, 5), run(world, 5), run(world, 6)]);
    expect(Object.values(world.office.count())).toEqual(Array.from({ length: 30 }, () => 1));
  });
});

describe('a mail that does not leave', () => {
  it('given it is put off each time, then it is given up after 20 tries and the operators are told once', async () => {
    const world = await mailWorld([]);
    await fill(world, 1);
    world.office.faults.set('c0@acme.example', 'deferred');
    const failed: number[] = [];
    for (const minute of minutes(1, 25)) failed.push((await run(world, minute)).failed);
    expect(failed.indexOf(1)).toBe(19);
    expect(failed.filter((count) => count > 0)).toEqual([1]);
    expect(world.office.count()).toEqual({ [desk]: 1, [secondDesk]: 1 });
    expect(world.office.to(desk)[0]?.mail.subject).toBe('[Mimamori OPERATORS] 1 mail has been given up');
    expect(await world.outbox.pending(10)).toEqual([]);
  });

  it('given it is put off for a while, then it leaves when it is taken', async () => {
    const world = await mailWorld([]);
    await fill(world, 1);
    world.office.faults.set('c0@acme.example', 'deferred');
    for (const minute of minutes(1, 15)) await run(world, minute);
    world.office.faults.clear();
    expect(await run(world, 16)).toEqual({ sent: 1, failed: 0 });
    expect(world.office.count()).toEqual({ 'c0@acme.example': 1 });
  });

  it('given many are refused in one run, then one notice names them all', async () => {
    const world = await mailWorld([]);
    await fill(world, 60);
    for (const index of minutes(0, 59)) world.office.faults.set(`c${index}@acme.example`, 'refused');
    expect(await run(world, 5)).toEqual({ sent: 0, failed: 60 });
    expect(await run(world, 6)).toEqual({ sent: 0, failed: 0 });
    expect(world.office.count()).toEqual({ [desk]: 1, [secondDesk]: 1 });
    const text = world.office.to(desk)[0]?.mail.text ?? '';
    expect(text).toContain('c39@acme.example: acme.web-039-1 (1), 1×.');
    expect(text).toContain('and 20 more');
  });

  it('given the operators’ own notice is refused, then there is no notice about it, and no end without end', async () => {
    const world = await mailWorld([]);
    world.office.faults.set(desk, 'refused').set(secondDesk, 'deferred');
    const text = { ja: 'あ', en: 'a' };
    await createTellOperatorsLater(world)({ key: 'way-out-down.0', at: failedAt, subject: text, body: text });
    for (const minute of minutes(1, 40)) await run(world, minute);
    expect(world.office.delivered).toEqual([]);
    expect(world.office.tried).toBe(1 + 20);
    expect(await world.outbox.pending(10)).toEqual([]);
    expect(world.logged.filter((line) => line.includes('mail given up'))).toHaveLength(2);
  });
});

describe('a mail service that is down', () => {
  it('given an outage of two hours, then few are tried, none is given up, and all leave when it is back', async () => {
    const world = await mailWorld([]);
    await fill(world, 40);
    world.office.faults.set('', 'unavailable');
    for (const minute of minutes(1, 120)) expect(await run(world, minute)).toEqual({ sent: 0, failed: 0 });
    expect(world.office.tried).toBe(120 * 5);
    expect(world.logged.at(-1)).toContain('mail did not leave');
    world.office.faults.clear();
    expect(await run(world, 121)).toEqual({ sent: 40, failed: 0 });
  });

  it('given an outage longer than a day, then the mails are given up and the operators told when it is back', async () => {
    const world = await mailWorld([]);
    await fill(world, 3);
    world.office.faults.set('', 'unavailable');
    expect(await run(world, 24 * 60 - 1)).toEqual({ sent: 0, failed: 0 });
    expect(await run(world, 24 * 60 + 1)).toEqual({ sent: 0, failed: 3 });
    world.office.faults.clear();
    await run(world, 24 * 60 + 2);
    expect(world.office.count()).toEqual({ [desk]: 1, [secondDesk]: 1 });
    expect(world.office.to(desk)[0]?.mail.subject).toBe('[Mimamori OPERATORS] 3 mails have been given up');
  });
});
